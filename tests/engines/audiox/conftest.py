from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.engines.audiox.engine import AudioxEngine

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def engine() -> Iterator[AudioxEngine]:
    """An engine that several tests share: networks are loaded once."""
    engine = AudioxEngine()
    yield engine
    engine.release()
