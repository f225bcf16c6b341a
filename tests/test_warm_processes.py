"""A process that begins warm is like any other but for what is imported."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from importlib.util import find_spec
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.conftest import WARM_STARTS
from tests.warm_processes import IS_POSSIBLE

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(not IS_POSSIBLE, reason="fork and prctl are Linux's")

_TELL = """
import json, os, sys
told = {
    "pid": os.getpid(), "parent": os.getppid(), "session": os.getsid(0), "folder": os.getcwd(),
    "home": os.environ["HOME"], "said": sys.stdin.readline(), "arguments": sys.argv[1:],
    "is_warm": "torch" in sys.modules, "files": sorted(os.listdir("/proc/self/fd")),
}
print(json.dumps(told), flush=True)
sys.stdin.readline()
sys.exit(7)
"""


def start(text: str, *arguments: str) -> subprocess.Popen[bytes]:
    return WARM_STARTS.Popen(
        [sys.executable, "-P", "-c", text, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=dict(os.environ),
        start_new_session=True,
    )


def test_it_is_a_child_with_its_own_session_folder_pipe_and_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with start(_TELL, "one", "two") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"well\n")
        process.stdin.flush()
        told = json.loads(process.stdout.readline())
        assert told["files"][:3] == ["0", "1", "2"]
        assert len(told["files"]) == 4  # the fourth is the list's own
        assert told | {"files": []} == {
            "pid": process.pid,
            "parent": os.getpid(),
            "session": process.pid,
            "folder": str(tmp_path),
            "home": os.environ["HOME"],
            "said": "well\n",
            "arguments": ["one", "two"],
            "is_warm": find_spec("torch") is not None,
            "files": [],
        }
        assert process.poll() is None
        process.stdin.close()
        assert process.wait(60) == 7


def test_it_is_killed_and_another_begins() -> None:
    with start("import time; time.sleep(600)") as process:
        assert psutil.Process().children()
        process.kill()
        assert process.wait(60) == -signal.SIGKILL
    with start("raise ValueError") as process:
        assert process.wait(60) == 1


def test_several_threads_start_them_at_once() -> None:
    codes: list[int] = []

    def run(code: int) -> None:
        with start(f"raise SystemExit({code})") as process:
            codes.append(process.wait(60))

    threads = [threading.Thread(target=run, args=(code,)) for code in (3, 4, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [3, 4, 5]
