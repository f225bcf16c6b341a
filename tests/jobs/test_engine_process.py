"""The engine process and its parent: what it loads, and that it never outlives it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

import prismdesk
from prismdesk.jobs.client import ENGINE_PROCESS_FLAG, run_if_engine_process
from prismdesk.jobs.messages import ProcessOptions
from prismdesk.jobs.queue import JobQueue
from prismdesk.jobs.states import JobState
from prismdesk.media.wav import map_wav
from tests.jobs.fake_engine import SOURCE
from tests.jobs.specs import REGION_SAMPLES, a_spec

PATIENCE_SECONDS = 60

_PARENT = """
import sys, time
from pathlib import Path
from prismdesk.jobs.queue import JobQueue
from tests.jobs.fake_engine import SOURCE
from tests.jobs.specs import a_spec

folder = Path(sys.argv[1])
jobs = JobQueue(folder, engine_source=SOURCE)
spec = a_spec(folder, sys.argv[2])
jobs.submit(spec, label="Fill")
while (job := jobs.job(spec.job_id)).progress is None or job.progress.step < 5:
    time.sleep(0.01)
print(jobs._thread.process.client.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture(autouse=True)
def engines_begin_warm() -> None:
    """Each starts as where the program runs: the start is what is tested here."""


def start_parent(folder: Path, prompt: str) -> tuple[subprocess.Popen[str], int]:
    """Start a program with a job in its last step; return it and its engine process's id."""
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(folder), prompt],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(prismdesk.__file__).parent.parent,
    )
    assert parent.stdout is not None
    with parent.stdout as lines:
        return parent, int(lines.readline())


def is_running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("prompt", ["until cancelled", "hold interpreter"])
def test_engine_process_ends_with_a_killed_parent(tmp_path: Path, prompt: str) -> None:
    parent, pid = start_parent(tmp_path, prompt)
    assert is_running(pid)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait(PATIENCE_SECONDS)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while is_running(pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    with JobQueue(tmp_path, engine_source=SOURCE) as jobs:
        (job,) = jobs.jobs()
        assert job.state is JobState.INTERRUPTED
        assert job.label == "Fill"


def test_end_of_the_pipe_ends_a_job_that_goes_on(tmp_path: Path) -> None:
    # Without the kernel's help, as on other systems than Linux.
    with JobQueue(tmp_path, grace_seconds=30, engine_source=SOURCE) as jobs:
        spec = a_spec(tmp_path, "ignore cancel")
        jobs.submit(spec, label="Fill")
        while (job := jobs.job(spec.job_id)).progress is None or job.progress.step < 5:
            time.sleep(0.01)
        client = jobs._thread.process.client
        assert client is not None
    # By itself: had the grace run out, it would have been ended by a signal.
    assert client._process.returncode == 1


def test_ambience_needs_no_torch(tmp_path: Path) -> None:
    with JobQueue(tmp_path) as jobs:
        spec = a_spec(tmp_path, engine="ambience")
        jobs.submit(spec, label="Mend")
        job = jobs.wait(spec.job_id, timeout_seconds=PATIENCE_SECONDS)
        status = jobs.process_status()
    assert job.failure is None
    assert status is not None
    assert status.loaded_engine == "ambience"
    assert not status.has_torch
    with map_wav(tmp_path / job.takes[0].path) as wav:
        assert wav.length_samples >= REGION_SAMPLES
        assert np.abs(wav.read(0, wav.length_samples)).max() > 0


@pytest.mark.skipif(sys.platform == "win32", reason="niceness is a number on POSIX alone")
def test_window_and_sound_come_first_at_the_processor(tmp_path: Path) -> None:
    with JobQueue(tmp_path, engine_source=SOURCE) as jobs:
        jobs.warm_up()
        status = jobs.process_status(timeout_seconds=PATIENCE_SECONDS)
        assert status is not None
        assert psutil.Process(status.pid).nice() > psutil.Process().nice()


def test_queue_keeps_engines_out_of_its_own_process() -> None:
    code = "import sys, prismdesk.jobs.queue; print({'torch', 'av', 'scipy'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_only_a_frozen_programs_own_flag_makes_it_the_engine_process() -> None:
    assert not run_if_engine_process(["prismdesk"])
    assert not run_if_engine_process(["prismdesk", "fill", ENGINE_PROCESS_FLAG])


def test_a_frozen_program_becomes_the_engine_process(tmp_path: Path) -> None:
    options = ProcessOptions(os.getpid(), str(tmp_path / "log"), SOURCE).encoded()
    code = (
        "import sys; from prismdesk.jobs.client import run_if_engine_process as run; run(sys.argv)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, ENGINE_PROCESS_FLAG, options],
        input=b'{"kind": "ask status"}\nnonsense\n',
        capture_output=True,
        check=True,
        timeout=PATIENCE_SECONDS,
    )
    kinds = [line.rpartition(b'"kind":')[2] for line in done.stdout.splitlines()]
    assert sorted(kinds) == [b'"ready"}', b'"status"}']
    assert b"unreadable message" in done.stderr
