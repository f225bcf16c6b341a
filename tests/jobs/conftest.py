from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.jobs.queue import JobQueue
from tests.jobs.fake_engine import SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def engines_begin_warm(warm_starts: None) -> None:
    """Spare each test the import of what engines need; tests of the start itself do without."""


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[JobQueue]:
    with JobQueue(tmp_path, grace_seconds=0.5, engine_source=SOURCE) as queue:
        yield queue
