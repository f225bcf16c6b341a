"""The conditions that every test runs under do hold."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import platformdirs
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).parent.parent


def test_each_test_has_an_empty_home(home_folder: Path) -> None:
    assert Path.home() == home_folder
    state_folder = Path(platformdirs.user_state_dir("prismdesk"))
    assert state_folder.is_relative_to(home_folder)
    assert not state_folder.exists()


def test_qt_draws_without_a_display() -> None:
    assert os.environ["QT_QPA_PLATFORM"]


@given(st.integers())
def test_properties_run_under_these_conditions(number: int) -> None:
    assert int(str(number)) == number


BREACHES = """
import socket, subprocess, threading, time, urllib.request, warnings
import pytest

def test_connects():
    socket.create_connection(("192.0.2.1", 80), 1)

def test_connects_by_socket():
    socket.socket().connect(("192.0.2.1", 80))

def test_looks_up_a_name():
    urllib.request.urlopen("http://example.org")

def test_leaves_thread_and_process():
    global process
    process = subprocess.Popen(["sleep", "9"])
    threading.Thread(target=time.sleep, args=(9,), daemon=True).start()

def test_warns():
    warnings.warn("noise")

@pytest.mark.real_media("psychopy/default.mp4")
def test_film_never_fetched():
    raise AssertionError

def test_harmless():
    pass
"""


def test_breaking_a_condition_fails_the_test(tmp_path: Path) -> None:
    (tmp_path / "test_breaches.py").write_text(BREACHES, encoding="utf-8")
    outcome = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider"),
            *("-c", str(ROOT / "pyproject.toml"), str(tmp_path / "test_breaches.py")),
            # A folder of its own: it would clear away what earlier runs left in the usual one.
            f"--basetemp={tmp_path / 'tests'}",
        ],
        cwd=ROOT,
        env={**os.environ, "PRISMDESK_TEST_MEDIA": str(tmp_path / "empty")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert outcome.returncode == 1
    for complaint in (
        "tried to connect to ('192.0.2.1', 80)",
        "tried to look up example.org",
        "left running by the test: <Thread",
        "(sleep 9)",
        "UserWarning: noise",
        "1 tests left out, their films are not in",
        "4 failed, 2 passed, 1 deselected, 1 error",
    ):
        assert complaint in outcome.stdout
