"""Engine processes begin warm: what the window shows of them is what is tested."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def engines_begin_warm(warm_starts: None) -> None:
    """Spare each test the import of what engines need."""
