"""The journal of edits: one line each, on the disk before the edit counts as made.

A line is the CRC-32 of its JSON in eight hexadecimal digits, a space, the JSON, a line feed::

    5d0c1f9a {"journal":1,"format":1,"label":"New project","at":"…","project":{…}}
    a7e03b44 {"do":"edit","label":"Set gain","at":"…","patch":[["set",[…],-3.0]]}
    07c2aa10 {"do":"move","to":0}
    f1b02c3d {"do":"saving","sha256":"…"}
    99d0e1f2 {"do":"saved","sha256":"…","step":0}

The first holds the state that the history begins with; ``edit`` adds a state (dropping undone
ones), ``move`` is undo or redo, ``saving`` and ``saved`` stand around the writing of the project
file. A last line without its line feed was never acknowledged and is dropped.
"""

from __future__ import annotations

import itertools
import json
import os
import zlib
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from prismdesk.project.store.durable import write_atomically
from prismdesk.project.store.errors import FormatError, NewerFormatError
from prismdesk.project.store.format import parse_object
from prismdesk.project.store.json_patch import PatchError, apply_patch, diff
from prismdesk.project.store.upgrades import CURRENT_FORMAT, check_format, upgrade

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from prismdesk.project.store.json_patch import Json

JOURNAL_VERSION = 1
MAX_JOURNAL_BYTES = 2**30


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One state of the history as the journal knows it; ``project`` is never changed."""

    label: str
    made_utc: str
    project: dict[str, Json]


@dataclass(slots=True)
class SavedMark:
    """A project file by the hash of its bytes, and the step it holds (None: no step any more)."""

    sha256: str
    step: int | None


@dataclass(slots=True)
class JournalState:
    """What a journal says, as far as it can be read.

    ``good_bytes`` is where the readable part ends. ``damage`` says what is wrong after that;
    it is None for a line that was merely being written when the program ended.
    ``was_upgraded`` tells that the lines are in an older format than ``steps``.
    """

    steps: list[StepRecord]
    position: int = 0
    saved: SavedMark | None = None
    saving: SavedMark | None = None
    all_saved: set[str] = field(default_factory=set)
    lines: int = 1
    good_bytes: int = 0
    damage: str | None = None
    was_upgraded: bool = False

    @property
    def current(self) -> StepRecord:
        """The step at the position."""
        return self.steps[self.position]

    def add_step(self, step: StepRecord) -> None:
        """Add a step after the current one; undone ones are dropped."""
        del self.steps[self.position + 1 :]
        for mark in (self.saved, self.saving):
            if mark is not None and mark.step is not None and mark.step > self.position:
                mark.step = None
        self.steps.append(step)
        self.position += 1

    def forget_oldest(self, count: int) -> None:
        """Drop the first steps; at most those before the current one."""
        del self.steps[:count]
        self.position -= count
        for mark in (self.saved, self.saving):
            if mark is not None and mark.step is not None:
                mark.step = mark.step - count if mark.step >= count else None


def journal_lines(state: JournalState) -> list[dict[str, Json]]:
    """Return the shortest journal that says the same: what compaction writes."""
    steps, first = state.steps, state.steps[0]
    lines: list[dict[str, Json]] = [
        {
            "journal": JOURNAL_VERSION,
            "format": CURRENT_FORMAT,
            "label": first.label,
            "at": first.made_utc,
            "project": first.project,
        }
    ]
    lines += [edit_line(before.project, after) for before, after in itertools.pairwise(steps)]
    if state.position != len(steps) - 1:
        lines.append(move_line(state.position))
    if state.saved is not None:
        lines.append(saved_line(state.saved))
    if state.saving is not None:
        lines.append(saving_line(state.saving.sha256))
    return lines


def edit_line(before: dict[str, Json], after: StepRecord) -> dict[str, Json]:
    """Return the line of an edit that led from one state to the next."""
    patch = diff(before, after.project)
    return {"do": "edit", "label": after.label, "at": after.made_utc, "patch": patch}


def move_line(position: int) -> dict[str, Json]:
    """Return the line of an undo or redo to a position."""
    return {"do": "move", "to": position}


def saving_line(sha256: str) -> dict[str, Json]:
    """Return the line that announces the project file about to be written."""
    return {"do": "saving", "sha256": sha256}


def saved_line(mark: SavedMark) -> dict[str, Json]:
    """Return the line that says which project file is in place."""
    return {"do": "saved", "sha256": mark.sha256, "step": mark.step}


def line_bytes(line: dict[str, Json]) -> bytes:
    """Return a line as it stands in the file."""
    text = json.dumps(line, separators=(",", ":")).encode("ascii")
    return b"%08x %s\n" % (zlib.crc32(text), text)


class Journal:
    """A journal open for writing. One thread at a time.

    Args:
        path: an existing journal.
        good_bytes: where its readable part ends; what lies behind is cut off.
        lines: how many lines that part has.
    """

    def __init__(self, path: Path, *, good_bytes: int, lines: int) -> None:
        self.path = path
        self.lines = lines
        self._good_bytes = good_bytes
        self._file = path.open("r+b", buffering=0)
        if os.fstat(self._file.fileno()).st_size != good_bytes:
            self._file.truncate(good_bytes)

    @classmethod
    def write(cls, path: Path, lines: Sequence[dict[str, Json]]) -> Journal:
        """Put a journal of these lines at the path in one step, and open it."""
        data = b"".join(line_bytes(line) for line in lines)
        write_atomically(path, data)
        return cls(path, good_bytes=len(data), lines=len(lines))

    @property
    def is_lost(self) -> bool:
        """Whether somebody deleted or replaced the file, so that writing to it would be in vain."""
        try:
            return not os.path.samestat(os.fstat(self._file.fileno()), self.path.stat())
        except FileNotFoundError:
            return True

    def append(self, line: dict[str, Json]) -> None:
        """Add a line; it is on the disk when this returns.

        Raises:
            OSError: it isn't, and the journal is as it was before.
        """
        data = line_bytes(line)
        try:
            self._file.seek(self._good_bytes)
            written = 0
            while written < len(data):
                written += self._file.write(data[written:])
            os.fsync(self._file.fileno())
        except OSError:
            with suppress(OSError):
                self._file.truncate(self._good_bytes)
            raise
        self._good_bytes += len(data)
        self.lines += 1

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def read_journal(path: Path) -> JournalState:
    """Replay a journal as far as it can be read.

    Raises:
        FileNotFoundError: there is none.
        NewerFormatError: a newer program wrote it.
        FormatError: not even its first line can be read.
    """
    if path.stat().st_size > MAX_JOURNAL_BYTES:
        raise FormatError(f"it is larger than {MAX_JOURNAL_BYTES // 2**20} MiB")
    data = path.read_bytes()
    end = data.find(b"\n") + 1
    header = _parse_line(data[:end])
    from_format = _check_header(header)
    state = JournalState([_step(header, header.get("project"))], good_bytes=end)
    while state.good_bytes < len(data):
        start = state.good_bytes
        end = data.find(b"\n", start) + 1
        if end == 0:
            break  # was being written when the program ended; never acknowledged
        try:
            _replay(state, _parse_line(data[start:end]))
        except (FormatError, PatchError) as error:
            state.damage = f"line {state.lines + 1}: {error}"
            break
        state.good_bytes = end
        state.lines += 1
    if from_format != CURRENT_FORMAT:
        state.was_upgraded = True
        state.steps = [_upgraded(step, from_format) for step in state.steps]
    return state


def _upgraded(step: StepRecord, from_format: int) -> StepRecord:
    return StepRecord(step.label, step.made_utc, upgrade(step.project, from_format))


def _check_header(header: dict[str, Json]) -> int:
    version = header.get("journal")
    if type(version) is not int or version < 1:
        raise FormatError("it is no journal")
    if version > JOURNAL_VERSION:
        raise NewerFormatError(f"a newer PrismDesk wrote its journal (version {version})")
    return check_format(header.get("format"))


def _parse_line(line: bytes) -> dict[str, Json]:
    crc, _, text = line.rstrip(b"\n").partition(b" ")
    if crc != b"%08x" % zlib.crc32(text):
        raise FormatError("its checksum is wrong")
    return parse_object(text)


def _step(line: dict[str, Json], project: Json) -> StepRecord:
    label, made_utc = line.get("label"), line.get("at")
    if not isinstance(label, str) or not isinstance(made_utc, str):
        raise FormatError("a step has no label or no time")
    if not isinstance(project, dict):
        raise FormatError("a step holds no project")
    return StepRecord(label, made_utc, project)


def _replay(state: JournalState, line: dict[str, Json]) -> None:
    match line:
        case {"do": "edit"}:
            patched = apply_patch(state.current.project, line.get("patch"))
            state.add_step(_step(line, patched))
        case {"do": "move", "to": int(to)} if 0 <= to < len(state.steps):
            state.position = to
        case {"do": "saving", "sha256": str(sha256)}:
            state.saving = SavedMark(sha256, state.position)
            state.all_saved.add(sha256)
        case {"do": "saved", "sha256": str(sha256), "step": int() | None as step} if (
            step is None or 0 <= step < len(state.steps)
        ):
            state.saved, state.saving = SavedMark(sha256, step), None
            state.all_saved.add(sha256)
        case _:
            raise FormatError("it says nothing that is known")
