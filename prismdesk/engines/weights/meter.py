"""How far fetching is, how fast it goes, and how long it will take."""

from __future__ import annotations

import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prismdesk.engines.weights.hub import RemoteFile
    from prismdesk.engines.weights.model import ModelFile

_PACE_SECONDS = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class GetProgress:
    """How far fetching is; bytes are of all files asked for, what was there before included.

    ``bytes_per_second`` and ``seconds_left`` are None until they can be known;
    ``checked_fraction`` is of the file that is being checked.
    """

    file_name: str
    doing: Literal["fetching", "checking"]
    done_bytes: int
    total_bytes: int
    bytes_per_second: float | None = None
    seconds_left: float | None = None
    checked_fraction: float = 0.0

    @property
    def fraction(self) -> float:
        """The share of all bytes, 0 to 1."""
        return min(1.0, self.done_bytes / self.total_bytes) if self.total_bytes else 1.0


def expected_bytes(file: ModelFile, remote: RemoteFile) -> int:
    """Return how large a file will be: as the server says, else as the catalogue does."""
    return file.size_bytes if remote.size_bytes is None else remote.size_bytes


class Meter:
    """Adds up bytes over all files, and says how fast they come."""

    def __init__(
        self,
        files: Sequence[ModelFile],
        remotes: Sequence[RemoteFile],
        report: Callable[[GetProgress], None],
    ) -> None:
        self._total_bytes = sum(map(expected_bytes, files, remotes))
        self._report = report
        self._finished_bytes = 0
        self._now_bytes = 0
        self._file_name = ""
        self._seen: deque[tuple[float, int]] = deque()

    def begin(self, file: ModelFile) -> None:
        """Turn to a file."""
        self._file_name = file.file_name

    def resume(self, start_bytes: int) -> None:
        """Begin with what is there already: it counts as done, but not for the pace."""
        self._now_bytes = start_bytes
        self._seen.clear()
        self._say("fetching")

    def read(self, file_bytes: int) -> None:
        """Take note of how much of the file is there."""
        self._now_bytes = file_bytes
        self._say("fetching")

    def check(self, fraction: float) -> None:
        """Say how much of the file is checked."""
        self._say("checking", fraction)

    def end(self, file_bytes: int) -> None:
        """Count the file as finished."""
        self._finished_bytes += file_bytes
        self._now_bytes = 0
        self._say("checking", 1.0)

    def _say(self, doing: Literal["fetching", "checking"], checked_fraction: float = 0.0) -> None:
        done_bytes = self._finished_bytes + self._now_bytes
        now_seconds = time.monotonic()
        self._seen.append((now_seconds, done_bytes))
        while now_seconds - self._seen[0][0] > _PACE_SECONDS and len(self._seen) > 2:
            self._seen.popleft()
        first_seconds, first_bytes = self._seen[0]
        pace = None
        with suppress(ZeroDivisionError):
            pace = (done_bytes - first_bytes) / (now_seconds - first_seconds)
        is_known = pace is not None and pace > 0 and now_seconds - first_seconds > 0.5
        self._report(
            GetProgress(
                file_name=self._file_name,
                doing=doing,
                done_bytes=done_bytes,
                total_bytes=self._total_bytes,
                bytes_per_second=pace if is_known else None,
                seconds_left=(self._total_bytes - done_bytes) / pace if pace and is_known else None,
                checked_fraction=checked_fraction,
            )
        )
