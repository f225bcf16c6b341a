"""Dialogs and controls in each theme at 100 and 200 %: nothing is clipped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication, QMainWindow, QVBoxLayout, QWidget

from prismdesk.ui.about import AboutDialog
from prismdesk.ui.actions.registry import Actions
from prismdesk.ui.crash_door import CrashDialog
from prismdesk.ui.icons import IconName
from prismdesk.ui.keyboard.key_page import KeyPage
from prismdesk.ui.look import apply_look
from prismdesk.ui.messages import MessageKind, Messages
from prismdesk.ui.messages_bar import MessageHistory, MessagesBar
from prismdesk.ui.theme import DARK, THEMES, Theme
from prismdesk.ui.widgets.buttons import main_button, plain_button, quiet_button
from prismdesk.ui.widgets.fields import ChoiceField, FigureField
from prismdesk.ui.widgets.labels import Pill
from prismdesk.ui.widgets.segmented import SegmentedControl
from tests.ui.clipping import clipped_texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)


@pytest.fixture(params=[100, 200])
def scale_percent(request: pytest.FixtureRequest) -> int:
    scale: int = request.param
    return scale


@pytest.fixture(params=list(THEMES))
def theme(
    request: pytest.FixtureRequest, qapp: QApplication, scale_percent: int
) -> Iterator[Theme]:
    wanted = THEMES[request.param]
    apply_look(qapp, wanted, text_scale_percent=scale_percent)
    yield wanted
    apply_look(qapp, DARK)


def show(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitExposed(widget)
    QApplication.processEvents()


def test_clipped_text_is_found(qtbot: QtBot) -> None:
    page = QWidget()
    column = QVBoxLayout(page)
    button = plain_button("Inpaint", DARK)
    button.setFixedWidth(20)
    column.addWidget(button)
    show(qtbot, page)

    assert clipped_texts(page) == ["KeyButton Inpaint"]


def test_about_has_room(qtbot: QtBot, theme: Theme) -> None:
    dialog = AboutDialog(theme)
    show(qtbot, dialog)

    assert clipped_texts(dialog) == []


def test_crash_dialog_has_room(qtbot: QtBot, theme: Theme) -> None:
    kept = "Each edit is on the disk: all 214 edits of Salt Road are kept."
    dialog = CrashDialog(
        "KeyError", Path("/home/someone/.local/state/prismdesk/log/crash.txt"), kept, theme, None
    )
    show(qtbot, dialog)

    assert clipped_texts(dialog) == []


def test_key_page_has_room(qtbot: QtBot, theme: Theme) -> None:
    page = KeyPage(Actions(theme), theme, change=lambda: None)
    show(qtbot, page)

    assert clipped_texts(page) == []
    page._actions.deleteLater()


def test_messages_have_room(qtbot: QtBot, theme: Theme, scale_percent: int) -> None:
    window = QMainWindow()
    messages = Messages()
    bar = MessagesBar(messages, theme, window)
    window.resize(8 * scale_percent, 6 * scale_percent)
    show(qtbot, window)
    messages.tell(
        "The model's process stopped.",
        "Region, prompt and queue are as they were; playback was not touched.",
        kind=MessageKind.ERROR,
        buttons=[("Start again", lambda: None), ("Show log", lambda: None)],
    )
    messages.tell("Disk is nearly full.", kind=MessageKind.WARNING)
    QApplication.processEvents()

    assert clipped_texts(bar) == []
    history = MessageHistory(bar.history)
    show(qtbot, history)
    assert clipped_texts(history) == []


def test_shared_controls_have_room(qtbot: QtBot, theme: Theme) -> None:
    page = QWidget()
    column = QVBoxLayout(page)
    segments = SegmentedControl(
        "Task", [("g", "Generate", IconName.GENERATE), ("i", "Inpaint", IconName.INPAINT)], theme
    )
    segments.set_value("i")
    for widget in (
        main_button("Inpaint 2 takes", theme, key="Ctrl+Shift+Enter", icon_name=IconName.INPAINT),
        plain_button("New project…", theme, key="Ctrl+N"),
        quiet_button("Copy recipe", theme, icon_name=IconName.COPY),
        segments,
        Pill("Identical outside", theme, icon_name=IconName.SHIELD_CHECK, kind="good"),
        ChoiceField("Model", [(1, "SelVA medium, 44.1 kHz")]),
        FigureField("Handles", least=0, most=48, unit="fr"),
    ):
        column.addWidget(widget)
    show(qtbot, page)

    assert clipped_texts(page) == []
