from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QToolButton, QVBoxLayout, QWidget

from prismdesk.ui.icons import IconName
from prismdesk.ui.look import apply_look
from prismdesk.ui.theme import DARK
from prismdesk.ui.widgets.fields import ChoiceField, FigureField
from prismdesk.ui.widgets.labels import Chip, ElidedLabel, Pill, section_label

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


def test_chip_tells_what_is_removed(qtbot: QtBot) -> None:
    chip = Chip("speech", DARK)
    qtbot.addWidget(chip)
    (close,) = chip.findChildren(QToolButton)

    with qtbot.waitSignal(chip.removed) as told:
        QTest.mouseClick(close, Qt.MouseButton.LeftButton)

    assert told.args == ["speech"]
    assert close.accessibleName() == "Remove speech"


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


def test_choice_keeps_values_with_names(qtbot: QtBot) -> None:
    field = ChoiceField("Device", [(None, "The system's choice"), ("null", "No sound")])
    qtbot.addWidget(field)

    field.set_value("null")
    assert field.currentText() == "No sound"
    field.set_value("gone")
    assert field.value == "null"


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
