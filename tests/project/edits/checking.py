"""The idiom of edit tests, and an oracle of what is heard where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.project.changes import changes
from prismdesk.project.consistency import check_consistent
from prismdesk.project.ids import LaneId
from prismdesk.project.lookup import lane_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.project.model import Project

Heard = list[tuple[tuple[str, int], ...]]
"""Per timeline sample: the (source, position in it) pairs that sound there."""


def do(project: Project, edit: Callable[[Project], Project]) -> Project:
    """Make an edit; check the result, that the earlier value is untouched, and the way back."""
    check_consistent(project)
    kept = hash(repr(project))
    after = edit(project)
    check_consistent(after)
    assert hash(repr(project)) == kept
    assert edit(project).rate_hz == after.rate_hz
    assert changes(project, after).is_empty() == (project == after)
    return after


def layout(project: Project, lane_id: str = "lane-1") -> list[tuple[str, int, int, int]]:
    """Return (clip id, start, end, source start) of a lane's clips."""
    return [
        (clip.id, clip.start_samples, clip.end_samples, clip.source_start_samples)
        for clip in lane_of(project, LaneId(lane_id)).clips
    ]


def fades(project: Project, lane_id: str = "lane-1") -> list[tuple[str, int, int]]:
    """Return (clip id, fade in, fade out) of a lane's clips."""
    return [
        (clip.id, clip.fade_in.length_samples, clip.fade_out.length_samples)
        for clip in lane_of(project, LaneId(lane_id)).clips
    ]


def heard_on_lane(project: Project, lane_id: str, length_samples: int) -> Heard:
    """Return which source positions sound at each sample of a lane."""
    sounding: list[list[tuple[str, int]]] = [[] for _ in range(length_samples)]
    for clip in lane_of(project, LaneId(lane_id)).clips:
        for offset in range(clip.length_samples):
            source = (clip.media_id, clip.source_start_samples + offset)
            sounding[clip.start_samples + offset].append(source)
    return [tuple(sources) for sources in sounding]


def heard_from_takes(project: Project, length_samples: int) -> Heard:
    """Return which WAV positions of takes sound at each sample, whatever region they are in."""
    sounding: list[list[tuple[str, int]]] = [[] for _ in range(length_samples)]
    for region in project.regions:
        takes = {take.id: take for take in region.takes}
        for segment in region.comp:
            take = takes[segment.take_id]
            for position in range(segment.range.start_samples, segment.range.end_samples):
                source = (take.path, position - take.sound_range.start_samples)
                sounding[position].append(source)
    return [tuple(sorted(sources)) for sources in sounding]
