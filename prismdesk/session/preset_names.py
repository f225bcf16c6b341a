"""What files of presets may be called, so that every system can hold them."""

from __future__ import annotations

from prismdesk.errors import InputError
from prismdesk.visible_text import is_steering

_LONGEST_NAME = 120
_MOST_NAME_BYTES = 180
_NOT_IN_NAMES = '<>:"/\\|?*'
_DEVICES = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10)))
)
"""What names mean a device on Windows, whatever follows their first dot."""


def checked_name(name: str) -> str:
    """Return a name that a file can have on every system.

    Raises:
        InputError: it can't be one.
    """
    cleaned = name.strip()
    is_wrong = (
        not cleaned
        or len(cleaned) > _LONGEST_NAME
        or cleaned.startswith(".")
        or cleaned.endswith(".")
        or any(letter in _NOT_IN_NAMES or is_steering(letter) for letter in cleaned)
    )
    if is_wrong:
        raise InputError(
            f"“{name[:60]}” can't be the name of a preset; take 1 to {_LONGEST_NAME} letters "
            f"without {_NOT_IN_NAMES} and without a dot in front or at the end."
        )
    return cleaned


def safe_name(name: str) -> str:
    """Return a name that ``checked_name`` takes, as near to one as can be.

    ``"Harbour: planks?"`` becomes ``"Harbour_ planks_"``; what is left of nothing is ``"preset"``.
    """
    fit = "".join("_" if one in _NOT_IN_NAMES or is_steering(one) else one for one in name)
    short = fit.strip()[:_LONGEST_NAME].encode(errors="replace")[:_MOST_NAME_BYTES]
    cleaned = short.decode(errors="ignore").strip(". ") or "preset"
    is_device = cleaned.partition(".")[0].strip().casefold() in _DEVICES
    return f"_{cleaned}"[:_LONGEST_NAME] if is_device else cleaned
