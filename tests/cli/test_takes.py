from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.cli.main import main
from prismdesk.jobs.queue import JobQueue
from prismdesk.media.wav import WavWriter, map_wav
from prismdesk.project.edits import add_region
from prismdesk.project.ids import RegionId
from prismdesk.project.model import Region, Task
from prismdesk.project.store.project_store import ProjectStore
from prismdesk.project.timebase import SampleRange
from prismdesk.session.making import make_takes
from prismdesk.session.opening import open_session
from prismdesk.session.session import Session
from tests.jobs.fake_engine import SOURCE
from tests.session.making_session import REGION, a_session, mark, offer_fake_engine

if TYPE_CHECKING:
    from pathlib import Path

OTHER = RegionId("region-2")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with two takes of one region, and another region."""
    offer_fake_engine(monkeypatch)

    def queue(session: Session) -> JobQueue:
        if session._queue is None:
            session._queue = JobQueue(session.folder, engine_source=SOURCE)
        return session._queue

    monkeypatch.setattr(Session, "queue", property(queue))
    with a_session(tmp_path) as session:
        region = mark(session, name="Pier", prompt="gulls", sees_picture=False)
        make_takes(session, REGION, takes=2)
        other = Region(
            id=OTHER,
            track_id=region.track_id,
            lane_ids=region.lane_ids,
            range=SampleRange(4_800, 9_600),
            task=Task.INPAINT,
            name="Quay",
        )
        session.store.apply("Mark", lambda p: add_region(p, other))
        session.store.save()
        return session.folder


def run(*words: object) -> int:
    return main([str(word) for word in words])


def test_a_take_that_comes_again_the_same_ends_with_0(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = ProjectStore.read(folder).project
    assert run("takes", "check", folder, "Take 2") == 0
    out = capsys.readouterr().out
    assert out.startswith("Take 2: the same samples, bit for bit\n")
    after = ProjectStore.read(folder).project
    assert after == before
    assert len(list((folder / "takes").glob("*.wav"))) == 2


def test_a_take_that_does_not_ends_with_1_and_how_much(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    take = ProjectStore.read(folder).project.regions[0].takes[0]
    with map_wav(folder / take.path) as wav:
        sound = wav.read(0, wav.length_samples) * np.float32(1.1)
    with WavWriter(folder / take.path, rate_hz=48_000, channels=2) as writer:
        writer.write(sound)
    assert run("takes", "check", folder, take.id, "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert not told["is_identical"]
    assert told["difference_db"] == pytest.approx(-20.8, abs=0.2)


def test_a_recipe_is_printed_and_used_on_another_region(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("takes", "recipe", folder, "Take 1") == 0
    told = capsys.readouterr().out
    assert told.startswith("prismdesk generate ")
    for text in ("1", "take 1", "Pier/1"):
        assert run("takes", "recipe", folder, text) == 0
        assert capsys.readouterr().out == told
    assert run("takes", "recipe", folder, "Take 1", "--json", "--apply", "Quay") == 0
    assert json.loads(capsys.readouterr().out)["prompt"] == "gulls"
    with open_session(folder) as session:
        quay = next(one for one in session.project.regions if one.id == OTHER)
        assert (quay.engine, quay.prompt, quay.seed) == ("fake", "gulls", None)
    assert run("takes", "recipe", folder, "Take 1", "--apply", "Quay", "--same-seed") == 0
    with open_session(folder) as session:
        quay = next(one for one in session.project.regions if one.id == OTHER)
        assert quay.seed == 5


def test_what_makes_no_sense_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("takes", "recipe", folder, "Take 1", "--same-seed") == 2
    assert "--apply" in capsys.readouterr().err
    assert run("takes", "check", folder, "Take 9") == 2
    assert "it has: Pier/Take 1, Pier/Take 2." in capsys.readouterr().err
    assert run("takes") == 2
    stretch = ("--from", "1s", "--to", "2s", "--out", folder / "x.mov")
    seeds = ("--engine", "fake", "--seed", 3, "--batch-seeds", "1,2")
    assert run("generate", folder, *stretch, *seeds) == 2
    assert "--batch-seeds" in capsys.readouterr().err
    assert run("generate", folder, *stretch, "--engine", "fake", "--lane", 7) == 2
    assert "has no lane 7" in capsys.readouterr().err


def test_takes_in_a_folder_are_listed_and_adopted(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("takes", "recover", folder) == 0
    assert "0 takes adopted." in capsys.readouterr().out
    assert run("takes", "recover", folder / "takes") == 0
    assert "--into" in capsys.readouterr().out
    assert run("new", tmp_path / "film.mkv", "--project", tmp_path / "new") == 0
    capsys.readouterr()
    assert run("takes", "recover", folder, "--into", tmp_path / "new", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["is_adopted"] for one in told["takes"]] == [True, True]
    assert told["troubles"] == []
    with open_session(tmp_path / "new") as session:
        assert [region.name for region in session.project.regions] == ["Pier"]
    (tmp_path / "empty").mkdir()
    assert run("takes", "recover", tmp_path / "empty") == 1
