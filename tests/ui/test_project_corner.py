from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication, QMainWindow

from prismdesk.project.model import ProjectUse
from prismdesk.ui.actions.registry import Actions
from prismdesk.ui.look import apply_look
from prismdesk.ui.project_corner import USE_ACTIONS, ProjectCorner
from prismdesk.ui.theme import DARK

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def test_the_pill_follows_what_the_project_is_for(qtbot: QtBot) -> None:
    actions, uses = Actions(DARK), [ProjectUse.PERSONAL]

    def is_use(use: ProjectUse) -> bool:
        return uses[-1] is use

    for use, action_id in USE_ACTIONS.items():
        actions.bind(action_id, partial(uses.append, use), checked=partial(is_use, use))
    corner = ProjectCorner(actions, DARK)
    qtbot.addWidget(corner)
    corner.show()
    assert corner.name.text() == "No project"
    assert not corner.use.isVisible()
    corner.show_project("Salt Road")
    assert corner.use.isVisible()
    assert corner.use.text().strip() == "Personal project"
    entries = corner.use.menu().actions()
    assert [one.text() for one in entries if not one.isSeparator()] == [
        "Personal",
        "Non-commercial",
        "Commercial",
        "Licence policy…",
    ]
    next(one for one in entries if one.text() == "Commercial").trigger()
    assert corner.use.text().strip() == "Commercial project"
    assert corner.use.accessibleName() == "This project is: Commercial"
    assert corner.use.sizeHint().width() <= corner.use.width()


@pytest.mark.parametrize("scale_percent", [100, 200])
def test_the_pill_stands_in_its_corner_after_another_use(
    qtbot: QtBot, qapp: QApplication, scale_percent: int
) -> None:
    apply_look(qapp, DARK, text_scale_percent=scale_percent)
    actions, uses = Actions(DARK), [ProjectUse.NON_COMMERCIAL]

    def is_use(use: ProjectUse) -> bool:
        return uses[-1] is use

    for use, action_id in USE_ACTIONS.items():
        actions.bind(action_id, partial(uses.append, use), checked=partial(is_use, use))
    window = QMainWindow()
    qtbot.addWidget(window)
    corner = ProjectCorner(actions, DARK)
    bar = window.menuBar()
    actions.fill_menu_bar(bar)
    menus_px = bar.sizeHint().height()
    bar.setCornerWidget(corner)
    window.resize(1200, 300)
    window.show()
    corner.show_project("Salt Road")
    qtbot.waitUntil(lambda: corner.isVisible() and corner.geometry().right() > 1190)
    ends_px = corner.geometry().right()
    for action_id in ("file.use_commercial", "file.use_personal", "file.use_non_commercial"):
        actions.trigger(action_id)
        assert corner.geometry().right() == ends_px, action_id
        assert corner.width() == corner.sizeHint().width()
        assert corner.rect().contains(corner.use.geometry())
    assert bar.sizeHint().height() <= menus_px + 2
    apply_look(qapp, DARK)
