from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.project.store import ProjectStore
from tests.journeys import kill_rounds
from tests.journeys.killed_edits import KilledEdits

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("seed", range(6))
def test_every_acknowledged_edit_survives_a_kill(tmp_path: Path, seed: int) -> None:
    note = kill_rounds.run_round("edits", tmp_path / "film", seed)
    assert "acknowledged" in note


@pytest.mark.parametrize("seed", range(2))
def test_regions_and_takes_survive_a_kill(tmp_path: Path, seed: int) -> None:
    assert "regions" in kill_rounds.run_round("jobs", tmp_path / "film", seed)


@pytest.mark.parametrize("seed", range(2))
def test_exports_are_whole_or_not_there_after_a_kill(tmp_path: Path, seed: int) -> None:
    assert "all whole" in kill_rounds.run_round("exports", tmp_path / "film", seed)


def test_a_lost_edit_is_noticed(tmp_path: Path) -> None:
    told: list[str] = []

    class Enough(Exception):  # noqa: N818  (stops the endless script)
        pass

    def acknowledge(thing: str) -> None:
        told.append(thing)
        if len(told) == 40:
            raise Enough

    script = KilledEdits()
    with pytest.raises(Enough):
        script.run(tmp_path / "film", 1, acknowledge)
    with ProjectStore.open(tmp_path / "film") as store:
        store.undo()
        store.undo()
    with pytest.raises(AssertionError):
        script.check(tmp_path / "film", 1, told)
