"""Copied clips are laid elsewhere, over what was there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.project.consistency import check_consistent
from prismdesk.project.edits.pasting import copy_clips, copy_span, paste
from prismdesk.project.errors import EditError
from prismdesk.project.ids import ClipId, LaneId
from prismdesk.project.timebase import SampleRange
from tests.builders import a_clip, a_lane, a_project, a_track

if TYPE_CHECKING:
    from prismdesk.project.model import Project

ONE, TWO = LaneId("lane-1"), LaneId("lane-2")


def _scene() -> Project:
    return a_project(
        tracks=(
            a_track(
                "track-1",
                a_lane("lane-1", a_clip("clip-1", 0, 1_000), a_clip("clip-2", 2_000, 1_000)),
            ),
            a_track("track-2", a_lane("lane-2", a_clip("clip-3", 500, 4_000))),
        )
    )


def _spans(project: Project, lane: int) -> list[tuple[int, int, int]]:
    return [
        (clip.start_samples, clip.end_samples, clip.source_start_samples)
        for clip in project.tracks[lane].lanes[0].clips
    ]


def test_a_clip_is_pasted_over_what_lies_there() -> None:
    before = _scene()
    after = paste(before, copy_clips(before, {ClipId("clip-1")}), 1_500, TWO)
    check_consistent(after)
    assert _spans(after, 1) == [(500, 1_500, 500), (1_500, 2_500, 0), (2_500, 4_500, 2_500)]


def test_marked_time_is_cut_out_of_its_clips() -> None:
    before = _scene()
    copied = copy_span(before, SampleRange(800, 2_200), {ONE})
    assert copied.length_samples == 1_400
    after = paste(before, copied, 10_000, ONE)
    check_consistent(after)
    assert _spans(after, 0)[2:] == [(10_000, 10_200, 800), (11_200, 11_400, 2_000)]


def test_clips_of_several_lanes_keep_their_places() -> None:
    before = _scene()
    after = paste(before, copy_clips(before, {ClipId("clip-2"), ClipId("clip-3")}), 20_000, ONE)
    check_consistent(after)
    assert _spans(after, 0)[-1][:2] == (21_500, 22_500)
    assert _spans(after, 1)[-1][:2] == (20_000, 24_000)


def test_too_few_lanes_are_told() -> None:
    before = _scene()
    copied = copy_clips(before, {ClipId("clip-2"), ClipId("clip-3")})
    with pytest.raises(EditError, match="too few lanes"):
        paste(before, copied, 0, TWO)


def test_nothing_to_copy_is_told() -> None:
    with pytest.raises(EditError, match="nothing to copy"):
        copy_clips(_scene(), set())
    with pytest.raises(EditError, match="No clip lies"):
        copy_span(_scene(), SampleRange(1_100, 1_200), {ONE})
