"""Ctrl-C in the middle of a command: it stops, says so, and leaves nothing half made."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from prismdesk.cli.main import main
from prismdesk.project.store import ProjectStore
from tests.media_files import PictureSpec, SoundSpec, make_film, noise

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = 60


@pytest.fixture
def project(tmp_path: Path) -> Path:
    film = make_film(
        tmp_path / "film.mov",
        picture=PictureSpec(rate=Fraction(25), frames=25 * SECONDS),
        sounds=[SoundSpec(audio=noise(2, 48_000 * SECONDS), codec="pcm_s16le")],
    )
    assert main(["new", str(film), "--project", str(tmp_path / "project")]) == 0
    return tmp_path / "project"


def _interrupt_once_it_says(words: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "prismdesk", *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ)
    ) as process:
        assert process.stderr is not None
        said = ""
        for line in process.stderr:
            said += line
            if words in line:
                process.send_signal(signal.SIGINT)
                break
        rest_out, rest_said = process.communicate(timeout=60)
        return subprocess.CompletedProcess(
            command, process.returncode, rest_out, said + (rest_said or "")
        )


def test_an_export_stops_and_leaves_no_file(project: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    out = tmp_path / "out" / "film.mkv"
    arguments = ("export", str(project), "--codec", "flac", "--out", str(out))
    ended = _interrupt_once_it_says("Writing", *arguments)
    assert ended.returncode == 130
    assert ended.stderr.splitlines()[-1] == "prismdesk: Cancelled."
    assert not any((tmp_path / "out").iterdir())


def test_a_fill_stops_and_leaves_the_region_open(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "film.wav"
    arguments = ("--from", "15s", "--to", "45s", "--takes", "16", "--out", str(out))
    ended = _interrupt_once_it_says("Making", "fill", str(project), *arguments)
    assert ended.returncode == 130
    assert "Traceback" not in ended.stderr
    assert not out.exists()
    assert not any((project / "takes").iterdir())
    with ProjectStore.open(project) as store:
        assert [region.takes for region in store.project.regions] == [()]
