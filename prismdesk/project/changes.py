"""What differs between two projects, by id, so that views redraw only that."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from prismdesk.project.model import Project


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class ThingChanges:
    """Ids of one kind of thing. ``is_reordered``: those in both projects changed their order."""

    added: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    is_reordered: bool = False

    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not (self.added or self.changed or self.removed or self.is_reordered)

    @property
    def touched(self) -> frozenset[str]:
        """Ids that were added, changed or removed."""
        return self.added | self.changed | self.removed


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs between two projects.

    A container (track, lane, region) is changed when a field of its own is; what lies in it (lanes,
    clips, takes) counts for itself. A thing that went to another container is changed.
    ``project_fields`` names the project's own fields that differ, e.g. ``name``.
    """

    media: ThingChanges
    buses: ThingChanges
    tracks: ThingChanges
    lanes: ThingChanges
    clips: ThingChanges
    regions: ThingChanges
    takes: ThingChanges
    markers: ThingChanges
    project_fields: frozenset[str]

    def is_empty(self) -> bool:
        """Whether the projects are equal."""
        return not self.project_fields and all(
            things.is_empty()
            for things in (
                self.media,
                self.buses,
                self.tracks,
                self.lanes,
                self.clips,
                self.regions,
                self.takes,
                self.markers,
            )
        )


_CONTAINERS = frozenset({"media", "buses", "tracks", "regions", "markers"})

_Placed = tuple[str, object]
"""The id of the container a thing is in, and the thing."""


def changes(before: Project, after: Project) -> Changes:
    """Return what was added, changed and removed on the way from one project to another."""
    return Changes(
        media=_compare(_flat(before.media), _flat(after.media)),
        buses=_compare(_flat(before.buses), _flat(after.buses)),
        tracks=_compare(_flat(before.tracks), _flat(after.tracks), _track_alone),
        lanes=_compare(_lanes(before), _lanes(after), _lane_alone),
        clips=_compare(_clips(before), _clips(after)),
        regions=_compare(_flat(before.regions), _flat(after.regions), _region_alone),
        takes=_compare(_takes(before), _takes(after)),
        markers=_compare(_flat(before.markers), _flat(after.markers)),
        project_fields=frozenset(
            field.name
            for field in fields(before)
            if field.name not in _CONTAINERS
            and getattr(before, field.name) != getattr(after, field.name)
        ),
    )


def _flat(things: Iterable[_HasId]) -> Iterator[tuple[str, _Placed]]:
    return ((thing.id, ("", thing)) for thing in things)


def _lanes(project: Project) -> Iterator[tuple[str, _Placed]]:
    for track in project.tracks:
        for lane in track.lanes:
            yield lane.id, (track.id, lane)


def _clips(project: Project) -> Iterator[tuple[str, _Placed]]:
    for track in project.tracks:
        for lane in track.lanes:
            for clip in lane.clips:
                yield clip.id, (lane.id, clip)


def _takes(project: Project) -> Iterator[tuple[str, _Placed]]:
    for region in project.regions:
        for take in region.takes:
            yield take.id, (region.id, take)


def _track_alone(track: Any) -> object:
    return replace(track, lanes=())


def _lane_alone(lane: Any) -> object:
    return replace(lane, clips=())


def _region_alone(region: Any) -> object:
    return replace(region, takes=())


def _whole(thing: object) -> object:
    return thing


def _compare(
    before: Iterable[tuple[str, _Placed]],
    after: Iterable[tuple[str, _Placed]],
    alone: Callable[[Any], object] = _whole,
) -> ThingChanges:
    """Compare things of one kind; ``alone`` takes away what lies in them."""
    old, new = dict(before), dict(after)

    def differs(key: str) -> bool:
        (old_place, old_thing), (new_place, new_thing) = old[key], new[key]
        # Most things are the same object: an edit makes anew only what it changes.
        return old_place != new_place or (
            old_thing is not new_thing and alone(old_thing) != alone(new_thing)
        )

    return ThingChanges(
        added=frozenset(new.keys() - old.keys()),
        changed=frozenset(key for key in old.keys() & new.keys() if differs(key)),
        removed=frozenset(old.keys() - new.keys()),
        is_reordered=[key for key in old if key in new] != [key for key in new if key in old],
    )
