"""A sound file, or a part of one, as people name it: ``steps.wav`` or ``steps.wav@2-5.5``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_PART = re.compile(r"(.+)@([0-9]+(?:\.[0-9]+)?)-([0-9]+(?:\.[0-9]+)?)")


@dataclass(frozen=True, slots=True)
class FilePart:
    """A file, or a part of it from one second to another; both 0 for all of it."""

    path: Path
    start_seconds: float = 0.0
    end_seconds: float = 0.0


def part_of(text: str) -> FilePart:
    """Read ``FILE`` or ``FILE@START-END`` in seconds; a file of that whole name is meant first."""
    match = _PART.fullmatch(text)
    if match is None or Path(text).exists():
        return FilePart(Path(text))
    return FilePart(Path(match[1]), float(match[2]), float(match[3]))
