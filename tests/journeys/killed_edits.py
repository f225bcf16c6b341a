"""Scripted edits, undos, redos, saves, compactions and reopenings, to be killed in the middle."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.project import edits
from prismdesk.project.consistency import check_consistent
from prismdesk.project.history import History, Step
from prismdesk.project.ids import ClipId, MarkerId, RegionId, TrackId
from prismdesk.project.lookup import clips_of
from prismdesk.project.store import ProjectStore
from tests.builders import a_clip, a_marker, a_project, a_region, a_take

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from prismdesk.project.model import Project

UNDO_STEPS = 25
"""Few, so that the journal is compacted often."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing to do: an edit (with its function), undo, redo, save or reopen."""

    kind: str
    label: str = ""
    edit: Callable[[Project], Project] | None = None


class KilledEdits:
    """See ``kill_rounds.Script``. Acknowledges the number of each operation, from 0."""

    longest_seconds = 0.4

    def run(self, folder: Path, seed: int, acknowledge: Callable[[str], None]) -> None:
        """Do the operations of the seed until killed."""
        store = ProjectStore.create(folder, "Film", first_project(), undo_steps=UNDO_STEPS)
        try:
            for number, (operation, _) in enumerate(operations(seed)):
                store = _perform(store, operation)
                acknowledge(str(number))
        finally:
            store.close()

    def check(self, folder: Path, seed: int, acknowledged: list[str]) -> str:
        """Compare what is left with the same operations done in memory."""
        done = len(acknowledged)
        assert acknowledged == [str(number) for number in range(done)]
        states = operations(seed)
        steps, position, most_steps = _after(states, done)
        in_flight, _ = next(states)
        next_steps, next_position = _snapshot(_applied(steps, position, in_flight))
        with ProjectStore.open(folder, undo_steps=UNDO_STEPS) as store:
            check_consistent(store.project)
            assert store.recovery == (), store.recovery
            if store.project == steps[position][1]:
                note = "the edit in flight was not yet made"
            else:
                steps, position = next_steps, next_position
                note = "the edit in flight was made"
            depth = _undo_all_the_way(store, steps, position)
            # Compaction keeps the newest UNDO_STEPS of what there is when it runs.
            assert position - depth <= max(0, most_steps + 1 - UNDO_STEPS), f"only {depth} undone"
        return f"{done} acknowledged, {note}"


def first_project() -> Project:
    """Return a lane of clips and a region to work on."""
    clips = tuple(a_clip(f"clip-{n}", n * 1000, 1000) for n in range(20))
    return a_project(clips=clips, regions=(a_region("region-1", 500, 4500),))


def operations(seed: int) -> Iterator[tuple[Operation, History]]:
    """Yield operations without end, each with the history as it stands after it."""
    source = random.Random(seed)
    history = History.of(first_project())
    number = 0
    while True:
        number += 1
        operation = _choose(source, history, number)
        history = _applied(*_snapshot(history), operation)
        yield operation, history


def _choose(source: random.Random, history: History, number: int) -> Operation:
    chance = source.random()
    if chance < 0.12 and history.can_undo:
        return Operation("undo")
    if chance < 0.20 and history.can_redo:
        return Operation("redo")
    if chance < 0.28:
        return Operation("save")
    if chance < 0.31:
        return Operation("reopen")
    label, edit = _choose_edit(source, history.project, number)
    return Operation("edit", f"{label} ({number})", edit)


def _choose_edit(
    source: random.Random, project: Project, number: int
) -> tuple[str, Callable[[Project], Project]]:
    clip = source.choice(list(clips_of(project)))
    gain_db = -number / 100
    take = a_take(f"take-{number}", 500, 4500, seam=source.randrange(100))
    middle = clip.start_samples + clip.length_samples // 2
    choices: dict[str, Callable[[Project], Project]] = {
        "Set gain": lambda p: edits.set_clip_gain(p, clip.id, gain_db),
        "Add marker": lambda p: edits.add_marker(p, a_marker(f"marker-{number}", number)),
        "Add take": lambda p: edits.add_take(p, RegionId("region-1"), take),
        "Rename track": lambda p: edits.rename_track(p, TrackId("track-1"), f"Track {number}"),
    }
    if clip.length_samples >= 4:
        choices["Split clip"] = lambda p: edits.split_clip(
            p, clip.id, middle, new_clip_id=ClipId(f"clip-new-{number}")
        )
    if project.markers:
        oldest = project.markers[0].id
        choices["Remove marker"] = lambda p: edits.remove_marker(p, MarkerId(oldest))
    if len(project.tracks[0].lanes[0].clips) > 5:
        choices["Delete clip"] = lambda p: edits.delete_clip(p, clip.id)
    label = source.choice(sorted(choices))
    return label, choices[label]


def _perform(store: ProjectStore, operation: Operation) -> ProjectStore:
    match operation.kind:
        case "undo":
            store.undo()
        case "redo":
            store.redo()
        case "save":
            store.save()
        case "reopen":
            store.close()
            return ProjectStore.open(store.path, undo_steps=UNDO_STEPS)
        case _:
            assert operation.edit is not None
            store.apply(operation.label, operation.edit)
    return store


Steps = list[tuple[str, "Project"]]


def _snapshot(history: History) -> tuple[Steps, int]:
    return [(step.label, step.project) for step in history.steps], history.position


def _after(states: Iterator[tuple[Operation, History]], done: int) -> tuple[Steps, int, int]:
    """Return steps and position after some operations, and the most steps there ever were."""
    history = History.of(first_project())
    most_steps = 0
    for _ in range(done):
        _, history = next(states)
        most_steps = max(most_steps, len(history.steps) - 1)
    return *_snapshot(history), most_steps


def _applied(steps: Steps, position: int, operation: Operation) -> History:
    """Return the history after an operation, leaving the one before it as it was."""
    history = History([Step(label, project) for label, project in steps], position=position)
    if operation.kind == "undo":
        history.undo()
    elif operation.kind == "redo":
        history.redo()
    elif operation.edit is not None:
        history.record(operation.label, operation.edit(history.project))
    return history


def _undo_all_the_way(store: ProjectStore, steps: Steps, position: int) -> int:
    assert store.project == steps[position][1], "the reopened project is neither state"
    depth = 0
    while store.history.can_undo:
        assert store.history.label_of_undo == steps[position - depth][0]
        depth += 1
        assert store.undo() == steps[position - depth][1], f"undo {depth} gives another state"
    return depth
