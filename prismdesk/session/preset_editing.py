"""Changing presets of the library: cards, names, alphas; and taking presets out of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from prismdesk.adapters.card import Preset, companions
from prismdesk.adapters.finding import SUFFIXES
from prismdesk.adapters.sidecar import read_sidecar, sidecar_path, stem_of, write_sidecar
from prismdesk.errors import InputError, WorkError
from prismdesk.progress import IsCancelled, never_cancelled
from prismdesk.session.preset_conversion import convert
from prismdesk.session.preset_import import check_alpha, checked_base
from prismdesk.session.preset_names import checked_name
from prismdesk.session.presets import library

if TYPE_CHECKING:
    from pathlib import Path

BIN = ".bin"
"""The folder in a root of the library that what was removed lies in."""


def set_fields(preset: Preset, **values: Any) -> Preset:
    """Change what a preset's card says; what isn't named stays.

    Args:
        preset: of the library.
        values: fields of ``Sidecar``; ``base_model`` may be anything that names a model.

    Returns:
        The preset as it is now.

    Raises:
        InputError: a value is out of range, or the file itself names another model.
        WorkError: it can't be written.
    """
    strength = values.get("strength")
    if strength is not None and not -1 <= strength <= 2:
        raise InputError(f"A strength must be a number from -1 to 2, not {strength:g}.")
    if base := values.pop("base_model", None):
        values["base_model"] = checked_base(preset, base) or preset.sidecar.base_model
    path = sidecar_path(preset.path)
    write_sidecar(path, replace(read_sidecar(path), **values))
    return _again(preset.path)


def rename(preset: Preset, name: str) -> Preset:
    """Call a preset otherwise, with all that lies beside it; regions find it by its hash.

    Raises:
        InputError: the name can't be one, or is taken.
        WorkError: the disk refused; then nothing is changed.
    """
    checked = checked_name(name)
    suffix = "" if preset.path.is_dir() else preset.path.suffix
    target = preset.path.with_name(f"{checked}{suffix}")
    moves = [
        (one, one.with_name(f"{checked}{one.name.removeprefix(preset.name)}"))
        for one in companions(preset.path)
    ]
    moves.append((preset.path, target))
    if taken := [new for _, new in moves if new.exists()]:
        raise InputError(f"{taken[0]} is there already; choose another name.")
    _move_all(moves)
    return _again(target, preset.path)


def set_alpha(preset: Preset, alpha: float, cancelled: IsCancelled = never_cancelled) -> Preset:
    """State the alpha that a preset was trained with, in a file of the library's form.

    Its content changes by that, and so does its reference: it couldn't be used before.

    Raises:
        InputError: the file states one, or it is out of range.
        WorkError: the conversion or the disk failed; the file is as it was.
        Cancelled: as told.
    """
    check_alpha(preset, alpha)
    target = preset.path.with_name(f"{stem_of(preset.path)}.safetensors")
    if target != preset.path and target.exists():
        raise InputError(f"{target} is there already; rename one of the two.")
    convert(preset.path, target, alpha=alpha, model_id=preset.base_model, cancelled=cancelled)
    if target != preset.path:
        _into_bin(preset, (preset.path,))
    return _again(target, preset.path)


def remove(preset: Preset) -> Path:
    """Take a preset out of the library; its files lie in the returned folder from now on.

    Raises:
        WorkError: the disk refused; nothing is removed.
    """
    folder = _into_bin(preset, (*companions(preset.path), preset.path))
    library().refresh(preset.path)
    return folder


def restore(folder: Path, where: Path) -> Preset:
    """Bring back what ``remove`` took out of the library.

    Args:
        folder: which it returned.
        where: the folder that the preset lay in.

    Raises:
        InputError: the files are gone from there, or others have their names by now.
        WorkError: the disk refused; nothing is moved.
    """
    paths = sorted(folder.iterdir()) if folder.is_dir() else []
    candidates = [path for path in paths if path.is_dir() or path.suffix.lower() in SUFFIXES]
    if not candidates:
        raise InputError(f"{folder} holds no preset any more.")
    moves = [(path, where / path.name) for path in paths]
    if taken := [new for _, new in moves if new.exists()]:
        raise InputError(f"{taken[0]} is there already; rename it first.")
    _move_all(moves)
    folder.rmdir()
    return _again(where / candidates[0].name)


def _into_bin(preset: Preset, paths: tuple[Path, ...]) -> Path:
    moment = datetime.now(UTC).strftime("%Y-%m-%d %H-%M-%S-%f")
    folder = preset.root / BIN / f"{moment} {preset.name}"
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise WorkError(f"{folder} can't be made ({error.strerror or error}).") from error
    _move_all([(path, folder / path.name) for path in paths])
    return folder


def _move_all(moves: list[tuple[Path, Path]]) -> None:
    """Rename all files or none."""
    done: list[tuple[Path, Path]] = []
    try:
        for old, new in moves:
            old.rename(new)
            done.append((old, new))
    except OSError as error:
        for old, new in reversed(done):
            new.rename(old)
        raise WorkError(f"{old} can't be moved ({error.strerror or error}).") from error


def _again(path: Path, *gone: Path) -> Preset:
    library().refresh(path, *gone)
    return library().look_at(path)
