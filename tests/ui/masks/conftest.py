from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ui.masks.mask_scene import MaskScene

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot


@pytest.fixture
def scene(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MaskScene]:
    """The mode switched on, nothing drawn."""
    scene = MaskScene(tmp_path, qtbot, monkeypatch)
    scene.do("region.mask")
    yield scene
    scene.close()
