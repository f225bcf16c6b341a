from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.errors import InputError
from prismdesk.jobs.batch_records import BatchRecords, BatchState
from prismdesk.session.batch_start import new_record, start_batch, unfinished_batch
from prismdesk.session.batches import BatchWish, SessionNow, open_regions, plan_batch
from tests.session.making_session import a_session, mark, offer_fake_engine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prismdesk.session.batches import BatchPlan
    from prismdesk.session.session import Session


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    offer_fake_engine(monkeypatch)
    with a_session(tmp_path) as session:
        yield session


def planned(session: Session) -> BatchPlan:
    project = session.project
    return plan_batch(project, open_regions(project), BatchWish(takes=2), SessionNow(session))


def test_a_batch_for_later_waits_on_disk_and_nothing_is_queued(session: Session) -> None:
    mark(session)
    start_batch(session, planned(session), start_at_utc="2099-01-01T00:00:00Z")
    found = unfinished_batch(session)
    assert found is not None
    assert found.record == BatchRecords(session.folder).latest()
    assert found.record.state is BatchState.PLANNED
    assert [(entry.takes, bool(entry.job_id)) for entry in found.record.entries] == [(2, True)]
    assert session.queue.jobs() == ()


def test_a_plan_of_nothing_begins_nothing(session: Session) -> None:
    with pytest.raises(InputError):
        new_record(session.project, planned(session))
    assert unfinished_batch(session) is None
