from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from prismdesk.jobs.take_record import read_beside, record_path
from prismdesk.project.lookup import region_of, takes_of
from prismdesk.session.asking import queue_takes
from prismdesk.session.making import make_takes, wait_for_takes
from prismdesk.session.opening import create_session
from prismdesk.session.recovering import FoundTake, FoundTakes, adopt_takes, find_takes
from prismdesk.session.take_check import compare_sounds
from tests.session.making_session import REGION, a_session, mark, offer_fake_engine

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.project.model import Take


@pytest.fixture
def lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, tuple[Take, ...]]:
    """A project's folder with three takes, whose project file is gone."""
    offer_fake_engine(monkeypatch)
    with a_session(tmp_path) as session:
        mark(session, name="Pier", prompt="gulls", settings=(("strength", 0.5),))
        make_takes(session, REGION, takes=2)
        region = region_of(session.project, REGION)
        job = queue_takes(session, session.project, region, handle_samples=480)
        wait_for_takes(session, job)
        takes = tuple(takes_of(session.project))
        folder = session.folder
    for path in folder.glob("*.prismdesk*"):
        path.unlink()
    return folder, takes


def without_changes(take: Take) -> object:
    return (take.id, take.content_key, take.region, take.provenance, take.head_samples)


def test_a_lost_project_is_rebuilt_from_its_takes(
    lost: tuple[Path, tuple[Take, ...]], tmp_path: Path
) -> None:
    folder, before = lost
    found = find_takes(folder)
    assert found.unreadable == ()
    assert {one.record.take for one in found.takes} == {take.id for take in before}
    with create_session(tmp_path / "film.mkv", tmp_path / "new") as session:
        adopted = adopt_takes(session, found)
        assert adopted.refused == ()
        (region,) = session.project.regions
        assert (region.id, region.name, region.prompt) == (REGION, "Pier", "gulls")
        assert region.settings == (("strength", 0.5),)
        assert [segment.take_id for segment in region.comp] == [found.takes[0].record.take]
        after = {take.id: take for take in region.takes}
        assert {without_changes(take) for take in before} == {
            without_changes(take) for take in after.values()
        }
        for take in before:
            source, copy = folder / take.path, session.folder / after[take.id].path
            assert compare_sounds(source, copy).is_identical
            assert record_path(copy).read_bytes() == record_path(source).read_bytes()
        again = adopt_takes(session, found)
        assert (again.takes, again.refused) == ((), ())
        session.store.undo()
        assert session.project.regions == ()


def test_takes_that_the_project_let_go_come_back_to_their_region(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer_fake_engine(monkeypatch)
    with a_session(tmp_path) as session:
        mark(session)
        made = make_takes(session, REGION, takes=2)
        session.store.undo()
        assert not list(takes_of(session.project))
        record_path(session.folder / made[0].path).unlink()
        adopted = adopt_takes(session, find_takes(session.folder))
        assert {take.id for take in adopted.takes} == {take.id for take in made}
        assert record_path(session.folder / made[0].path).is_file()


def test_what_is_no_take_is_told_and_passed_over(
    lost: tuple[Path, tuple[Take, ...]], tmp_path: Path
) -> None:
    folder, takes = lost
    first, second = (folder / take.path for take in takes[:2])
    shutil.copy(tmp_path / "film.mkv", folder / "takes" / "film.wav")
    data = first.read_bytes()
    first.write_bytes(data[: len(data) - 1000])
    record_path(second).write_text("nonsense")
    found = find_takes(folder)
    assert len(found.takes) == 2
    assert len(found.unreadable) == 2


def test_takes_at_another_rate_and_names_in_use_are_refused(
    lost: tuple[Path, tuple[Take, ...]], tmp_path: Path
) -> None:
    folder, takes = lost
    found = find_takes(folder)
    with create_session(tmp_path / "film.mkv", tmp_path / "new", rate_hz=44_100) as session:
        adopted = adopt_takes(session, found)
        assert adopted.takes == ()
        assert len(adopted.refused) == 3
        assert "--rate 48000" in adopted.refused[0]
    with create_session(tmp_path / "film.mkv", tmp_path / "newer") as session:
        (session.folder / "takes").mkdir(exist_ok=True)
        (session.folder / takes[0].path).write_bytes(b"other")
        adopted = adopt_takes(session, found)
        assert len(adopted.takes) == 2
        assert "rename it" in adopted.refused[0]


@pytest.mark.parametrize(
    "changes",
    [
        {"masks": ["../../outside.png"]},
        {"region": "x" * 500},
        {"region_end_samples": -5},
        {"drawn_masks": ["circle:everything"]},
        {"gain": 1, "proposed_gain_db": 1e300},
        {"track_number": 9},
    ],
)
def test_a_record_that_does_not_hold_is_refused_in_a_sentence(
    lost: tuple[Path, tuple[Take, ...]], tmp_path: Path, changes: dict[str, object]
) -> None:
    folder, takes = lost
    wav = folder / takes[0].path
    told = json.loads(record_path(wav).read_text())
    record_path(wav).write_text(json.dumps(told | changes))
    (found,) = (one for one in find_takes(folder).takes if one.record.take == takes[0].id)
    hostile = FoundTake(found.path, read_beside(wav))
    with create_session(tmp_path / "film.mkv", tmp_path / "new") as session:
        before = session.project
        adopted = adopt_takes(session, FoundTakes(takes=(hostile,)))
        assert adopted.takes == ()
        assert len(adopted.refused) == 1
        assert session.project == before
        assert not (tmp_path / "outside.png").exists()
