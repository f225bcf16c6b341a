"""Damaged films, sounds and projects are refused in a sentence, or read right."""

from __future__ import annotations

import faulthandler
import os
import random
import time
from typing import TYPE_CHECKING

import pytest

from prismdesk.errors import InputError
from tests.journeys import fuzz_media
from tests.journeys.fuzz_examiner import EXAMINATIONS, Outcome, Verdict, judge
from tests.journeys.fuzz_media import MAX_KEPT_MEMORY_BYTES, Examiner, damaged, fuzz
from tests.journeys.fuzz_originals import Original, make_originals
from tests.journeys.mutations import BY_SUFFIX, mutate

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from pathlib import Path

FEW_ROUNDS = 60
MANY_ROUNDS = 500


def test_few_damaged_files_are_met_well(tmp_path: Path) -> None:
    _assert_met_well(tmp_path, rounds=FEW_ROUNDS, seed=20)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_many_damaged_files_are_met_well(tmp_path: Path) -> None:
    _assert_met_well(tmp_path, rounds=MANY_ROUNDS, seed=1)


def _assert_met_well(folder: Path, *, rounds: int, seed: int) -> None:
    originals = make_originals(folder / "originals")
    report = fuzz(originals, rounds=range(rounds), seed=seed, work_folder=folder)
    assert "\n".join(map(str, report.faults)) == ""
    assert report.kept_bytes < MAX_KEPT_MEMORY_BYTES
    assert report.verdicts.total() == rounds
    # Damage that changes nothing, or breaks everything, would prove nothing.
    for kind in ("film", "wav", "project"):
        assert {(kind, Verdict.USED), (kind, Verdict.REFUSED)} <= set(report.verdicts)


@pytest.mark.parametrize("suffix", [*BY_SUFFIX, ".avi"])
def test_same_seed_same_damage(suffix: str) -> None:
    data = bytes(range(256)) * 8
    once = [mutate(data, suffix, random.Random(seed)) for seed in range(50)]
    again = [mutate(data, suffix, random.Random(seed)) for seed in range(50)]
    assert once == again
    assert len({damage for damage, _ in once}) > 25


@pytest.mark.parametrize("suffix", [*BY_SUFFIX, ".avi"])
def test_an_empty_file_can_be_damaged(suffix: str) -> None:
    for seed in range(100):
        mutate(b"", suffix, random.Random(seed))


def test_damage_leaves_the_original_alone(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"sound and picture")
    path, mutations = damaged(Original("film", "film", film), tmp_path / "1", random.Random(3))
    assert film.read_bytes() == b"sound and picture"
    assert path.read_bytes() != film.read_bytes()
    assert mutations[0] == "film.mp4"


@pytest.mark.parametrize(
    ("kind", "verdict", "text"),
    [
        ("end", Verdict.CRASH, "ended with 7"),
        ("abort", Verdict.CRASH, "Fatal Python error"),
        ("sleep", Verdict.HANG, "still at it"),
    ],
)
def test_crashes_and_hangs_are_told_and_survived(
    kind: str, verdict: Verdict, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fuzz_media, "FILE_TIME_LIMIT_SECONDS", 1.0)
    monkeypatch.setattr(fuzz_media, "serve", misbehave)
    with Examiner(tmp_path) as examiner:
        outcome = examiner.examine(kind, tmp_path / "film.mp4", tmp_path / "scratch")
        assert (outcome.verdict, text in outcome.text) == (verdict, True)
        again = examiner.examine("fine", tmp_path / "film.mp4", tmp_path / "scratch")
        assert again.verdict is Verdict.USED


def misbehave(connection: Connection, fault_log: Path) -> None:
    """Stand in for ``serve`` in the child: do what the request's kind says."""
    with fault_log.open("w", encoding="utf-8") as log:
        faulthandler.enable(log)
        connection.send(None)
        while (request := connection.recv()) is not None:
            match request[0]:
                case "end":
                    os._exit(7)
                case "abort":
                    os.abort()
                case "sleep":
                    time.sleep(60)
            connection.send(Outcome(Verdict.USED))


def test_a_traceback_counts_as_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _judged(tmp_path, monkeypatch, ZeroDivisionError("x")).verdict is Verdict.BUG


@pytest.mark.parametrize("message", ["", "two\nlines.", "no full stop", "x" * 1000 + "."])
def test_what_is_no_sentence_counts_as_a_fault(
    message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _judged(tmp_path, monkeypatch, InputError(message)).verdict is Verdict.BUG


def test_a_sentence_counts_as_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = _judged(tmp_path, monkeypatch, InputError("film.mp4 is damaged; use a copy."))
    assert outcome == Outcome(Verdict.REFUSED, "film.mp4 is damaged; use a copy.")


def _judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception) -> Outcome:
    def fail(path: Path, scratch: Path) -> None:
        raise error

    monkeypatch.setitem(EXAMINATIONS, "film", fail)
    return judge("film", tmp_path / "film.mp4", tmp_path)
