"""Feeds the program hundreds of damaged films, sounds and projects and says what it made of them.

    python -m tests.journeys.fuzz_media --rounds 500 --seed 1 --keep /tmp/faults

Each file must be refused in one sentence or give a correct result: no traceback, no hang, no
crash, no memory kept beyond a bound. Files that break this are kept, with what happened.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import shutil
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.journeys.fuzz_examiner import EXAMINATIONS, FAULTS, Outcome, Verdict, serve
from tests.journeys.fuzz_originals import Original, make_originals
from tests.journeys.mutations import mutate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.connection import Connection
    from types import TracebackType

FILE_TIME_LIMIT_SECONDS = 30.0
START_TIME_LIMIT_SECONDS = 120.0
MAX_KEPT_MEMORY_BYTES = 128 * 2**20
"""What the child may hold at the end beyond what it held after its first files."""
FILES_UNTIL_WARM = 25


class Examiner:
    """The child process that examines files; started again after a crash or a hang."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: multiprocessing.process.BaseProcess | None = None
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._connection is not None and self._process is not None:
            self._connection.send(None)
            self._process.join(timeout=START_TIME_LIMIT_SECONDS)
        self._end()

    @property
    def fault_log(self) -> Path:
        """Where the child's Python stack goes when the child crashes."""
        return self._folder / "fault.log"

    def examine(self, kind: str, path: Path, scratch: Path) -> Outcome:
        """Have one file examined."""
        connection = self._connection or self._start()
        scratch.mkdir(parents=True, exist_ok=True)
        connection.send((kind, path, scratch))
        try:
            if connection.poll(FILE_TIME_LIMIT_SECONDS):
                outcome: Outcome = connection.recv()
                return outcome
        except (EOFError, ConnectionResetError):
            return self._crashed()
        self._end()
        return Outcome(Verdict.HANG, f"still at it after {FILE_TIME_LIMIT_SECONDS:g} s")

    def _start(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs, self.fault_log), daemon=True)
        self._process.start()
        theirs.close()
        self._connection = ours
        if not ours.poll(START_TIME_LIMIT_SECONDS):
            self._end()
            raise RuntimeError("the examining process did not start")
        ours.recv()
        return ours

    def _crashed(self) -> Outcome:
        assert self._process is not None
        self._process.join()
        code = self._process.exitcode
        self._end()
        log = self.fault_log.read_text(encoding="utf-8", errors="replace")
        return Outcome(Verdict.CRASH, f"the process ended with {code}\n{log}")

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
        if self._connection is not None:
            self._connection.close()
        self._process = self._connection = None


@dataclass(frozen=True, slots=True)
class Fault:
    """A file that was not met as it should be."""

    round: int
    original: str
    mutations: tuple[str, ...]
    outcome: Outcome

    def __str__(self) -> str:
        how = f"round {self.round}, {self.original} with {', '.join(self.mutations)}"
        return f"{self.outcome.verdict} at {how}:\n{self.outcome.text}"


@dataclass(frozen=True, slots=True)
class FuzzReport:
    """What came of all rounds."""

    verdicts: Counter[tuple[str, Verdict]]
    faults: tuple[Fault, ...]
    kept_bytes: int
    sentences: frozenset[str]


def fuzz(
    originals: Sequence[Original],
    *,
    rounds: Sequence[int],
    seed: int,
    work_folder: Path,
    keep_folder: Path | None = None,
    show: bool = False,
) -> FuzzReport:
    """Damage the originals in turn, one a round, and have each examined.

    Args:
        originals: what to damage.
        rounds: their numbers, one damaged file each.
        seed: round ``n`` draws from ``seed`` and ``n`` alone, so a round can be repeated.
        work_folder: for the damaged files; emptied as the work goes on.
        keep_folder: where files that were met wrongly are copied to.
        show: whether faults are printed as they are found.
    """
    verdicts: Counter[tuple[str, Verdict]] = Counter()
    faults: list[Fault] = []
    sentences: set[str] = set()
    resident: list[int] = []
    with Examiner(work_folder) as examiner:
        for number in rounds:
            draw = random.Random(f"{seed}/{number}")
            original = originals[number % len(originals)]
            place = work_folder / f"round-{number}"
            path, mutations = damaged(original, place, draw)
            outcome = examiner.examine(original.kind, path, place / "scratch")
            verdicts[original.kind, outcome.verdict] += 1
            if outcome.verdict in FAULTS:
                faults.append(Fault(number, original.name, mutations, outcome))
                if keep_folder is not None:
                    shutil.copytree(place, keep_folder / place.name, dirs_exist_ok=True)
                if show:
                    print(faults[-1])  # noqa: T201  (the script's output)
            if outcome.verdict is Verdict.REFUSED:
                sentences.add(outcome.text.replace(str(path), "FILE"))
            if outcome.verdict in (Verdict.HANG, Verdict.CRASH):
                resident = []  # a new process from here on
            else:
                resident.append(outcome.resident_bytes)
            shutil.rmtree(place, ignore_errors=True)
    warm = resident[FILES_UNTIL_WARM:]
    kept_bytes = warm[-1] - warm[0] if warm else 0
    return FuzzReport(verdicts, tuple(faults), kept_bytes, frozenset(sentences))


def damaged(original: Original, place: Path, draw: random.Random) -> tuple[Path, tuple[str, ...]]:
    """Write a damaged copy of the original into a folder; return its path and the damage."""
    place.mkdir(parents=True)
    if original.path.is_dir():
        copy = place / original.path.name
        shutil.copytree(original.path, copy)
        target = draw.choice([copy / name for name in original.files])
    else:
        copy = target = place / original.path.name
        shutil.copyfile(original.path, copy)
    data, names = mutate(target.read_bytes(), target.suffix, draw)
    target.write_bytes(data)
    return copy, (target.name, *names)


def main() -> int:
    """Run the rounds asked for; 1 if anything was met wrongly."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=500, help="files to try (default 500)")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other damage")
    parser.add_argument("--only", type=int, metavar="ROUND", help="this round alone, again")
    parser.add_argument("--kind", choices=sorted(EXAMINATIONS), help="only this kind")
    parser.add_argument("--keep", type=Path, help="folder for files that were met wrongly")
    parser.add_argument("--sentences", action="store_true", help="print each refusal once")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="prismdesk-fuzz-") as folder:
        originals = make_originals(Path(folder) / "originals", with_real_films=True)
        report = fuzz(
            [original for original in originals if options.kind in (None, original.kind)],
            rounds=range(options.rounds) if options.only is None else [options.only],
            seed=options.seed,
            work_folder=Path(folder),
            keep_folder=options.keep,
            show=True,
        )
    for (kind, verdict), count in sorted(report.verdicts.items()):
        print(f"{kind:8} {verdict:13} {count:5}")  # noqa: T201  (the script's output)
    if options.sentences:
        print(*sorted(report.sentences), sep="\n")  # noqa: T201  (the script's output)
    kept = report.kept_bytes
    print(f"memory kept after the first {FILES_UNTIL_WARM}: {kept / 2**20:.1f} MiB")  # noqa: T201  (the script's output)
    return 1 if report.faults or kept > MAX_KEPT_MEMORY_BYTES else 0


if __name__ == "__main__":
    sys.exit(main())
