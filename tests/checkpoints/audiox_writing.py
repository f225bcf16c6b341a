"""Writes a checkpoint of AudioX: every file its publisher has, with weights from names.

Some parts have the published widths whatever the rest is, and would alone make a file of 150 MB.
So all large tensors of a file are stretches of one pool of random numbers, which the file holds
once: to what reads it they are tensors like any others.
"""

from __future__ import annotations

import json
import math
import zlib
from typing import TYPE_CHECKING

import torch

from tests.checkpoints.audiox_layout import audiox_shapes, oobleck_shapes
from tests.checkpoints.encoder_layouts import synchformer_shapes
from tests.checkpoints.writing import write_t5
from tests.conformance.det_v1 import det_v1_tensor

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from tests.checkpoints.audiox_models import AudioxModel
    from tests.checkpoints.generator_layout import Shapes

_POOLED_FROM = 100_000
"""Numbers from which on a tensor is taken from the pool."""

_POOL_WIDTH = 768
_QUIET = 0.3
"""Of the last layer of the decoder: so the sound of random weights keeps within full scale."""


def write_audiox_checkpoint(folder: Path, model: AudioxModel) -> Path:
    """Write all files and ``prismdesk-model.json`` into a folder; return the JSON's path."""
    folder.mkdir(parents=True, exist_ok=True)
    files, config = model.files, model.config
    (folder / files["config"]).write_text(json.dumps(config, indent=2), encoding="utf-8")
    state = _pooled_state(audiox_shapes(config, model.clip))
    _set_tables(state)
    torch.save({"state_dict": state}, folder / files["model"])
    if "vae" in files:
        shapes = oobleck_shapes(config["model"]["pretransform"])
        torch.save({"state_dict": _pooled_state(shapes)}, folder / files["vae"])
    if model.sync is not None:
        torch.save(_pooled_state(synchformer_shapes(model.sync)), folder / files["sync"])
    write_t5(folder / files["t5"], model.t5)
    return _write_description(folder, model)


def _pooled_state(shapes: Shapes) -> dict[str, Tensor]:
    large = [math.prod(shape) for shape in shapes.values() if math.prod(shape) >= _POOLED_FROM]
    room = max(large, default=0)
    pool = det_v1_tensor("pool", (math.ceil((room + 2**16) / _POOL_WIDTH), _POOL_WIDTH)).flatten()
    state = {}
    for name, shape in shapes.items():
        count = math.prod(shape)
        if count < _POOLED_FROM:
            state[name] = det_v1_tensor(name, shape)
        else:
            start = zlib.crc32(name.encode()) % 2**16
            state[name] = pool[start : start + count].view(shape)
    return state


def _set_tables(state: dict[str, Tensor]) -> None:
    """Give tables the values they have in every file, and the prompt's autoencoder the main's."""
    main, prompt = "pretransform.model.", "conditioner.conditioners.audio_prompt.pretransform."
    for name, tensor in state.items():
        if name.endswith("norm.beta"):
            state[name] = torch.zeros_like(tensor)
        elif name.endswith("inv_freq"):
            count = len(tensor)
            state[name] = 10000.0 ** -(torch.arange(count, dtype=torch.float32) / count)
        elif name.startswith(prompt):
            state[name] = state[main + name.removeprefix(prompt).removeprefix("model.")]
    last = max(
        (name for name in state if name.startswith(f"{main}decoder.layers.")),
        key=lambda name: int(name.split(".")[4]),
    )
    gain = f"{last.rpartition('.')[0]}.weight_g"
    state[gain] = _QUIET * state[gain]


def _write_description(folder: Path, model: AudioxModel) -> Path:
    about = {
        "format": 1,
        "engine": "audiox",
        "family": "audiox",
        "variant": model.kind,
        "name": model.title,
        "summary": "Random weights in the published layout: it makes noise.",
        "licence_code": "CC BY-NC 4.0",
        "licence_weights": "CC BY-NC 4.0",
        "where_stated": "prismdesk-model.json",
        "allows_commercial_use": False,
        "files": model.files,
    }
    path = folder / "prismdesk-model.json"
    path.write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    return path
