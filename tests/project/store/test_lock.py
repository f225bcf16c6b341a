from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from prismdesk.project.store import LockedError, ProjectStore
from tests.builders import a_project

if TYPE_CHECKING:
    from pathlib import Path

HOLD = """
import sys
from pathlib import Path
from prismdesk.project.store import ProjectStore
store = ProjectStore.open(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    ProjectStore.create(tmp_path, "Film", a_project()).close()
    return tmp_path


def test_second_opener_is_told_who_has_it(folder: Path) -> None:
    with ProjectStore.open(folder):
        with pytest.raises(LockedError, match=rf"PrismDesk .*process {os.getpid()} on .*since 20"):
            ProjectStore.open(folder)
        assert ProjectStore.read(folder).project == a_project()
    ProjectStore.open(folder).close()


def test_lock_of_a_killed_program_is_free_at_once(folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"open\n"
        with pytest.raises(LockedError, match=f"process {other.pid} "):
            ProjectStore.open(folder)
        other.send_signal(signal.SIGKILL)
        other.wait()
        ProjectStore.open(folder).close()


@pytest.mark.parametrize("content", [b"", b"[]", b'{"pid": 1}', b"\xff", b"[" * 9999])
def test_unreadable_note_of_the_holder_still_gives_a_sentence(folder: Path, content: bytes) -> None:
    with ProjectStore.open(folder):
        (folder / ".lock-holder").write_bytes(content)
        with pytest.raises(LockedError, match="already open in another program"):
            ProjectStore.open(folder)


def test_failed_open_lets_go_of_the_lock(folder: Path) -> None:
    (folder / "Film.prismdesk").write_text('{"format": 99}')
    for _ in range(2):
        with pytest.raises(Exception, match="newer"):
            ProjectStore.open(folder)
