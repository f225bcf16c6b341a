"""What the licence of a preset allows, told by the words that its maker chose."""

from __future__ import annotations

import re

from prismdesk.project.model import ProjectUse

_ANY = tuple(ProjectUse)
_NOT_FOR_SALE = (ProjectUse.PERSONAL, ProjectUse.NON_COMMERCIAL)
_PERSONAL = (ProjectUse.PERSONAL,)

_FORBIDS_SALE = re.compile(r"\bnc\b|non-?\s?commercial|research|not for sale")
_PERSONAL_ONLY = re.compile(r"\bpersonal\b|\bprivate\b")
_FREE = re.compile(
    r"\bcc0\b|public domain|\bcc[- ]by\b|\bmit\b|\bapache\b|\bbsd\b|\bunlicense\b"
    r"|\bown\b|\bany use\b|royalty[- ]free"
)
_NAMES_AUTHOR = re.compile(r"\bcc[- ]by\b")


def uses_by_name(
    licence: str, sound_from: str = "", allows_commercial_use: bool | None = None
) -> tuple[ProjectUse, ...]:
    """Return what sound made under a licence may be for.

    ``"CC BY 4.0"`` leaves every use, ``"CC BY-NC 4.0"`` what isn't for sale. A licence that isn't
    known here counts as one that is not for sale; so do terms of the training sound that forbid it.

    Args:
        licence: its name.
        sound_from: where the training sound came from, and on what terms.
        allows_commercial_use: what the user says of both, which counts; None goes by the words.
    """
    if allows_commercial_use is not None:
        return _ANY if allows_commercial_use else _NOT_FOR_SALE
    name, source = (text.casefold().replace("_", "-") for text in (licence, sound_from))
    if _PERSONAL_ONLY.search(name) or _PERSONAL_ONLY.search(source):
        return _PERSONAL
    if _FORBIDS_SALE.search(name) or _FORBIDS_SALE.search(source) or not _FREE.search(name):
        return _NOT_FOR_SALE
    return _ANY


def credit_by_name(licence: str, name: str, author: str) -> str:
    """Return the line that a licence asks for; "" where it asks for none or nobody is named."""
    if not author or not _NAMES_AUTHOR.search(licence.casefold()):
        return ""
    return f"“{name}” by {author}, {licence}"
