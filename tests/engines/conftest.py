from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def small_models(small_checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Small checkpoints of every kind, installed as the user's own."""
    monkeypatch.setenv("PRISMDESK_MODELS", str(small_checkpoints))
    return small_checkpoints
