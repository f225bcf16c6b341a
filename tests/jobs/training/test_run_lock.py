from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from prismdesk.jobs.training.run_lock import RunUnderWayError, held, is_under_way

if TYPE_CHECKING:
    from pathlib import Path


def test_a_run_that_nobody_trains_is_not_under_way(tmp_path: Path) -> None:
    assert not is_under_way(tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_run_is_under_way_while_it_is_held(tmp_path: Path) -> None:
    with held(tmp_path):
        assert is_under_way(tmp_path)
    assert not is_under_way(tmp_path)


def test_the_right_is_given_back_when_training_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), held(tmp_path):
        raise ZeroDivisionError
    with held(tmp_path):
        assert is_under_way(tmp_path)


def test_a_second_one_is_refused_at_once_by_the_name_of_the_run(tmp_path: Path) -> None:
    refused = pytest.raises(RunUnderWayError, match="another program")
    with held(tmp_path), refused as caught, held(tmp_path):
        pytest.fail("two train the run")
    assert str(tmp_path) in str(caught.value)


def test_asking_does_not_take_the_right_away(tmp_path: Path) -> None:
    with held(tmp_path):
        assert is_under_way(tmp_path)
        assert is_under_way(tmp_path)
    assert not is_under_way(tmp_path)
    with held(tmp_path):
        pass


def test_the_system_gives_the_right_back_when_a_process_is_killed(tmp_path: Path) -> None:
    source = (
        "import sys; from filelock import FileLock\n"
        "lock = FileLock(sys.argv[1] + '/.lock'); lock.acquire()\n"
        "print('held', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", source, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        assert is_under_way(tmp_path)
        process.kill()
    assert not is_under_way(tmp_path)


def test_a_folder_that_is_gone_is_not_under_way(tmp_path: Path) -> None:
    assert not is_under_way(tmp_path / "gone")
