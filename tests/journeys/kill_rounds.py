"""Kill a working program with SIGKILL at random moments; nothing it acknowledged may be lost.

    python -m tests.journeys.kill_rounds [--rounds 100] [--script edits|exports|jobs] [--seed 0]

In each round a child process runs a script in a fresh project folder and writes a line to its
standard output for each thing that a user would have seen happen. The parent kills it at a random
moment, opens what is left, and checks that every acknowledged thing is there.

A script is a class with ``run`` (in the child; goes on until it is killed) and ``check`` (in the
parent; raises ``AssertionError``), entered in ``SCRIPTS``. The same seed gives the same work; the
moment of the kill still differs from run to run, as the machine does.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tests.journeys.killed_edits import KilledEdits
from tests.journeys.killed_exports import KilledExports
from tests.journeys.killed_jobs import KilledJobs

if TYPE_CHECKING:
    from collections.abc import Callable


class Script(Protocol):
    """Work that gets killed, and the check of what is left of it."""

    longest_seconds: float
    """The kill comes between 0 and this many seconds after the first acknowledged thing."""

    def run(self, folder: Path, seed: int, acknowledge: Callable[[str], None]) -> None:
        """Work in the folder, in the child; acknowledge each thing once it must survive."""

    def check(self, folder: Path, seed: int, acknowledged: list[str]) -> str:
        """Check the folder after the kill, in the parent; return a short note for the log."""


SCRIPTS: dict[str, Script] = {
    "edits": KilledEdits(),
    "exports": KilledExports(),
    "jobs": KilledJobs(),
}


def run_round(name: str, folder: Path, seed: int) -> str:
    """Start, kill and check one child; return the script's note.

    Raises:
        AssertionError: something acknowledged was lost, or the child failed by itself.
    """
    command = [sys.executable, "-m", __spec__.name, "--child", str(folder)]
    command += ["--script", name, "--seed", str(seed)]
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        first = child.stdout.readline()
        if first:
            time.sleep(random.Random().uniform(0.0, SCRIPTS[name].longest_seconds))
            # The whole group: a script's own children must not live on to finish its work.
            os.killpg(child.pid, signal.SIGKILL)
        told = first + child.stdout.read()
        complaint = child.stderr.read().decode()
        assert child.wait() == -signal.SIGKILL, f"the child ended by itself: {complaint}"
    complete_lines = told[: told.rfind(b"\n") + 1].decode().splitlines()
    return SCRIPTS[name].check(folder, seed, complete_lines)


def _run_child(name: str, folder: Path, seed: int) -> None:
    def acknowledge(thing: str) -> None:
        os.write(sys.stdout.fileno(), f"{thing}\n".encode())

    SCRIPTS[name].run(folder, seed, acknowledge)


def main() -> int:
    """Run rounds and print what each left; exit status 1 if one lost something."""
    parser = argparse.ArgumentParser(description="Kill a working program at random moments.")
    parser.add_argument("--rounds", type=int, default=100, help="kills for each script")
    parser.add_argument("--script", choices=sorted(SCRIPTS), action="append")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    names = options.script or sorted(SCRIPTS)
    if options.child:
        _run_child(names[0], options.child, options.seed)
        return 0
    failures = 0
    for name in names:
        for number in range(options.rounds):
            with tempfile.TemporaryDirectory() as scratch:
                try:
                    note = run_round(name, Path(scratch) / "film", options.seed + number)
                except AssertionError as loss:
                    failures += 1
                    note = f"LOST: {loss}"
            sys.stdout.write(f"{name} {number + 1}/{options.rounds}: {note}\n")
    sys.stdout.write(f"{failures} of {len(names) * options.rounds} rounds lost something\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
