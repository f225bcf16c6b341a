from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from prismdesk.ui.icons import IconName
from prismdesk.ui.look import apply_look
from prismdesk.ui.theme import DARK
from prismdesk.ui.widgets.field_note import FieldNote
from prismdesk.ui.widgets.fields import NO_BOUND, ChoiceField, FigureField
from prismdesk.ui.widgets.labels import ElidedLabel, Pill, section_label

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)


def test_elided_label_says_all_in_its_tool_tip_only_where_needed(qtbot: QtBot) -> None:
    label = ElidedLabel("Footsteps on wet planks")
    qtbot.addWidget(label)

    label.resize(60, 20)
    label.grab()
    assert label.shown_text().endswith("…")
    assert label.toolTip() == "Footsteps on wet planks"
    label.resize(400, 20)
    label.grab()
    assert label.shown_text() == "Footsteps on wet planks"
    assert label.toolTip() == ""


def test_pill_is_read_out(qtbot: QtBot) -> None:
    pill = Pill("Identical outside", DARK, icon_name=IconName.SHIELD_CHECK, kind="good")
    qtbot.addWidget(pill)

    pill.show_state("Not checked yet")

    assert pill.accessibleName() == "Not checked yet"


def test_section_label_names_its_control(qtbot: QtBot) -> None:
    field = QLineEdit()
    qtbot.addWidget(field)
    label = section_label("Prompt", of=field)
    qtbot.addWidget(label)

    assert field.accessibleName() == "Prompt"


@pytest.fixture
def figure(qtbot: QtBot, qapp: QApplication) -> FigureField:
    apply_look(qapp, DARK)
    made = FigureField("Handles", least=0, most=48, unit="fr")
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_figure_is_told_when_it_is_typed_to_its_end(qtbot: QtBot, figure: FigureField) -> None:
    figure.setFocus()
    figure.selectAll()
    heard: list[float] = []
    figure.valueChanged.connect(heard.append)

    QTest.keyClicks(figure, "12")
    assert heard == []
    QTest.keyClick(figure, Qt.Key.Key_Return)

    assert heard == [12.0]
    assert figure.text() == "12 fr"


def test_figure_has_room_for_its_text(figure: FigureField) -> None:
    # A style sheet leaves a spin box without buttons one pixel for its text.
    assert figure.lineEdit().width() > figure.width() / 2


def test_figure_stays_in_its_bounds(figure: FigureField) -> None:
    figure.set_silently(900)

    assert figure.value() == 48


class Page:
    """Two figures in a window, driven by keys."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.steps = FigureField("Steps", least=1, most=50, unit="fr")
        self.guidance = FigureField("Guidance", least=-0.5, most=7, decimals=2)
        self.seed = FigureField("Seed", least=-1, most=9)
        self.seed.setSpecialValueText("new each time")
        layout = QVBoxLayout(self.window)
        for field in (self.steps, self.guidance, self.seed):
            layout.addWidget(field)
        self.window.resize(300, 200)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)

    def type(self, field: FigureField, keys: str, end: Qt.Key) -> None:
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, keys)
        assert field.text() == keys + field.suffix()
        QTest.keyClick(field, end)

    def notes(self) -> list[str]:
        found = self.window.findChildren(FieldNote)
        return [note.text() for note in found if note.isVisible()]


@pytest.fixture
def page(qtbot: QtBot) -> Page:
    return Page(qtbot)


ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Tab)


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize(
    ("keys", "value"), [("500", 50), ("0", 1), ("-3", 1), ("12.7", 13), ("123456789012", 50)]
)
def test_what_a_figure_does_not_take_becomes_the_nearest_that_it_takes(
    page: Page, keys: str, value: float, end: Qt.Key
) -> None:
    page.type(page.steps, keys, end)

    assert (page.steps.value(), page.steps.text()) == (value, f"{value:g} fr")
    assert page.notes() == ["It takes whole numbers from 1 to 50 fr."]


def test_a_figure_says_its_bounds_without_needless_digits(page: Page) -> None:
    page.type(page.guidance, "70", Qt.Key.Key_Return)

    assert page.guidance.value() == 7
    assert page.notes() == ["It takes numbers from -0.5 to 7."]


@pytest.mark.parametrize("end", ENDS)
def test_there_is_no_note_where_what_was_typed_is_taken(page: Page, end: Qt.Key) -> None:
    page.type(page.steps, "50", end)
    page.type(page.guidance, "-0.25", end)

    assert (page.steps.value(), page.guidance.value()) == (50, -0.25)
    assert page.notes() == []


def test_a_note_goes_with_the_next_key_in_its_field(page: Page) -> None:
    page.type(page.steps, "500", Qt.Key.Key_Return)
    QTest.keyClick(page.steps, Qt.Key.Key_Down)

    assert (page.steps.value(), page.notes()) == (49, [])


def test_a_note_lies_in_its_window_beside_its_field(page: Page) -> None:
    page.type(page.seed, "99", Qt.Key.Key_Return)

    (note,) = page.window.findChildren(FieldNote)
    assert page.window.rect().contains(note.geometry())
    assert not note.geometry().intersects(page.seed.geometry())
    assert note.text() == "It takes whole numbers from 0 to 9."


@pytest.mark.parametrize("end", ENDS)
def test_a_figure_that_was_emptied_keeps_its_value_or_has_none(page: Page, end: Qt.Key) -> None:
    for field in (page.steps, page.seed):
        field.set_silently(5)
        field.setFocus()
        field.selectAll()
        QTest.keyClick(field, Qt.Key.Key_Delete)
        QTest.keyClick(field, end)

    assert page.steps.value() == 5
    assert page.seed.text() == "new each time"
    assert page.notes() == []


def test_letters_are_not_typed_into_a_figure(page: Page) -> None:
    page.steps.setFocus()
    page.steps.selectAll()
    QTest.keyClicks(page.steps, "4x5")

    assert page.steps.text() == "45 fr"


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [
        (1, NO_BOUND, "It takes whole numbers of at least 1."),
        (-NO_BOUND, 4, "It takes whole numbers of at most 4."),
        (-NO_BOUND, NO_BOUND, "It takes whole numbers."),
    ],
)
def test_a_figure_names_the_bounds_it_has(
    qtbot: QtBot, least: float, most: float, words: str
) -> None:
    field = FigureField("Any", least=least, most=most)
    qtbot.addWidget(field)
    assert field.takes() == words


def test_choice_keeps_values_with_names(qtbot: QtBot) -> None:
    field = ChoiceField("Device", [(None, "The system's choice"), ("null", "No sound")])
    qtbot.addWidget(field)

    field.set_value("null")
    assert field.currentText() == "No sound"
    field.set_value("gone")
    assert field.value == "null"


@pytest.mark.parametrize("percent", [100, 150, 200])
def test_a_choice_asks_for_the_room_of_its_longest_name(
    qtbot: QtBot, qapp: QApplication, percent: int
) -> None:
    apply_look(qapp, DARK, text_scale_percent=percent)
    try:
        names = ("Now", "Fit 56 %", "Fewest loads of models")
        for name in names:
            field = ChoiceField("Any", [(None, ""), (name, name)])
            qtbot.addWidget(field)
            field.set_value(name)
            field.resize(field.sizeHint())
            field.show()
            assert field.shown_text() == name
    finally:
        apply_look(qapp, DARK)


def turn_wheel(widget: QWidget, by: int) -> bool:
    """Turn the wheel over a widget; return whether the widget took it."""
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle,
        widget.mapToGlobal(middle),
        QPoint(),
        QPoint(0, 120 * by),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def test_the_wheel_changes_only_what_has_the_focus(qtbot: QtBot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    figure = FigureField("Steps", least=0, most=10)
    choice = ChoiceField("Method", [("a", "A"), ("b", "B")])
    layout = QVBoxLayout(page)
    for field in (figure, choice):
        layout.addWidget(field)
    page.show()
    page.setFocus()
    assert not turn_wheel(figure, 1)
    assert not turn_wheel(choice, -1)
    assert (figure.value(), choice.value) == (0.0, "a")
    page.activateWindow()
    figure.setFocus()
    qtbot.waitUntil(figure.hasFocus)
    assert turn_wheel(figure, 1)
    assert figure.value() == 1.0
