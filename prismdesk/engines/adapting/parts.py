"""An adapter's file taken apart: which tensors change which layer, and by how much."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from prismdesk.engines.adapting.adapter_file_error import AdapterFileError
from prismdesk.engines.adapting.description import own_values
from prismdesk.engines.adapting.files import AdapterSource, open_source
from prismdesk.engines.adapting.layer_names import is_flat, layer_of
from prismdesk.engines.adapting.stored_tensor import FLOATS, StoredTensor, scalar_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from prismdesk.engines.adapting.peft_config import PeftScaling

Form = Literal["safetensors", "peft", "kohya", "torch"]
Kind = Literal["low-rank", "residual-base", "words", "vocoder"]

WORDS = "words.vectors"
MOST_WORDS = 16
MOST_RANK = 4096
_ENDS: tuple[tuple[str, str], ...] = (
    (".lora_A.default.weight", "down"),
    (".lora_B.default.weight", "up"),
    (".lora_A.weight", "down"),
    (".lora_B.weight", "up"),
    (".lora_down.weight", "down"),
    (".lora_up.weight", "up"),
    (".lora_A", "down"),
    (".lora_B", "up"),
    (".alpha", "alpha"),
    (".linear.weight", "base"),
    (".linear.bias", "base_bias"),
)
_OTHER_KINDS = (
    (".dora_scale", "DoRA"),
    (".lora_magnitude_vector", "DoRA"),
    (".hada_w", "LoHa"),
    (".lokr_w", "LoKr"),
    (".oft_", "OFT"),
    (".lora_mid", "Tucker LoRA"),
    (".lora_embedding_", "an embedding LoRA"),
)
_LISTED_AT_MOST = 3
_NONE = StoredTensor("F32", (), bytes)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLayer:
    """What a file holds for one layer.

    Attributes:
        down: A, [rank, in] or, of a convolution, [rank, in, k].
        up: B, [out, rank] or [out, rank, 1].
        alpha: as stated; None if it isn't.
        has_own_alpha: whether a tensor states it.
        base: the residual base that stands in for the weight, or None.
        base_bias: likewise for the bias.
    """

    down: StoredTensor
    up: StoredTensor
    alpha: float | None
    has_own_alpha: bool
    base: StoredTensor | None = None
    base_bias: StoredTensor | None = None

    @property
    def rank(self) -> int:
        """How many directions it changes."""
        return self.down.shape[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterParts:
    """An adapter's file, taken apart.

    Attributes:
        source: where it came from.
        form: whose customs its names follow.
        kind: what it is.
        layers: of a low-rank adapter, by dotted name.
        others: the tensors of the other kinds, by name.
        rank_stabilised: whether the scale is alpha / sqrt(rank).
        outer_scaling: what outside the tensors decides the scale or the place; JSON values.
    """

    source: AdapterSource
    form: Form
    kind: Kind
    layers: Mapping[str, StoredLayer] = field(default_factory=dict)
    others: Mapping[str, StoredTensor] = field(default_factory=dict)
    rank_stabilised: bool = False
    outer_scaling: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_alpha_stated(self) -> bool:
        """Whether the file says by how much each layer is changed."""
        return all(layer.alpha is not None for layer in self.layers.values())


def parts_of(path: Path) -> AdapterParts:
    """Return what an adapter's file or folder holds; tensors aren't read yet.

    Raises:
        AdapterFileError: it is damaged, or no adapter that is understood.
    """
    source = open_source(path)
    own_kind = own_values(source.metadata).get("kind")
    if WORDS in source.tensors and own_kind in (None, "words"):
        is_prefix = words_place(source.metadata) == "prefix"
        return _other(source, "words", {"words_place": "prefix"} if is_prefix else {})
    if own_kind == "vocoder":
        return _other(source, "vocoder")
    raw = _by_layer(source)
    _check_rank_said(source, raw)
    scaling = _Scaling.of(source)
    layers = {name: _layer(source, name, raw[name], scaling) for name in sorted(raw)}
    has_base = any(
        layer.base is not None or layer.base_bias is not None for layer in layers.values()
    )
    return AdapterParts(
        source=source,
        form=_form(source),
        kind="residual-base" if has_base else "low-rank",
        layers=layers,
        rank_stabilised=scaling.rank_stabilised,
        outer_scaling=scaling.outer(layers),
    )


def words_place(metadata: Mapping[str, str]) -> Literal["suffix", "prefix"]:
    """Return where learned words stand: at the prompt's end unless the metadata say otherwise."""
    training = own_values(metadata).get("training")
    said = training.get("words_place") if isinstance(training, dict) else None
    return "prefix" if said == "prefix" else "suffix"


def _other(
    source: AdapterSource, kind: Kind, outer: Mapping[str, Any] | None = None
) -> AdapterParts:
    return AdapterParts(
        source=source,
        form="safetensors",
        kind=kind,
        others=source.tensors,
        outer_scaling=outer or {},
    )


def _form(source: AdapterSource) -> Form:
    if source.peft is not None:
        return "peft"
    if source.is_archive:
        return "torch"
    names = source.tensors
    return (
        "kohya" if any(is_flat(name) or ".lora_down." in name for name in names) else "safetensors"
    )


def _by_layer(source: AdapterSource) -> dict[str, dict[str, StoredTensor]]:
    """Sort tensors by layer and part; all of them have to be understood."""
    found: dict[str, dict[str, StoredTensor]] = {}
    unknown = []
    for name, tensor in source.tensors.items():
        other = next((kind for mark, kind in _OTHER_KINDS if mark in name), "")
        if other:
            raise AdapterFileError(
                f"{source.name} is an adapter of another kind ({other}), which PrismDesk can't "
                "apply; choose a LoRA."
            )
        end, part = next(((end, part) for end, part in _ENDS if name.endswith(end)), ("", ""))
        if not part:
            unknown.append(name)
            continue
        layer = found.setdefault(layer_of(name.removesuffix(end)), {})
        if part in layer:
            raise AdapterFileError(f"{source.name} names {name[:100]} twice; get it again.")
        layer[part] = tensor
    if not any("down" in layer or "up" in layer for layer in found.values()):
        source.refuse_as_no_adapter()
    if unknown:
        raise AdapterFileError(
            f"{source.name} holds {_listed(unknown)}, which no LoRA has; choose another file."
        )
    return found


def _check_rank_said(source: AdapterSource, raw: Mapping[str, dict[str, StoredTensor]]) -> None:
    said = source.meta.get("rank")
    found = {layer["down"].shape[0] for layer in raw.values() if layer.get("down", _NONE).shape}
    if said is not None and found and said not in found:
        raise AdapterFileError(
            f"{source.name} says rank {str(said)[:20]}, and its tensors have rank {max(found)}; "
            "get it again."
        )


def _layer(
    source: AdapterSource, name: str, raw: dict[str, StoredTensor], scaling: _Scaling
) -> StoredLayer:
    missing = [part for part in ("down", "up") if part not in raw]
    if missing:
        half = "A" if missing == ["down"] else "B"
        raise AdapterFileError(
            f"{source.name} lacks the half {half} of {name[:100]}; get the whole adapter again."
        )
    down, up = raw["down"], raw["up"]
    _check_shapes(source, name, down, up)
    for part in ("down", "up", "base", "base_bias", "alpha"):
        if part in raw and raw[part].dtype not in FLOATS and part != "alpha":
            raise AdapterFileError(
                f"{source.name} keeps {name[:100]} as whole numbers, which no LoRA does; get the "
                "adapter in another form."
            )
    own_alpha = _alpha_in(source, name, raw["alpha"]) if "alpha" in raw else None
    return StoredLayer(
        down=down,
        up=up,
        alpha=scaling.alpha_of(name) if own_alpha is None else own_alpha,
        has_own_alpha=own_alpha is not None,
        base=raw.get("base"),
        base_bias=raw.get("base_bias"),
    )


def _check_shapes(source: AdapterSource, name: str, down: StoredTensor, up: StoredTensor) -> None:
    taps = down.shape[2:]
    is_right = (
        len(down.shape) in (2, 3)
        and len(up.shape) in ((2,) if not taps else (2, 3))
        and all(tap == 1 for tap in up.shape[2:])
        and down.shape[0] == up.shape[1]
        and 0 not in (*down.shape, *up.shape)
    )
    if not is_right:
        raise AdapterFileError(
            f"{source.name} is damaged at {name[:100]}: {up.shape} and {down.shape} don't fit each "
            "other; get it again."
        )
    if down.shape[0] > MOST_RANK:
        raise AdapterFileError(
            f"{source.name} says rank {down.shape[0]} at {name[:100]}, and the most there can be "
            f"is {MOST_RANK}; get it again."
        )


def _alpha_in(source: AdapterSource, name: str, tensor: StoredTensor) -> float:
    value = math.nan
    if all(size == 1 for size in tensor.shape):
        value = scalar_of(source.bytes_of(tensor), tensor.dtype)
    return _checked_alpha(source, value, f" of {name[:100]}")


def _checked_alpha(source: AdapterSource, value: object, of: str = "") -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0.0 < float(str(value)) < 1e6:
        raise AdapterFileError(
            f"{source.name} says alpha{of} is {str(value)[:40]}, which is no number above 0; get "
            "it again."
        )
    return float(str(value))


@dataclass(frozen=True, slots=True)
class _Scaling:
    """What outside the tensors says by how much layers are changed."""

    peft: PeftScaling | None
    alpha: float | None
    rank_stabilised: bool

    @classmethod
    def of(cls, source: AdapterSource) -> _Scaling:
        if source.peft is not None:
            return cls(source.peft, None, source.peft.rank_stabilised)
        meta = source.meta
        stated = meta.get("alpha", _number(source.metadata.get("ss_network_alpha", "")))
        # Trainers take 0 for "twice the rank" or for "the rank", so a 0 says nothing.
        is_stated = stated is not None and stated != 0
        return cls(
            None,
            _checked_alpha(source, stated) if is_stated else None,
            bool(meta.get("use_rslora", False)),
        )

    def alpha_of(self, layer: str) -> float | None:
        return self.alpha if self.peft is None else self.peft.alpha_of(layer)

    def outer(self, layers: Mapping[str, StoredLayer]) -> dict[str, Any]:
        """Return what of this decides the sound, where no tensor does."""
        alphas = {
            name: layer.alpha
            for name, layer in layers.items()
            if layer.alpha is not None and not layer.has_own_alpha
        }
        found: dict[str, Any] = {"alpha": alphas} if alphas else {}
        return found | ({"rank_stabilised": True} if self.rank_stabilised else {})


def _number(text: str) -> float | None:
    try:
        return float(json.loads(text)) if text else None
    except (ValueError, TypeError, RecursionError):
        return None


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _LISTED_AT_MOST} more" if len(names) > _LISTED_AT_MOST else ""
    return ", ".join(name[:100] for name in names[:_LISTED_AT_MOST]) + more
