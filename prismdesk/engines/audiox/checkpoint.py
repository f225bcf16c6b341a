"""AudioX's weight file, taken apart: which tensors belong to which network.

A file is one flat table of names. Each part of the model has its prefix, and every tensor has to
belong to exactly one part: what is left over is told, not dropped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from prismdesk.engines.audiox.conditioner_config import TEXT_TYPE
from prismdesk.engines.loading.checkpoint_error import CheckpointError
from prismdesk.engines.loading.state_file import read_state
from prismdesk.engines.weights.recognition import recognise

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from torch import Tensor

    from prismdesk.engines.audiox.config import AudioxConfig

    State = dict[str, Tensor]

DENOISER = "denoiser"
AUTOENCODER = "autoencoder"
FUSION = "fusion"

_PREFIXES = {DENOISER: "model.model.", AUTOENCODER: "pretransform.model.", FUSION: "maf_block."}
_CONDITIONER_PREFIX = "conditioner.conditioners."
_AUTOENCODER_HALVES = ("encoder.", "decoder.")

_TRAINING_PREFIX = "diffusion."
_AVERAGED_PREFIX = "diffusion_ema."
_AVERAGED_DENOISER_PREFIX = "diffusion_ema.ema_model."
_AVERAGING_COUNTERS = ("diffusion_ema.initted", "diffusion_ema.step")

_OFFSET_SUFFIX = "norm.beta"
_FREQUENCIES_SUFFIX = "rotary_pos_emb.inv_freq"
_POSITIONS_SUFFIX = ".embeddings.position_ids"
_NAMED_AT_MOST = 3
_LONGEST_NAME = 100


def conditioner_part(name: str) -> str:
    """Return what the part of a conditioner is called, by the conditioner's id."""
    return f"conditioner {name}"


def part_prefixes(config: AudioxConfig) -> dict[str, str]:
    """Return the parts that a model of this configuration has, each with its prefix."""
    prefixes = {part: prefix for part, prefix in _PREFIXES.items() if part != FUSION}
    if config.gate is not None:
        prefixes[FUSION] = _PREFIXES[FUSION]
    for one in config.conditioners:
        prefixes[conditioner_part(one.id)] = f"{_CONDITIONER_PREFIX}{one.id}."
    return prefixes


def read_parts(path: Path, config: AudioxConfig) -> dict[str, State]:
    """Return the tensors of every part of a weight file, mapped to the file.

    Nothing is read from the disk before a part is filled, so one may be used without the others.

    Raises:
        CheckpointError: the file isn't one that can be read, or not one of this configuration.
    """
    return parts_of(read_state(path), config, where=str(path))


def parts_of(state: Mapping[str, Tensor], config: AudioxConfig, *, where: str) -> dict[str, State]:
    """Return the tensors of every part under the names that the part gives them.

    Files from training itself are taken too: there the averaged weights are used. Tables that
    a file holds beside what was learned are left out, once they are what they must be.

    Args:
        state: tensors by published name.
        config: what the model's ``config.json`` says.
        where: the file, for messages.

    Raises:
        CheckpointError: a part is missing, or tensors are left over.
    """
    prefixes = part_prefixes(config)
    parts: dict[str, State] = {part: {} for part in prefixes}
    left_over = []
    for name, tensor in _exported_names(state).items():
        part = next((part for part, prefix in prefixes.items() if name.startswith(prefix)), None)
        if part is None:
            left_over.append(name)
        elif not _is_table(name, tensor, where):
            parts[part][name.removeprefix(prefixes[part])] = tensor
    _check_complete(parts, config, state, where)
    if left_over:
        raise CheckpointError(
            f"{where} holds {_named(left_over)} of no part of the model; its config.json is "
            "another model's, or the file is."
        )
    return parts


def autoencoder_of_file(state: Mapping[str, Tensor], *, where: str) -> State:
    """Return the tensors of such a file under the autoencoder's own names.

    Raises:
        CheckpointError: they are something else's.
    """
    left_over = [name for name in state if not name.startswith(_AUTOENCODER_HALVES)]
    if left_over:
        found = recognise(state)
        seems = f"is {found}" if found else f"holds {_named(left_over)} besides"
        raise CheckpointError(f"{where} {seems}, not an autoencoder alone; choose the file for it.")
    return dict(state)


def without_prefix(state: Mapping[str, Tensor], prefix: str) -> State:
    """Return the tensors whose names begin with a prefix, without it."""
    return {
        name.removeprefix(prefix): tensor
        for name, tensor in state.items()
        if name.startswith(prefix)
    }


def _exported_names(state: Mapping[str, Tensor]) -> State:
    """Return a file of training under the names that an exported one has."""
    if not any(name.startswith((_TRAINING_PREFIX, _AVERAGED_PREFIX)) for name in state):
        return dict(state)
    exported = {
        name.removeprefix(_TRAINING_PREFIX): tensor
        for name, tensor in state.items()
        if not name.startswith(_AVERAGED_DENOISER_PREFIX) and name not in _AVERAGING_COUNTERS
    }
    averaged = without_prefix(state, _AVERAGED_DENOISER_PREFIX)
    return exported | {f"model.{name}": tensor for name, tensor in averaged.items()}


def _is_table(name: str, tensor: Tensor, where: str) -> bool:
    """Whether a tensor is computed and not learned; its values are looked at."""
    if name.endswith(_POSITIONS_SUFFIX):
        return True
    if not name.startswith(_PREFIXES[DENOISER]):
        return False
    if name.endswith(_OFFSET_SUFFIX):
        is_right = tensor.is_meta or not tensor.any()
    elif name.endswith(_FREQUENCIES_SUFFIX):
        is_right = tensor.is_meta or _are_usual_frequencies(tensor)
    else:
        return False
    if not is_right:
        raise CheckpointError(
            f"{where} has other values in {name[:_LONGEST_NAME]} than the published models; "
            "it can't be used."
        )
    return True


def _are_usual_frequencies(tensor: Tensor) -> bool:
    """Whether they are 10000^(-k/n), as near as a half-precision file keeps them."""
    count = tensor.numel()
    usual = 10000.0 ** -(torch.arange(count, dtype=torch.float32) / max(1, count))
    return bool(torch.allclose(tensor.float().flatten(), usual, rtol=1e-2, atol=1e-4))


def _check_complete(
    parts: Mapping[str, State], config: AudioxConfig, state: Mapping[str, Tensor], where: str
) -> None:
    may_be_empty = {
        conditioner_part(one.id) for one in config.conditioners if one.type == TEXT_TYPE
    }
    missing = [part for part, held in parts.items() if not held and part not in may_be_empty]
    if not missing:
        return
    found = recognise(state)
    if len(missing) == len(parts) - len(may_be_empty):
        seems = f"is {found}, not" if found else "isn't"
        raise CheckpointError(f"{where} {seems} an AudioX model; choose the file for it.")
    raise CheckpointError(
        f"{where} holds nothing for the {' or the '.join(missing)} that its config.json names; "
        "the two belong to different models."
    )


def _named(names: Sequence[str]) -> str:
    more = ", …" if len(names) > _NAMED_AT_MOST else ""
    listed = ", ".join(name[:_LONGEST_NAME] for name in names[:_NAMED_AT_MOST])
    return f"{len(names)} tensors ({listed}{more})"
