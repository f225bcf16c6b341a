from __future__ import annotations

import argparse

import pytest

from prismdesk.cli import commands
from prismdesk.cli.parser import build_parser


def commands_of(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Return the commands, or the actions of a command, by name."""
    found = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    return dict(found[0].choices) if found else {}


def test_every_command_has_arguments_and_a_function() -> None:
    assert set(commands_of(build_parser())) == set(commands._HOMES) - {None}


def test_every_command_and_action_says_in_a_sentence_what_it_does() -> None:
    parsers = commands_of(build_parser())
    actions = {
        f"{name} {action}": parser
        for name, command in parsers.items()
        for action, parser in commands_of(command).items()
    }
    for name, parser in (parsers | actions).items():
        about = parser.description or ""
        assert about.endswith((".", "?")), name
        assert about[0].isupper(), name


@pytest.mark.parametrize(
    "words",
    [
        ["generate", "f.mov", "--takes", "17", "--out", "o.wav"],
        ["generate", "f.mov", "--takes", "0", "--out", "o.wav"],
        ["generate", "f.mov", "--seed", "-1", "--out", "o.wav"],
        ["generate", "f.mov", "--batch-seeds", "1,x", "--out", "o.wav"],
        ["suggest", "p", "--track", "1.5"],
        ["history", "p", "--undo", "1", "--redo", "1"],
        ["batch", "start"],
    ],
)
def test_what_has_no_meaning_is_refused(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        build_parser().parse_args(words)
    assert "usage:" in capsys.readouterr().err


def test_numbers_lists_and_defaults_are_read() -> None:
    words = [
        "fill",
        "f.mov",
        "--batch-seeds",
        "7,8",
        "--lane",
        "2",
        "--lane",
        "3",
        "--out",
        "o.wav",
    ]
    options = build_parser().parse_args(words)
    assert options.batch_seeds == (7, 8)
    assert options.lanes == [2, 3]
    assert (options.takes, options.default_engine, options.sees_picture) == (1, "ambience", True)
    assert build_parser().parse_args([]).command is None
