"""Seams and onsets from the command line, on sound made by the engine of tests."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.cli.main import main
from prismdesk.cli.seams import read_milliseconds
from prismdesk.cli.wanted_sound import read_handles
from prismdesk.errors import InputError
from prismdesk.jobs.queue import JobQueue
from prismdesk.project.edits import add_marker
from prismdesk.session import session as session_module
from prismdesk.session.opening import open_session
from tests.builders import a_marker
from tests.jobs.fake_engine import SOURCE
from tests.media_files import PictureSpec, SoundSpec, make_film, noise
from tests.session.making_session import offer_fake_engine

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A film of rushing sound with a second mended, handles of 12 frames kept."""
    offer_fake_engine(monkeypatch)
    monkeypatch.setattr(session_module, "JobQueue", partial(JobQueue, engine_source=SOURCE))
    rushing = SoundSpec(audio=noise(2, 4 * 48_000, peak=0.05), codec="pcm_f32le")
    film = make_film(tmp_path / "film.mkv", picture=PictureSpec(frames=100), sounds=(rushing,))
    folder = tmp_path / "project"
    code = run(
        *("fill", film, "--from", "1s", "--to", "2s", "--engine", "fake", "--handles", "12fr"),
        *("--project", folder, "--out", tmp_path / "out.wav"),
    )
    assert code == 0
    return folder


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def test_seams_are_measured_shifted_and_refused(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run("seams", project, "1") == 0
    told = capsys.readouterr().out
    assert "Level step" in told
    assert "Kept beyond               480 ms            480 ms" in told or "480 ms" in told
    assert run("seams", project, "1", "--shift-in", "-8", "--shift-out=5ms", "--json") == 0
    node = json.loads(capsys.readouterr().out)
    assert [seam["shift_samples"] for seam in node["seams"]] == [-384, 240]
    assert node["seams"][0]["at_samples"] == 48_000 - 384
    assert set(node["limits"]) >= {"level_step_db", "click_ratio", "spectral_db"}
    assert run("seams", project, "1", "--shift-in", "-900") == 2
    assert "keeps 480 ms before the region, not 900 ms" in capsys.readouterr().err
    assert run("history", project, "--undo", "2") == 0
    assert run("seams", project, "9") == 2
    assert "has no region “9”" in capsys.readouterr().err


def test_onsets_are_told_and_nudged_to_the_marker(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("onsets", project, "1") == 0
    assert "No marker lies in the region" in capsys.readouterr().out
    with open_session(project) as session:
        session.store.apply("Mark", lambda p: add_marker(p, a_marker("m", 60_000, name="step")))
        session.store.save()
    assert run("onsets", project, "1", "--nudge-by", "-8", "--json") == 0
    assert isinstance(json.loads(capsys.readouterr().out), list)
    with open_session(project) as session:
        (region,) = session.project.regions
        assert region.takes[0].moved_samples == -384
    assert run("onsets", project, "1", "--nudge-by", "700") == 2
    assert "so it can't move 700 ms later" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "samples"), [("-8", -384), ("8ms", 384), ("0.5", 24), ("-400sm", -400), ("+2", 96)]
)
def test_shifts_are_read_in_milliseconds_or_samples(text: str, samples: int) -> None:
    assert read_milliseconds(text, rate_hz=48_000) == samples


@pytest.mark.parametrize("text", ["", "8s", "12fr", "fast", "1e3"])
def test_what_is_no_shift_is_said(text: str) -> None:
    with pytest.raises(InputError, match="is no length"):
        read_milliseconds(text, rate_hz=48_000)


@pytest.mark.parametrize(
    ("text", "samples"), [("0", 0), ("12fr", 23_040), ("0.5s", 24_000), ("480sm", 480)]
)
def test_handles_are_read_in_frames_seconds_or_samples(
    project: Path, text: str, samples: int
) -> None:
    with open_session(project) as session:
        assert read_handles(session, text) == samples
        assert np.unique([take.head_samples for take in session.project.regions[0].takes]) == 23_040
