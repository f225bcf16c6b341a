from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.cli import commands
from prismdesk.cli.main import main
from prismdesk.errors import Cancelled, InputError, WorkError

if TYPE_CHECKING:
    from pathlib import Path


def _command_that_raises(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def command(*_: object) -> int:
        raise error

    monkeypatch.setattr(commands, "find", lambda name: command)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InputError("The film is upside down."), 2),
        (WorkError("The disk is full."), 1),
        (Cancelled(), 130),
        (KeyboardInterrupt(), 130),
    ],
)
def test_how_it_ended_is_the_exit_code(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
) -> None:
    _command_that_raises(monkeypatch, error)
    assert main(["info", "film.mov"]) == code
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "Traceback" not in said


def test_a_bug_becomes_a_sentence_and_a_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home_folder: Path
) -> None:
    _command_that_raises(monkeypatch, ZeroDivisionError("by nothing"))
    assert main(["info", "film.mov"]) == 1
    said = capsys.readouterr().err
    assert "Traceback" not in said
    (report,) = home_folder.rglob("crash-*.txt")
    assert str(report) in said
    assert "ZeroDivisionError: by nothing" in report.read_text()


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["fill", "film.mov", "--from", "1s"],
        ["fill", "film.mov", "--from", "1s", "--to", "2s", "--takes", "0", "--out", "x.wav"],
        ["fill", "film.mov", "--from", "1s", "--to", "2s", "--seed", "-1", "--out", "x.wav"],
        ["history", "p", "--undo", "1", "--redo", "1"],
        ["export", "p", "--out", "x.mov", "--codec", "mp3"],
    ],
)
def test_wrong_use_exits_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert "usage:" in capsys.readouterr().err


def test_without_a_display_the_window_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(variable, raising=False)
    assert main([]) == 2
    assert "no display" in capsys.readouterr().err


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    for command in ("demo", "info", "gaps", "new", "fill", "extend", "export", "history", "verify"):
        assert f"    {command} " in text
