"""The scene of a test of training in the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ui.adapters.training.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication


@pytest.fixture
def scene(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.setenv("PRISMDESK_TRAINING", str(tmp_path / "training"))
    monkeypatch.setenv("PRISMDESK_PRESETS", str(tmp_path / "presets"))
    made = Scene(tmp_path)
    yield made
    made.close()
