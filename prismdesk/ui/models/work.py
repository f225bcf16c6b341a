"""What is being done with a model now, and how that reads."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import TYPE_CHECKING

from prismdesk.session.model_words import size_words
from prismdesk.ui.job_words import time_left_words

if TYPE_CHECKING:
    from prismdesk.engines.weights.download import GetProgress
    from prismdesk.engines.weights.verification import FileCheck


class WorkKind(StrEnum):
    """What is done with a model."""

    WAITING = auto()
    FETCHING = auto()
    READING = auto()
    STOPPING = auto()


@dataclass(frozen=True, slots=True)
class ModelWork:
    """Work on one model.

    Attributes:
        kind: what is done.
        progress: how far fetching is; None before anything came.
        waits_for: the name of the model that is fetched before.
        read_fraction: the share of its bytes that was read again.
    """

    kind: WorkKind
    progress: GetProgress | None = None
    waits_for: str = ""
    read_fraction: float = 0.0

    @property
    def fraction(self) -> float:
        """The share that is done, 0 to 1."""
        return self.progress.fraction if self.progress is not None else self.read_fraction

    def short_words(self) -> str:
        """Return the state in a word or two, for where it is shown at a glance."""
        percent = f"{100 * self.fraction:.0f} %"
        return {
            WorkKind.WAITING: "Waiting",
            WorkKind.FETCHING: f"Getting {percent}",
            WorkKind.READING: f"Reading {percent}",
            WorkKind.STOPPING: "Stopping",
        }[self.kind]

    def words(self) -> str:
        """Return how far it is, how fast it goes and how long it will take."""
        if self.kind is WorkKind.WAITING:
            return f"Waits for {self.waits_for}." if self.waits_for else "Begins soon."
        if self.kind is WorkKind.STOPPING:
            return "Stopping; what was read is kept."
        if self.kind is WorkKind.READING:
            return f"Reading its files again, {100 * self.read_fraction:.0f} %"
        return _fetching_words(self.progress)


def share_words(part_bytes: int, whole_bytes: int) -> str:
    """Return "1.7 of 5.6 GB"; the unit stands once where both have the same."""
    part, whole = size_words(part_bytes), size_words(whole_bytes)
    number, _, unit = part.partition(" ")
    return f"{number if whole.endswith(f' {unit}') else part} of {whole}"


def kept_words(kept_bytes: int, whole_bytes: int) -> str:
    """Say how much is on the disk of what is fetched, after it broke off."""
    share = share_words(kept_bytes, whole_bytes)
    return f"{share} are on disk, and every whole file is checked."


def damaged_files(checks: tuple[FileCheck, ...]) -> tuple[str, ...]:
    """Return the names of files that reading them found wrong."""
    return tuple(check.file.file_name for check in checks if not check.is_good)


def _fetching_words(now: GetProgress | None) -> str:
    if now is None:
        return "Asking the publisher…"
    if now.doing == "checking" and now.checked_fraction < 1.0:
        return f"Checking {now.file_name}, {100 * now.checked_fraction:.0f} %"
    parts = [f"{size_words(now.done_bytes)} of {size_words(now.total_bytes)}"]
    if now.bytes_per_second is not None:
        parts.append(f"{size_words(now.bytes_per_second)}/s")
    if left := time_left_words(now.seconds_left):
        parts.append(left)
    return " · ".join(parts)
