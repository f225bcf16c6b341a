from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.media.errors import NoRoomError
from prismdesk.session.asking import queue_region
from prismdesk.session.making import wait_for_takes
from prismdesk.session.opening import open_session
from prismdesk.session.rescue import rescue_sentence
from tests.jobs.test_no_room import no_room
from tests.session.making_session import REGION, a_session, mark, offer_fake_engine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prismdesk.session.session import Session


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    offer_fake_engine(monkeypatch)
    (tmp_path / "spare").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "spare"))
    with a_session(tmp_path) as session:
        mark(session)
        yield session


def make_without_room(session: Session) -> None:
    with pytest.raises(NoRoomError):
        wait_for_takes(session, queue_region(session, REGION))


def test_takes_without_room_are_elsewhere_when_the_program_ends(
    session: Session, tmp_path: Path
) -> None:
    assert rescue_sentence(session) == ""
    with no_room(session.queue):
        make_without_room(session)
    sentence = rescue_sentence(session)
    assert str(tmp_path / "spare") in sentence
    assert len(list((tmp_path / "spare").rglob("*.wav"))) == 1
    assert session.project.regions[0].takes == ()
    session.close()
    # There is room now: what was made comes in.
    with open_session(session.folder) as again:
        assert len(again.project.regions[0].takes) == 1
        assert any("were added to the project" in notice for notice in again.notices)
        assert again.queue.jobs() == ()


def test_what_has_no_room_anywhere_is_told_lost(session: Session, tmp_path: Path) -> None:
    with no_room(session.queue):
        make_without_room(session)
        assert "had no room anywhere and are lost" in rescue_sentence(session)
    assert list((tmp_path / "spare").iterdir()) == []
