"""Run on an X display: presses every key of both presets and writes down what each one did."""

from __future__ import annotations

import json
import os
import sys
import time
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QVBoxLayout, QWidget

from prismdesk.ui.actions.keymap import PRESETS, Keymap
from prismdesk.ui.actions.registry import Actions
from prismdesk.ui.actions.table import ACTIONS
from prismdesk.ui.theme import DARK
from tests.x_keyboard import XKeyboard

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_SECONDS = 3.0
TYPED = "s a n d y j k l , [ ] / = - . ? * q"


def main() -> int:
    application = QApplication([])
    keyboard = XKeyboard(os.environ["DISPLAY"])
    window, canvas, line = QMainWindow(), QWidget(), QLineEdit()
    actions = Actions(DARK)
    done: list[str] = []
    for spec in ACTIONS:
        actions.bind(spec.id, partial(done.append, spec.id))
    actions.fill_menu_bar(window.menuBar())
    canvas.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    page = QWidget()
    column = QVBoxLayout(page)
    column.addWidget(canvas)
    column.addWidget(line)
    window.setCentralWidget(page)
    window.show()

    def wait_until(has_come: Callable[[], object]) -> None:
        end = time.monotonic() + LONGEST_SECONDS
        while not has_come() and time.monotonic() < end:
            application.processEvents()
            time.sleep(0.001)

    def has_typed(count: int) -> bool:
        return len(line.text()) >= count or bool(done)

    wait_until(window.isVisible)
    keyboard.focus(int(window.winId()))
    wait_until(window.isActiveWindow)
    wrong = []
    for preset in PRESETS:
        actions.set_keymap(Keymap(preset))
        for spec in ACTIONS:
            for key in actions.keymap.keys_of(spec.id):
                canvas.setFocus()
                done.clear()
                keyboard.press(key)
                wait_until(lambda: done)
                if done != [spec.id]:
                    wrong.append([preset, spec.id, key, list(done)])
    line.setFocus()
    done.clear()
    for number, key in enumerate(TYPED.split(), start=1):
        keyboard.press(key)
        wait_until(partial(has_typed, number))
    sys.stdout.write(json.dumps({"wrong": wrong, "typed": line.text(), "while_typing": done}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
