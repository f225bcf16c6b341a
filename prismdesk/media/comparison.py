"""Two sounds held against each other, streamed: differences, lag, silence out of place."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf, log10
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prismdesk.media.audio import AudioBlock

CHUNK_SAMPLES = 65536
_LAG_WINDOW_SAMPLES = 32768
_HEARD_RMS = 10 ** (-60 / 20)


def dbfs(amplitude: float) -> float:
    """Return an amplitude (1.0 is full scale) in dBFS; 0 gives -inf."""
    return 20 * log10(amplitude) if amplitude > 0 else -inf


def paired(
    first: Iterator[AudioBlock], second: Iterator[AudioBlock], channels: int
) -> Iterator[tuple[AudioBlock, AudioBlock]]:
    """Yield both sounds in chunks of equal length; the shorter one ends in silence."""
    chunks = _chunks(first, channels), _chunks(second, channels)
    nothing = np.zeros((channels, 0), np.float32)
    while True:
        left, right = next(chunks[0], nothing), next(chunks[1], nothing)
        length = max(left.shape[1], right.shape[1])
        if length == 0:
            return
        yield _filled(left, length), _filled(right, length)


def _chunks(blocks: Iterator[AudioBlock], channels: int) -> Iterator[AudioBlock]:
    """Yield the sound in blocks of ``CHUNK_SAMPLES``, the last one shorter."""
    kept: list[AudioBlock] = []
    length = 0
    for block in blocks:
        kept.append(block)
        length += block.shape[1]
        while length >= CHUNK_SAMPLES:
            whole = np.concatenate(kept, axis=1) if len(kept) > 1 else kept[0]
            yield whole[:, :CHUNK_SAMPLES]
            kept = [whole[:, CHUNK_SAMPLES:]]
            length -= CHUNK_SAMPLES
    if length:
        yield np.concatenate(kept, axis=1) if kept else np.zeros((channels, 0), np.float32)


def _filled(block: AudioBlock, length_samples: int) -> AudioBlock:
    if block.shape[1] == length_samples:
        return block
    return np.pad(block, ((0, 0), (0, length_samples - block.shape[1])))


@dataclass(slots=True)
class Difference:
    """How two sounds differ over the samples that were added.

    ``different_samples`` counts sample positions where some channel isn't equal;
    ``first_different_samples`` is the first of them on the timeline, None if there is none.
    """

    samples: int = 0
    different_samples: int = 0
    first_different_samples: int | None = None
    peak: float = 0.0
    _power: float = 0.0
    _values: int = 0

    def add(self, first: AudioBlock, second: AudioBlock, position_samples: int) -> None:
        """Take in two blocks of one length that lie at a position of the timeline."""
        self.samples += first.shape[1]
        self._values += first.size
        if np.array_equal(first, second):
            return
        apart = np.abs(first.astype(np.float64) - second)
        places = np.flatnonzero(apart.max(axis=0) != 0)
        self.different_samples += places.size
        if self.first_different_samples is None and places.size:
            self.first_different_samples = position_samples + int(places[0])
        self.peak = max(self.peak, float(apart.max(initial=0.0)))
        self._power += float(np.square(apart).sum())

    @property
    def is_identical(self) -> bool:
        """Whether all samples were equal."""
        return self.different_samples == 0

    @property
    def peak_dbfs(self) -> float:
        """The largest difference."""
        return dbfs(self.peak)

    @property
    def rms_dbfs(self) -> float:
        """The root mean square of the differences, over all channels."""
        return dbfs((self._power / self._values) ** 0.5) if self._values else -inf


@dataclass(slots=True)
class LagMeter:
    """Finds how many samples the second sound is later than the first.

    By cross-correlation (zero-padded, all channels summed in power) of three places: the first
    that is heard, the loudest and the last.
    """

    _first: tuple[AudioBlock, AudioBlock] | None = None
    _loudest: tuple[AudioBlock, AudioBlock] | None = None
    _last: tuple[AudioBlock, AudioBlock] | None = None
    _loudest_rms: float = 0.0

    def add(self, first: AudioBlock, second: AudioBlock) -> None:
        """Take in two blocks of one length, in order."""
        for start in range(0, first.shape[1], _LAG_WINDOW_SAMPLES):
            place = slice(start, start + _LAG_WINDOW_SAMPLES)
            rms = _rms(first[:, place])
            if rms < _HEARD_RMS or first[:, place].shape[1] < _LAG_WINDOW_SAMPLES // 8:
                continue
            window = first[:, place].copy(), second[:, place].copy()
            self._last = window
            self._first = self._first or window
            if rms > self._loudest_rms:
                self._loudest, self._loudest_rms = window, rms

    def lags_samples(self) -> tuple[int, ...]:
        """Return the lag at each place, positive where the second is late; () if all is silent."""
        windows: list[tuple[AudioBlock, AudioBlock]] = []
        for window in (self._first, self._loudest, self._last):
            if window is not None and not any(window is other for other in windows):
                windows.append(window)
        return tuple(_lag(*window) for window in windows)


def _lag(first: AudioBlock, second: AudioBlock) -> int:
    length: int = first.shape[1]
    size = 1 << (2 * length - 1).bit_length()
    spectra = [np.fft.rfft(block.astype(np.float64), size) for block in (second, first)]
    found: npt.NDArray[np.float64] = np.fft.irfft(
        (spectra[0] * spectra[1].conj()).sum(axis=0), size
    )
    # Negative lags lie at the end.
    ordered = np.concatenate((found[size - length + 1 :], found[:length]))
    return int(np.argmax(ordered)) - (length - 1)


def _rms(block: AudioBlock) -> float:
    return float(np.sqrt(np.mean(np.square(block, dtype=np.float64)))) if block.size else 0.0


@dataclass(slots=True)
class HoleFinder:
    """Finds stretches of 20 ms where the first sound is heard and the second is not.

    Heard: above -50 dBFS RMS; not: 40 dB or more below the first.
    """

    rate_hz: int
    holes_samples: list[int] = field(default_factory=list)

    def add(self, first: AudioBlock, second: AudioBlock, position_samples: int) -> None:
        """Take in two blocks of one length that lie at a position of the timeline."""
        window = max(1, self.rate_hz // 50)
        count = first.shape[1] // window
        wanted, got = (_window_power(block, count, window) for block in (first, second))
        missing = (wanted > 10 ** (-50 / 10)) & (got < wanted * 10 ** (-40 / 10))
        places = position_samples + np.flatnonzero(missing) * window
        self.holes_samples += [int(place) for place in places]


def _window_power(block: AudioBlock, count: int, window: int) -> npt.NDArray[np.float64]:
    cut = block[:, : count * window].reshape(block.shape[0], count, window)
    power: npt.NDArray[np.float64] = np.square(cut, dtype=np.float64).mean(axis=2)
    return np.asarray(power.max(axis=0, initial=0.0))
