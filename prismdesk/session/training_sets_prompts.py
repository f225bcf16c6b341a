"""Words that lie beside a sound: ``X.txt``, ``prompts.txt``, or those in another tool's ``X.npz``.

Other tools keep a clip's features as ``X.npz`` beside ``X.wav``, and prompts as lines
``X.npz: words`` in ``prompts.txt``, where ``#`` begins a comment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.training.feature_file import PROMPTS_FILE, stored_prompt
from prismdesk.engines.training.pair_input import PairInputError

if TYPE_CHECKING:
    from pathlib import Path

_MOST_BYTES = 4 << 20
_MOST_PROMPT_BYTES = 1 << 16
_MOST_LETTERS = 2000


def prompt_beside(sound: Path) -> str:
    """Return the words for a sound; "" where none lie beside it.

    Where features lie beside it without words, those tools take the folder's name.
    """
    features = sound.with_suffix(".npz")
    own = _text(sound.with_suffix(".txt"), _MOST_PROMPT_BYTES)
    return (
        _from_list(sound)
        or " ".join(own.split())[:_MOST_LETTERS]
        or _from_features(features)
        or (sound.parent.name.replace("_", " ") if features.is_file() else "")
    )


def _from_list(sound: Path) -> str:
    for line in _text(sound.with_name(PROMPTS_FILE), _MOST_BYTES).splitlines():
        name, colon, words = line.partition(":")
        if line.lstrip().startswith("#") or not colon:
            continue
        if name.strip() in (sound.name, sound.stem, f"{sound.stem}.npz"):
            return " ".join(words.split())[:_MOST_LETTERS]
    return ""


def _text(path: Path, most_bytes: int) -> str:
    try:
        if path.stat().st_size > most_bytes:
            return ""
        return path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return ""


def _from_features(path: Path) -> str:
    """Return the words that another tool kept with a clip's features; nothing else is read."""
    try:
        return " ".join(stored_prompt(path).split())[:_MOST_LETTERS] if path.is_file() else ""
    except PairInputError:
        return ""
