"""The panel of models over a project, with a hub on this machine that has every file, small."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import shiboken6

from prismdesk.ui.models.device_watch import DeviceWatch
from prismdesk.ui.models.panel import ModelsPanel
from prismdesk.ui.theme import DARK, Theme
from tests.ui.making_scene import Scene, open_scene
from tests.ui.models.fake_queue import FakeQueue

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.project.model import Project
    from prismdesk.ui.messages import Message
    from prismdesk.ui.models.card import ModelCard
    from prismdesk.ui.models.shelf import ModelShelf

SMALL = "selva-small_16k"
OTHER = "mmaudio-small_16k"
PATIENCE_MS = 10_000
FOLDER_QUESTION = "prismdesk.ui.models.panel.QFileDialog.getExistingDirectory"
SIZE_PX = (900, 700)


@dataclass
class PanelScene:
    """A panel of models, and what it works on."""

    scene: Scene
    panel: ModelsPanel
    qtbot: QtBot
    watch: DeviceWatch
    queue: FakeQueue

    @property
    def shelf(self) -> ModelShelf:
        """What outlives the panel."""
        return self.scene.desktop.models

    @property
    def told(self) -> list[Message]:
        """Every message so far."""
        return self.scene.told

    def card(self, model_id: str) -> ModelCard:
        """Return a model's card."""
        return self.panel.cards[model_id]

    def state(self, model_id: str) -> str:
        """Return what the pill of a card says."""
        return self.card(model_id).state.accessibleName()

    def wait_for(self, model_id: str, state: str) -> None:
        """Wait until the pill of a card says something."""
        self.qtbot.waitUntil(
            lambda: model_id in self.panel.cards and self.state(model_id).startswith(state),
            timeout=PATIENCE_MS,
        )

    def get(self, model_id: str) -> None:
        """Press Get on a card and accept the terms."""
        self.card(model_id).foot.get.click()
        assert self.panel.terms.isVisible()
        self.panel.terms.accept.click()

    def reopen(self) -> None:
        """Destroy the panel and make another one over the same project, not yet shown."""
        self.panel.close()
        shiboken6.delete(self.panel)
        self.panel = a_panel(self.scene, self.watch)

    def install(self, model_id: str, state: str = "Ready") -> None:
        """Get a model and wait until it is here."""
        self.get(model_id)
        self.wait_for(model_id, state)


def a_panel(scene: Scene, watch: DeviceWatch) -> ModelsPanel:
    """Return a panel of its own, told by the shelf as the window tells it."""
    panel = ModelsPanel(scene.document, scene.selection, scene.desktop, watch)
    shelf = scene.desktop.models
    shelf.terms_wanted.connect(panel.show_terms)
    shelf.folder_wanted.connect(panel.ask_folder)
    shelf.model_shown.connect(panel.show_model)
    panel.resize(*SIZE_PX)
    return panel


@contextmanager
def open_panel(
    qtbot: QtBot, folder: Path, *, project: Project | None = None, theme: Theme = DARK
) -> Iterator[PanelScene]:
    """Show the panel and wait until it knows what there is."""
    scene = open_scene(folder, project, theme=theme)
    queue = FakeQueue()
    watch = DeviceWatch(queue, scene.desktop)
    panel = a_panel(scene, watch)
    panel.show()
    opened = PanelScene(scene, panel, qtbot, watch, queue)
    try:
        qtbot.waitUntil(lambda: bool(panel.cards), timeout=PATIENCE_MS)
        yield opened
    finally:
        watch.close()
        opened.panel.close()
        scene.close()
        # A panel that waits to be deleted is restyled with every look that follows.
        shiboken6.delete(opened.panel)
