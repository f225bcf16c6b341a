"""Ten regions made as a batch from the command line: killed, gone on with, looked back on."""

from __future__ import annotations

import csv
import json
import os
import resource
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from prismdesk.cli.main import main
from prismdesk.project.lookup import takes_of
from prismdesk.project.model import Project, Task
from prismdesk.project.timebase import SampleRange
from prismdesk.session.opening import create_session, open_session
from prismdesk.session.wishes import EngineWish, mark_region
from tests.media_files import PictureSpec, SoundSpec, make_film, noise

if TYPE_CHECKING:
    from pathlib import Path

RATE_HZ = 48_000
PATIENCE_SECONDS = 300
REGIONS = 10
MODELS = (
    ("selva", "custom-selva-tiny-16k-untrained"),
    ("selva", "custom-mmaudio-tiny-44k-v2-untrained"),
)


@pytest.fixture
def folder(tmp_path: Path, small_checkpoints: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A project with ten open regions, for models of two families in turn."""
    for name in ("selva-tiny_16k", "mmaudio-tiny_44k_v2"):
        assert main(["models", "add", str(small_checkpoints / name)]) == 0
    sound = SoundSpec(audio=noise(2, 11 * RATE_HZ, peak=0.2), codec="pcm_s16le")
    film = make_film(tmp_path / "film.mov", picture=PictureSpec(frames=275), sounds=[sound])
    with create_session(film, tmp_path / "project") as session:
        for number in range(REGIONS):
            engine, variant = MODELS[number % 2]
            start = number * RATE_HZ
            mark_region(
                session,
                task=Task.GENERATE,
                span=SampleRange(start, start + RATE_HZ // 2),
                track_number=1,
                wish=EngineWish(
                    engine=engine,
                    variant=variant,
                    prompt=f"sound {number}",
                    settings=(("steps", "3"),),
                ),
            )
    capsys.readouterr()
    return tmp_path / "project"


def begin(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "prismdesk", "batch", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def status(folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Ask how far it is, while another process may be at it."""
    capsys.readouterr()
    assert main(["batch", "status", str(folder), "--json"]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def until_made(folder: Path, count: int, capsys: pytest.CaptureFixture[str]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (folder / "jobs" / "batches").is_dir() or (
        status(folder, capsys)["counts"]["made"] < count
    ):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def project_in(folder: Path) -> Project:
    with open_session(folder) as session:
        return session.project


def test_a_batch_that_is_killed_goes_on_with_what_is_left(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    process = begin("start", folder, "--takes", "2")
    until_made(folder, 3, capsys)
    engines = psutil.Process(process.pid).children(recursive=True)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=PATIENCE_SECONDS)
    # The engine process ends with the program.
    psutil.wait_procs(engines, timeout=PATIENCE_SECONDS)
    told = status(folder, capsys)
    assert told["state"] == "going"
    made_before = told["counts"]["made"]
    assert 3 <= made_before < REGIONS

    # Another command tells of it and leaves it alone.
    assert main(["history", str(folder)]) == 0
    capsys.readouterr()
    kept = {take.id for take in takes_of(project_in(folder))}
    assert len(kept) >= 2 * made_before

    # Interrupted in good order this time.
    process = begin("resume", folder)
    until_made(folder, made_before + 2, capsys)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 130
    assert "Go on with: prismdesk batch resume" in said

    process = begin("resume", folder)
    printed, said = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, said
    assert printed.startswith(f"All {REGIONS} regions are made.")
    project = project_in(folder)
    assert [len(region.takes) for region in project.regions] == [2] * REGIONS
    assert kept <= {take.id for take in takes_of(project)}
    with open_session(folder) as session:
        assert session.queue.jobs() == ()
        assert session.notices == ()
    assert not list((folder / "jobs").glob("job-*"))
    wavs = {f"takes/{path.name}" for path in (folder / "takes").glob("*.wav")}
    assert wavs == {take.path for take in takes_of(project)}

    # Models take turns once: first all of the one, then all of the other.
    table = tmp_path / "batch.csv"
    assert main(["batch", "summary", str(folder), "--csv", str(table)]) == 0
    with table.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["variant"] for row in rows] == [MODELS[0][1]] * 5 + [MODELS[1][1]] * 5
    assert {row["outcome"] for row in rows} == {"made"}


def test_a_plan_says_what_is_refused_and_what_needs_no_work(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_session(folder) as session:
        wish = EngineWish(engine="selva", variant="large_44k", prompt="x")
        names = [region.name for region in session.project.regions]
        mark_region(
            session,
            task=Task.GENERATE,
            span=SampleRange(RATE_HZ // 2, RATE_HZ),
            track_number=1,
            wish=wish,
        )
        session.store.save()
    capsys.readouterr()
    arguments = ["batch", "start", str(folder), "--dry-run"]
    assert main(arguments) == 0
    printed = capsys.readouterr().out
    assert "10 regions, 1 take each" in printed
    assert "prismdesk models get" in printed
    assert main([*arguments, "--regions", names[0], names[3]]) == 0
    assert "2 regions, 1 take each" in capsys.readouterr().out
    assert main([*arguments, "--regions", "Nothing"]) == 2
    assert "no region “Nothing”" in capsys.readouterr().err
    assert main(["batch", "status", str(folder)]) == 2
    assert "has no batch" in capsys.readouterr().err
    assert main(["batch", "resume", str(folder)]) == 2
    assert main(["batch", "start", str(folder), "--at", "25:00"]) == 2
    assert "no time of the day" in capsys.readouterr().err


def test_a_planned_batch_is_left_planned_by_ctrl_c_and_can_be_cancelled(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    later = time.strftime("%H:%M", time.localtime(time.time() + 7200))
    process = begin("start", folder, "--at", later)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not list((folder / "jobs").glob("batches/*.json")):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 130
    assert status(folder, capsys)["state"] == "planned"
    assert main(["batch", "cancel", str(folder)]) == 0
    assert "0 of 10 regions are made, 10 were cancelled." in capsys.readouterr().out
    assert status(folder, capsys)["state"] == "ended"


def limit_engine(pid: int, most_bytes: int | None) -> None:
    """Let the engine process of a command write no larger file, or let it write again."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (children := psutil.Process(pid).children()):
        assert time.monotonic() < deadline
        time.sleep(0.005)
    for child in children:
        _, hard = resource.prlimit(child.pid, resource.RLIMIT_FSIZE)
        soft = hard if most_bytes is None else most_bytes
        resource.prlimit(child.pid, resource.RLIMIT_FSIZE, (soft, hard))


def test_a_batch_waits_while_the_disk_is_full(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    process = begin("start", folder)
    limit_engine(process.pid, 4096)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (folder / "jobs" / "batches").is_dir() or not (
        told := status(folder, capsys)["paused_because"]
    ):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert "Can't write" in told
    assert status(folder, capsys)["counts"]["waiting"] == REGIONS
    limit_engine(process.pid, None)
    printed, said = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, said
    assert f"All {REGIONS} regions are made." in printed
    assert "The batch waits until there is room" in said
