from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.engines.weights.small_catalogue import small_catalogue
from tests.ui.models.scene import PanelScene, open_panel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from tests.engines.weights.hub_server import Hub


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    with small_catalogue(monkeypatch, tmp_path / "own") as hub:
        yield hub


@pytest.fixture
def models(qtbot: QtBot, tmp_path: Path, hub: Hub) -> Iterator[PanelScene]:
    with open_panel(qtbot, tmp_path) as models:
        yield models
