"""Whether a preset can be used with a model: it belongs to the weights that it was trained on."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from prismdesk.engines.adapting.facts import APPLIED_KINDS, TUNED_KIND
from prismdesk.engines.catalogue import capabilities_of, variant_of
from prismdesk.engines.weights.catalogue import UnknownModelError, all_models, model_of
from prismdesk.engines.weights.identity import known_sha256, sha256_of
from prismdesk.engines.weights.places import stamp, state_of
from prismdesk.errors import InputError
from prismdesk.progress import IsCancelled, never_cancelled

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prismdesk.adapters.card import Preset
    from prismdesk.engines.weights.model import Model

    _SumOf = Callable[[Path], str]

_SHOWN_DIGITS = 12
_lock = threading.Lock()
_weights_by_model: dict[str, Path | None] = {}
_weights_stamp: list[object] = [None]


def fits(preset: Preset, engine: str, variant: str) -> str:
    """Say in a sentence why a preset can't be used with a model; "" if it can.

    Only checksums that are known already count; nothing large is read.

    Args:
        preset: of the library.
        engine: id of an engine.
        variant: id of its checkpoint; "" is the one it takes by itself.
    """
    return _misfit(preset, engine, variant, _known_sum)


def why_unfit(
    preset: Preset, engine: str, variant: str, cancelled: IsCancelled = never_cancelled
) -> str:
    """Say the same, and read the model's weights where their checksum decides and isn't known.

    Raises:
        InputError: they can't be read.
        Cancelled: as told.
    """
    return _misfit(preset, engine, variant, lambda path: sha256_of(path, cancelled=cancelled))


def unusable(preset: Preset) -> str:
    """Say in a sentence why a preset can't be used with any model as it is; "" if it can."""
    if preset.facts is None:
        return preset.problem
    if preset.lacks_alpha:
        return (
            f"The file of the preset {preset.name} states no alpha, so its strength isn't known; "
            f"say which one it was trained with: `prismdesk lora set {_quoted(preset.name)} "
            "--alpha NUMBER`."
        )
    return ""


def base_of(preset: Preset) -> Model | None:
    """Return the checkpoint that a preset belongs to, as far as one here is meant for sure."""
    if preset.base_sha256:
        for model in all_models():
            if preset.base_sha256 == _own_sum(model, _known_sum):
                return model
    if not preset.base_model:
        return None
    try:
        return model_of(preset.base_model, preset.family or None)
    except UnknownModelError:
        return None


def names_model(text: str, model: Model) -> bool:
    """Whether a file's word for its base, which may be a bare variant, means a model."""
    try:
        return bool(text) and model_of(text, model.engine).id == model.id
    except UnknownModelError:
        return False


def _misfit(preset: Preset, engine: str, variant: str, sum_of: _SumOf) -> str:
    if reason := unusable(preset):
        return reason
    offer = capabilities_of(engine)
    if not offer.takes_adapters:
        return f"{offer.name} takes no presets; take {preset.name} off, or choose another engine."
    if preset.family and preset.family != engine:
        return f"The preset {preset.name} was made for {_made_for(preset)}, not for {offer.name}."
    if preset.kind not in APPLIED_KINDS.get(engine, ()):
        return (
            f"The preset {preset.name} holds {preset.kind}, which {offer.name} can't be given; "
            "take it off, or choose another engine."
        )
    if preset.kind == TUNED_KIND and not preset.base_sha256:
        return (
            f"The preset {preset.name} doesn't say for which weights its vocoder was tuned; "
            "choose one that was tuned on this model."
        )
    chosen = variant_of(offer, variant)
    model = _model(chosen.id if chosen is not None else variant, engine)
    if model is None:
        return ""
    return _misfit_of_model(preset, model, sum_of)


def _misfit_of_model(preset: Preset, model: Model, sum_of: _SumOf) -> str:
    """The checksum of the weights decides; where one isn't known the model's id does."""
    is_same_id = names_model(preset.base_model, model)
    here = _own_sum(model, sum_of) if preset.base_sha256 else ""
    if preset.base_sha256 == here if here else is_same_id:
        return ""
    if is_same_id:
        return (
            f"The preset {preset.name} was made for other weights of {model.name} "
            f"(SHA-256 {preset.base_sha256[:_SHOWN_DIGITS]}… then, {here[:_SHOWN_DIGITS]}… now)."
        )
    if not preset.base_model and not preset.base_sha256:
        return (
            f"The preset {preset.name} doesn't say which model it was made for; say it with "
            f"`prismdesk lora set {_quoted(preset.name)} --base MODEL`."
        )
    return (
        f"The preset {preset.name} was made for {_made_for(preset)}, not for {model.name}; "
        "choose that model to use it."
    )


def _made_for(preset: Preset) -> str:
    base = base_of(preset)
    if base is not None:
        return base.name
    if preset.base_model:
        return preset.base_model
    if preset.base_sha256:
        return f"weights that aren't here (SHA-256 {preset.base_sha256[:_SHOWN_DIGITS]}…)"
    return capabilities_of(preset.family).name


def _model(variant_id: str, engine: str) -> Model | None:
    try:
        return model_of(variant_id, engine) if variant_id else None
    except UnknownModelError:
        return None


def _own_sum(model: Model, sum_of: _SumOf) -> str:
    """Return the checksum of a model's own weights as they are here, else as published; or ""."""
    path = _own_weights(model)
    return model.files[model.base_role].sha256 if path is None else sum_of(path)


def _own_weights(model: Model) -> Path | None:
    """Return where a model's own weights are; panels ask at every refresh, so it is remembered."""
    now = stamp()
    with _lock:
        if _weights_stamp[0] != now:
            _weights_by_model.clear()
            _weights_stamp[0] = now
        if model.id not in _weights_by_model:
            _weights_by_model[model.id] = state_of(model).paths.get(model.base_role)
        return _weights_by_model[model.id]


def _known_sum(path: Path) -> str:
    try:
        return known_sha256(path) or ""
    except InputError:
        return ""


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name else name
