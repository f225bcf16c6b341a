"""What is heard on the lanes of a track: clips with gains and fades, and chosen takes over them.

Sound that nothing touches must come out bit for bit, so silence is not 0.0 here but *nothing*:
``NOTHING`` is -0.0, the one number that leaves every float as it is when added, -0.0 included.
A mask says where there is sound at all; whoever ends the chain turns the rest into 0.0.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from prismdesk.media.channels import downmix_matrix
from prismdesk.media.comping import TakeLayer, TakeRun, lane_runs
from prismdesk.media.errors import MediaError
from prismdesk.media.fades import db_to_gain, fade_in_gains, fade_out_gains
from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prismdesk.media.audio import AudioBlock
    from prismdesk.media.sounds import Sounds
    from prismdesk.project.ids import LaneId, RegionId
    from prismdesk.project.model import (
        ChannelLayout,
        Clip,
        FadeShape,
        Lane,
        Media,
        Project,
        Region,
        Track,
    )

NOTHING = np.float32(-0.0)


@dataclass(slots=True)
class Layered:
    """Sound over a span: float32 (channels, samples), and where there is any, bool (samples,).

    Samples that are not covered are ``NOTHING``.
    """

    audio: AudioBlock
    covered: npt.NDArray[np.bool_]

    @classmethod
    def nothing(cls, channels: int, length_samples: int) -> Layered:
        """Return a span without any sound."""
        audio = np.full((channels, length_samples), NOTHING, np.float32)
        return cls(audio, np.zeros(length_samples, np.bool_))

    def add(self, other: Layered) -> None:
        """Sum another sound of the same shape into this one."""
        self.audio += other.audio
        self.covered |= other.covered

    def scale(self, gain_db: float) -> None:
        """Apply a gain; 0 dB does not touch a sample."""
        if gain_db != 0.0:
            self.audio *= db_to_gain(gain_db)

    def routed(self, source: ChannelLayout, target: ChannelLayout) -> Layered:
        """Return the sound in another layout; the same object where the layouts are equal."""
        if source is target:
            return self
        audio = apply_matrix(downmix_matrix(source, target), self.audio)
        audio[:, ~self.covered] = NOTHING
        return Layered(audio, self.covered)

    def silenced(self) -> AudioBlock:
        """Return the sound with 0.0 where there is nothing."""
        self.audio[:, ~self.covered] = 0.0
        return self.audio


def apply_matrix(matrix: npt.NDArray[np.float32], audio: AudioBlock) -> AudioBlock:
    """Return ``matrix @ audio``, summed in the order of the channels, whatever the length.

    Channels at factor 1 are added as they are, channels at factor 0 not at all, so that one
    channel sent on at unity keeps its bits. (A library product may round a sample differently
    depending on its place in the block.)

    Args:
        matrix: (channels out, channels in).
        audio: (channels in, samples).
    """
    out = np.full((matrix.shape[0], audio.shape[1]), NOTHING, np.float32)
    for row, factors in zip(out, matrix, strict=True):
        for channel, factor in zip(audio, factors, strict=True):
            if factor == 1.0:
                row += channel
            elif factor != 0.0:
                row += channel * factor
    return out


class LaneReader:
    """Reads one lane of a track, span by span; only what lies in the span is touched."""

    def __init__(
        self,
        project: Project,
        sounds: Sounds,
        track: Track,
        lane: Lane,
        *,
        without_region_id: RegionId | None = None,
    ) -> None:
        self._sounds = sounds
        self._layout = track.layout
        self._media = {media.id: media for media in project.media}
        self._clips = [clip for clip in lane.clips if not clip.is_muted]
        self._starts = [clip.start_samples for clip in self._clips]
        self._latest_ends = list(accumulate((clip.end_samples for clip in self._clips), max))
        regions = [
            region
            for region in project.regions
            if lane.id in region.lane_ids and region.id != without_region_id
        ]
        self._runs = [
            (run, region, region.lane_ids.index(lane.id)) for region, run in lane_runs(regions)
        ]

    def read(self, span: SampleRange) -> Layered | None:
        """Return the lane's sound over the span, None where there is none at all."""
        first = bisect_right(self._latest_ends, span.start_samples)
        last = bisect_left(self._starts, span.end_samples)
        clips = [clip for clip in self._clips[first:last] if clip.range.overlaps(span)]
        runs = [entry for entry in self._runs if entry[0].range.overlaps(span)]
        if not clips and not runs:
            return None
        sound = Layered.nothing(self._layout.channels, span.length_samples)
        for clip in clips:
            self._add_clip(sound, span, clip)
        for run, region, lane_number in runs:
            self._lay_run(sound, span, run, region, lane_number)
        return sound

    def _add_clip(self, sound: Layered, span: SampleRange, clip: Clip) -> None:
        heard = _inside(clip.range, span)
        media = self._media[clip.media_id]
        position = clip.source_start_samples + heard.start_samples - clip.start_samples
        source = self._sounds.stream(media, clip.stream_index)
        audio = source.read(position, heard.length_samples)
        layout = _stream_layout(media, clip.stream_index)
        _check_channels(audio, layout.channels, media.path)
        if layout is not self._layout:
            audio = apply_matrix(downmix_matrix(layout, self._layout), audio)
        fade_in, fade_out = clip.fade_in, clip.fade_out
        if clip.gain_db != 0.0:
            audio = audio * db_to_gain(clip.gain_db)
        audio = _faded_in(audio, heard, clip.start_samples, fade_in.length_samples, fade_in.shape)
        audio = _faded_out(audio, heard, clip.end_samples, fade_out.length_samples, fade_out.shape)
        place = _slice(heard, span)
        sound.audio[:, place] += audio
        sound.covered[place] = True

    def _lay_run(
        self, sound: Layered, span: SampleRange, run: TakeRun, region: Region, lane_number: int
    ) -> None:
        part = _inside(run.range, span)
        place = _slice(part, span)
        under = sound.audio[:, place]
        over = np.full_like(under, NOTHING)
        for layer in run.layers:
            self._add_layer(over, part, layer, region, lane_number)
        _add_seam(over, under, part, run)
        sound.audio[:, place] = over
        sound.covered[place] = True

    def _add_layer(
        self,
        over: AudioBlock,
        part: SampleRange,
        layer: TakeLayer,
        region: Region,
        lane_number: int,
    ) -> None:
        heard = layer.range.intersection(part)
        if heard is None:
            return
        position = heard.start_samples - layer.source_offset_samples
        audio = self._sounds.take(layer.take).read(position, heard.length_samples)
        channels = self._layout.channels
        _check_channels(audio, channels * len(region.lane_ids), layer.take.path)
        audio = audio[lane_number * channels : (lane_number + 1) * channels]
        if layer.take.gain_db != 0.0:
            audio = audio * db_to_gain(layer.take.gain_db)
        start, end = layer.range.start_samples, layer.range.end_samples
        audio = _faded_in(audio, heard, start, layer.fade_in_samples, layer.fade_in_shape)
        audio = _faded_out(audio, heard, end, layer.fade_out_samples, layer.fade_out_shape)
        over[:, _slice(heard, part)] += audio


def read_lanes(readers: Sequence[LaneReader], span: SampleRange) -> Layered | None:
    """Return the sum of the lanes over the span, None where there is no sound at all."""
    total: Layered | None = None
    for reader in readers:
        sound = reader.read(span)
        if sound is None:
            continue
        if total is None:
            total = sound
        else:
            total.add(sound)
    return total


def lane_readers(
    project: Project,
    sounds: Sounds,
    track: Track,
    lane_ids: Sequence[LaneId] | None = None,
    *,
    without_region_id: RegionId | None = None,
) -> list[LaneReader]:
    """Return readers of the lanes named, in that order; of all lanes if none are named."""
    lanes = {lane.id: lane for lane in track.lanes}
    wanted = list(lanes) if lane_ids is None else list(lane_ids)
    return [
        LaneReader(project, sounds, track, lanes[lane_id], without_region_id=without_region_id)
        for lane_id in wanted
    ]


def _add_seam(over: AudioBlock, under: AudioBlock, part: SampleRange, run: TakeRun) -> None:
    """Add what the lane still sounds inside the run's two seams, fading as the take does."""
    start, end = run.range.start_samples, run.range.end_samples
    shape = run.layers[0].fade_in_shape
    going = part.intersection(SampleRange(start, start + run.seam_in_samples))
    if going is not None:
        place = _slice(going, part)
        over[:, place] += _faded_out(
            under[:, place], going, start + run.seam_in_samples, run.seam_in_samples, shape
        )
    shape = run.layers[-1].fade_out_shape
    coming = part.intersection(SampleRange(end - run.seam_out_samples, end))
    if coming is not None:
        place = _slice(coming, part)
        over[:, place] += _faded_in(
            under[:, place], coming, end - run.seam_out_samples, run.seam_out_samples, shape
        )


def _faded_in(
    audio: AudioBlock, at: SampleRange, start: int, length_samples: int, shape: FadeShape
) -> AudioBlock:
    """Return the sound at ``at`` with a fade in that starts at ``start``."""
    inside = at.intersection(SampleRange(start, start + length_samples))
    if inside is None:
        return audio
    gains = fade_in_gains(
        length_samples, shape, inside.start_samples - start, inside.end_samples - start
    )
    return _with_gains(audio, _slice(inside, at), gains)


def _faded_out(
    audio: AudioBlock, at: SampleRange, end: int, length_samples: int, shape: FadeShape
) -> AudioBlock:
    """Return the sound at ``at`` with a fade out that ends at ``end``."""
    start = end - length_samples
    inside = at.intersection(SampleRange(start, end))
    if inside is None:
        return audio
    gains = fade_out_gains(
        length_samples, shape, inside.start_samples - start, inside.end_samples - start
    )
    return _with_gains(audio, _slice(inside, at), gains)


def _with_gains(audio: AudioBlock, place: slice, gains: npt.NDArray[np.float32]) -> AudioBlock:
    faded = audio.copy()
    faded[:, place] *= gains
    return faded


def _inside(range_: SampleRange, span: SampleRange) -> SampleRange:
    return SampleRange(
        max(range_.start_samples, span.start_samples), min(range_.end_samples, span.end_samples)
    )


def _slice(part: SampleRange, whole: SampleRange) -> slice:
    """Return where ``part`` lies in an array that holds ``whole``."""
    return slice(part.start_samples - whole.start_samples, part.end_samples - whole.start_samples)


def _stream_layout(media: Media, stream_index: int) -> ChannelLayout:
    for sound in media.sounds:
        if sound.stream_index == stream_index:
            return sound.layout
    raise MediaError(f"{media.path} has no sound stream {stream_index}; relink the clip's file.")


def _check_channels(audio: AudioBlock, channels: int, path: str) -> None:
    if audio.shape[0] != channels:
        raise MediaError(
            f"{path} has {audio.shape[0]} channels where {channels} are expected; "
            "bring the original file back or make the sound again."
        )
