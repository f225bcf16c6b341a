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
