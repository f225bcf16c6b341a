"""What the user noted of a run's checkpoints: "a little thin", "best so far"."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from prismdesk.engines.training.run_files import write_whole
from prismdesk.errors import WorkError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prismdesk.engines.training.run_files import RunFolder

NOTES = "notes.json"
_MOST_LETTERS = 1000


def notes_of(folder: RunFolder) -> Mapping[int, str]:
    """Return the notes by step; none where there are none or they can't be read."""
    try:
        values = json.loads((folder.path / NOTES).read_text(encoding="utf-8"))
        return {int(step): str(text)[:_MOST_LETTERS] for step, text in values.items() if text}
    except (OSError, ValueError, AttributeError, RecursionError):
        return {}


def set_note(folder: RunFolder, step: int, text: str) -> None:
    """Write down what the user says of a step; empty takes it away.

    Raises:
        WorkError: the disk refused; what was noted before stays.
    """
    notes = {**notes_of(folder), step: text.strip()[:_MOST_LETTERS]}
    kept = {str(one): words for one, words in sorted(notes.items()) if words}
    try:
        write_whole(folder.path / NOTES, json.dumps(kept, indent=1, ensure_ascii=False).encode())
    except OSError as error:
        raise WorkError(
            f"The note can't be written to {folder.path}: {error.strerror or error}."
        ) from error
