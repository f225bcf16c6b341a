"""Adapters merged into a checkpoint for good: a model of its own, in the published layout."""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from prismdesk.engines.adapting.adapter_file_error import AdapterFileError
from prismdesk.engines.adapting.streamed_file import write_streamed
from prismdesk.engines.loading.state_file import read_state
from prismdesk.engines.nets.adapter_stack import check_fits
from prismdesk.engines.weights.custom import CUSTOM_FILE_NAME
from prismdesk.progress import FractionDone, IsCancelled, ignore_progress, never_cancelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from torch import Tensor

    from prismdesk.engines.nets.low_rank import Adapter, LowRank
    from prismdesk.engines.weights.model import Model

    Weighted = Sequence[tuple[Adapter, float]]

_PREFIXES = {"selva": "", "audiox": "model.model."}
_OF_TRAINING = ("diffusion.", "diffusion_ema.")
_VALUES, _KEYS_AND_VALUES = ".cross_attn.to_value", ".cross_attn.to_kv"


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedTerms:
    """What the new model is called, and on what terms it may be used."""

    name: str
    licence: str = ""
    where_stated: str = ""
    allows_commercial_use: bool = False


def merge_into_checkpoint(
    model: Model,
    files: Mapping[str, Path],
    weighted: Weighted,
    folder: Path,
    *,
    terms: MergedTerms,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> Path:
    """Write a model whose large network has adapters merged into its weights.

    The weights are merged in float32 and written in the type of the base's file, under the
    published names; the folder is one that ``models add`` takes.

    Args:
        model: the base.
        files: where its files are, by role.
        weighted: adapters with their strengths.
        folder: of the new model; it must not be there yet.
        terms: its name and licence.
        progress: told the share of bytes that are written.
        cancelled: asked before every tensor.

    Returns:
        The path of its weight file.

    Raises:
        AdapterRefusedError: an adapter isn't for this model.
        AdapterFileError: the folder is there, or can't be written.
        CheckpointError: the base's file can't be read.
        Cancelled: as told; nothing is left.
    """
    state = read_state(files[model.base_role])
    changes = _changes(model, state, weighted)
    if folder.exists():
        raise AdapterFileError(f"{folder} is there already; choose another name.")
    path = folder / f"{_slug(terms.name)}.safetensors"
    metadata = {"prismdesk.merged": json.dumps(_merged(model, weighted), sort_keys=True)}

    def changed(name: str, tensor: Tensor) -> Tensor:
        return changes[name].of(tensor) if name in changes else tensor

    try:
        folder.mkdir(parents=True)
        write_streamed(path, state, changed, metadata, progress, cancelled)
        _write_rest(model, files, path, terms)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise AdapterFileError(f"{folder} can't be written ({error.strerror or error}).") from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return path


@dataclass(frozen=True, slots=True)
class _Change:
    """What is added to one tensor of a file.

    Attributes:
        layers: with their strengths.
        is_bias: whether it is a bias.
        every_second: whether only every second row is meant, from the first.
    """

    layers: tuple[tuple[LowRank, float], ...]
    is_bias: bool = False
    every_second: bool = False

    def of(self, tensor: Tensor) -> Tensor:
        """Return the tensor with its changes, in its own type."""
        rows = (tensor[0::2] if self.every_second else tensor).float()
        changed = rows
        for layer, strength in self.layers:
            change = layer.bias_difference(rows) if self.is_bias else layer.difference(rows)
            if change is not None:
                changed = changed + strength * change
        changed = changed.to(tensor.dtype)
        if not self.every_second:
            return changed
        whole = tensor.clone()
        whole[0::2] = changed
        return whole


def _changes(model: Model, state: Mapping[str, Tensor], weighted: Weighted) -> dict[str, _Change]:
    """Return the changes of a file's tensors by their published names."""
    if any(name.startswith(_OF_TRAINING) for name in state):
        raise AdapterFileError(
            f"The weight file of {model.name} is one of its training; merge into an exported one."
        )
    prefix = _PREFIXES[model.engine]
    shapes = _shapes(state, prefix)
    for adapter, _ in weighted:
        check_fits(adapter, shapes)
    changes: dict[str, _Change] = {}
    for layer in sorted({name for adapter, _ in weighted for name in adapter.layers}):
        own = tuple((a.layers[layer], s) for a, s in weighted if layer in a.layers and s != 0.0)
        is_values = layer.endswith(_VALUES)
        published = prefix + layer.replace(_VALUES, _KEYS_AND_VALUES)
        changes[f"{published}.weight"] = _Change(own, every_second=is_values)
        if f"{published}.bias" in state and any(one.base_bias is not None for one, _ in own):
            changes[f"{published}.bias"] = _Change(own, is_bias=True)
    return changes


def _shapes(state: Mapping[str, Tensor], prefix: str) -> dict[str, tuple[int, ...]]:
    """Return the shapes of weights by the names that adapters have for their layers."""
    shapes = {}
    for name, tensor in state.items():
        if name.startswith(prefix) and name.endswith(".weight") and tensor.dim() >= 2:
            layer, shape = name.removeprefix(prefix).removesuffix(".weight"), tuple(tensor.shape)
            shapes[layer] = shape
            if layer.endswith(_KEYS_AND_VALUES):
                halved = (shape[0] // 2, *shape[1:])
                shapes[layer.replace(_KEYS_AND_VALUES, _VALUES)] = halved
    return shapes


def _merged(model: Model, weighted: Weighted) -> dict[str, Any]:
    adapters = [{"name": one.name, "strength": strength} for one, strength in weighted]
    return {"base": model.id, "adapters": adapters}


def _write_rest(model: Model, files: Mapping[str, Path], path: Path, terms: MergedTerms) -> None:
    """Put beside a merged weight file what else makes it a model."""
    for name, source in _brought(model, files).items():
        _bring(source, path.parent / name)
    described = json.dumps(_description(model, files, path, terms), indent=2)
    (path.parent / CUSTOM_FILE_NAME).write_text(described, encoding="utf-8")


def _description(
    model: Model, files: Mapping[str, Path], path: Path, terms: MergedTerms
) -> dict[str, Any]:
    own = {model.base_role: path.name}
    if model.custom_folder is None and "config" in files:
        own["config"] = "config.json"
    described: dict[str, Any] = {
        "format": 1,
        "engine": model.engine,
        "family": model.family,
        "base": model.id,
    }
    if model.custom_folder is not None:
        described = json.loads((model.custom_folder / CUSTOM_FILE_NAME).read_bytes())
        own = {**described["files"], **own}
    return described | {
        "variant": _slug(terms.name),
        "name": terms.name,
        "summary": f"{model.name} with adapters merged in.",
        "licence_weights": terms.licence,
        "where_stated": terms.where_stated,
        "allows_commercial_use": terms.allows_commercial_use and bool(terms.licence),
        "files": own,
    }


def _brought(model: Model, files: Mapping[str, Path]) -> dict[str, Path]:
    """Return what else has to lie in the folder, by name: what no published model has."""
    if model.custom_folder is None:
        return {"config.json": files["config"]} if "config" in files else {}
    described = json.loads((model.custom_folder / CUSTOM_FILE_NAME).read_bytes())
    return {
        name: model.custom_folder / name
        for role, name in described["files"].items()
        if role != model.base_role
    }


def _bring(source: Path, target: Path) -> None:
    """Link a file, or the files of a folder; copy where that can't be done."""
    if source.is_dir():
        target.mkdir()
        _bring_all(source.iterdir(), target)
        return
    try:
        os.link(source.resolve(), target)
    except OSError:
        shutil.copyfile(source, target)


def _bring_all(sources: Iterable[Path], folder: Path) -> None:
    for source in sources:
        _bring(source, folder / source.name)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:60] or "model"
