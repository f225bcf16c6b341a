"""Models in words that window and command line share: sizes, rates, memory, who allows what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from prismdesk.session.licence_statements import statements_of_model
from prismdesk.session.licences import verdict_of
from prismdesk.session.policy import NO_POLICY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prismdesk.engines.weights.model import Licence, Model
    from prismdesk.engines.weights.places import ModelState
    from prismdesk.engines.weights.verification import FileCheck

MENDING, FROM_PICTURE, FROM_TEXT = "Mend and fill", "Effects from picture", "Effects from text"
MUSIC, OWN = "Music", "Own checkpoints"
PURPOSES = (MENDING, FROM_PICTURE, FROM_TEXT, MUSIC, OWN)

_PUBLISHED_AT = re.compile(r"\b(?:github\.com|huggingface\.co)(?:/[A-Za-z0-9](?:[\w.-]*\w)?){2}")


def size_words(size_bytes: float) -> str:
    """Return a size as people say it, in powers of ten as shops and disks do."""
    for unit, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if size_bytes >= unit * 0.9995:
            amount = size_bytes / unit
            return f"{amount:.1f} {name}" if amount < 9.95 else f"{amount:.0f} {name}"
    return f"{size_bytes:.0f} B"


def rate_words(rate_hz: int) -> str:
    """Return a sample rate in kHz."""
    return f"{rate_hz / 1000:g} kHz"


def channels_words(channels: int) -> str:
    """Return "mono", "stereo" or how many channels."""
    return {1: "mono", 2: "stereo"}.get(channels, f"{channels} channels")


def plural(count: int, noun: str) -> str:
    """Return a count with its noun."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def missing_words(state: ModelState) -> str:
    """Return "Not installed: 11 GB to fetch.", or that files of the user's own are missing."""
    if any(not file.repository for file in state.missing):
        return "Not installed: it lacks files of its own."
    return f"Not installed: {size_words(state.missing_bytes)} to fetch."


def verdict_words(model: Model) -> str:
    """Say in a sentence what all of a model's licences together come to, whatever a policy says."""
    if model.allows_commercial_use:
        return "All of these allow commercial use."
    words = verdict_of(statements_of_model(model, NO_POLICY))
    return f"The strictest rules: {words[:1].lower()}{words[1:]}"


def other_licences(model: Model) -> tuple[tuple[tuple[str, ...], Licence], ...]:
    """Return the licences of files that have another than the model's weights, with their names."""
    return tuple(
        (names, licence)
        for licence in model.licences
        if licence.id != model.licence_weights.id
        and (
            names := tuple(
                file.file_name for file in model.files.values() if file.licence.id == licence.id
            )
        )
    )


def stated_at(licence: Licence) -> str:
    """Return the address of the page where a licence is stated, or was looked for in vain.

    Only pages of publishers (github.com, huggingface.co) are found; empty for any other words.
    """
    return page_in(licence.where_stated)


def page_in(words: str) -> str:
    """Return the address of the first publisher's page that words name; empty if they name none."""
    found = _PUBLISHED_AT.search(words)
    return f"https://{found.group()}" if found else ""


def checks_words(checks: Sequence[FileCheck]) -> str:
    """Say in a sentence what reading a model's files again found."""
    bad = [check for check in checks if not check.is_good]
    if bad:
        words = [
            f"{check.path} is damaged: its checksum is another"
            if check.path is not None
            else f"{check.file.file_name} is missing"
            for check in bad
        ]
        return f"{'; '.join(words)}."
    unknown = sum(check.outcome == "unknown" for check in checks)
    read = plural(len(checks), "file")
    if not unknown:
        return f"{read} read again: every checksum is right."
    return f"{read} read again; for {plural(unknown, 'file')} no checksum is known."


def purposes(model: Model) -> tuple[str, ...]:
    """Return what a model is for, in the words of the list beside the models."""
    found = [MENDING, FROM_PICTURE, FROM_TEXT]
    if model.family == "audiox":
        found.append(MUSIC)
    if model.custom_folder is not None:
        found.append(OWN)
    return tuple(found)
