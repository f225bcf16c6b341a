"""A preset's files, with card, picture and example, copied as they are into another folder.

Nothing is converted: what projects call a preset by is the hash of its content.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.adapters.card import Preset, companions
from prismdesk.adapters.finding import PEFT_CONFIG, PEFT_WEIGHTS
from prismdesk.adapters.known_facts import look_into
from prismdesk.adapters.sidecar import stem_of
from prismdesk.errors import InputError, WorkError
from prismdesk.progress import (
    FractionDone,
    IsCancelled,
    ignore_progress,
    never_cancelled,
    raise_if_cancelled,
)
from prismdesk.session.copying import copy_counted
from prismdesk.session.preset_import import Imported
from prismdesk.session.preset_names import safe_name
from prismdesk.session.presets import library, own_root

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

MOST_COMPANION_BYTES = 256 * 2**20
"""How large a picture or an example may be to go along with its preset."""


@dataclass(frozen=True, slots=True)
class Carried:
    """Where a preset's copy is, and all files of it."""

    path: Path
    files: tuple[Path, ...]


def carried_bytes(preset: Preset) -> int:
    """Return how much ``carry`` will copy of a preset."""
    return sum(source.stat().st_size for source, _ in _parts(preset))


def carry(
    preset: Preset,
    folder: Path,
    advance: Callable[[int], object],
    cancelled: IsCancelled = never_cancelled,
) -> Carried:
    """Copy a preset into a folder, under a name that is free there and fit for every system.

    Args:
        preset: wherever it lies.
        folder: made if it isn't there.
        advance: told the bytes of each piece.
        cancelled: asked before each.

    Raises:
        MediaError: a file can't be read.
        WorkError: the disk refused, or the copy isn't like the preset.
        Cancelled: as told; in each case nothing of it is left.
    """
    parts = _parts(preset)
    name = _free_name(folder, safe_name(preset.name), tuple(ending for _, ending in parts))
    path = folder / (name if preset.path.is_dir() else f"{name}{preset.path.suffix.lower()}")
    carried = Carried(path, tuple(folder / f"{name}{ending}" for _, ending in parts))
    try:
        for (source, _), target in zip(parts, carried.files, strict=True):
            copy_counted(source, target, advance, cancelled)
        _require_same(preset, path)
    except BaseException:
        drop(carried)
        raise
    return carried


def drop(carried: Carried) -> None:
    """Remove a copy again."""
    for file in carried.files:
        with suppress(OSError):
            file.unlink(missing_ok=True)
    with suppress(OSError):
        carried.path.rmdir()


def bring_into_library(
    presets: Iterable[Preset],
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> Imported:
    """Put presets of a project into the library as they are; regions go on finding them.

    Args:
        presets: as they lie in a project's folder.
        progress: told the share of the bytes copied.
        cancelled: asked on the way.

    Raises:
        MediaError, WorkError: a file can't be read, or the disk refused.
        Cancelled: as told; what is in the library by then stays.
    """
    library().scan(cancelled=cancelled)
    brought: list[Preset] = []
    wanted, refused = _new_ones(presets)
    whole_bytes, done_bytes = sum(map(carried_bytes, wanted)), 0

    def advance(count_bytes: int) -> None:
        nonlocal done_bytes
        done_bytes += count_bytes
        progress(done_bytes / max(1, whole_bytes))

    for preset in wanted:
        raise_if_cancelled(cancelled)
        path = carry(preset, own_root(), advance, cancelled).path
        library().refresh(path)
        brought.append(library().look_at(path))
    return Imported(presets=tuple(brought), refused=refused)


def _new_ones(presets: Iterable[Preset]) -> tuple[tuple[Preset, ...], tuple[str, ...]]:
    """Part what the library lacks from sentences on what can't be brought in, or is there."""
    there = {one.content_sha256: one for one in library().presets() if one.facts is not None}
    wanted: dict[str, Preset] = {}
    refused = []
    for preset in presets:
        known = there.get(preset.content_sha256)
        try:
            if preset.facts is None:
                refused.append(preset.problem)
            elif known is not None:
                refused.append(f"{preset.name} is in the library already, as {known.name}.")
            elif _parts(preset):
                wanted.setdefault(preset.content_sha256, preset)
        except InputError as error:
            refused.append(str(error))
    return tuple(wanted.values()), tuple(refused)


def _parts(preset: Preset) -> tuple[tuple[Path, str], ...]:
    """Return (file, what follows the preset's name in its place) of all that makes up a preset.

    The file that makes a preset of them comes last. Links out of the preset's own root stay behind.

    Raises:
        InputError: the preset isn't there any more, or is a link itself.
    """
    root, stem = preset.root.resolve(), stem_of(preset.path)
    beside = [
        (path, path.name.removeprefix(stem))
        for path in companions(preset.path)
        if path.resolve().is_relative_to(root) and path.stat().st_size <= MOST_COMPANION_BYTES
    ]
    if preset.path.is_dir():
        inside = [preset.path / PEFT_WEIGHTS, preset.path / PEFT_CONFIG]
        own = [(path, f"/{path.name}") for path in inside]
    else:
        own = [(preset.path, preset.path.suffix.lower())]
    for path, _ in own:
        if not path.is_file():
            raise InputError(f"The file of the preset {preset.name} is gone; look for it again.")
        if not path.resolve().is_relative_to(root):
            raise InputError(f"{path} leads out of its folder; put the file itself there.")
    return (*beside, *own)


def _require_same(preset: Preset, copy: Path) -> None:
    facts = look_into(copy).facts
    if facts is None or facts.content_sha256 != preset.content_sha256:
        raise WorkError(
            f"The copy of the preset {preset.name} isn't like the preset itself; look whether it "
            "is being changed, and try again."
        )


def _free_name(folder: Path, name: str, endings: tuple[str, ...]) -> str:
    """Return a name that nothing in a folder has, whatever case the system minds."""
    taken = {path.name.casefold() for path in folder.iterdir()} if folder.is_dir() else set()
    tops = {ending.partition("/")[0] for ending in endings}
    free, number = name, 2
    while any(f"{free}{top}".casefold() in taken for top in tops):
        free, number = f"{name} {number}", number + 1
    return free
