from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from prismdesk.errors import InputError
from prismdesk.project.edits import add_region, add_take
from prismdesk.project.ids import RegionId
from prismdesk.project.model import Region, RegionStatus, Task
from prismdesk.project.timebase import SampleRange
from prismdesk.session.batches import (
    SPARE_BYTES,
    BatchWish,
    Existing,
    Order,
    asked_parts,
    open_regions,
    plan_batch,
)
from prismdesk.session.measured import Pace
from prismdesk.session.room import needed_bytes
from tests.builders import RATE_HZ, a_project, a_take
from tests.session.making_session import offer_fake_engine

if TYPE_CHECKING:
    from prismdesk.project.model import Project
    from prismdesk.session.batches import BatchPlan

LATER = SampleRange(5 * RATE_HZ, 7 * RATE_HZ)


@dataclass
class Now:
    """Circumstances of a test's choosing."""

    refused: dict[str, str] = field(default_factory=dict)
    paces: dict[tuple[str, str], Pace] = field(default_factory=dict)
    busy: frozenset[str] = frozenset()
    free_bytes: int = 10**12

    def refusal(self, region: Region) -> str:
        return self.refused.get(region.id, "")

    def pace(self, engine: str, variant: str) -> Pace | None:
        return self.paces.get((engine, variant))


@pytest.fixture(autouse=True)
def fake_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    offer_fake_engine(monkeypatch)


def a_region(region_id: str, second: int, **fields: object) -> Region:
    track = a_project().tracks[0]
    region = Region(
        id=RegionId(region_id),
        name=region_id.title(),
        track_id=track.id,
        lane_ids=(track.lanes[0].id,),
        range=SampleRange(second * RATE_HZ, (second + 1) * RATE_HZ),
        task=Task.GENERATE,
        engine="fake",
        variant="open",
    )
    return replace(region, **fields)  # type: ignore[arg-type]  # fields by name


def with_regions(*regions: Region) -> Project:
    project = a_project()
    for region in regions:
        project = add_region(project, replace(region, takes=()))
        for take in region.takes:
            project = add_take(project, region.id, take)
    return project


def plan(*regions: Region, now: Now | None = None, **wish: object) -> BatchPlan:
    project = with_regions(*regions)
    return plan_batch(
        project,
        project.regions,
        BatchWish(**wish),  # type: ignore[arg-type]  # fields by name
        now or Now(),
    )


def names(plan: BatchPlan) -> list[str]:
    return [row.region.id for row in plan.to_make]


def test_a_loaded_model_makes_all_its_regions_in_the_films_order() -> None:
    regions = (
        a_region("late", 8),
        a_region("unpaid", 2, variant="unpaid"),
        a_region("early", 1),
        a_region("adapted", 0, adapters=(("wood", 0.5),)),
    )
    made = plan(*regions)
    assert names(made) == ["early", "late", "adapted", "unpaid"]
    muted = replace(regions[3], muted_adapters=("wood",))
    assert names(plan(*regions[:3], muted)) == ["adapted", "early", "late", "unpaid"]
    assert made.loads == 2
    assert names(plan(*regions, order=Order.FILM)) == ["adapted", "early", "unpaid", "late"]
    assert plan(*regions, order=Order.FILM).loads == 3


def test_the_shortest_comes_first_where_that_is_wanted() -> None:
    long = a_region("long", 0, range=SampleRange(0, 3 * RATE_HZ))
    assert names(plan(long, a_region("short", 5), order=Order.SHORTEST)) == ["short", "long"]


def test_what_is_refused_skipped_or_busy_is_told_before_anything_starts() -> None:
    regions = (
        a_region("refused", 0),
        a_region("made", 1, takes=(a_take(start=RATE_HZ, end=2 * RATE_HZ),)),
        a_region("busy", 2),
        a_region("fine", 3),
    )
    now = Now(refused={"refused": "Its weights aren't here."}, busy=frozenset({"busy"}))
    planned = plan(*regions, now=now)
    assert names(planned) == ["fine"]
    assert [(row.region.id, row.refused) for row in planned.refused] == [
        ("refused", "Its weights aren't here.")
    ]
    assert {row.region.id: row.skipped for row in planned.skipped} == {
        "made": "It has a take already.",
        "busy": "It is being made, or waits to be.",
    }
    assert names(plan(*regions, now=now, existing=Existing.REMAKE)) == ["made", "fine"]


def test_time_is_told_as_far_as_it_was_measured() -> None:
    now = Now(paces={("fake", "open"): Pace(loading_seconds=10.0, seconds_per_work=2.0)})
    unmeasured = a_region("unmeasured", 3, variant="unpaid")
    planned = plan(a_region("one", 0), a_region("half", 1, settings=(("steps", 50),)), now=now)
    assert planned.seconds == pytest.approx(10 + 2 + 2 * 2)
    assert planned.unknown == 0
    planned = plan(a_region("one", 0), unmeasured, now=now, takes=3)
    assert planned.seconds == pytest.approx(10 + 6)
    assert planned.unknown == 1
    assert plan(unmeasured).seconds is None


def test_the_disk_must_have_room_for_takes_and_what_goes_with_the_jobs() -> None:
    region = a_region("one", 0)
    needed = needed_bytes(a_project(), region, takes=2)
    # Two takes of a second, a second and ten seconds on either side: stereo, 4 bytes each.
    assert needed == pytest.approx((2 + 21) * RATE_HZ * 2 * 4, rel=0.02)
    assert plan(region, takes=2).needed_bytes == needed
    assert plan(region, takes=2, now=Now(free_bytes=needed + SPARE_BYTES)).why_not == ""
    full = plan(region, takes=2, now=Now(free_bytes=needed + SPARE_BYTES - 1))
    assert full.why_not.endswith("are free.")
    assert plan(region, now=Now(free_bytes=-1)).why_not == ""


def test_a_plan_without_work_says_why() -> None:
    assert plan().why_not == "There is no open region."
    nothing = plan(a_region("no", 0), now=Now(refused={"no": "No."}))
    assert nothing.why_not == "None of these regions is to be made."
    with pytest.raises(InputError, match="0 takes"):
        BatchWish(takes=0)


def test_a_region_without_an_engine_gets_the_first_that_makes_it() -> None:
    planned = plan(a_region("plain", 0, engine="", variant=""))
    assert planned.to_make[0].region.engine == "selva"
    planned = plan(a_region("fake", 0, variant=""))
    assert planned.to_make[0].region.variant == "open"


def test_open_regions_are_found_in_the_films_order() -> None:
    regions = (
        a_region("two", 4),
        a_region("one", 1),
        a_region("done", 2, status=RegionStatus.DONE),
    )
    project = with_regions(*regions)
    assert [region.id for region in open_regions(project)] == ["one", "two"]


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"prompt": "rain"}, "prompt"),
        ({"range": LATER}, "place"),
        ({"variant": "unpaid"}, "engine"),
        ({"seed": 7}, "settings"),
        ({"sees_picture": False}, "picture"),
        ({"task": Task.INPAINT}, "task"),
    ],
)
def test_what_a_region_asks_for_is_told_apart_in_parts(
    change: dict[str, object], part: str
) -> None:
    region = a_region("one", 0)
    before, after = dict(asked_parts(region)), dict(asked_parts(replace(region, **change)))  # type: ignore[arg-type]  # fields by name
    assert [name for name in before if before[name] != after[name]] == [part]
    reviewed = replace(region, note="heard it", status=RegionStatus.REVIEW)
    assert asked_parts(reviewed) == asked_parts(region)
