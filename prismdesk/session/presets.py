"""The user's library of presets: where it is, what is in it, and where it is used."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from prismdesk.adapters.library import Library, NoSuchPresetError
from prismdesk.adapters.reference import hash_in, is_reference
from prismdesk.engines.weights.one_look import looked_up
from prismdesk.errors import InputError
from prismdesk.session.preferences import PreferencesFile
from prismdesk.session.project_presets import preset_beside_project, presets_beside_projects

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from prismdesk.adapters.card import Preset
    from prismdesk.project.ids import RegionId
    from prismdesk.project.model import Project, Region

PRESETS_VARIABLE = "PRISMDESK_PRESETS"
_LOOK_AGAIN_SECONDS = 2.0
"""How soon after a search that found nothing the folders are looked at again."""

_lock = threading.RLock()
_libraries: dict[tuple[Path, ...], Library] = {}
_in_vain: dict[str, float] = {}
_from_elsewhere: dict[str, Path] = {}


def own_root() -> Path:
    """Return the folder that presets are put into: ``PRISMDESK_PRESETS``, else the user's own."""
    set_folder = os.environ.get(PRESETS_VARIABLE)
    if set_folder:
        return Path(set_folder)
    return platformdirs.user_data_path("prismdesk", appauthor=False) / "presets"


@looked_up
def library_roots() -> tuple[Path, ...]:
    """Return all folders that presets are looked for in, the user's own first."""
    chosen = (Path(folder) for folder in PreferencesFile().load().preset_folders)
    return tuple(dict.fromkeys((own_root(), *chosen)))


def library() -> Library:
    """Return the user's library; the same one for as long as its folders stay the same."""
    roots = library_roots()
    with _lock:
        found = _libraries.get(roots)
        if found is None:
            cache = platformdirs.user_cache_path("prismdesk", appauthor=False)
            found = _libraries[roots] = Library(roots, cache / "preset-facts.json")
        return found


def add_preset_folder(folder: Path) -> tuple[Path, ...]:
    """Have presets looked for in a folder too; return all folders.

    Raises:
        InputError: it is no folder.
        WorkError: the preferences can't be written.
    """
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder to look for presets in.")
    file = PreferencesFile()
    folders = file.load().preset_folders
    file.change(preset_folders=tuple(dict.fromkeys((*folders, str(folder.resolve())))))
    return library_roots()


def forget_preset_folder(folder: Path) -> bool:
    """Look into an added folder no more; nothing in it is touched. False if it wasn't added.

    Raises:
        WorkError: the preferences can't be written.
    """
    file = PreferencesFile()
    folders = file.load().preset_folders
    kept = tuple(one for one in folders if Path(one) not in (folder, folder.resolve()))
    file.change(preset_folders=kept)
    return kept != folders


def find_preset(text: str) -> Preset:
    """Return the preset of a reference, a hash, a name, or a path wherever that lies.

    The folders are looked at anew where it isn't known. A reference that the library has nothing
    for is looked for in the folders of open projects. A file outside of both stays known by its
    reference for as long as the program runs.

    Raises:
        NoSuchPresetError: there is none, or several could be meant.
        InputError: the file can't be a preset.
    """
    shelf = library()
    try:
        return _as_it_is(shelf, text)
    except NoSuchPresetError:
        found = preset_beside_project(text) or _found_elsewhere(text, shelf)
        if found is not None:
            return found
        if not _may_look_again(f"{text} in {shelf.roots}"):
            raise
        shelf.scan()
        presets_beside_projects()
        return seen_preset(text)


def seen_preset(text: str) -> Preset:
    """Return what a text means in the library or an open project, as these were seen last.

    Raises:
        NoSuchPresetError: there is none, or several could be meant.
    """
    try:
        return library().find(text)
    except NoSuchPresetError:
        found = preset_beside_project(text)
        if found is None:
            raise
        return found


def known_preset(reference: str) -> Preset | None:
    """Return the preset of a reference; None if it isn't here or several could be meant."""
    try:
        return find_preset(reference)
    except InputError:
        return None


def references_in(project: Project) -> Mapping[str, str]:
    """Return, by its hash, how a project's regions and takes call each preset that they name."""
    found: dict[str, str] = {}
    for region in project.regions:
        for reference in _named_by(region):
            if digits := hash_in(reference):
                found.setdefault(digits, reference)
    return found


def uses_in(project: Project) -> Mapping[str, tuple[RegionId, ...]]:
    """Return, by the hash in a reference, the regions that name a preset or have takes of it."""
    found: dict[str, list[RegionId]] = {}
    for region in project.regions:
        for digits in dict.fromkeys(map(hash_in, _named_by(region))):
            if digits:
                found.setdefault(digits, []).append(region.id)
    return {digits: tuple(ids) for digits, ids in found.items()}


def used_in(project: Project, preset: Preset) -> tuple[RegionId, ...]:
    """Return the regions that name a preset or have takes of it."""
    return uses_in(project).get(preset.hash, ())


def words_with_triggers(prompt: str, presets: Iterable[Preset]) -> str:
    """Return a prompt with those trigger words of presets in front that it hasn't got yet.

    ``"slow steps"`` with the preset of ``"harbour planks"`` becomes
    ``"harbour planks, slow steps"``.
    """
    return _with(prompt, (word for preset in presets for word in preset.trigger_words), first=True)


def lacking_triggers(prompt: str, adapters: Iterable[tuple[str, float]]) -> str:
    """Say in a sentence which trigger words of presets a prompt lacks; "" if it has them all.

    Args:
        prompt: as it was written.
        adapters: (reference, strength) of the presets.
    """
    presets = (known_preset(reference) for reference, _ in adapters)
    words = (word for preset in presets if preset is not None for word in preset.trigger_words)
    lacking = _lacking(prompt, words)
    if not lacking:
        return ""
    return f"the prompt lacks “{', '.join(lacking)}”, which its presets were trained with"


def avoiding_of(negative_prompt: str, presets: Iterable[Preset]) -> str:
    """Return a negative prompt with those words that presets keep away from, which it lacks."""
    words = (word for preset in presets for word in preset.negative.split(","))
    return _with(negative_prompt, words, first=False)


def _with(prompt: str, words: Iterable[str], *, first: bool) -> str:
    lacking = _lacking(prompt, words)
    rest = [prompt.strip()] if prompt.strip() else []
    return ", ".join((*lacking, *rest) if first else (*rest, *lacking))


def _lacking(prompt: str, words: Iterable[str]) -> list[str]:
    heard = prompt.casefold()
    new = dict.fromkeys(word.strip() for word in words if word.strip())
    return [word for word in new if word.casefold() not in heard]


def _named_by(region: Region) -> tuple[str, ...]:
    made_with = (take.provenance.adapters for take in region.takes)
    return tuple(reference for named in (region.adapters, *made_with) for reference, _ in named)


def _as_it_is(shelf: Library, text: str) -> Preset:
    preset = shelf.find(text)
    current = shelf.look_at(preset.path) if preset.path.exists() else None
    if current is None or current.content_sha256 != preset.content_sha256:
        shelf.scan()
        return shelf.find(text)
    return current


def _found_elsewhere(text: str, shelf: Library) -> Preset | None:
    path = _from_elsewhere.get(hash_in(text)) if is_reference(text) else Path(text)
    is_meant = path is not None and (is_reference(text) or _looks_like_a_path(text))
    return _from(path, shelf) if path is not None and is_meant and path.exists() else None


def _from(path: Path, shelf: Library) -> Preset:
    preset = shelf.look_at(path.resolve())
    if preset.facts is not None:
        _from_elsewhere[preset.hash] = preset.path
    return preset


def _looks_like_a_path(text: str) -> bool:
    return os.sep in text or "/" in text or Path(text).suffix != "" or Path(text).is_dir()


def _may_look_again(text: str) -> bool:
    """Whether the folders are to be looked at again: panels ask for what is gone all the time."""
    now = time.monotonic()
    if now - _in_vain.get(text, -_LOOK_AGAIN_SECONDS) < _LOOK_AGAIN_SECONDS:
        return False
    if len(_in_vain) > 1000:
        _in_vain.clear()
    _in_vain[text] = now
    return True
