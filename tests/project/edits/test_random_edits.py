"""Any sequence of edits keeps every rule, or refuses with a sentence and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from prismdesk.project import edits
from prismdesk.project.consistency import check_consistent
from prismdesk.project.edits import EditError, RippleMode
from prismdesk.project.ids import ClipId
from prismdesk.project.lookup import clips_of, lanes_of, takes_of
from prismdesk.project.model import FadeShape, Project, Region, RegionStatus
from prismdesk.project.timebase import SampleRange
from tests.builders import (
    a_clip,
    a_lane,
    a_marker,
    a_media,
    a_project,
    a_region,
    a_segment,
    a_sound,
    a_take,
    a_track,
)

Draw = Callable[[st.SearchStrategy[Any]], Any]
MakeId = Callable[[str], str]
Edit = Callable[[Project, Draw, MakeId], Project]

times = st.integers(-5, 130)
lengths = st.integers(-2, 60)
modes = st.sampled_from(RippleMode)
flags = st.booleans()


def start_project() -> Project:
    """Two tracks, three lanes, a crossfade, regions with and without takes, in 100 samples."""
    first = a_lane(
        "lane-1",
        a_clip("c1", 0, 40, fade_in=5, fade_out=10),
        a_clip("c2", 30, 30, fade_in=10, fade_out=4),
        a_clip("c3", 60, 20),
    )
    return a_project(
        media=(a_media(sounds=(a_sound(length_samples=120),)),),
        tracks=(
            a_track("track-1", first, a_lane("lane-2", a_clip("c4", 10, 70))),
            a_track("track-2", a_lane("lane-3", a_clip("c5", 20, 50, source_start=7))),
        ),
        regions=(
            a_region(
                "r1",
                20,
                50,
                takes=(a_take("t1", 20, 50, head=8, tail=3), a_take("t2", 25, 45)),
                comp=(a_segment("t1", 20, 30), a_segment("t2", 30, 45)),
            ),
            a_region("r2", 40, 90),
        ),
        markers=(a_marker("m1", 33), a_marker("m2", 90)),
    )


def _one(draw: Draw, things: Any) -> Any:
    """Draw a thing's id; now and then one that doesn't exist."""
    return draw(st.sampled_from([*(thing.id for thing in things), "nowhere"]))


def _span(draw: Draw) -> SampleRange:
    start = draw(times)
    return SampleRange(start, start + draw(st.integers(0, 50)))


def _ripple(project: Project, draw: Draw) -> dict[str, Any]:
    track_ids = st.sampled_from([*(track.id for track in project.tracks), None])
    return {"mode": draw(modes), "track_id": draw(track_ids)}


def _neighbours(project: Project, draw: Draw) -> tuple[Any, Any]:
    lane = draw(st.sampled_from(list(lanes_of(project))))
    if len(lane.clips) < 2:
        return _one(draw, lane.clips), _one(draw, lane.clips)
    index = draw(st.integers(0, len(lane.clips) - 2))
    return lane.clips[index].id, lane.clips[index + 1].id


def _new_take(project: Project, draw: Draw, make_id: MakeId) -> Project:
    start = draw(times)
    take = a_take(
        make_id("take"), start, start + draw(lengths.filter(bool).map(abs)), head=draw(lengths)
    )
    return edits.add_take(project, _one(draw, project.regions), take)


def _new_comp(project: Project, draw: Draw, make_id: MakeId) -> Project:
    segments = []
    for _ in range(draw(st.integers(0, 3))):
        span = _span(draw)
        segments.append(
            a_segment(_one(draw, takes_of(project)), span.start_samples, span.end_samples)
        )
    return edits.comp_takes(project, _one(draw, project.regions), tuple(segments))


def _new_region(region_id: str, span: SampleRange) -> Region:
    return a_region(region_id, span.start_samples, span.end_samples)


EDITS: dict[str, Edit] = {
    "add_clip": lambda p, d, n: edits.add_clip(
        p,
        _one(d, lanes_of(p)),
        a_clip(n("clip"), d(times), d(lengths), source_start=d(times), fade_in=d(lengths)),
    ),
    "split_clip": lambda p, d, n: edits.split_clip(
        p, _one(d, clips_of(p)), d(times), new_clip_id=ClipId(n("clip"))
    ),
    "trim_clip_start": lambda p, d, n: edits.trim_clip_start(
        p, _one(d, clips_of(p)), d(times), ripple=d(modes), clamped=d(flags), make_id=n
    ),
    "trim_clip_end": lambda p, d, n: edits.trim_clip_end(
        p, _one(d, clips_of(p)), d(times), ripple=d(modes), clamped=d(flags), make_id=n
    ),
    "slip_clip": lambda p, d, n: edits.slip_clip(
        p, _one(d, clips_of(p)), d(times), clamped=d(flags)
    ),
    "move_clip": lambda p, d, n: edits.move_clip(
        p,
        _one(d, clips_of(p)),
        d(times),
        lane_id=d(st.sampled_from([None, *(lane.id for lane in lanes_of(p))])),
        ripple=d(modes),
    ),
    "delete_clip": lambda p, d, n: edits.delete_clip(
        p, _one(d, clips_of(p)), ripple=d(modes), make_id=n
    ),
    "set_clip_fade_in": lambda p, d, n: edits.set_clip_fade_in(
        p, _one(d, clips_of(p)), d(lengths), clamped=d(flags)
    ),
    "set_clip_fade_out": lambda p, d, n: edits.set_clip_fade_out(
        p, _one(d, clips_of(p)), d(lengths), clamped=d(flags)
    ),
    "crossfade": lambda p, d, n: edits.crossfade(
        p, *_neighbours(p, d), d(lengths), shape=d(st.sampled_from(FadeShape))
    ),
    "ripple_delete": lambda p, d, n: edits.ripple_delete(p, _span(d), **_ripple(p, d), make_id=n),
    "insert_silence": lambda p, d, n: edits.insert_silence(
        p, d(times), d(lengths), **_ripple(p, d), make_id=n
    ),
    "lift": lambda p, d, n: edits.lift(p, _span(d), make_id=n),
    "add_region": lambda p, d, n: edits.add_region(p, _new_region(n("region"), _span(d))),
    "move_region": lambda p, d, n: edits.move_region(
        p,
        _one(d, p.regions),
        d(times),
        track_id=d(st.sampled_from([None, *(track.id for track in p.tracks)])),
    ),
    "resize_region": lambda p, d, n: edits.resize_region(p, _one(d, p.regions), _span(d)),
    "split_region": lambda p, d, n: edits.split_region(p, _one(d, p.regions), d(times), make_id=n),
    "remove_region": lambda p, d, n: edits.remove_region(p, _one(d, p.regions)),
    "set_region_status": lambda p, d, n: edits.set_region_status(
        p, _one(d, p.regions), d(st.sampled_from(RegionStatus))
    ),
    "add_take": _new_take,
    "choose_take": lambda p, d, n: edits.choose_take(p, _one(d, takes_of(p))),
    "comp_takes": _new_comp,
    "remove_take": lambda p, d, n: edits.remove_take(p, _one(d, takes_of(p))),
    "rate_take": lambda p, d, n: edits.rate_take(p, _one(d, takes_of(p)), d(times)),
    "move_marker": lambda p, d, n: edits.move_marker(p, _one(d, p.markers), d(times)),
    "add_lane": lambda p, d, n: edits.add_lane(p, _one(d, p.tracks), a_lane(n("lane"))),
    "remove_lane": lambda p, d, n: edits.remove_lane(p, _one(d, lanes_of(p))),
    "move_track": lambda p, d, n: edits.move_track(p, _one(d, p.tracks), d(st.integers(-1, 3))),
}


@settings(max_examples=250, deadline=None)
@given(data=st.data())
def test_random_edits_keep_every_rule(data: st.DataObject) -> None:
    numbers = count(1)
    project = start_project()
    check_consistent(project)

    def make_id(prefix: str) -> str:
        return f"{prefix}-new-{next(numbers)}"

    for _ in range(data.draw(st.integers(1, 12))):
        name = data.draw(st.sampled_from(sorted(EDITS)))
        before = project
        try:
            project = EDITS[name](project, data.draw, make_id)
        except EditError:
            project = before
        check_consistent(project)
