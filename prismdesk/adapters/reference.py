"""How projects and takes refer to a preset: ``Harbour planks@3f2a9c01be77``.

The digits are the first of the SHA-256 of what the preset holds; they say which one is meant,
wherever it lies and whatever it is called now. The name is for people.
"""

from __future__ import annotations

import re

HASH_DIGITS = 12
"""How much of a content's SHA-256 a reference holds."""

_REFERENCE = re.compile(rf"(.*)@([0-9a-f]{{{HASH_DIGITS}}})", re.DOTALL)


def reference_of(name: str, content_sha256: str) -> str:
    """Return what a project calls a preset.

    Args:
        name: of the preset.
        content_sha256: of its tensors, as 64 hexadecimal digits, or as many as a reference holds.

    Raises:
        ValueError: these are no such digits.
    """
    reference = f"{name}@{content_sha256[:HASH_DIGITS]}"
    if not is_reference(reference):
        raise ValueError(f"{content_sha256!r} is no SHA-256")
    return reference


def is_reference(text: str) -> bool:
    """Whether a text is what ``reference_of`` returns."""
    return _REFERENCE.fullmatch(text) is not None


def name_in(reference: str) -> str:
    """Return the preset's name as it was then; a text that is no reference is a name itself."""
    match = _REFERENCE.fullmatch(reference)
    return reference if match is None else match[1]


def hash_in(reference: str) -> str:
    """Return the digits that say which preset is meant; "" where a text has none."""
    match = _REFERENCE.fullmatch(reference)
    return "" if match is None else match[2]
