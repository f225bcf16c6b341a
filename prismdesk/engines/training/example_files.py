"""Where the listening examples of a run lie, by step and pair."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_MOST_LETTERS = 60


def example_path(examples: Path, pair: str, step: int) -> Path:
    """Return the file of a pair's example at a step; step 0 is the base."""
    return examples / f"step-{step:06d}-{file_name(pair)}.wav"


def reference_example_path(examples: Path, pair: str) -> Path:
    """Return the file of what was recorded for a pair, at the level of the examples."""
    return examples / f"reference-{file_name(pair)}.wav"


def file_name(text: str) -> str:
    """Return a name for files that says what it stands for, and is no other text's name."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-")[:_MOST_LETTERS]
    if plain and plain == text:
        return plain
    return f"{plain or 'pair'}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
