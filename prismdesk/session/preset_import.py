"""Bringing adapters into the library: copied where they are as the library keeps them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from prismdesk.adapters.card import EXAMPLE_SUFFIXES, PICTURE_SUFFIXES, Preset, beside
from prismdesk.adapters.describing import copy_whole
from prismdesk.adapters.finding import candidates
from prismdesk.adapters.sidecar import (
    NO_SIDECAR,
    Sidecar,
    SidecarError,
    over,
    read_sidecar,
    sidecar_path,
    stem_of,
    write_sidecar,
)
from prismdesk.engines.weights.catalogue import model_of
from prismdesk.errors import InputError, PrismDeskError
from prismdesk.progress import IsCancelled, never_cancelled, raise_if_cancelled
from prismdesk.session.preset_conversion import convert
from prismdesk.session.preset_fit import names_model
from prismdesk.session.preset_names import checked_name
from prismdesk.session.presets import library, own_root

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.engines.adapting.facts import AdapterFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of bringing in a folder: what is in the library now, and why others aren't."""

    presets: tuple[Preset, ...]
    refused: tuple[str, ...] = ()


def import_preset(
    source: Path,
    *,
    name: str = "",
    alpha: float | None = None,
    base: str = "",
    card: Sidecar = NO_SIDECAR,
    cancelled: IsCancelled = never_cancelled,
) -> Preset:
    """Put an adapter into the library, with the sidecar, picture and example beside it.

    Args:
        source: a file, or a folder that PEFT wrote.
        name: what it is called there; empty is the file's own.
        alpha: it was trained with, where the file states none.
        base: id of the model it was trained on; empty goes by the file.
        card: what is said of it, before what its own sidecar says.
        cancelled: asked while it is converted.

    Raises:
        InputError: it can't be used, is in the library already, or a name or number is wrong.
        WorkError: the disk or the conversion failed.
        Cancelled: as told; nothing is left.
    """
    library().scan(cancelled=cancelled)
    return _import(source, name=name, alpha=alpha, base=base, card=card, cancelled=cancelled)


def _import(
    source: Path,
    *,
    name: str,
    alpha: float | None,
    base: str,
    card: Sidecar,
    cancelled: IsCancelled,
) -> Preset:
    found = library().look_at(source)
    facts = found.facts
    if facts is None:
        raise InputError(found.problem)
    card = replace(card, base_model=checked_base(found, base) or None)
    check_alpha(found, alpha)
    _refuse_copy(found)
    target = own_root() / f"{checked_name(name or stem_of(source))}.safetensors"
    if target.exists():
        raise InputError(
            f"There is a preset {target.stem} in the library already, with other content; choose "
            "another name with --name."
        )
    if is_as_kept(facts):
        copy_whole(source, target)
    else:
        convert(source, target, alpha=alpha, model_id=found.base_model or base, cancelled=cancelled)
    try:
        _bring_companions(source, target, card)
        preset = library().look_at(target)
        _refuse_copy(preset)
    except PrismDeskError:
        for path in (target, sidecar_path(target)):
            path.unlink(missing_ok=True)
        raise
    library().refresh(target)
    return preset


def import_folder(
    folder: Path,
    *,
    alpha: float | None = None,
    base: str = "",
    card: Sidecar = NO_SIDECAR,
    cancelled: IsCancelled = never_cancelled,
) -> Imported:
    """Put all adapters below a folder into the library, each by its own name.

    Raises:
        InputError: the folder holds none.
        Cancelled: as told; what is in the library stays.
    """
    presets, refused = [], []
    library().scan(cancelled=cancelled)
    found = candidates((folder,), cancelled)
    if not found:
        raise InputError(f"{folder} holds no adapter files.")
    for candidate in found:
        raise_if_cancelled(cancelled)
        try:
            presets.append(
                _import(
                    candidate.path,
                    name="",
                    # What the file states needs no saying.
                    alpha=alpha if library().look_at(candidate.path).lacks_alpha else None,
                    base=base,
                    card=card,
                    cancelled=cancelled,
                )
            )
        except InputError as error:
            refused.append(str(error))
    return Imported(presets=tuple(presets), refused=tuple(refused))


def is_as_kept(facts: AdapterFacts) -> bool:
    """Whether a file is as the library keeps it, so that it needs no conversion."""
    is_plain = facts.format == "safetensors" and facts.kind != "residual-base"
    return is_plain and facts.is_alpha_stated and not facts.rank_stabilised


def checked_base(preset: Preset, base: str) -> str:
    """Return the id of the model that a user says a preset was trained on; "" if nothing new.

    Raises:
        InputError: there is no such model, or the file names another one.
    """
    if not base:
        return ""
    model = model_of(base)
    facts = preset.facts
    stated = "" if facts is None else facts.base_model
    if preset.family and model.engine != preset.family:
        raise InputError(
            f"The preset {preset.name} changes a network of {preset.family}, and {model.name} is "
            "none; choose another model."
        )
    if stated and not names_model(stated, model):
        raise InputError(
            f"The file of {preset.name} says that it was trained on {stated}; leave --base out."
        )
    return "" if stated else model.id


def check_alpha(preset: Preset, alpha: float | None) -> None:
    """Check the alpha that a user gives, or has to.

    Raises:
        InputError: the file states one, states none and none is given, or it is out of range.
    """
    if alpha is not None and not 0 < alpha < 1e6:
        raise InputError(f"Alpha must be a number above 0, not {alpha:g}.")
    if preset.lacks_alpha and alpha is None:
        raise InputError(
            f"The file of {preset.name} states no alpha, so its strength isn't known; say with "
            f"--alpha which one it was trained with (often its rank, {preset.rank}, or twice that)."
        )
    if not preset.lacks_alpha and alpha is not None:
        stated = "" if preset.alpha is None else f" ({preset.alpha:g})"
        raise InputError(f"The file of {preset.name} states its alpha{stated}; leave --alpha out.")


def _refuse_copy(preset: Preset) -> None:
    """Refuse what is in the library already, under whatever name."""
    for known in library().presets():
        if known.content_sha256 == preset.content_sha256 and known.path != preset.path:
            raise InputError(f"{preset.path.name} is in the library already, as {known.name}.")


def _bring_companions(source: Path, target: Path, card: Sidecar) -> None:
    try:
        said = over(card, read_sidecar(sidecar_path(source)))
    except SidecarError:
        said = card
    if said != NO_SIDECAR:
        write_sidecar(sidecar_path(target), said)
    for suffixes in (PICTURE_SUFFIXES, EXAMPLE_SUFFIXES):
        companion = beside(source, suffixes)
        if companion is not None:
            copy_whole(companion, target.with_suffix(companion.suffix.lower()))
