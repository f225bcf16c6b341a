"""The options of one training run, checked, and the usual ones for a set and a machine."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from prismdesk.engines.training.option_specs import (
    METHODS,
    OPTION_SPECS,
    OptionSpec,
    Value,
    spec_of,
)
from prismdesk.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "OPTION_SPECS",
    "OptionError",
    "OptionSpec",
    "TrainingOptions",
    "default_options",
    "from_mapping",
    "methods_of",
    "options_for",
    "refuse_method",
    "to_mapping",
    "usual_targets",
]

_USUAL_TARGETS = {
    "selva": ("attn.qkv",),
    "dit": (
        "self_attn.to_qkv",
        "self_attn.to_out",
        "cross_attn.to_q",
        "cross_attn.to_kv",
        "cross_attn.to_out",
    ),
    "mmdit": ("attn.qkv", "adaLN_modulation.1", "proj_mm_tokens"),
}
_WORDS_START: dict[str, Value] = {"steps": 3000, "lr": 2e-4, "weight_decay": 0.01}
_VOCODER_START: dict[str, Value] = {"steps": 2000, "lr": 1e-4, "batch": 2}

# Up to so many pairs: steps of SelVA, of AudioX.
_STEPS_BY_PAIRS = ((9, 2000, 1000), (20, 3000, 1500), (50, 6000, 2000))
_STEPS_OF_LARGE_SETS = (10_000, 3000)

# The usual batch of a graphics card with so much memory at least.
_GIB = 1 << 30
_BATCH_BY_MEMORY = ((22 * _GIB, 16), (16 * _GIB, 8), (12 * _GIB, 4), (9 * _GIB, 2))
_CHECKPOINTING_BELOW_BYTES = 12 * _GIB
_SMALL_VARIANTS = ("small_16k", "small_44k")
_SMALL_ONES_LACK_BYTES = 6 * _GIB


class OptionError(InputError):
    """An option isn't there or can't have this value; the message says which and what can be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingOptions:
    """How a run trains; each field is described in ``OPTION_SPECS``. Checked when made.

    Raises:
        OptionError: a value is out of its range.
    """

    method: str = "lora"
    steps: int = 2000
    rank: int = 16
    alpha: float = 0.0
    lr: float = 1e-4
    batch: int = 4
    accumulation: int = 1
    save_every: int = 500
    seed: int = 42
    targets: tuple[str, ...] = ()
    start: str = "pissa"
    rank_stabilised: bool = True
    dropout: float = 0.0
    lora_plus_ratio: float = 1.0
    reweight: str = "none"
    warm_up: int = 100
    lr_schedule: str = "constant"
    timestep_mode: str = "uniform"
    logit_normal_sigma: float = 1.0
    curriculum_switch: float = 0.6
    mixup_alpha: float = 0.0
    latent_noise_sigma: float = 0.0
    weight_decay: float = 0.0
    gradient_clip: float = 1.0
    condition_drop: float = 0.0
    inpainting_share: float = 0.0
    precision: str = "auto"
    gradient_checkpointing: bool = False
    keep_checkpoints: int = 2
    example_count: int = 1
    example_steps: int = 25
    words_count: int = 4
    words_place: str = "suffix"
    vocoder_scope: str = "alphas"

    def __post_init__(self) -> None:
        """Refuse values out of range."""
        for field in fields(self):
            checked = _checked(spec_of(field.name), getattr(self, field.name))
            object.__setattr__(self, field.name, checked)

    @property
    def alpha_used(self) -> float:
        """Alpha itself, twice the rank where it is left open."""
        return self.alpha or 2.0 * self.rank

    @property
    def scale(self) -> float:
        """What B A is multiplied by."""
        return self.alpha_used / (math.sqrt(self.rank) if self.rank_stabilised else self.rank)

    @property
    def dropout_used(self) -> float:
        """The adapter's dropout; none where it starts from principal components."""
        return 0.0 if self.start == "pissa" else self.dropout


def methods_of(family: str) -> tuple[str, ...]:
    """Return what can be learned for a family ("selva", "audiox")."""
    return METHODS if family in spec_of("method").families else METHODS[:1]


def refuse_method(family: str, method: str) -> None:
    """Refuse a method that a family's models can't be trained with.

    Raises:
        OptionError: it is one.
    """
    if method in METHODS and method not in methods_of(family):
        what = "Learned words are" if method == "words" else "Tuning the vocoder is"
        raise OptionError(
            f"{what} for SelVA and MMAudio only; set the option 'method' of training to lora for "
            "AudioX."
        )


def default_options(family: str, method: str = "lora") -> TrainingOptions:
    """Return the start values of a family ("selva", "audiox") and method.

    Raises:
        OptionError: the family's models can't be trained so.
    """
    refuse_method(family, method)
    values: dict[str, Any] = {spec.name: spec.default_of(family) for spec in OPTION_SPECS}
    values.update({"words": _WORDS_START, "vocoder": _VOCODER_START}.get(method, {}))
    return TrainingOptions(**{**values, "method": method})


def from_mapping(given: Mapping[str, Any], *, start: TrainingOptions) -> TrainingOptions:
    """Return options where what is given (a TOML table, typed words) stands instead of ``start``.

    Words become numbers and switches where an option wants them.

    Raises:
        OptionError: an option isn't known, or a value can't be; names option, value and range.
    """
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name not in _NAMES:
            raise OptionError(
                f"There is no option '{name}' of training; there are {', '.join(_NAMES)}."
            )
        values[name] = _read(spec_of(name), value)
    return replace(start, **values)


def to_mapping(options: TrainingOptions) -> dict[str, Any]:
    """Return every option as plain values for TOML and JSON; ``from_mapping`` reads them."""
    plain = {field.name: getattr(options, field.name) for field in fields(options)}
    return {name: list(v) if isinstance(v, tuple) else v for name, v in plain.items()}


def usual_targets(kind: str) -> tuple[str, ...]:
    """Return the layers that learn where none are named.

    Args:
        kind: "selva" for SelVA and MMAudio; "dit" or "mmdit", the denoiser of an AudioX model.
    """
    return _USUAL_TARGETS[kind]


def options_for(
    family: str,
    variant: str,
    pair_count: int,
    memory_bytes: int | None,
    *,
    method: str = "lora",
) -> TrainingOptions:
    """Return the usual options for a set of so many pairs on a machine.

    Args:
        family: "selva" (MMAudio too) or "audiox".
        variant: of the model, e.g. "small_16k".
        pair_count: pairs that are trained on.
        memory_bytes: of the graphics card; None where the processor trains.
        method: "lora", "words" or "vocoder".
    """
    options = default_options(family, method)
    memory = memory_bytes or 0
    if variant in _SMALL_VARIANTS:
        memory += _SMALL_ONES_LACK_BYTES
    fitting = next((batch for least, batch in _BATCH_BY_MEMORY if memory >= least), 1)
    if memory_bytes is None:
        fitting = 1
    batch = max(1, min(fitting, pair_count, options.batch if method != "lora" else fitting))
    values: dict[str, Any] = {
        "batch": batch,
        "accumulation": max(1, min(4, pair_count) // batch),
        "gradient_checkpointing": memory_bytes is not None and memory < _CHECKPOINTING_BELOW_BYTES,
    }
    if method == "lora":
        steps = next((row[1:] for row in _STEPS_BY_PAIRS if pair_count <= row[0]), None)
        values["steps"] = (steps or _STEPS_OF_LARGE_SETS)[family == "audiox"]
    values["save_every"] = max(100, min(500, options.steps // 4))
    return replace(options, **values)


_NAMES = tuple(spec.name for spec in OPTION_SPECS)
_LARGEST_NUMBER = 2**63
_LONGEST_SHOWN = 60
_SWITCH_WORDS = {"true": True, "on": True, "yes": True, "false": False, "off": False, "no": False}


def _read(spec: OptionSpec, value: Any) -> Any:
    """Return typed words as what the option wants; anything else as it is."""
    if spec.kind == "names" and isinstance(value, str):
        return tuple(value.replace(",", " ").split())
    if not isinstance(value, str) or spec.kind == "choice":
        return value
    if spec.kind == "switch":
        return _SWITCH_WORDS.get(value.strip().lower(), value)
    try:
        return int(value) if spec.kind == "whole" else float(value)
    except ValueError:
        return value


def _checked(spec: OptionSpec, value: Any) -> Value:
    """Return a value in the option's type."""
    if spec.kind == "switch" and isinstance(value, bool):
        return value
    if spec.kind == "choice" and value in spec.choices:
        return str(value)
    if spec.kind == "names" and _are_names(value):
        return tuple(value)
    if spec.kind in ("whole", "number") and _is_number(value):
        number = float(value)
        is_whole = number.is_integer()
        assert spec.minimum is not None
        assert spec.maximum is not None
        if spec.minimum <= number <= spec.maximum and (is_whole or spec.kind == "number"):
            return int(number) if spec.kind == "whole" else number
    shown = repr(value)[:_LONGEST_SHOWN]
    raise OptionError(
        f"The option '{spec.name}' of training can't be {shown}; it is {spec.range_in_words}."
    )


def _is_number(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and abs(value) < math.inf and abs(value) <= _LARGEST_NUMBER


def _are_names(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(
        isinstance(name, str) and name and name == name.strip() for name in value
    )
