"""The command line's door: reads the arguments, runs the command, says how it ended."""

from __future__ import annotations

import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from enum import IntEnum
from typing import TYPE_CHECKING, TextIO, cast

from prismdesk.cli.parser import build_parser
from prismdesk.cli.terminal import Interrupt, ProgressLine, VisibleStream
from prismdesk.crash_report import write_crash_report
from prismdesk.errors import Cancelled, InputError, PrismDeskError
from prismdesk.lasting import made_to_last

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence


class ExitCode(IntEnum):
    """How the program ended, for shells and scripts."""

    DONE = 0
    FAILED = 1
    WRONG_INPUT = 2
    CANCELLED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: without the program's name; None takes the process's own.

    Returns:
        The exit code: 0 done, 1 failed, 2 wrong use or input, 130 cancelled.
    """
    try:
        options = build_parser().parse_args(arguments)
    except SystemExit as stop:  # argparse has said what is wrong, or printed the help
        return int(stop.code or 0)
    progress = ProgressLine()
    with redirect_stdout(_visible(sys.stdout)), redirect_stderr(_visible(sys.stderr)):
        return _run(options, progress)


def _run(options: argparse.Namespace, progress: ProgressLine) -> int:
    try:
        with Interrupt() as interrupt:
            return _command(options.command)(options, progress, interrupt)
    except PrismDeskError as error:
        progress.clear()
        return _say(error)
    except KeyboardInterrupt:
        progress.clear()
        return _say(Cancelled())
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python must not complain when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.FAILED
    except Exception as error:  # noqa: BLE001  (the one door where a bug becomes a sentence)
        progress.clear()
        return _say_bug(error)
    finally:
        progress.clear()


def _visible(stream: TextIO) -> TextIO:
    return cast("TextIO", VisibleStream(stream))


def _say(error: PrismDeskError) -> ExitCode:
    print(f"prismdesk: {error}", file=sys.stderr)
    if isinstance(error, Cancelled):
        return ExitCode.CANCELLED
    return ExitCode.WRONG_INPUT if isinstance(error, InputError) else ExitCode.FAILED


def _say_bug(error: Exception) -> ExitCode:
    report = write_crash_report(error)
    where = "" if report is None else f"; please send us {report}"
    print(
        f"prismdesk: an error inside PrismDesk stopped this command "
        f"({type(error).__name__}: {error}){where}.",
        file=sys.stderr,
    )
    return ExitCode.FAILED


def _command(name: str | None) -> Callable[[argparse.Namespace, ProgressLine, Interrupt], int]:
    """Find a command; its module is imported only now, so that ``--help`` answers at once."""
    with made_to_last():
        from prismdesk.cli import commands

        return commands.find(name)
