"""A batch planned: which regions are made, which are not and why, in what order, at what cost.

Nothing here changes anything. ``batch_course`` starts what was planned.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.catalogue import capabilities_of, engines_that_can, variant_of
from prismdesk.engines.weights.one_look import one_look
from prismdesk.errors import InputError, PrismDeskError
from prismdesk.jobs.made_sound import free_bytes
from prismdesk.jobs.spec import MAX_TAKES
from prismdesk.project.model import RegionStatus
from prismdesk.session.measured import Measured, work_of
from prismdesk.session.model_words import size_words
from prismdesk.session.refusals import refusal
from prismdesk.session.room import needed_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from prismdesk.project.model import Project, Region
    from prismdesk.session.measured import Pace
    from prismdesk.session.session import Session

SPARE_BYTES = 64 << 20
"""Room that is left on the disk for the project itself."""


class Existing(StrEnum):
    """What becomes of regions that have takes already."""

    SKIP = "skip"
    REMAKE = "remake"


class Order(StrEnum):
    """In which order regions are made."""

    FEWEST_LOADS = "fewest-loads"
    FILM = "film"
    SHORTEST = "shortest"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchWish:
    """What the user asks for besides the regions.

    Attributes:
        takes: how many for each region, 1 to ``MAX_TAKES``.
        existing: whether regions that have takes get more.
        order: in which they are made.
        handle_samples: extra sound wanted before and after each.
    """

    takes: int = 1
    existing: Existing = Existing.SKIP
    order: Order = Order.FEWEST_LOADS
    handle_samples: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.takes <= MAX_TAKES:
            raise InputError(
                f"{self.takes} takes of each region can't be made; possible are 1 to {MAX_TAKES}."
            )


class Circumstances(Protocol):
    """What a plan has to know of the world beside the project."""

    def refusal(self, region: Region) -> str:
        """Say why a region can't be made as it is and now; empty if it can."""

    def pace(self, engine: str, variant: str) -> Pace | None:
        """Return how fast an engine was here, None if it never ran."""

    @property
    def busy(self) -> frozenset[str]:
        """Regions whose sound is being made, or waits to be."""

    @property
    def free_bytes(self) -> int:
        """How much room the project's disk has; -1 if not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRegion:
    """One region of a plan.

    Attributes:
        region: as it is to be made: with an engine, and the variant by name.
        takes: how many.
        refused: one sentence on why it can't be made; empty if it can.
        skipped: one sentence on why it needn't be made; empty if it is to be.
        seconds: how long it takes; None where nothing was measured.
        disk_bytes: room that it needs.
    """

    region: Region
    takes: int
    refused: str = ""
    skipped: str = ""
    seconds: float | None = None
    disk_bytes: int = 0

    @property
    def is_made(self) -> bool:
        """Whether it is going to be made."""
        return not (self.refused or self.skipped)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPlan:
    """A batch before it begins; ``rows`` has those to make first, in their order.

    Attributes:
        rows: all regions.
        wish: what was asked for.
        free_bytes: room on the project's disk; -1 if not known.
        needed_bytes: room that all of it needs.
        loads: how many times a model is loaded.
        seconds: how long all of it takes, None where nothing was measured of any of it.
        unknown: how many of the regions to make nothing was measured for.
    """

    rows: tuple[PlannedRegion, ...]
    wish: BatchWish
    free_bytes: int
    needed_bytes: int
    loads: int
    seconds: float | None
    unknown: int

    @property
    def to_make(self) -> tuple[PlannedRegion, ...]:
        """The regions that are going to be made, in their order."""
        return tuple(row for row in self.rows if row.is_made)

    @property
    def refused(self) -> tuple[PlannedRegion, ...]:
        """The regions that can't be made."""
        return tuple(row for row in self.rows if row.refused)

    @property
    def skipped(self) -> tuple[PlannedRegion, ...]:
        """The regions that needn't be made."""
        return tuple(row for row in self.rows if row.skipped)

    @property
    def why_not(self) -> str:
        """Say in a sentence why it can't begin; empty if it can."""
        if not self.rows:
            return "There is no open region."
        if not self.to_make:
            return "None of these regions is to be made."
        if self.lacks_room:
            return (
                f"{size_words(self.needed_bytes)} are needed on the project's disk, "
                f"{size_words(self.free_bytes)} are free."
            )
        return ""

    @property
    def lacks_room(self) -> bool:
        """Whether the disk is known to be too full."""
        return 0 <= self.free_bytes < self.needed_bytes + SPARE_BYTES


def plan_batch(
    project: Project, regions: Iterable[Region], wish: BatchWish, now: Circumstances
) -> BatchPlan:
    """Plan to make regions.

    Args:
        project: that they belong to.
        regions: in any order.
        wish: how many takes, and so on.
        now: what is installed, measured, free.
    """
    with one_look():
        rows = [_planned(project, region, wish, now) for region in regions]
    made = _ordered([row for row in rows if row.is_made], wish.order)
    others = sorted((row for row in rows if not row.is_made), key=_place)
    groups = _loads(made)
    known = [row.seconds for row in made if row.seconds is not None]
    loading = sum(
        pace.loading_seconds for group in groups if (pace := now.pace(*group)) is not None
    )
    return BatchPlan(
        rows=(*made, *others),
        wish=wish,
        free_bytes=now.free_bytes,
        needed_bytes=sum(row.disk_bytes for row in made),
        loads=len(groups),
        seconds=sum(known) + loading if known else None,
        unknown=len(made) - len(known),
    )


def open_regions(project: Project) -> tuple[Region, ...]:
    """Return the regions of the spotting list that are open, in the film's order."""
    found = (region for region in project.regions if region.status is RegionStatus.OPEN)
    return tuple(sorted(found, key=lambda region: region.range))


class SessionNow:
    """What a plan has to know, of an open project."""

    def __init__(self, session: Session, project: Project | None = None) -> None:
        self._project = project or session.project
        self._measured = Measured()
        self._paces: dict[tuple[str, str], Pace | None] = {}
        self.busy = frozenset(
            job.spec.region_id for job in session.queue.jobs() if job.state.is_underway
        )
        self.free_bytes = free_bytes(session.folder)

    def refusal(self, region: Region) -> str:
        """Say why a region can't be made as it is and now; empty if it can."""
        try:
            return refusal(self._project, region)
        except PrismDeskError as error:
            return str(error)

    def pace(self, engine: str, variant: str) -> Pace | None:
        """Return how fast an engine was here, None if it never ran."""
        if (engine, variant) not in self._paces:
            self._paces[engine, variant] = self._measured.pace(engine, variant)
        return self._paces[engine, variant]


def with_engine(region: Region, refusal_of: Callable[[Region], str]) -> Region:
    """Return a region with its engine, or the first that makes it, and the variant by name."""
    if not region.engine:
        able = engines_that_can(EngineTask(region.task.value))
        tried = [replace(region, engine=offer.id) for offer in able]
        region = next((one for one in tried if not refusal_of(one)), tried[0] if tried else region)
    if not region.variant and region.engine:
        try:
            variant = variant_of(capabilities_of(region.engine), "")
        except PrismDeskError:
            variant = None
        if variant is not None:
            region = replace(region, variant=variant.id)
    return region


def asked_parts(region: Region) -> tuple[tuple[str, str], ...]:
    """Return what a region asks for, in parts that can be told apart later: (part, hash)."""
    parts: dict[str, object] = {
        "place": (region.track_id, region.lane_ids, region.range),
        "task": region.task,
        "prompt": (region.prompt, region.negative_prompt),
        "engine": (region.engine, region.variant, region.sounding_adapters),
        "settings": (region.settings, region.seed),
        "picture": (
            region.sees_picture,
            region.uses_masks,
            region.masks,
            region.drawn_masks,
        ),
    }
    return tuple(
        (part, hashlib.blake2b(repr(value).encode(), digest_size=8).hexdigest())
        for part, value in parts.items()
    )


def _planned(
    project: Project, region: Region, wish: BatchWish, now: Circumstances
) -> PlannedRegion:
    region = with_engine(region, now.refusal)
    if region.id in now.busy:
        return PlannedRegion(
            region=region, takes=wish.takes, skipped="It is being made, or waits to be."
        )
    if region.takes and wish.existing is Existing.SKIP:
        has = "a take" if len(region.takes) == 1 else f"{len(region.takes)} takes"
        return PlannedRegion(region=region, takes=wish.takes, skipped=f"It has {has} already.")
    if reason := now.refusal(region):
        return PlannedRegion(region=region, takes=wish.takes, refused=reason)
    pace = now.pace(region.engine, region.variant)
    sound_seconds = region.range.length_samples / project.rate_hz
    work = work_of(sound_seconds, wish.takes, region.settings)
    return PlannedRegion(
        region=region,
        takes=wish.takes,
        seconds=None if pace is None else pace.seconds(work),
        disk_bytes=needed_bytes(project, region, wish.takes, wish.handle_samples),
    )


def _ordered(rows: list[PlannedRegion], order: Order) -> list[PlannedRegion]:
    """Put regions into the order of their making.

    A model that is loaded makes all its regions, those with the same adapters together; among
    these neighbours in the picture follow each other, whose features are found in the cache.
    """
    by_place = sorted(rows, key=_place)
    if order is Order.FILM:
        return by_place
    if order is Order.SHORTEST:
        return sorted(by_place, key=lambda row: row.region.range.length_samples)
    groups = list(dict.fromkeys(_model(row) for row in by_place))
    return sorted(
        by_place,
        key=lambda row: (
            groups.index(_model(row)),
            row.region.sounding_adapters,
            row.region.range,
        ),
    )


def _loads(rows: list[PlannedRegion]) -> list[tuple[str, str]]:
    """Return the models in the order in which they are loaded, one as often as it is."""
    loads: list[tuple[str, str]] = []
    for row in rows:
        if loads[-1:] != [_model(row)]:
            loads.append(_model(row))
    return loads


def _model(row: PlannedRegion) -> tuple[str, str]:
    return row.region.engine, row.region.variant


def _place(row: PlannedRegion) -> tuple[int, int, str]:
    return row.region.range.start_samples, row.region.range.end_samples, row.region.id
