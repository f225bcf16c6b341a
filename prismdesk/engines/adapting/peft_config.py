"""``adapter_config.json`` of a PEFT folder: only what decides by how much layers are changed."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from prismdesk.engines.adapting.adapter_file_error import AdapterFileError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CONFIG_NAME = "adapter_config.json"
_MOST_BYTES = 4_000_000
_CHANGED_BASES = ("pissa", "olora", "corda", "loftq", "lora_ga")
_UNDERSTOOD_SWITCHES = ("use_rslora",)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeftScaling:
    """By how much a PEFT folder changes its layers.

    Attributes:
        alpha: of layers that no pattern names.
        alpha_pattern: alphas by regular expression or name.
        rank_stabilised: whether the scale is alpha / sqrt(rank).
        base_name: what it says of its base.
    """

    alpha: float
    alpha_pattern: Mapping[str, float]
    rank_stabilised: bool
    base_name: str = ""

    def alpha_of(self, layer: str) -> float:
        """Return the alpha of a layer by its dotted name."""
        return next(
            (
                alpha
                for pattern, alpha in self.alpha_pattern.items()
                if layer == pattern or layer.endswith(f".{pattern}")
            ),
            self.alpha,
        )


def read_peft_config(path: Path) -> PeftScaling:
    """Return what an ``adapter_config.json`` says.

    Raises:
        AdapterFileError: it can't be read, or asks for what can't be applied.
    """
    where = f"{path.parent.name}/{path.name}"
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise AdapterFileError(f"{where} is too large to describe an adapter.")
        config = json.loads(path.read_bytes())
    except OSError as error:
        raise AdapterFileError(f"{path} can't be read ({error.strerror or error}).") from error
    except (ValueError, RecursionError):
        config = None
    if not isinstance(config, dict):
        raise AdapterFileError(f"{where} is damaged; get the adapter again.")
    _refuse_what_cannot_be_applied(config, where)
    patterns = config.get("alpha_pattern") or {}
    if not isinstance(patterns, dict) or any(_is_expression(key) for key in patterns):
        raise AdapterFileError(
            f"{where} gives alphas by patterns that PrismDesk can't follow; merge or resave it."
        )
    base_name = config.get("base_model_name_or_path")
    return PeftScaling(
        alpha=_alpha(config.get("lora_alpha"), where),
        alpha_pattern={key: _alpha(value, where) for key, value in patterns.items()},
        rank_stabilised=config.get("use_rslora") is True,
        base_name=base_name[:200] if isinstance(base_name, str) else "",
    )


def _is_expression(pattern: object) -> bool:
    return not isinstance(pattern, str) or re.fullmatch(r"[\w.]+", pattern) is None


def _alpha(value: object, where: str) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0.0 < float(str(value)) < math.inf:
        raise AdapterFileError(
            f"{where} doesn't say by which alpha the adapter is scaled; get the adapter again, or "
            "add lora_alpha to it."
        )
    return float(str(value))


def _refuse_what_cannot_be_applied(config: Mapping[str, Any], where: str) -> None:
    kind = str(config.get("peft_type", "LORA"))
    if kind.upper() != "LORA":
        raise AdapterFileError(f"{where} describes a {kind[:40]} adapter; choose a LoRA.")
    start = str(config.get("init_lora_weights", "")).casefold()
    if start.startswith(_CHANGED_BASES):
        raise AdapterFileError(
            f"{where} says the adapter began as {start[:20]}, so it belongs to a changed base that "
            "isn't in the folder; save it as a plain LoRA in the program that trained it."
        )
    switched_on = [
        key
        for key, value in config.items()
        if value is True
        and (key.startswith("use_") or key in ("fan_in_fan_out", "lora_bias"))
        and key not in _UNDERSTOOD_SWITCHES
    ]
    if config.get("bias", "none") not in ("none", None):
        switched_on.append("bias")
    switched_on += [key for key in ("modules_to_save", "layer_replication") if config.get(key)]
    if switched_on:
        raise AdapterFileError(
            f"{where} wants {switched_on[0][:40]}, which PrismDesk can't apply; choose a plain "
            "LoRA."
        )
