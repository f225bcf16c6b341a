"""The mix of a project, streamed in blocks: lanes, tracks, buses, sum.

    lane(s) -> track gain -> layout of the mix -> sum per bus -> bus gain -> sum of the buses

Memory is constant for any length, and the size of the blocks doesn't change a bit of the
result. A sample that no gain, fade, take or downmix touches comes out with the bits it has in
its file. Buses are summed in the project's order, and a bus's tracks before its gain, so that
the sum of the stems is the mix.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from prismdesk.media.comping import lane_runs, take_runs
from prismdesk.media.lanes import LaneReader, Layered, lane_readers, read_lanes
from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prismdesk.media.audio import AudioBlock
    from prismdesk.media.comping import TakeRun
    from prismdesk.media.sounds import Sounds
    from prismdesk.project.ids import LaneId, RegionId, TrackId
    from prismdesk.project.model import Bus, ChannelLayout, Project, Region, Take, Track

BLOCK_SAMPLES = 65536


def mix_blocks(
    project: Project,
    sounds: Sounds,
    span: SampleRange,
    *,
    layout: ChannelLayout | None = None,
    block_samples: int = BLOCK_SAMPLES,
    track_ids: Sequence[TrackId] | None = None,
) -> Iterator[AudioBlock]:
    """Yield the mix over ``span`` as float32 (channels, n), n at most ``block_samples``.

    Args:
        project: what to mix.
        sounds: where the sound of media and takes is read.
        span: timeline samples; places without sound are 0.0.
        layout: channels of the result; the project's if None.
        block_samples: size of the blocks, the last one may be shorter.
        track_ids: mix only these (a stem); mute and solo count as they do in the whole mix.

    Raises:
        MediaError: a file is missing or unlike what the project says of it.
    """
    if block_samples < 1:
        raise ValueError(f"blocks of {block_samples} samples don't get anywhere")
    mixer = Mixer(project, sounds, layout=layout, track_ids=track_ids)
    for start in range(span.start_samples, span.end_samples, block_samples):
        block = SampleRange(start, min(start + block_samples, span.end_samples))
        yield mixer.read(block)


@dataclass(frozen=True, slots=True)
class Mixed:
    """The mix over a span, and what each track gave to it.

    ``tracks`` holds float32 (channels of the track, samples) after the track's gain, before its
    bus; tracks that sound nothing over the span are left out.
    """

    mix: AudioBlock
    tracks: dict[TrackId, AudioBlock]


class Mixer:
    """Reads the mix of a project at any place, in any order.

    Setting one up costs as much as the project has clips; reading only what lies in the span.

    Args:
        project: what to mix.
        sounds: where the sound of media and takes is read.
        layout: channels of the mix; the project's if None.
        track_ids: mix only these (a stem); mute and solo count as they do in the whole mix.

    Raises:
        MediaError: (when reading) a file is missing or unlike what the project says of it.
    """

    def __init__(
        self,
        project: Project,
        sounds: Sounds,
        *,
        layout: ChannelLayout | None = None,
        track_ids: Sequence[TrackId] | None = None,
    ) -> None:
        self.layout = project.layout if layout is None else layout
        self._groups = [
            (bus, [_TrackReader(track, lane_readers(project, sounds, track)) for track in tracks])
            for bus, tracks in _routing(project, track_ids)
        ]

    def read(self, span: SampleRange) -> AudioBlock:
        """Return the mix over the span, float32 (channels, samples)."""
        return self._read(span, None)

    def read_with_tracks(self, span: SampleRange) -> Mixed:
        """Return the same mix, and the sound of each track on the way."""
        tracks: dict[TrackId, AudioBlock] = {}
        return Mixed(self._read(span, tracks), tracks)

    def _read(self, span: SampleRange, heard: dict[TrackId, AudioBlock] | None) -> AudioBlock:
        total: Layered | None = None
        for bus, tracks in self._groups:
            part = _read_bus(bus, tracks, span, self.layout, heard)
            if total is None:
                total = part
            elif part is not None:
                total.add(part)
        if total is None:
            return np.zeros((self.layout.channels, span.length_samples), np.float32)
        return total.silenced()


def lane_sound(
    project: Project,
    sounds: Sounds,
    track_id: TrackId,
    lane_ids: Sequence[LaneId],
    span: SampleRange,
    *,
    without_region_id: RegionId | None = None,
) -> tuple[AudioBlock, npt.NDArray[np.bool_]]:
    """Return what is heard on lanes before the track's gain: the context for an engine.

    Args:
        project: what is edited.
        sounds: where the sound of media and takes is read.
        track_id: the track that the lanes belong to.
        lane_ids: the lanes, in the order wanted.
        span: timeline samples; the whole span is held in memory.
        without_region_id: leave this region's takes out.

    Returns:
        float32 (channels of the track x lanes, samples), the lanes one after the other, 0.0
        where there is nothing; and bool (samples,), True where some lane has a clip or take.

    Raises:
        MediaError: a file is missing or unlike what the project says of it.
    """
    track = next(track for track in project.tracks if track.id == track_id)
    readers = lane_readers(project, sounds, track, lane_ids, without_region_id=without_region_id)
    channels = track.layout.channels
    audio = np.zeros((channels * len(readers), span.length_samples), np.float32)
    covered = np.zeros(span.length_samples, np.bool_)
    for number, reader in enumerate(readers):
        sound = reader.read(span)
        if sound is not None:
            covered |= sound.covered
            audio[number * channels : (number + 1) * channels] = sound.silenced()
    return audio, covered


def sounding_tracks(project: Project) -> tuple[Track, ...]:
    """Return the tracks that are heard: not muted, on a bus that isn't, and soloed if any is."""
    buses = {bus.id: bus for bus in project.buses}
    has_solo = any(track.is_soloed for track in project.tracks)
    return tuple(
        track
        for track in project.tracks
        if not track.is_muted
        and not buses[track.bus_id].is_muted
        and (track.is_soloed or not has_solo)
    )


def sounding_takes(project: Project, span: SampleRange) -> tuple[tuple[Region, Take], ...]:
    """Return the takes that are heard in the mix over the span, with their regions, each once.

    What lies wholly under the takes of later regions isn't heard.
    """
    found: dict[tuple[str, str], tuple[Region, Take]] = {}
    for track in sounding_tracks(project):
        for lane in track.lanes:
            regions = [region for region in project.regions if lane.id in region.lane_ids]
            for region, take in _heard_on_lane(lane_runs(regions), span):
                found[(region.id, take.id)] = (region, take)
    places = {region.id: place for place, region in enumerate(project.regions)}
    return tuple(sorted(found.values(), key=lambda heard: places[heard[0].id]))


def _heard_on_lane(
    runs: list[tuple[Region, TakeRun]], span: SampleRange
) -> Iterator[tuple[Region, Take]]:
    """Yield what is heard of a lane's runs, of which later ones lie over earlier ones."""
    ranges = sorted(run.range for _, run in runs)
    lie_apart = all(a.end_samples <= b.start_samples for a, b in pairwise(ranges))
    for place, (region, run) in enumerate(runs):
        later_runs = [] if lie_apart else runs[place + 1 :]
        over = [later.silences for _, later in later_runs if later.range.overlaps(run.range)]
        for layer in run.layers:
            heard = layer.range.intersection(span)
            if heard is not None and not _is_covered(heard, over):
                yield region, layer.take


def _is_covered(heard: SampleRange, over: list[SampleRange]) -> bool:
    """Whether stretches together lie over all of another."""
    covered_to = heard.start_samples
    for stretch in sorted(over):
        if stretch.start_samples > covered_to:
            break
        covered_to = max(covered_to, stretch.end_samples)
    return covered_to >= heard.end_samples


def sound_end_samples(project: Project) -> int:
    """Return where the last clip or take that is heard in the mix ends; 0 if nothing is."""
    tracks = sounding_tracks(project)
    heard_lanes = {lane.id for track in tracks for lane in track.lanes}
    clips = (clip for track in tracks for lane in track.lanes for clip in lane.clips)
    ends = [clip.end_samples for clip in clips if not clip.is_muted]
    ends += [
        run.range.end_samples
        for region in project.regions
        if heard_lanes.intersection(region.lane_ids)
        for run in take_runs(region)
    ]
    return max(ends, default=0)


@dataclass(frozen=True, slots=True)
class _TrackReader:
    track: Track
    lanes: list[LaneReader]


def _routing(
    project: Project, track_ids: Sequence[TrackId] | None
) -> list[tuple[Bus, list[Track]]]:
    tracks = [
        track for track in sounding_tracks(project) if track_ids is None or track.id in track_ids
    ]
    groups = [(bus, [track for track in tracks if track.bus_id == bus.id]) for bus in project.buses]
    return [(bus, routed) for bus, routed in groups if routed]


def _read_bus(
    bus: Bus,
    tracks: list[_TrackReader],
    span: SampleRange,
    layout: ChannelLayout,
    heard: dict[TrackId, AudioBlock] | None,
) -> Layered | None:
    total: Layered | None = None
    for reader in tracks:
        sound = read_lanes(reader.lanes, span)
        if sound is None:
            continue
        sound.scale(reader.track.gain_db)
        if heard is not None:
            heard[reader.track.id] = sound.audio.copy()  # the sum is made in place
        sound = sound.routed(reader.track.layout, layout)
        if total is None:
            total = sound
        else:
            total.add(sound)
    if total is not None:
        total.scale(bus.gain_db)
    return total
