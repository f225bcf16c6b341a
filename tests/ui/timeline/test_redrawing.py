from __future__ import annotations

from dataclasses import replace

from prismdesk.project.changes import changes
from prismdesk.ui.timeline.redrawing import moves_rows
from tests.builders import a_marker, a_project, a_region, a_segment, a_take, a_track

REGION = a_region(
    takes=(a_take("take-1", 100, 200),), comp=(a_segment("take-1", 100, 200),), name="Wind"
)
PROJECT = a_project(regions=(REGION,))


def test_track_that_comes_moves_rows_and_a_marker_moves_none() -> None:
    with_track = replace(PROJECT, tracks=(*PROJECT.tracks, a_track("track-9")))
    with_marker = replace(PROJECT, markers=(a_marker(),))

    assert moves_rows(changes(PROJECT, with_track), lists_takes=False)
    assert not moves_rows(changes(PROJECT, with_marker), lists_takes=True)


def test_take_that_comes_moves_rows_only_while_takes_are_listed() -> None:
    one_more = replace(REGION, takes=(*REGION.takes, a_take("take-2", 100, 200)))
    changed = changes(PROJECT, replace(PROJECT, regions=(one_more,)))

    assert moves_rows(changed, lists_takes=True)
    assert not moves_rows(changed, lists_takes=False)
