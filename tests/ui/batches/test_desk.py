"""A batch in the window's terms: asked for, followed, paused, gone on with after a restart."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QGuiApplication

from prismdesk.jobs.batch_records import BatchState
from prismdesk.jobs.states import JobState
from prismdesk.project.edits import remove_region, set_region_prompt
from prismdesk.project.ids import RegionId
from prismdesk.session.batches import BatchWish, Existing, SessionNow, open_regions, plan_batch
from prismdesk.ui.batches.card import BatchCard
from prismdesk.ui.batches.desk import BatchDesk
from prismdesk.ui.disk_room import DiskRoom
from prismdesk.ui.jobs.strip import JobsStrip
from prismdesk.ui.messages import MessageKind
from tests.builders import a_project, a_region
from tests.jobs.test_no_room import no_room
from tests.ui.making_scene import offer_fake_engine, open_scene

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

PATIENCE_MS = 60_000


class Batches:
    """A scene with a batch desk and regions A, B, C … of an eighth of a second."""

    def __init__(self, folder: Path, qtbot: QtBot, *prompts: str) -> None:
        regions = tuple(
            a_region(
                f"region-{number}",
                number * 6_000,
                (number + 1) * 6_000,
                name="ABCDEFGH"[number],
                engine="fake",
                variant="small",
                prompt=prompt,
                seed=number,
            )
            for number, prompt in enumerate(prompts)
        )
        self.qtbot = qtbot
        self.scene = open_scene(folder, a_project(regions=regions))
        self.desk = self._desk()

    def _desk(self) -> BatchDesk:
        scene = self.scene
        desk = BatchDesk(
            scene.document,
            scene.selection,
            scene.bridge,
            scene.outcomes,
            scene.making,
            scene.pending,
            scene.desktop,
        )
        desk.bind_actions()
        return desk

    def start(self, start_at: datetime | None = None) -> None:
        project = self.scene.project
        now = SessionNow(self.scene.document.session, project)
        plan = plan_batch(project, open_regions(project), BatchWish(), now)
        self.desk.start(plan, start_at)

    def until(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    @property
    def outcomes(self) -> dict[str, str]:
        assert self.desk.batch is not None
        return {one.label: str(one.outcome) for one in self.desk.batch.record.entries}

    def titles(self) -> list[str]:
        return [message.title for message in self.scene.told]


@pytest.fixture
def scenes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[_Maker]:
    offer_fake_engine(monkeypatch)
    maker = _Maker(tmp_path, qtbot)
    yield maker
    for made in maker.made:
        made.desk.close()
        made.scene.close()


class _Maker:
    def __init__(self, folder: Path, qtbot: QtBot) -> None:
        self._folder, self._qtbot = folder, qtbot
        self.made: list[Batches] = []

    def __call__(self, *prompts: str) -> Batches:
        self.made.append(Batches(self._folder, self._qtbot, *prompts))
        return self.made[-1]


def test_takes_come_in_one_by_one_and_the_end_is_told(scenes: _Maker) -> None:
    batches = scenes("", "fail", "")
    batches.start()
    assert batches.scene.desktop.actions.why_not("region.make_all").startswith("A batch is")
    batches.until(lambda: not batches.desk.is_going)
    assert batches.outcomes == {"A": "made", "B": "failed", "C": "made"}
    assert [len(region.takes) for region in batches.scene.project.regions] == [1, 0, 1]
    # Each region's takes are one step.
    assert batches.scene.document.session.store.history.labels()[1:] == (
        "Inpaint A", "Inpaint C",
    )  # fmt: skip
    # The failure is told in the summary, not in a message of its own.
    assert batches.titles() == ["2 of 3 regions are made, 1 failed."]
    assert batches.scene.told[-1].kind is MessageKind.WARNING


def test_the_summary_offers_what_helps_and_can_be_copied_and_saved(
    scenes: _Maker, tmp_path: Path
) -> None:
    batches = scenes("", "kill")
    batches.start()
    batches.until(lambda: not batches.desk.is_going)
    batches.scene.press("Show summary")
    page = batches.desk.windows.page
    assert page is not None
    assert page.headline.text() == "1 of 2 regions are made, 1 failed."
    assert "Failed    B" in page.text()
    page.copy.click()
    assert QGuiApplication.clipboard().text() == page.text()
    page.save_csv(tmp_path / "batch.csv")
    assert (tmp_path / "batch.csv").read_text().count("\n") == 3
    page.save_csv(tmp_path / "not there" / "batch.csv")
    assert "can't be written" in page.when.text()
    # The remedy of a failed row: start the job again. Here it is changed first.
    region_id = RegionId("region-1")
    batches.scene.document.apply("P", lambda project: set_region_prompt(project, region_id, ""))
    page.again.click()
    batches.until(lambda: not batches.desk.is_going)
    assert batches.outcomes == {"A": "made", "B": "made"}
    assert page.headline.text() == "All 2 regions are made."


def test_strip_and_card_show_how_far_it_is(scenes: _Maker, qtbot: QtBot) -> None:
    batches = scenes("", "until cancelled", "")
    strip = JobsStrip(batches.scene.bridge, batches.scene.desktop)
    strip.follow_batch(batches.desk)
    card = BatchCard(batches.desk, batches.scene.desktop.theme)
    for widget in (strip, card):
        qtbot.addWidget(widget)
    assert card.isHidden()
    batches.start()
    batches.until(lambda: batches.outcomes["A"] == "made")
    batches.until(lambda: "now “B”" in card.about.text())
    assert strip.counts.text().startswith("Batch: 2 of 3")
    assert not card.isHidden()
    card.pause.click()
    assert strip.counts.text() == "Batch: paused, 1 of 3 made"
    assert card.pause.text() == "Go on"
    assert strip.pause.text() == "Resume"
    strip.pause.click()
    assert strip.counts.text().startswith("Batch: 2 of 3")
    strip.cancel_rest.click()
    batches.until(lambda: not batches.desk.is_going)
    batches.until(lambda: batches.scene.bridge.jobs() == ())
    assert batches.outcomes == {"A": "made", "B": "cancelled", "C": "cancelled"}
    assert card.isHidden()
    batches.until(lambda: strip.counts.text() == "Nothing to do.")


def test_a_region_edited_meanwhile_is_made_as_it_is_now(scenes: _Maker) -> None:
    batches = scenes("until cancelled", "", "")
    batches.start()
    jobs = batches.scene.bridge.jobs
    batches.until(lambda: len(jobs()) == 3 and jobs()[0].state is JobState.RUNNING)
    apply = batches.scene.document.apply
    apply("P", lambda project: set_region_prompt(project, RegionId("region-1"), "print"))
    apply("R", lambda project: remove_region(project, RegionId("region-2")))
    batches.until(lambda: batches.outcomes["C"] == "skipped")
    batches.until(lambda: len(jobs()) == 2)
    batches.scene.bridge.cancel(jobs()[0].id)
    batches.until(lambda: not batches.desk.is_going)
    assert batches.outcomes == {"A": "cancelled", "B": "made", "C": "skipped"}
    assert batches.scene.project.regions[1].takes[0].provenance.prompt == "print"


def test_a_planned_batch_begins_at_its_time(
    scenes: _Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches = scenes("")
    batches.start(datetime.now().astimezone() + timedelta(hours=2))
    assert batches.scene.bridge.jobs() == ()
    assert batches.desk.batch is not None
    assert batches.desk.batch.record.state is BatchState.PLANNED
    assert batches.titles()[0].startswith("The batch begins")
    monkeypatch.setattr("prismdesk.ui.batches.desk._seconds_until", lambda _: -1.0)
    batches.desk._look_at_clock()
    batches.until(lambda: not batches.desk.is_going)
    assert batches.outcomes == {"A": "made"}


def test_a_planned_batch_whose_time_has_passed_is_offered(scenes: _Maker) -> None:
    batches = scenes("")
    batches.start(datetime.now().astimezone() - timedelta(hours=2))
    batches.desk.batch = None
    batches.desk.go_on_at_opening()
    assert batches.scene.bridge.jobs() == ()
    assert "hasn't begun" in batches.titles()[-1]
    batches.scene.press("Start now")
    batches.until(lambda: not batches.desk.is_going)
    assert batches.outcomes == {"A": "made"}


def test_what_had_no_room_is_kept_and_the_batch_goes_on_when_there_is_some(
    scenes: _Maker, tmp_path: Path
) -> None:
    batches = scenes("", "")
    scene = batches.scene
    DiskRoom(
        scene.document, scene.bridge, scene.outcomes, scene.making, scene.desktop, batches.desk
    ).offer()
    with no_room(scene.document.session.queue):
        batches.start()
        batches.until(lambda: "No more room on the disk." in batches.titles())
        told = scene.told[-1]
        assert told.body.endswith("The take is kept in memory until you choose.")
        names = [name for name, _ in told.buttons]
        assert names[0] == "Save elsewhere…"
        assert names[1].startswith("Empty the cache, ")
        assert names[2] == "Try again"
        assert batches.desk.batch is not None
        batches.until(lambda: bool(batches.desk.batch and batches.desk.batch.record.paused_because))
    scene.press("Try again")
    batches.until(lambda: not batches.desk.is_going)
    assert batches.outcomes == {"A": "made", "B": "made"}
    assert not scene.bridge.is_paused


def test_the_plan_is_shown_before_anything_begins(scenes: _Maker, qtbot: QtBot) -> None:
    batches = scenes("", "", "")
    scene = batches.scene
    batches.desk.windows.chosen_rows = lambda: (RegionId("region-1"), RegionId("region-2"))
    scene.desktop.actions.trigger("region.make_all")
    dialog = batches.desk.windows.dialog
    assert dialog is not None
    batches.desk.windows.ask()
    assert batches.desk.windows.dialog is dialog  # one is enough
    assert [dialog.scope.itemText(number) for number in range(3)] == [
        "2 selected rows",
        "All that are open (3)",
        "All regions (3)",
    ]
    assert dialog.make.text() == "Make 2 regions"
    dialog.scope.setCurrentIndex(1)
    dialog.scope.activated.emit(1)
    dialog.takes.setValue(3)
    assert dialog.plan.wish.takes == 3
    assert dialog.make.text() == "Make 3 regions"
    assert dialog.table.rowCount() == 3
    first = dialog.table.item(0, 1)
    assert first is not None
    assert first.text() == "A"
    dialog.start.setCurrentIndex(1)
    dialog.start.activated.emit(1)
    assert dialog.make.text() == "Make 3 regions at 23:00"
    assert dialog.start_at() is not None
    dialog.start.setCurrentIndex(0)
    dialog.start.activated.emit(0)
    dialog.existing.set_value(Existing.REMAKE)
    dialog.make.click()
    batches.until(lambda: not batches.desk.is_going)
    assert [len(region.takes) for region in scene.project.regions] == [3, 3, 3]


def test_a_plan_without_work_cant_be_started(scenes: _Maker) -> None:
    batches = scenes("")
    batches.start()
    batches.until(lambda: not batches.desk.is_going)
    batches.desk.windows.ask()
    dialog = batches.desk.windows.dialog
    assert dialog is not None
    assert not dialog.make.isEnabled()
    assert dialog.why_not.text() == "There is no open region."
    dialog.scope.setCurrentIndex(1)
    dialog.scope.activated.emit(1)
    assert dialog.why_not.text() == "None of these regions is to be made."
    assert dialog.table.item(0, 5).text() == "It has a take already."  # type: ignore[union-attr]  # the row is there
