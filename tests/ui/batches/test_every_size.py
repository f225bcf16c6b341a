"""The dialogs of batches in each theme at 100 and 200 %: nothing is clipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication

from prismdesk.session.batch_start import start_batch
from prismdesk.session.batches import BatchWish, plan_batch
from prismdesk.ui.batches.card import BatchCard
from prismdesk.ui.batches.desk import BatchDesk
from prismdesk.ui.batches.dialog import BatchDialog
from prismdesk.ui.batches.summary_page import SummaryPage
from prismdesk.ui.look import apply_look
from prismdesk.ui.theme import DARK, THEMES, Theme
from tests.builders import a_project, a_region
from tests.session.test_batches import Now
from tests.ui.clipping import clipped_texts
from tests.ui.making_scene import Scene, offer_fake_engine, open_scene

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from prismdesk.project.model import Project
    from prismdesk.session.batches import BatchPlan

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)

NOT_HERE = (
    "Large lacks generator.pth, video.pth and 6 more; fetch them with `prismdesk models get large`."
)


@pytest.fixture(params=list(THEMES))
def theme(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Theme]:
    wanted = THEMES[request.param]
    scale_percent = 200 if wanted is DARK else 100
    apply_look(qapp, wanted, text_scale_percent=scale_percent)
    yield wanted
    apply_look(qapp, DARK)


@pytest.fixture
def scene(tmp_path: Path, theme: Theme, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    offer_fake_engine(monkeypatch)
    regions = tuple(
        a_region(f"r{n}", n * 9_000, (n + 1) * 9_000, engine="fake", variant="small", name=name)
        for n, name in enumerate(("Footsteps on wet planks", "Gulls, far", "Crowd behind a door"))
    )
    scene = open_scene(tmp_path, a_project(regions=regions), theme=theme)
    yield scene
    scene.close()


def a_plan(project: Project) -> BatchPlan:
    return plan_batch(project, project.regions, BatchWish(takes=2), Now(refused={"r2": NOT_HERE}))


def show(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitExposed(widget)
    QApplication.processEvents()


def test_the_plan_has_room(scene: Scene, qtbot: QtBot) -> None:
    project, now = scene.project, Now(refused={"r2": NOT_HERE})
    scopes = (("All that are open (3)", project.regions),)
    dialog = BatchDialog(project, scopes, now, scene.document.times, scene.desktop.theme)
    show(qtbot, dialog)
    assert clipped_texts(dialog) == []
    assert dialog.weights.isVisible()
    assert "Large lacks generator.pth, video.pth and 6 more." in dialog.refused.text()


def test_summary_and_card_have_room(scene: Scene, qtbot: QtBot) -> None:
    scene.document.session.queue.pause()
    desk = BatchDesk(
        scene.document,
        scene.selection,
        scene.bridge,
        scene.outcomes,
        scene.making,
        scene.pending,
        scene.desktop,
    )
    desk.batch = start_batch(scene.document.session, a_plan(scene.project))
    card = BatchCard(desk, scene.desktop.theme)
    card.resize(1000, card.sizeHint().height())
    show(qtbot, card)
    assert clipped_texts(card) == []
    desk.cancel_rest()
    page = SummaryPage(desk.batch_now, desk.job_of, scene.outcomes, scene.desktop.theme)
    show(qtbot, page)
    assert page.headline.text() == (
        "0 of 2 regions are made, 2 were cancelled; 1 more was refused."
    )
    assert clipped_texts(page) == []
    desk.close()
