from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from prismdesk.project.model import ProjectUse
from prismdesk.ui.actions.registry import Actions
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
