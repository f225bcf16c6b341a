"""What an adapter's file is, told without torch: for the library, the window and the commands."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from prismdesk.engines.adapting.adapter_file_error import AdapterFileError
from prismdesk.engines.adapting.description import (
    AdapterDescription,
    description_in,
    own_values,
    printable,
)
from prismdesk.engines.adapting.layer_names import family_of, foreign_origin
from prismdesk.engines.adapting.parts import parts_of
from prismdesk.engines.weights.published import published_models

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from prismdesk.engines.adapting.parts import AdapterParts, Form, Kind

__all__ = [
    "APPLIED_KINDS",
    "LAYER_KINDS",
    "TUNED_KIND",
    "AdapterFacts",
    "AdapterFileError",
    "content_sha256",
    "facts_of",
]

LAYER_KINDS = ("low-rank", "residual-base")
"""Kinds that change layers of the large network."""

TUNED_KIND = "vocoder"
"""The kind that brings tensors of its own for a network."""

APPLIED_KINDS = {
    "selva": frozenset({*LAYER_KINDS, "words", TUNED_KIND}),
    "audiox": frozenset(LAYER_KINDS),
}
"""Kinds that an engine knows what to do with."""


@dataclass(frozen=True, kw_only=True)
class AdapterFacts(AdapterDescription):
    """What a file holds, and what it says of itself.

    Attributes:
        format: whose customs its names follow.
        kind: ``words`` are learned words, ``vocoder`` a tuned vocoder; the others change layers.
        rank: the largest of its layers; 0 for the other kinds.
        alpha: what goes with it; None if the file doesn't say, and then it can't be used.
        rank_stabilised: whether the scale is alpha / sqrt(rank) instead of alpha / rank.
        layers: dotted names of the layers that it changes.
        content_sha256: see ``content_sha256``.
        size_bytes: of the file with the tensors.
        metadata: as the file has it.
    """

    format: Form
    kind: Kind
    rank: int = 0
    alpha: float | None = None
    rank_stabilised: bool = False
    layers: tuple[str, ...] = ()
    content_sha256: str = ""
    size_bytes: int = 0
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_alpha_stated(self) -> bool:
        """Whether its strength is known; where it isn't, the user has to give alpha."""
        return self.alpha is not None or self.kind in ("words", "vocoder")


def facts_of(path: Path) -> AdapterFacts:
    """Return what an adapter's file or folder is; every number of it is looked at.

    Raises:
        AdapterFileError: it is damaged, wants to run code, is no adapter, or one for another
            program's model; one sentence.
    """
    return _facts_of(path, _stamp(path))


def content_sha256(path: Path) -> str:
    """Return the SHA-256 of what decides the sound: tensors, and alpha where it lies beside them.

    It is the same for copies with another description or another name.

    Raises:
        AdapterFileError: as ``facts_of``.
    """
    return facts_of(path).content_sha256


@lru_cache(maxsize=256)
def _facts_of(path: Path, stamp: object) -> AdapterFacts:
    del stamp  # Only says when to look again.
    parts = parts_of(path)
    source = parts.source
    about = _described(parts)
    layers = tuple(parts.layers)
    family = family_of(layers) if layers else about.family
    if not family and layers:
        _refuse_foreign(parts, layers)
    if about.family not in ("", family):
        raise AdapterFileError(
            f"{source.name} says it is for {about.family}, and its layers are {family}'s; get it "
            "again."
        )
    largest = max(parts.layers.values(), key=lambda one: one.rank, default=None)
    return AdapterFacts(
        **{**asdict(about), "family": family, "training": about.training},
        format=parts.form,
        kind=parts.kind,
        rank=0 if largest is None else largest.rank,
        alpha=largest.alpha if largest is not None and parts.is_alpha_stated else None,
        rank_stabilised=parts.rank_stabilised,
        layers=layers,
        content_sha256=_content_sha256(parts),
        size_bytes=source.path.stat().st_size,
        metadata=source.metadata,
    )


def _described(parts: AdapterParts) -> AdapterDescription:
    """Return the description; PyTorch files and PEFT folders name little but their base."""
    source = parts.source
    about = description_in(source.metadata)
    meta = source.meta
    if meta:
        variant = printable(str(meta.get("variant", "")), 100)
        known = {model.id for model in published_models()}
        base = f"selva-{variant}" if f"selva-{variant}" in known else variant
        training = {key: value for key, value in meta.items() if key != "variant"}
        about = replace(about, base_model=base, training=training)
    if source.peft is not None and not about.base_note:
        about = replace(about, base_note=printable(source.peft.base_name, 200))
    return about


def _refuse_foreign(parts: AdapterParts, layers: tuple[str, ...]) -> None:
    metadata = parts.source.metadata
    architecture = metadata.get("modelspec.architecture", "")
    if own_values(metadata):
        architecture = ""
    origin = foreign_origin(
        parts.source.tensors, architecture or metadata.get("ss_base_model_version", "")
    )
    made_for = origin or f"another model (it changes {layers[0][:80]})"
    raise AdapterFileError(
        f"{parts.source.name} was made for {made_for}, not for SelVA, MMAudio or AudioX; choose an "
        "adapter for one of these."
    )


def _content_sha256(parts: AdapterParts) -> str:
    digest = hashlib.sha256()
    for name in sorted(parts.source.tensors):
        tensor = parts.source.tensors[name]
        digest.update(json.dumps([name, tensor.dtype, tensor.shape]).encode())
        digest.update(parts.source.bytes_of(tensor))
    if parts.outer_scaling:
        digest.update(json.dumps(parts.outer_scaling, sort_keys=True).encode())
    return digest.hexdigest()


def _stamp(path: Path) -> object:
    files = [path, path / "adapter_config.json", path / "adapter_model.safetensors"]
    if path.is_file():
        files = [path, path.with_name("adapter_config.json")]
    found = []
    for file in files:
        try:
            status = file.stat()
        except OSError:
            continue
        found.append((str(file), status.st_mtime_ns, status.st_size, status.st_ino))
    return tuple(found)
