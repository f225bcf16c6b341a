"""Meters of the mix and its tracks, fed by the mixer's thread and read by the window's.

``add`` and ``silence`` put down one immutable snapshot after each block; ``reading`` takes the
last one without a lock and works its figures out in the thread that asks.
"""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from prismdesk.media.channels import layout_of
from prismdesk.media.loudness import LoudnessMeter
from prismdesk.playback.ballistics import Levels, PeakBallistics
from prismdesk.playback.correlation import CorrelationMeter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from prismdesk.media.audio import AudioBlock
    from prismdesk.project.ids import TrackId
    from prismdesk.project.model import ChannelLayout

_LONGEST_PAUSE_SECONDS = 60.0
_SILENCE = 1e-7  # -140 dB: below the last bit of 23


@dataclass(frozen=True, slots=True)
class ChannelMeters:
    """Levels of some channels in dB of full scale, -inf for silence, and their clip lights."""

    peak_db: tuple[float, ...]
    hold_db: tuple[float, ...]
    is_clipped: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class MeterReading:
    """What the meters show at one moment; -inf for silence.

    Loudness and correlation are those of the mix, or of the track that ``measured_id`` names.
    """

    mix: ChannelMeters
    tracks: tuple[tuple[TrackId, ChannelMeters], ...]
    momentary_lufs: float
    short_term_lufs: float
    integrated_lufs: float
    range_lu: float
    true_peak_dbtp: float
    correlation: float | None
    measured_id: TrackId | None = None

    @property
    def measured(self) -> ChannelMeters:
        """Levels of what loudness is measured of: the mix, or one track."""
        return dict(self.tracks).get(self.measured_id, self.mix)  # type: ignore[arg-type]  # None: no track


class MixMeters:
    """Peaks, loudness and correlation of what is played.

    ``add`` and ``silence`` belong to the mixer's thread; all else may be called from any.

    Args:
        rate_hz: samples per second.
        layout: channels of the mix.
        track_ids: the tracks that have meters, in the order of the readings.
        seconds_now: a clock that never goes back, for the fall of the bars in silence.
    """

    def __init__(
        self,
        rate_hz: int,
        layout: ChannelLayout,
        track_ids: Sequence[TrackId],
        *,
        seconds_now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rate_hz = rate_hz
        self._layout = layout
        self._track_channels = dict.fromkeys(track_ids, layout.channels)
        self._seconds_now = seconds_now
        self._lock = threading.Lock()
        self._has_paused = True
        self._measured_id: TrackId | None = None
        self._start_again()

    def measure(self, track_id: TrackId | None) -> None:
        """Measure loudness and correlation of one track from now on; None: of the mix."""
        with self._lock:
            if track_id != self._measured_id:
                self._measured_id = track_id
                self._begin_loudness(self._layout)
                self._put_down()

    def add(self, mix: AudioBlock, tracks: Mapping[TrackId, AudioBlock]) -> None:
        """Go on with a block of what is heard.

        Args:
            mix: float32 (channels of the mix, samples).
            tracks: sound of tracks over the same samples, each float32 (channels, samples) with
                any number of channels; a track left out is silent, an unknown one has no meter.
        """
        with self._lock:
            self._fit_channels(tracks)
            peaks = np.zeros(self._first_channels[-1])
            _peaks_of(mix, peaks[: mix.shape[0]])
            for number, track_id in enumerate(self._track_channels):
                if (sound := tracks.get(track_id)) is not None:
                    first, last = self._first_channels[number : number + 2]
                    _peaks_of(sound, peaks[first:last])
            self._ballistics.add(peaks, mix.shape[1])
            self._measure(mix if self._measured_id is None else tracks.get(self._measured_id), mix)
            self._has_paused = False
            self._last_seconds = self._seconds_now()
            self._put_down()

    def silence(self) -> None:
        """Let the bars fall by the time since the last call: nothing is heard.

        Momentary and short-term loudness and correlation begin anew; integrated loudness, range
        and true peak wait for what comes.
        """
        with self._lock:
            now = self._seconds_now()
            seconds = min(_LONGEST_PAUSE_SECONDS, max(0.0, now - self._last_seconds))
            self._last_seconds = now
            self._ballistics.add(np.zeros(self._first_channels[-1]), seconds * self._rate_hz)
            if not self._has_paused:
                self._has_paused = True
                self._loudness.forget_windows()
                self._correlation.reset()
                self._loudness_steps = -1
            self._put_down()

    def reading(self) -> MeterReading:
        """Return what the meters show now."""
        shown = self._shown
        peak_db, hold_db = _db(shown.peaks), _db(shown.holds)
        is_clipped = tuple(shown.is_clipped.tolist())
        meters = [
            ChannelMeters(peak_db[first:last], hold_db[first:last], is_clipped[first:last])
            for first, last in zip((0, *shown.first_channels), shown.first_channels, strict=False)
        ]
        figures = shown.figures
        return MeterReading(
            mix=meters[0],
            tracks=tuple(zip(shown.track_ids, meters[1:], strict=True)),
            momentary_lufs=figures.momentary_lufs,
            short_term_lufs=figures.short_term_lufs,
            integrated_lufs=figures.integrated_lufs,
            range_lu=figures.range_lu,
            true_peak_dbtp=figures.true_peak_dbtp,
            correlation=shown.correlation,
            measured_id=shown.measured_id,
        )

    def reset(self) -> None:
        """Start again as if nothing had been heard."""
        with self._lock:
            self._start_again()

    def set_tracks(self, track_ids: Sequence[TrackId]) -> None:
        """Have meters for other tracks, in this order; all of the mix but its peaks goes on."""
        with self._lock:
            self._track_channels = {
                track_id: self._track_channels.get(track_id, self._layout.channels)
                for track_id in track_ids
            }
            self._lay_out_channels()
            self._put_down()

    def reset_clips(self) -> None:
        """Put the clip lights out and the hold lines down; loudness goes on."""
        with self._lock:
            self._ballistics.reset_clips()
            self._put_down()

    def _measure(self, sound: AudioBlock | None, mix: AudioBlock) -> None:
        channels = self._measured_layout.channels
        if sound is None:
            sound = np.zeros((channels, mix.shape[1]), np.float32)
        elif sound.shape[0] != channels:
            # A track has channels of its own, which are known once it sounds.
            self._begin_loudness(layout_of("", sound.shape[0]))
        self._loudness.add(sound)
        if self._measured_layout.channel_names[:2] == ("L", "R"):
            self._correlation.add(sound[0], sound[1])

    def _begin_loudness(self, layout: ChannelLayout) -> None:
        self._measured_layout = layout
        self._loudness = LoudnessMeter(self._rate_hz, layout)
        self._correlation = CorrelationMeter(self._rate_hz)
        self._loudness_steps = -1

    def _start_again(self) -> None:
        self._begin_loudness(self._layout)
        self._last_seconds = self._seconds_now()
        self._lay_out_channels()
        self._put_down()

    def _lay_out_channels(self) -> None:
        """Number the channels: ``_first_channels[i]`` is where track i starts; the mix is at 0."""
        counts = (self._layout.channels, *self._track_channels.values())
        self._first_channels = tuple(np.cumsum(counts).tolist())
        self._ballistics = PeakBallistics(self._first_channels[-1], self._rate_hz)

    def _fit_channels(self, tracks: Mapping[TrackId, AudioBlock]) -> None:
        changed = {
            track_id: tracks[track_id].shape[0]
            for track_id, channels in self._track_channels.items()
            if track_id in tracks and tracks[track_id].shape[0] != channels
        }
        if changed:
            self._track_channels.update(changed)
            self._lay_out_channels()

    def _put_down(self) -> None:
        if self._loudness_steps != self._loudness.steps:
            self._loudness_steps = self._loudness.steps
            self._figures = _Figures(
                self._loudness.momentary_lufs,
                self._loudness.short_term_lufs,
                self._loudness.integrated_lufs,
                self._loudness.range_lu,
                self._loudness.true_peak_dbtp,
            )
        self._shown = _Shown(
            first_channels=self._first_channels,
            track_ids=tuple(self._track_channels),
            peaks=self._ballistics.peaks,
            holds=self._ballistics.holds,
            is_clipped=self._ballistics.is_clipped,
            figures=self._figures,
            correlation=self._correlation.value,
            measured_id=self._measured_id,
        )


@dataclass(frozen=True, slots=True)
class _Figures:
    momentary_lufs: float
    short_term_lufs: float
    integrated_lufs: float
    range_lu: float
    true_peak_dbtp: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    first_channels: tuple[int, ...]
    track_ids: tuple[TrackId, ...]
    peaks: Levels
    holds: Levels
    is_clipped: npt.NDArray[np.bool_]
    figures: _Figures
    correlation: float | None
    measured_id: TrackId | None


def _peaks_of(block: AudioBlock, out: Levels) -> None:
    if block.shape[1]:
        np.maximum(block.max(axis=1), -block.min(axis=1), out=out)


def _db(levels: Levels) -> tuple[float, ...]:
    return tuple(
        20 * math.log10(level) if level > _SILENCE else -math.inf for level in levels.tolist()
    )
