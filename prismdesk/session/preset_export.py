"""Writing presets for others, and into models of their own."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from prismdesk.adapters.card import EXAMPLE_SUFFIXES, PICTURE_SUFFIXES, Preset, beside
from prismdesk.adapters.describing import copy_whole, write_described
from prismdesk.adapters.sidecar import NO_SIDECAR, sidecar_path, write_sidecar
from prismdesk.engines.adapting.facts import LAYER_KINDS
from prismdesk.engines.weights.catalogue import model_of
from prismdesk.engines.weights.custom import CUSTOM_FILE_NAME
from prismdesk.errors import InputError, WorkError
from prismdesk.jobs.training.messages import MergeTask
from prismdesk.progress import FractionDone, IsCancelled, ignore_progress, never_cancelled
from prismdesk.project.model import ProjectUse
from prismdesk.project.store.durable import write_atomically
from prismdesk.session.adapter_files import preset_of
from prismdesk.session.licence_statements import statement_of_adapter, statements_of_model, uses_of
from prismdesk.session.preset_conversion import convert, do_apart
from prismdesk.session.preset_fit import unusable, why_unfit
from prismdesk.session.preset_import import is_as_kept
from prismdesk.session.preset_names import checked_name
from prismdesk.session.presets import library

if TYPE_CHECKING:
    from prismdesk.engines.weights.model import Model

Form = Literal["safetensors", "peft"]


def export_preset(
    preset: Preset,
    out: Path,
    *,
    form: Form = "safetensors",
    overwrite: bool = False,
    cancelled: IsCancelled = never_cancelled,
) -> Path:
    """Write a preset with all that its card says, its picture and its example.

    Args:
        preset: of the library.
        out: the file, or the folder that PEFT is to read; an existing folder takes the file in.
        form: which of the two.
        overwrite: replace what is there.
        cancelled: asked on the way.

    Returns:
        The file, or the folder.

    Raises:
        InputError: it can't be used as it is, or something is there already.
        WorkError: the disk or the conversion failed.
        Cancelled: as told; nothing is left.
    """
    if reason := unusable(preset) or _why_no(form, preset):
        raise InputError(reason)
    assert preset.facts is not None
    target = _target(preset, out, form)
    if target.exists() and not overwrite:
        raise InputError(f"{target} is there already; choose another name, or add --overwrite.")
    with tempfile.TemporaryDirectory(prefix="prismdesk-") as scratch:
        plain = preset
        if not is_as_kept(preset.facts):
            plain = _converted(preset, Path(scratch) / "converted", cancelled)
        if form == "safetensors":
            write_described(plain, target, cancelled)
        else:
            described = Path(scratch) / f"{preset.name}.safetensors"
            write_described(plain, described, cancelled)
            convert(described, target, title=preset.name, cancelled=cancelled)
    _write_companions(preset, target, is_folder=form == "peft")
    return target


def merge_presets(
    model_id: str,
    adapters: tuple[tuple[str, float], ...],
    out: Path,
    *,
    name: str = "",
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> Path:
    """Make a checkpoint of one's own of a model with presets in its weights.

    Args:
        model_id: the model.
        adapters: (reference, strength) each.
        out: a folder that isn't there yet.
        name: of the new model; empty is the folder's.
        progress: told how far it is.
        cancelled: asked on the way.

    Returns:
        The folder; ``models add`` makes a model of it.

    Raises:
        InputError: a preset doesn't belong to the model, or the folder is there.
        PrismDeskError: the merging failed.
        Cancelled: as told; nothing is left.
    """
    model = model_of(model_id)
    if out.exists():
        raise InputError(f"{out} is there already; choose a new folder.")
    files = []
    for reference, strength in adapters:
        preset = preset_of(reference)
        if reason := unusable(preset) or why_unfit(preset, model.engine, model.id, cancelled):
            raise InputError(reason)
        files.append((preset.name, str(preset.path.absolute()), strength))
    task = MergeTask(
        model_id=model.id,
        adapters=tuple(files),
        folder=str(out.absolute()),
        name=checked_name(name or out.name),
    )
    do_apart(task, f"Merging into {model.name}", progress=progress, cancelled=cancelled)
    _state_terms(out, model, tuple(reference for reference, _ in adapters))
    return out


def _why_no(form: Form, preset: Preset) -> str:
    """Say in a sentence why a preset can't have a form; empty if it can."""
    if form == "safetensors" or preset.kind in LAYER_KINDS:
        return ""
    return (
        f"{preset.name} is of the kind {preset.kind}, which PEFT has no form for; export it as "
        "safetensors."
    )


def _target(preset: Preset, out: Path, form: Form) -> Path:
    if form == "safetensors":
        if out.is_dir():
            return out / f"{preset.name}.safetensors"
        if out.suffix.lower() != ".safetensors":
            raise InputError(f"{out} must end in .safetensors, or be a folder that is there.")
        return out
    if out.suffix.lower() == ".safetensors":
        raise InputError(f"{out} must be a folder, which is what PEFT reads.")
    return out


def _converted(preset: Preset, folder: Path, cancelled: IsCancelled) -> Preset:
    """Return a copy of a preset in the form that the library keeps, with its card."""
    folder.mkdir()
    path = folder / f"{preset.name}.safetensors"
    convert(preset.path, path, model_id=preset.base_model, cancelled=cancelled)
    return _with_card_of(preset, path)


def _with_card_of(preset: Preset, path: Path) -> Preset:
    """Return a converted copy with the card of what it was made from."""
    sidecar = preset.sidecar
    copied = library().look_at(path)
    if sidecar != NO_SIDECAR:
        write_sidecar(sidecar_path(path), sidecar)
        copied = library().look_at(path)
    return copied


def _write_companions(preset: Preset, target: Path, *, is_folder: bool) -> None:
    for suffixes in (PICTURE_SUFFIXES, EXAMPLE_SUFFIXES):
        companion = beside(preset.path, suffixes)
        if companion is not None:
            stem = target.name if is_folder else target.stem
            copy_whole(companion, target.with_name(f"{stem}{companion.suffix}"))
    if preset.sidecar != NO_SIDECAR:
        write_sidecar(sidecar_path(target), preset.sidecar)


def _state_terms(folder: Path, model: Model, references: tuple[str, ...]) -> None:
    """Have the new checkpoint say what the licences in it come to: the base's and the presets'."""
    path = folder / CUSTOM_FILE_NAME
    said = (*statements_of_model(model), *map(statement_of_adapter, references))
    own = statements_of_model(model)[0].licence
    theirs = ", ".join(dict.fromkeys(one.licence for one in said if one.part == "adapter"))
    try:
        node = json.loads(path.read_text(encoding="utf-8"))
        node |= {
            "licence_weights": f"{own}; presets in it: {theirs}"[:200],
            "allows_commercial_use": ProjectUse.COMMERCIAL in uses_of(said),
        }
        write_atomically(path, json.dumps(node, indent=2, ensure_ascii=False).encode())
    except (OSError, ValueError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise WorkError(f"{path} can't be written ({error}).") from error
