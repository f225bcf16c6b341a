"""Regions as a list: made from cuts and markers, gone through, split, set on, removed, proved."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from prismdesk.project.ids import LaneId, RegionId
from prismdesk.project.lookup import region_of
from prismdesk.project.model import RegionStatus, Task
from prismdesk.project.timebase import SampleRange
from prismdesk.ui.commands.list_commands import ListCommands
from prismdesk.ui.commands.region_commands import RegionCommands
from prismdesk.ui.messages import MessageKind
from prismdesk.ui.spotting.proof import Proofs
from tests.ui.commands.command_scene import CommandScene, a_command_scene, undone_and_redone

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

# The platform without a screen has no window manager to tell a size to, and says so.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

CUTS = (150_000, 300_000)
HOLE = RegionId("region-1")


@dataclass
class NotedMaking:
    """Queues nothing; ``made`` are the regions it was asked for."""

    made: list[RegionId] = field(default_factory=list)

    def make(self, region_id: RegionId, task: Task | None = None) -> bool:
        self.made.append(region_id)
        return True


@pytest.fixture
def scene(qtbot: QtBot, tmp_path: Path) -> CommandScene:
    scene = a_command_scene(qtbot, tmp_path)
    actions = scene.desktop.actions
    actions.bind("edit.undo", scene.document.undo)
    actions.bind("edit.redo", scene.document.redo)
    return scene


@pytest.fixture
def making() -> NotedMaking:
    return NotedMaking()


@pytest.fixture
def commands(scene: CommandScene, making: NotedMaking) -> RegionCommands:
    commands = RegionCommands(
        scene.document,
        scene.selection,
        scene.transport,
        scene.desktop,
        making,
        Proofs(scene.document),
        lambda: CUTS,
        scene.window,
    )
    commands.bind_actions()
    return commands


def test_every_shot_becomes_a_region_in_one_step(
    scene: CommandScene, commands: RegionCommands
) -> None:
    before = scene.document.project
    scene.selection.set_span(None, [LaneId("lane-2")])
    scene.desktop.actions.trigger("region.from_shots")
    made = [region for region in scene.document.project.regions if region.id != HOLE]
    assert [region.name for region in made] == ["Shot 1", "Shot 2", "Shot 3"]
    assert made[1].range == SampleRange(*CUTS)
    undone_and_redone(scene, before)


def test_shots_under_regions_are_left_out(scene: CommandScene, commands: RegionCommands) -> None:
    """The hole on the first track lies in the second shot and the third."""
    scene.desktop.actions.trigger("region.from_shots")
    made = [region for region in scene.document.project.regions if region.id != HOLE]
    assert [region.name for region in made] == ["Shot 1"]


def test_markers_become_regions_up_to_the_next_cut_or_marker(
    scene: CommandScene, commands: RegionCommands
) -> None:
    scene.desktop.actions.trigger("region.from_markers")
    (made,) = (region for region in scene.document.project.regions if region.id != HOLE)
    assert made.name == "bell"
    assert made.range.start_samples == 432_000
    assert made.range.end_samples == scene.document.times.end_samples


def test_a_region_is_split_where_the_picture_cuts(
    scene: CommandScene, commands: RegionCommands
) -> None:
    before = scene.document.project
    scene.selection.select_region(HOLE)
    scene.desktop.actions.trigger("region.split_at_cuts")
    ranges = [region.range for region in scene.document.project.regions]
    assert ranges == [SampleRange(288_000, 300_000), SampleRange(300_000, 336_000)]
    undone_and_redone(scene, before)


def test_the_next_region_is_gone_to(scene: CommandScene, commands: RegionCommands) -> None:
    scene.desktop.actions.trigger("region.next")
    assert scene.selection.region_id == HOLE
    assert scene.transport.position_samples == 288_000


def test_status_goes_round(scene: CommandScene, commands: RegionCommands) -> None:
    scene.selection.select_region(HOLE)
    seen = []
    for _ in range(3):
        scene.desktop.actions.trigger("region.status_next")
        seen.append(region_of(scene.document.project, HOLE).status)
    assert seen == [RegionStatus.REVIEW, RegionStatus.DONE, RegionStatus.OPEN]


def test_a_removed_region_comes_back_by_undo(scene: CommandScene, commands: RegionCommands) -> None:
    before = scene.document.project
    scene.selection.select_region(HOLE)
    scene.desktop.actions.trigger("region.remove")
    assert scene.document.project.regions == ()
    assert scene.selection.region_id is None
    undone_and_redone(scene, before)


def test_all_open_regions_are_queued(
    scene: CommandScene, commands: RegionCommands, making: NotedMaking
) -> None:
    scene.desktop.actions.trigger("region.mend_all")
    assert making.made == [HOLE]


def test_what_cannot_be_done_says_why(scene: CommandScene, commands: RegionCommands) -> None:
    assert scene.why_not("region.split_at_cuts") == "Select a region first"
    assert scene.why_not("region.null_test") == "Select a region first"
    scene.selection.select_region(HOLE)
    scene.desktop.actions.trigger("region.remove")
    assert scene.why_not("region.mend_all") == "No region is open"
    assert scene.why_not("region.next") == "There are no regions yet"


def test_missing_sound_is_told_by_the_scan(
    scene: CommandScene, commands: RegionCommands, qtbot: QtBot
) -> None:
    scene.desktop.actions.trigger("region.find_gaps")
    qtbot.waitUntil(lambda: bool(scene.told))
    assert scene.told[0].kind is MessageKind.ERROR


def test_a_list_goes_out_and_in(scene: CommandScene, tmp_path: Path) -> None:
    lists = ListCommands(scene.document, scene.desktop, scene.window)
    path = tmp_path / "list.csv"
    lists.write_list(path)
    edited = path.read_text(encoding="utf-8-sig").replace(",Hole,", ",Gull,")
    path.write_text(edited, encoding="utf-8")
    before = scene.document.project
    lists.read_list(path)
    assert region_of(scene.document.project, HOLE).name == "Gull"
    undone_and_redone(scene, before)


def test_a_list_that_is_none_is_told(scene: CommandScene, tmp_path: Path) -> None:
    lists = ListCommands(scene.document, scene.desktop, scene.window)
    lists.read_list(tmp_path / "none.csv")
    (tmp_path / "wrong.csv").write_text("a,b\n")
    lists.read_list(tmp_path / "wrong.csv")
    assert [message.kind for message in scene.told] == [MessageKind.ERROR] * 2
    assert "none.csv" in scene.told[0].title
    assert "“in”" in scene.told[1].title


def test_only_a_null_test_that_was_asked_for_says_why_it_failed(
    scene: CommandScene, commands: RegionCommands, qtbot: QtBot
) -> None:
    commands.prove(HOLE, quiet=True)
    qtbot.waitUntil(lambda: not scene.desktop.background.tasks)
    assert scene.told == []
    commands.prove(HOLE)
    qtbot.waitUntil(lambda: bool(scene.told))
    assert scene.told[0].kind is MessageKind.ERROR
