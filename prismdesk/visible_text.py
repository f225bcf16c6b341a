"""Text of others (names of files, words in them) made such that it can only be read.

A control character can move a terminal's cursor, change its colours or its title; a control of
the writing direction can make a name look like another; half of a surrogate pair can't be written.
"""

from __future__ import annotations

import unicodedata

REPLACED_BY = "\N{REPLACEMENT CHARACTER}"

_STEERING = frozenset({"Cc", "Cs", "Zl", "Zp"})
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def is_steering(letter: str) -> bool:
    """Whether a letter does something to what shows it; tabulator and line feed do too."""
    return letter in _DIRECTIONS or unicodedata.category(letter) in _STEERING


def visible(text: str) -> str:
    """Return a text whose steering letters are replaced, except tabulator and line feed."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        REPLACED_BY if is_steering(letter) and letter not in "\t\n" else letter for letter in text
    )
