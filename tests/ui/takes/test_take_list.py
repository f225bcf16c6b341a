"""The list of takes grows row by row, and uses its rows again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from prismdesk.project.ids import RegionId
from prismdesk.ui.takes.audition import Audition
from prismdesk.ui.takes.commands import TakeCommands
from prismdesk.ui.takes.take_list import TakeList
from prismdesk.ui.transport import Transport
from prismdesk.ui.turns import Turns
from tests.builders import a_project, a_region, a_take
from tests.ui.making_scene import FakePlayer, Scene, open_scene
from tests.ui.test_turns import TurnCount

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

MANY, FEW, NONE = (RegionId(name) for name in ("many", "few", "none"))


@dataclass
class Desk:
    """A list of takes in a window whose turns are taken one by one."""

    scene: Scene
    takes: TakeList


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot) -> Iterator[Desk]:
    many = tuple(a_take(f"many-{n}", 48_000, 72_000, name=f"Take {n}") for n in range(4))
    few = (a_take("few-0", 80_000, 90_000, name="Other"),)
    scene = open_scene(
        tmp_path,
        a_project(
            regions=(
                a_region(MANY, 48_000, 72_000, takes=many),
                a_region(FEW, 80_000, 90_000, takes=few),
                a_region(NONE, 100_000, 110_000),
            )
        ),
    )
    desktop = replace(scene.desktop, turns=Turns())
    transport = Transport(scene.document, scene.selection, FakePlayer())  # type: ignore[arg-type]  # as much of a player as is needed
    audition = Audition(scene.document, scene.selection, transport, desktop)
    commands = TakeCommands(scene.document, audition, scene.making, desktop, scene.canvas)
    takes = TakeList(scene.document, audition, commands, desktop)
    qtbot.addWidget(takes)
    takes.show()
    yield Desk(scene, takes)
    takes.close()
    transport.close()
    scene.close()


def names(desk: Desk) -> list[str]:
    return [one.take.name if one.take else "None" for one in desk.takes.rows]


def test_no_two_rows_are_built_in_one_turn(desk: Desk, qtbot: QtBot) -> None:
    count, built = TurnCount(), list[int]()
    add, growing = desk.takes._add_row, desk.takes._growing

    def build() -> None:
        built.append(count.now)
        add()

    growing._refresh = build
    desk.scene.selection.select_region(MANY)
    assert desk.takes.rows == []
    qtbot.waitUntil(lambda: len(desk.takes.rows) == 5)
    assert len(built) == len(set(built)) == 5
    assert names(desk) == ["None", "Take 0", "Take 1", "Take 2", "Take 3"]


def test_rows_are_used_again_for_other_takes(desk: Desk, qtbot: QtBot) -> None:
    desk.scene.selection.select_region(MANY)
    qtbot.waitUntil(lambda: len(desk.takes.rows) == 5)
    before = desk.takes.rows[:2]
    desk.scene.selection.select_region(FEW)
    assert desk.takes.rows == before
    assert names(desk) == ["None", "Other"]


def test_a_region_without_takes_has_no_rows(desk: Desk, qtbot: QtBot) -> None:
    desk.scene.selection.select_region(MANY)
    qtbot.waitUntil(lambda: len(desk.takes.rows) == 5)
    desk.scene.selection.select_region(NONE)
    assert desk.takes.rows == []


def test_a_region_that_is_left_meanwhile_gets_no_more_rows(desk: Desk, qtbot: QtBot) -> None:
    desk.scene.selection.select_region(MANY)
    qtbot.waitUntil(lambda: bool(desk.takes.rows))
    desk.scene.selection.select_region(FEW)
    qtbot.waitUntil(lambda: names(desk) == ["None", "Other"])
    count = TurnCount()
    qtbot.waitUntil(lambda: count.now > 10)
    assert names(desk) == ["None", "Other"]
