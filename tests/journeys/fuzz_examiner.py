"""What a mutated file is put through, inside a child process whose memory is bounded.

The child lives on from file to file, so that a leak would show; whoever started it ends it when
a file takes too long.
"""

from __future__ import annotations

import ctypes
import faulthandler
import gc
import resource
import shutil
import traceback
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import psutil

from prismdesk.errors import PrismDeskError
from prismdesk.media.cache import MediaCache
from prismdesk.media.frames import read_frames
from prismdesk.media.wav import map_wav, read_chunks
from prismdesk.project.consistency import check_consistent
from prismdesk.project.store.project_store import ProjectStore
from prismdesk.session.importing import import_film

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from pathlib import Path

ADDRESS_SPACE_BYTES = 3 * 2**30
"""What a file may make the process reserve beyond what it had before the first."""
MAX_OUTPUT_BYTES = 512 * 2**20
"""Where writing ends in the error of a disk that takes no larger file; what is used is smaller."""
MAX_SENTENCE_LENGTH = 600


class Verdict(StrEnum):
    """How a file was met; the last four are faults."""

    USED = "used"
    REFUSED = "refused"
    BUG = "bug"
    WRONG_RESULT = "wrong result"
    HANG = "hang"
    CRASH = "crash"


FAULTS = frozenset({Verdict.BUG, Verdict.WRONG_RESULT, Verdict.HANG, Verdict.CRASH})


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a file was met, the sentence or traceback, and the memory the process then holds."""

    verdict: Verdict
    text: str = ""
    resident_bytes: int = 0


class WrongResultError(Exception):
    """The program said nothing was wrong and what it made can't be right."""


def examine_film(path: Path, scratch: Path) -> None:
    """Import a film, look at what came out, and read pictures from it."""

    imported = import_film(path, name="fuzz", cache=MediaCache(scratch / "cache"))
    try:
        check_consistent(imported.project)
    except PrismDeskError as error:
        raise WrongResultError(str(error)) from error
    for wav in sorted((scratch / "cache").rglob("*.wav")):
        _read_whole(wav)
    if imported.project.film_id is not None:
        times = np.array([0.0, 0.2, 0.9, 50.0])
        pixels, shown = read_frames(path, times, width_px=32, height_px=18)
        _require(pixels.shape == (4, 18, 32, 3), f"frames of shape {pixels.shape}")
        _require(bool(np.isfinite(shown).all()), f"frames shown at {shown}")


def examine_wav(path: Path, scratch: Path) -> None:
    """Map a WAV as a take's sound is mapped, and read its chunks."""
    with suppress(PrismDeskError):
        read_chunks(path)
    _read_whole(path)


def examine_project(folder: Path, scratch: Path) -> None:
    """Open a project for reading, then for editing; edit, undo, save, open again."""
    path = next(folder.glob("*.prismdesk"), folder / "fuzz.prismdesk")
    with suppress(PrismDeskError):
        check_consistent(ProjectStore.read(path).project)
    with ProjectStore.open(path) as store:
        check_consistent(store.project)
        edited = store.apply("Rename", partial(replace, name="After the fuzz"))
        store.undo()
        store.redo()
        store.save()
    with ProjectStore.open(path) as again:
        _require(again.project == edited, "what was saved is not what is read")


def examine_journal(folder: Path, scratch: Path) -> None:
    """Open a project whose journal alone is damaged: what is shown was there once."""
    path = next(folder.glob("*.prismdesk"))
    saved_alone = scratch / path.name
    shutil.copyfile(path, saved_alone)
    saved = ProjectStore.read(saved_alone).project
    with ProjectStore.open(path) as store:
        shown = store.project
    # The originals' edits change the name and nothing else.
    _require(replace(shown, name=saved.name) == saved, "a state is shown that never was")
    _require(shown.name.startswith(("Reel, cut ", "Test")), f"named {shown.name!r}")
    examine_project(folder, scratch)


def _read_whole(wav: Path) -> None:
    mapped = map_wav(wav)
    block = 65_536
    for start in range(0, mapped.length_samples, block):
        sound = mapped.read(start, block)
        _require(sound.shape == (mapped.channels, block), f"sound of shape {sound.shape}")
        _require(bool(np.isfinite(sound).all()), f"samples that are no numbers after {start}")


def _require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise WrongResultError(otherwise)


EXAMINATIONS: dict[str, Callable[[Path, Path], None]] = {
    "film": examine_film,
    "wav": examine_wav,
    "project": examine_project,
    "journal": examine_journal,
}


def judge(kind: str, path: Path, scratch: Path) -> Outcome:
    """Put one file through its examination and say how it was met."""
    try:
        EXAMINATIONS[kind](path, scratch)
    except PrismDeskError as error:
        outcome = _judge_sentence(str(error))
    except WrongResultError as error:
        outcome = Outcome(Verdict.WRONG_RESULT, str(error))
    except Exception:  # noqa: BLE001  (whatever escapes here would be a traceback for a user)
        outcome = Outcome(Verdict.BUG, traceback.format_exc())
    else:
        outcome = Outcome(Verdict.USED)
    written = sum(file.stat().st_size for file in scratch.rglob("*") if file.is_file())
    if written >= MAX_OUTPUT_BYTES and outcome.verdict is Verdict.USED:
        outcome = Outcome(Verdict.WRONG_RESULT, f"{written / 2**20:.0f} MiB were written")
    return outcome


def _judge_sentence(message: str) -> Outcome:
    is_sentence = 0 < len(message) <= MAX_SENTENCE_LENGTH and message.isprintable()
    if not is_sentence or not message.endswith((".", "”", ")")):
        return Outcome(Verdict.BUG, f"not one sentence: {message!r}")
    return Outcome(Verdict.REFUSED, message)


def serve(connection: Connection, fault_log: Path) -> None:
    """Answer (kind, path, scratch) requests until None comes; the child's main function."""
    log = fault_log.open("w", encoding="utf-8")
    faulthandler.enable(log)
    process = psutil.Process()
    limit = process.memory_info().vms + ADDRESS_SPACE_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_OUTPUT_BYTES, MAX_OUTPUT_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    connection.send(None)
    while (request := connection.recv()) is not None:
        kind, path, scratch = request
        outcome = judge(kind, path, scratch)
        shutil.rmtree(scratch, ignore_errors=True)
        gc.collect()
        _return_free_memory()
        resident = process.memory_info().rss
        connection.send(Outcome(outcome.verdict, outcome.text, resident))
    log.close()


def _return_free_memory() -> None:
    """Ask the C library to give back what is free, so that what stays is really held."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
