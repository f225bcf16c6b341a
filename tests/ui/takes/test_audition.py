from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.media.wav import WavWriter
from prismdesk.project.ids import RegionId, TakeId
from prismdesk.project.lookup import replace_take
from prismdesk.project.timebase import SampleRange
from prismdesk.ui.takes.audition import Audition
from prismdesk.ui.takes.commands import TakeCommands
from prismdesk.ui.takes.heard import Hear, chosen_take_of
from prismdesk.ui.takes.levels import measure_takes
from prismdesk.ui.transport import Transport
from tests.builders import a_project, a_segment, a_take
from tests.ui.making_scene import FakePlayer, Scene, a_fake_region, open_scene

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.project.model import Project

REGION = RegionId("region-1")
LEVELS = {"take-1": 0.1, "take-2": 0.2, "take-3": 0.05}


def write_takes(folder: Path, *, seconds: float = 0.5) -> None:
    (folder / "takes").mkdir(parents=True, exist_ok=True)
    count = round(48_000 * seconds)
    wave = np.sin(np.arange(count) * 2 * np.pi * 1000 / 48_000).astype(np.float32)
    for name, level in LEVELS.items():
        with WavWriter(folder / "takes" / f"{name}.wav", rate_hz=48_000, channels=2) as writer:
            writer.write(np.stack([wave * np.float32(level)] * 2))


def a_project_with_takes() -> Project:
    takes = tuple(
        a_take(name, 48_000, 72_000, name=f"Take {number}") for number, name in enumerate(LEVELS, 1)
    )
    return a_project(
        regions=(a_fake_region(takes=takes, comp=(a_segment("take-1", 48_000, 72_000),)),)
    )


class Listener:
    """A scene with takes and an audition of them."""

    def __init__(self, folder: Path) -> None:
        self.scene: Scene = open_scene(folder, a_project_with_takes())
        write_takes(folder / "project")
        self.player = FakePlayer()
        self.transport = Transport(self.scene.document, self.scene.selection, self.player)  # type: ignore[arg-type]  # as much of a player as is needed
        self.scene.selection.select_region(REGION)
        self.audition = Audition(
            self.scene.document, self.scene.selection, self.transport, self.scene.desktop
        )
        self.commands = TakeCommands(
            self.scene.document,
            self.audition,
            self.scene.making,
            self.scene.desktop,
            self.scene.canvas,
        )
        self.commands.bind_actions()

    def trigger(self, action_id: str) -> None:
        self.scene.desktop.actions.trigger(action_id)

    def heard_take(self) -> str | None:
        take = chosen_take_of(self.player.loaded[-1].regions[0])
        return take.id if take else None

    def written_take(self) -> str | None:
        take = chosen_take_of(self.scene.project.regions[0])
        return take.id if take else None


@pytest.fixture
def listener(qtbot: QtBot, tmp_path: Path) -> Iterator[Listener]:
    listener = Listener(tmp_path)
    yield listener
    listener.scene.close()


def test_stepping_is_heard_and_written_nowhere(listener: Listener) -> None:
    before = listener.scene.project
    listener.trigger("takes.next")
    assert listener.heard_take() == "take-2"
    listener.trigger("takes.next")
    assert listener.heard_take() == "take-3"
    listener.trigger("takes.next")
    assert listener.heard_take() == "take-1"
    listener.trigger("takes.previous")
    assert listener.heard_take() == "take-3"
    assert listener.scene.project is before
    assert listener.scene.document.label_of_undo is None


def test_choosing_writes_what_is_heard_as_one_step(listener: Listener) -> None:
    listener.trigger("takes.next")
    listener.trigger("takes.choose")
    assert listener.written_take() == "take-2"
    assert listener.audition.heard is Hear.AS_CHOSEN
    assert listener.scene.document.label_of_undo == "Choose Take 2"
    assert listener.heard_take() == "take-2"


def test_ab_goes_between_the_choice_and_the_last_other(listener: Listener) -> None:
    listener.audition.hear("take-3")
    listener.trigger("takes.ab")
    assert listener.heard_take() == "take-1"
    listener.trigger("takes.ab")
    assert listener.heard_take() == "take-3"


def test_ab_without_another_heard_takes_the_next_in_the_list(listener: Listener) -> None:
    listener.trigger("takes.ab")
    assert listener.heard_take() == "take-2"


def test_no_take_is_the_lane_as_it_was(listener: Listener) -> None:
    listener.audition.hear(Hear.NO_TAKE)
    assert listener.audition.current is None
    assert listener.player.loaded[-1].regions[0].comp == ()
    assert listener.written_take() == "take-1"
    listener.trigger("takes.none")
    assert listener.scene.project.regions[0].comp == ()
    listener.scene.document.undo()
    assert listener.written_take() == "take-1"


def test_leaving_the_region_ends_what_was_only_heard(listener: Listener) -> None:
    listener.trigger("takes.next")
    listener.scene.selection.select_region(None)
    assert listener.heard_take() == "take-1"


def test_a_removed_take_is_no_longer_heard_and_comes_back(listener: Listener) -> None:
    listener.audition.hear("take-2")
    listener.trigger("takes.remove")
    region = listener.scene.project.regions[0]
    assert [take.id for take in region.takes] == ["take-1", "take-3"]
    assert listener.audition.heard is Hear.AS_CHOSEN
    assert listener.heard_take() == "take-1"
    listener.scene.press("Restore")
    assert [take.id for take in listener.scene.project.regions[0].takes] == list(LEVELS)


def test_restoring_the_chosen_take_chooses_it_again(listener: Listener) -> None:
    listener.trigger("takes.remove")
    assert listener.written_take() is None
    listener.scene.press("Restore")
    assert listener.written_take() == "take-1"


def test_starring_goes_on_and_off(listener: Listener) -> None:
    listener.trigger("takes.star")
    assert listener.scene.project.regions[0].takes[0].rating == 5
    listener.trigger("takes.star")
    assert listener.scene.project.regions[0].takes[0].rating == 0


def test_the_level_that_the_engine_proposed_is_taken_as_one_step(listener: Listener) -> None:
    actions = listener.scene.desktop.actions
    actions.refresh()
    assert not actions.action("takes.proposed_gain").isEnabled()
    take = replace(listener.scene.project.regions[0].takes[0], proposed_gain_db=-4.128)
    listener.scene.document.apply("Propose", lambda p: replace_take(p, take))

    listener.trigger("takes.proposed_gain")

    assert listener.scene.project.regions[0].takes[0].gain_db == -4.13
    assert listener.scene.document.label_of_undo == "Level of Take 1"
    actions.refresh()
    assert not actions.action("takes.proposed_gain").isEnabled()


def test_level_matching_is_heard_by_its_gain_only(listener: Listener, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: listener.audition.levels is not None, timeout=10_000)
    before = listener.scene.project
    listener.trigger("takes.level_match")
    gains = [take.gain_db for take in listener.player.loaded[-1].regions[0].takes]
    assert gains == pytest.approx([0.0, -6.02, 6.02], abs=0.1)
    assert listener.scene.project is before
    preferences = listener.scene.desktop.preferences
    assert dict(preferences.now)["level_match"] is True
    listener.trigger("takes.level_match")
    assert dict(preferences.now)["level_match"] is False
    assert listener.player.loaded[-1] == before


def test_matched_levels_can_be_kept(listener: Listener, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: listener.audition.levels is not None, timeout=10_000)
    listener.trigger("takes.level_match")
    listener.audition.keep_levels()
    gains = [take.gain_db for take in listener.scene.project.regions[0].takes]
    assert gains == pytest.approx([0.0, -6.02, 6.02], abs=0.1)
    assert not listener.audition.is_level_matched
    assert listener.scene.document.label_of_undo == "Keep matched levels"
    assert max(abs(gain) for gain in gains) > 6


def test_an_edit_while_auditioning_keeps_what_is_heard(listener: Listener) -> None:
    from prismdesk.project.edits import rename_region

    listener.audition.hear("take-2")
    listener.scene.document.apply("Rename", lambda p: rename_region(p, REGION, "Gust"))
    assert listener.heard_take() == "take-2"
    assert listener.player.loaded[-1].regions[0].name == "Gust"


def test_the_loop_takes_in_the_roll(listener: Listener) -> None:
    listener.audition.loop((0.5, 0.25))
    assert listener.player.loops[-1] == SampleRange(24_000, 84_000)
    listener.audition.loop(None)
    assert listener.player.loops[-1] is None


def test_takes_open_below_the_lane_and_close(listener: Listener) -> None:
    listener.trigger("takes.open")
    listener.trigger("takes.open")
    assert listener.scene.canvas.opened == [REGION, None]


def test_loudness_is_measured_over_the_region(listener: Listener) -> None:
    project = listener.scene.project
    levels = measure_takes(project, project.regions[0], listener.scene.document.session.sounds)
    assert levels.unit == "LUFS"
    # 1 kHz at 0.1 in both channels: -20 dB of full scale, which BS.1770 calls -20 LUFS.
    assert levels.levels[TakeId("take-1")] == pytest.approx(-20.0, abs=0.2)
    assert levels.words(TakeId("take-1")) == "−20.0 LUFS"


def test_short_takes_are_measured_by_their_power(listener: Listener, tmp_path: Path) -> None:
    from dataclasses import replace

    project = listener.scene.project
    region = replace(project.regions[0], range=SampleRange(48_000, 52_800))
    levels = measure_takes(project, region, listener.scene.document.session.sounds)
    assert levels.unit == "dB RMS"
    assert levels.levels[TakeId("take-1")] == pytest.approx(-23.01, abs=0.05)
    assert all(math.isfinite(level) for level in levels.levels.values())
