"""How well a sound joins its surroundings: three figures for a seam, and limits to hold them to.

All is measured on what is heard, the sound of fades and splices included:

* **Level step**, dB: loudness of the 100 ms inside against the 100 ms outside, positive where the
  inside is louder. Each is the *median* of frames of 20 ms under the K-weighting of ITU-R BS.1770,
  so that a hit of up to 25 ms beside the seam doesn't count.
* **Click against slope**, a ratio: the largest jump from a sample to the next at the seam, over
  the 95th percentile of such jumps in the 10 ms on either side. Sound without a seam stays below 2.
* **Spectral distance**, dB: mean over the critical bands (E. Zwicker, J. Acoust. Soc. Am. 33,
  1961) and channels of the magnitude of the level difference between the same two 100 ms, after
  the difference that most have in common is taken out.

100 ms is about as long as the ear adds up loudness: shorter, and noise alone makes steps; longer,
and the sound's own course counts as one. A step in level or timbre is heard as a seam where it is
larger than the sound's own coming and going. So the limits of these two are no lower than fixed
ones, and rise to what the surroundings do by themselves: the 98th percentile of the same figures
all along the sound outside. ``docs/seams.md`` gives the distributions that the limits come from.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from prismdesk.media.k_weighting import k_weighting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prismdesk.media.audio import AudioBlock

    Floats = npt.NDArray[np.float64]

WINDOW_SECONDS = 0.1
AROUND_SECONDS = 3.0
"""How much of the sound outside says what is usual there."""
LEVEL_LIMIT_DB = 1.0
"""About the least step in level that is heard between two steady sounds."""
SPECTRAL_LIMIT_DB = 4.0
CLICK_LIMIT = 2.0

_FRAME_SECONDS = 0.02
_HOP_SECONDS = 0.005
_LEAST_FRAMES = 4
_USUAL_STEP_FRAMES = 8
_USUAL_PERCENTILE = 98.0
_LEAST_USUAL = 5
_SLOPE_SECONDS = 0.01
_SLOPE_PERCENTILE = 95.0
_JUMP_REACH_SAMPLES = 2
_LEAST_SLOPE = 1e-4
"""Jumps are held against this at least: smaller ones are too soft to be heard."""
_SILENT_DB = -80.0
_BAND_RANGE_DB = 60.0
_BAND_FLOOR_DB = -100.0
_BAND_EDGES_HZ = (
    20, 100, 200, 300, 400, 510, 630, 770, 920, 1080, 1270, 1480, 1720, 2000, 2320, 2700, 3150,
    3700, 4400, 5300, 6400, 7700, 9500, 12000, 15500,
)  # fmt: skip
_HIGHEST_SHARE = 0.45


@dataclass(frozen=True, slots=True, kw_only=True)
class SeamFigures:
    """What was measured at one seam; None where there is nothing to compare on one side."""

    level_step_db: float | None = None
    click_ratio: float | None = None
    spectral_db: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeamLimits:
    """What the figures' magnitudes must not exceed; ``is_raised`` by the surroundings' own."""

    level_step_db: float = LEVEL_LIMIT_DB
    click_ratio: float = CLICK_LIMIT
    spectral_db: float = SPECTRAL_LIMIT_DB

    @property
    def is_raised(self) -> bool:
        """Whether the surroundings come and go by more than the fixed limits."""
        return self.level_step_db > LEVEL_LIMIT_DB or self.spectral_db > SPECTRAL_LIMIT_DB

    def exceeded(self, figures: SeamFigures) -> tuple[str, ...]:
        """Return the names of the figures that are beyond their limits."""
        pairs = (
            ("level step", figures.level_step_db, self.level_step_db),
            ("click", figures.click_ratio, self.click_ratio),
            ("spectral distance", figures.spectral_db, self.spectral_db),
        )
        return tuple(name for name, value, limit in pairs if is_beyond(value, limit))


def is_beyond(value: float | None, limit: float) -> bool:
    """Whether a figure is larger than its limit, as both are told: to one decimal."""
    return value is not None and round(abs(value), 1) > round(limit, 1)


def measure_seam(outside: AudioBlock, inside: AudioBlock, rate_hz: int) -> SeamFigures:
    """Measure a seam.

    Args:
        outside: what is heard up to the seam, (channels, samples), its last sample beside it.
        inside: what is heard from the seam on. For the seam at a region's end, give both with
            time reversed: the figures are the same either way.
        rate_hz: of both.
    """
    window = round(WINDOW_SECONDS * rate_hz)
    before = _Frames.of(outside[:, max(0, outside.shape[1] - window) :], rate_hz)
    after = _Frames.of(inside[:, :window], rate_hz)
    step_db = spectral_db = None
    if before is not None and after is not None:
        compared = _compared(before.all(), after.all())
        if compared is not None:
            step_db, spectral_db = compared
    return SeamFigures(
        level_step_db=step_db,
        click_ratio=_click(outside, inside, rate_hz),
        spectral_db=spectral_db,
    )


def usual_limits(surroundings: Sequence[AudioBlock], rate_hz: int) -> SeamLimits:
    """Return the limits for a seam amid surroundings: what they do by themselves is no fault.

    Args:
        surroundings: sound outside the region, (channels, samples) each; no seam in any of them.
        rate_hz: of all.
    """
    found = [pair for part in surroundings for pair in _along(part, rate_hz)]
    if len(found) < _LEAST_USUAL:
        return SeamLimits()
    level, spectral = np.percentile(np.abs(found), _USUAL_PERCENTILE, axis=0)
    return SeamLimits(
        level_step_db=max(LEVEL_LIMIT_DB, float(level)),
        spectral_db=max(SPECTRAL_LIMIT_DB, float(spectral)),
    )


@dataclass(frozen=True, slots=True)
class _Frames:
    """Powers of overlapping frames: K-weighted (frames,), and in bands (frames, bands)."""

    loudness: Floats
    bands: Floats
    span_frames: int

    @classmethod
    def of(cls, sound: AudioBlock, rate_hz: int) -> _Frames | None:
        """Analyse a sound; None where it is too short to tell."""
        frame, hop = round(_FRAME_SECONDS * rate_hz), round(_HOP_SECONDS * rate_hz)
        count = (sound.shape[1] - frame) // hop + 1
        if count < _LEAST_FRAMES:
            return None
        finite = np.nan_to_num(sound, posinf=0.0, neginf=0.0).astype(np.float64)
        frames = np.lib.stride_tricks.sliding_window_view(finite, frame, axis=1)[:, ::hop]
        window, weighting, bands = _analysis(rate_hz, frame)
        powers = np.square(np.abs(np.fft.rfft(frames[:, :count] * window, axis=2)))
        loudness = (powers @ weighting).sum(axis=0)
        in_bands = np.moveaxis(powers @ bands, 0, 1).reshape(count, -1)
        return cls(loudness, in_bands, frame // hop)

    def all(self) -> _Part:
        """Return what all frames say together."""
        return self.parts(np.zeros(1, np.intp), len(self.loudness))[0]

    def parts(self, firsts: npt.NDArray[np.intp], count: int) -> list[_Part]:
        """Return what ``count`` frames from each of some on say together."""
        places = firsts[:, None] + np.arange(count)
        loudness_db = _db(np.median(self.loudness[places], axis=1))
        bands_db = _db(np.median(self.bands[places], axis=1))
        return [
            _Part(float(level), bands) for level, bands in zip(loudness_db, bands_db, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class _Part:
    loudness_db: float
    bands_db: Floats


def _compared(before: _Part, after: _Part) -> tuple[float, float] | None:
    """Return level step and spectral distance in dB; None where one of the two is silent."""
    if min(before.loudness_db, after.loudness_db) < _SILENT_DB:
        return None
    step_db = after.loudness_db - before.loudness_db
    floors = [max(_BAND_FLOOR_DB, part.bands_db.max() - _BAND_RANGE_DB) for part in (before, after)]
    heard = (before.bands_db > floors[0]) | (after.bands_db > floors[1])
    difference = np.maximum(after.bands_db, floors[1]) - np.maximum(before.bands_db, floors[0])
    difference = difference[heard]
    return step_db, float(np.mean(np.abs(difference - np.median(difference))))


def _along(sound: AudioBlock, rate_hz: int) -> list[tuple[float, float]]:
    """Return level steps and spectral distances at places all along a sound."""
    frames = _Frames.of(sound, rate_hz)
    if frames is None:
        return []
    reach = round((WINDOW_SECONDS - _FRAME_SECONDS) / _HOP_SECONDS) + 1
    # The frames before a place end at it, those after begin there.
    last = len(frames.loudness) - frames.span_frames - reach
    places = np.arange(reach, last, _USUAL_STEP_FRAMES)
    before = frames.parts(places - reach, reach)
    after = frames.parts(places + frames.span_frames - 1, reach)
    pairs = (_compared(*both) for both in zip(before, after, strict=True))
    return [pair for pair in pairs if pair is not None]


def _click(outside: AudioBlock, inside: AudioBlock, rate_hz: int) -> float | None:
    side = round(_SLOPE_SECONDS * rate_hz)
    before, after = outside[:, max(0, outside.shape[1] - side) :], inside[:, :side]
    if min(before.shape[1], after.shape[1]) <= _JUMP_REACH_SAMPLES:
        return None
    whole = np.nan_to_num(np.concatenate([before, after], axis=1), posinf=0.0, neginf=0.0)
    slopes = np.abs(np.diff(whole.astype(np.float64), axis=1))
    at = before.shape[1] - 1
    first, last = at - _JUMP_REACH_SAMPLES + 1, at + _JUMP_REACH_SAMPLES
    jumps = slopes[:, first:last].max(axis=1)
    beside = np.concatenate([slopes[:, :first], slopes[:, last:]], axis=1)
    usual = np.percentile(beside, _SLOPE_PERCENTILE, axis=1) if beside.size else np.zeros(1)
    return float((jumps / np.maximum(usual, _LEAST_SLOPE)).max())


@lru_cache(maxsize=4)
def _analysis(rate_hz: int, frame: int) -> tuple[Floats, Floats, Floats]:
    """Return the frames' window, and what sums their bins' powers: K-weighted, and by bands."""
    window = np.hanning(frame + 2)[1:-1]
    scale = 2.0 / (frame * float(np.sum(window**2)))
    bins_hz = np.fft.rfftfreq(frame, 1.0 / rate_hz)
    turn = np.exp(-2j * np.pi * bins_hz / rate_hz)
    weighting = np.full(len(bins_hz), scale)
    for b0, b1, b2, a0, a1, a2 in k_weighting(rate_hz):
        answer = (b0 + b1 * turn + b2 * turn**2) / (a0 + a1 * turn + a2 * turn**2)
        weighting *= np.square(np.abs(answer))
    edges = [hz for hz in _BAND_EDGES_HZ if hz < _HIGHEST_SHARE * rate_hz]
    bands = np.zeros((len(bins_hz), max(1, len(edges) - 1)))
    for number, (low, high) in enumerate(pairwise(edges)):
        bands[(bins_hz >= low) & (bins_hz < high), number] = scale
    return window, weighting, bands


def _db(power: npt.ArrayLike) -> Floats:
    return np.asarray(10.0 * np.log10(np.maximum(power, 1e-20)))
