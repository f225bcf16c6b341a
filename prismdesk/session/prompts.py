"""Prompts that are used again: the history, the favourites, and a project's table of named ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.engines.catalogue import capabilities_of
from prismdesk.errors import InputError, WorkError
from prismdesk.interchange.csv_rows import MOST_BYTES
from prismdesk.interchange.prompt_table import (
    PromptTableError,
    decode_prompt_table,
    read_prompt_table,
    write_prompt_table,
)
from prismdesk.project.model import NamedPrompt
from prismdesk.project.store.durable import write_atomically
from prismdesk.session.wishes import read_settings, read_variant

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from prismdesk.interchange.prompt_table import PromptLine
    from prismdesk.project.model import Project, Region
    from prismdesk.session.preferences import Preferences, PreferencesFile

_NAME_WORDS = 5


@dataclass(frozen=True, slots=True)
class KeptPrompt:
    """A prompt of the history; ``is_starred`` for favourites."""

    words: str
    is_starred: bool


def kept_prompts(preferences: Preferences, search: str = "") -> tuple[KeptPrompt, ...]:
    """Return favourites, then the rest of the history, latest first, as far as they fit a search.

    Args:
        preferences: keep both.
        search: words that must all be in a prompt, whatever their case and order.
    """
    starred = preferences.starred_prompts
    history = (one for one in preferences.prompts if one not in starred)
    kept = [KeptPrompt(one, True) for one in starred] + [KeptPrompt(one, False) for one in history]
    return tuple(one for one in kept if fits(one.words, search))


def fits(words: str, search: str) -> bool:
    """Tell whether all words of a search are in a text, whatever their case and order."""
    text = words.casefold()
    return all(word in text for word in search.casefold().split())


def set_starred(file: PreferencesFile, words: str, *, is_starred: bool) -> None:
    """Make a prompt a favourite, or none any more; it stays in the history.

    Raises:
        WorkError: the preferences can't be written; they hold all the same.
    """
    words = words.strip()
    others = tuple(one for one in file.now.starred_prompts if one != words)
    if words:
        file.change(starred_prompts=(words, *others) if is_starred else others)


def forget_prompt(file: PreferencesFile, words: str) -> None:
    """Take a prompt out of the history and the favourites.

    Raises:
        WorkError: the preferences can't be written; they hold all the same.
    """
    file.change(
        prompts=tuple(one for one in file.now.prompts if one != words),
        starred_prompts=tuple(one for one in file.now.starred_prompts if one != words),
    )


def named_prompt(line: PromptLine) -> NamedPrompt:
    """Return a typed line as the project keeps it, its engine and settings checked.

    Raises:
        InputError: there is no such engine, variant or setting, or a value doesn't fit.
    """
    if line.settings and not line.engine:
        raise InputError(f"“{line.name}” has settings but names no engine that they are for.")
    if not line.engine:
        return NamedPrompt(name=line.name, prompt=line.prompt, negative_prompt=line.negative_prompt)
    capabilities = capabilities_of(line.engine)
    settings = read_settings(capabilities, line.settings)
    return NamedPrompt(
        name=line.name,
        prompt=line.prompt,
        negative_prompt=line.negative_prompt,
        engine=line.engine,
        variant=read_variant(capabilities, line.variant),
        settings=tuple(sorted(settings.items())),
    )


def prompt_of_region(region: Region, name: str) -> NamedPrompt:
    """Return a line that asks for what a region asks for."""
    return NamedPrompt(
        name=name,
        prompt=region.prompt,
        negative_prompt=region.negative_prompt,
        engine=region.engine,
        variant=region.variant,
        settings=region.settings,
    )


def free_name(project: Project, words: str) -> str:
    """Return a name for a prompt that no line of the table has: its first words, and a number."""
    base = " ".join(words.split()[:_NAME_WORDS]).strip(" ,.;:") or "Prompt"
    taken = {line.name.casefold() for line in project.prompts}
    name, number = base, 2
    while name.casefold() in taken:
        name, number = f"{base} {number}", number + 1
    return name


def read_table(path: Path) -> tuple[NamedPrompt, ...]:
    """Read a table of prompts from a CSV file.

    Raises:
        InputError: it can't be read, or a line asks for what there isn't.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError(f"{path.name} can't be read: {error.strerror}.") from error
    try:
        lines = read_prompt_table(decode_prompt_table(data))
    except PromptTableError as error:
        raise InputError(f"{path.name}: {error}") from None
    return tuple(_checked(path, line) for line in lines)


def write_table(path: Path, prompts: Iterable[NamedPrompt]) -> None:
    """Write a table of prompts as a CSV file that spreadsheets open.

    Raises:
        WorkError: it can't be written.
    """
    try:
        # The mark at the front tells spreadsheets that it is UTF-8.
        write_atomically(path, write_prompt_table(prompts).encode("utf-8-sig"))
    except OSError as error:
        raise WorkError(f"{path.name} can't be written: {error.strerror}.") from error


def _checked(path: Path, line: PromptLine) -> NamedPrompt:
    try:
        return named_prompt(line)
    except InputError as error:
        raise InputError(f"{path.name}, line {line.number}: {error}") from None
