"""The seams on a take's page and the badges of a region, measured off the window's thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from prismdesk.media.sounds import SoundLibrary
from prismdesk.project.edits import (
    SeamEnd,
    choose_take,
    clear_choice,
    remove_marker,
    remove_region,
)
from prismdesk.project.lookup import region_of, take_of
from prismdesk.ui.inspector.proof_row import ProofRow
from prismdesk.ui.look import apply_look
from prismdesk.ui.takes.audition import Audition
from prismdesk.ui.takes.seam_commands import SeamCommands
from prismdesk.ui.takes.seam_watch import SeamWatch
from prismdesk.ui.takes.seams import SeamsPart
from prismdesk.ui.theme import DARK
from prismdesk.ui.transport import Transport
from tests.media.fake_sounds import ArraySound, ArraySounds
from tests.seam_scene import END, FITTING, HANDLE, LOUD, REGION, START, the_project, the_sounds
from tests.ui.clipping import clipped_texts
from tests.ui.making_scene import FakePlayer, Scene, open_scene

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.project.ids import TakeId
    from prismdesk.project.model import Region

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
IN, OUT = SeamEnd.IN, SeamEnd.OUT


class Page:
    """The right column of a take's page, with what it works on."""

    def __init__(self, qtbot: QtBot, folder: Path, sounds: ArraySounds | None = None) -> None:
        self.qtbot = qtbot
        self.scene: Scene = open_scene(folder, the_project())
        document, desktop = self.scene.document, self.scene.desktop
        document.session.sounds = sounds or the_sounds()  # type: ignore[assignment]  # nothing is on disk
        self.player = FakePlayer()
        transport = Transport(document, self.scene.selection, self.player)  # type: ignore[arg-type]  # as much of a player as is needed
        self.scene.selection.select_region(REGION)
        self.audition = Audition(document, self.scene.selection, transport, desktop)
        self.watch = SeamWatch(document, self.audition, desktop)
        self.commands = SeamCommands(
            document, self.scene.selection, self.audition, self.watch, desktop
        )
        self.commands.bind_actions()
        self.part = SeamsPart(document, self.watch, self.commands, desktop)
        self.proof = ProofRow(self.audition, self.watch, desktop.theme, desktop.turns)
        for widget in (self.part, self.proof):
            qtbot.addWidget(widget)
        document.changed.connect(lambda _: self.show())
        self.take_id: TakeId = LOUD

    @property
    def region(self) -> Region:
        return region_of(self.scene.project, REGION)

    def show(self, take_id: TakeId | None = None) -> None:
        self.take_id = take_id or self.take_id
        if any(region.id == REGION for region in self.scene.project.regions):
            self.part.show_take(take_of(self.scene.project, self.take_id), self.region)

    def until_measured(self) -> None:
        self.qtbot.waitUntil(lambda: not self.watch.is_measuring, timeout=20_000)

    def cells(self, row: int) -> list[str]:
        return [cell.text() for cell in self.part.cells[row]]

    def undo_all(self) -> int:
        count = 0
        while self.scene.document.label_of_undo:
            self.scene.document.undo()
            count += 1
        return count


@pytest.fixture
def page(qtbot: QtBot, tmp_path: Path) -> Iterator[Page]:
    page = Page(qtbot, tmp_path)
    page.show(LOUD)
    page.until_measured()
    yield page
    page.watch.close()
    page.scene.close()


def test_the_table_tells_figures_limits_and_a_verdict(page: Page) -> None:
    assert page.part.headings[0].text() == "In 04:00"
    assert page.part.headings[1].text() == "Out 05:00"
    first, last, limit = page.cells(0)
    assert first.startswith("+5.") or first.startswith("+6.")
    assert last.endswith(" dB")
    assert limit == "1.0 dB"
    assert page.cells(1)[2] == "2.0×"
    assert page.cells(2)[2] == "4.0 dB"
    assert page.part.pill.accessibleName() == "Beyond limits"
    assert "level step in" in page.part.pill.toolTip()
    assert page.part.cells[0][0].accessibleName().endswith("beyond it")
    assert page.proof.seams.text().startswith("Seams +")
    assert not page.proof.isHidden()


def test_a_take_that_is_not_chosen_is_measured_as_if_it_were(page: Page) -> None:
    page.show(FITTING)
    page.until_measured()
    assert page.part.pill.accessibleName() == "Within limits"
    assert not page.part.shifts[IN].isEnabled()
    assert "choose it" in page.part.shifts[IN].toolTip()
    assert page.scene.project == the_project()
    page.scene.document.apply("Choose", lambda p: choose_take(p, FITTING))
    page.until_measured()
    assert page.part.shifts[IN].isEnabled()
    assert page.part.pill.accessibleName() == "Within limits"


def test_a_field_shifts_its_seam_and_undo_brings_it_back(page: Page) -> None:
    page.part.shifts[IN].setValue(-8)
    page.part.shifts[OUT].setValue(-20)
    assert page.region.range.start_samples == START - 384
    assert page.region.range.end_samples == END - 960
    assert page.scene.document.label_of_undo == "Shift the out seam to −20 ms"
    page.until_measured()
    assert page.part.headings[0].text() == "In 03:23"
    page.undo_all()
    assert page.region.range.start_samples == START
    assert page.part.shifts[IN].value() == 0


def test_a_field_beyond_the_handles_goes_back_with_a_sentence(page: Page) -> None:
    page.part.shifts[IN].setValue(-101)
    assert page.region.range.start_samples == START
    assert page.part.shifts[IN].value() == 0
    assert "keeps 100 ms before the region, not 101 ms" in page.scene.told[-1].title


def test_keys_shift_and_nudge(page: Page) -> None:
    for action_id, start, end, moved in (
        ("takes.seam_in_earlier", START - 48, END, 0),
        ("takes.seam_in_later", START, END, 0),
        ("takes.seam_out_later", START, END + 48, 0),
        ("takes.seam_out_earlier", START, END, 0),
        ("takes.nudge_earlier", START, END, -2000),
        ("takes.nudge_later", START, END, 0),
        ("takes.nudge_later_ms", START, END, 48),
        ("takes.nudge_earlier_ms", START, END, 0),
    ):
        page.scene.desktop.actions.trigger(action_id)
        span = page.region.range
        found = (span.start_samples, span.end_samples, page.region.takes[0].moved_samples)
        assert found == (start, end, moved), action_id
    assert page.undo_all() == 8


def test_the_onset_is_told_and_nudged_to_its_marker(page: Page) -> None:
    assert page.part.onset.text() == "First onset 8 ms after “first step”"
    assert page.part.nudge.text() == "Nudge −8 ms"
    page.part.nudge.click()
    page.until_measured()
    assert page.part.onset.text() == "First onset on “first step”"
    assert not page.part.nudge.isEnabled()
    assert "Nudged −" in page.part.handles.text()
    assert page.region.range.start_samples == START
    page.undo_all()
    page.until_measured()
    page.scene.desktop.actions.trigger("takes.nudge_to_marker")
    page.until_measured()
    assert page.part.onset.text() == "First onset on “first step”"


def test_a_take_without_an_onset_is_not_said_to_have_no_marker(
    tmp_path: Path, qtbot: QtBot
) -> None:
    silence = ArraySound(np.zeros((2, END - START + 2 * HANDLE), dtype=np.float32))
    quiet = Page(
        qtbot,
        tmp_path / "quiet",
        ArraySounds(the_sounds().streams, {LOUD: silence, FITTING: silence}),
    )
    try:
        quiet.show(LOUD)
        quiet.until_measured()
        assert quiet.part.onset.text() == "No clear onset in the take to put on the marker."
        actions = quiet.scene.desktop.actions
        with qtbot.waitSignal(actions.refused) as told:
            actions.trigger("takes.nudge_to_marker")
        assert str(told.args).startswith("['No sound begins clearly in the take")
        marker = quiet.scene.project.markers[0]
        quiet.scene.document.apply("Remove", lambda p: remove_marker(p, marker.id))
        quiet.until_measured()
        assert quiet.part.onset.text() == "No marker in the region to time it by."
    finally:
        quiet.watch.close()
        quiet.scene.close()


def test_the_handles_that_are_kept_are_told(page: Page) -> None:
    assert page.part.handles.text() == "Handles kept 2 fr"  # 0.1 s at 24 fr a second


def test_nothing_is_measured_where_no_take_is_heard(page: Page) -> None:
    page.scene.document.apply("None", lambda p: clear_choice(p, REGION))
    page.until_measured()
    assert page.proof.isHidden()
    page.scene.document.apply("Remove", lambda p: remove_region(p, REGION))
    page.until_measured()
    assert page.watch.report() is None


def test_badges_lead_to_their_figures(page: Page) -> None:
    pressed: list[str] = []
    page.proof.null_test_wanted.connect(lambda: pressed.append("null test"))
    page.proof.seams_wanted.connect(lambda: pressed.append("seams"))
    assert page.proof.null_test.text() == "Null test"
    page.proof.set_passed(REGION, passed=True)
    assert page.proof.null_test.text() == "Identical outside"
    page.proof.set_passed(REGION, passed=False)
    assert page.proof.null_test.text() == "Differs outside"
    widths_px = [badge.sizeHint().width() for badge in (page.proof.null_test, page.proof.seams)]
    assert page.proof.minimumSizeHint().width() < sum(widths_px)  # one below the other if need be
    page.proof.null_test.click()
    space = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(page.proof.seams, space)
    space = QKeyEvent(QEvent.Type.KeyRelease, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(page.proof.seams, space)
    assert pressed == ["null test", "seams"]


@pytest.mark.parametrize("scale_percent", [100, 200])
def test_its_words_fit_at_every_size(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, scale_percent: int
) -> None:
    apply_look(qapp, DARK, text_scale_percent=scale_percent)
    page = Page(qtbot, tmp_path)
    try:
        page.show(LOUD)
        page.until_measured()
        for widget, width in ((page.part, 330), (page.proof, 300)):
            widget.resize(width * scale_percent // 100, widget.sizeHint().height())
            widget.show()
            qtbot.waitExposed(widget)
            assert clipped_texts(widget) == []
    finally:
        page.watch.close()
        page.scene.close()
        apply_look(qapp, DARK)


def test_a_take_whose_file_is_gone_is_said_not_to_be_measured(page: Page) -> None:
    library = SoundLibrary(page.scene.document.session.folder, page.scene.document.session.cache)
    page.scene.document.session.sounds = library
    page.scene.document.apply("Choose", lambda p: choose_take(p, FITTING))
    page.until_measured()
    assert page.part.pill.accessibleName() == "Not measured"
    assert "isn't in the project's cache" in page.part.pill.toolTip()
