"""Journeys in this process have their engine processes begin warm; commands apart start afresh."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def engines_begin_warm(warm_starts: None) -> None:
    """Spare each journey the import of what engines need."""
