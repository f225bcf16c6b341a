"""Writes a checkpoint: every file a publisher has, with weights that follow from names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors

from tests.checkpoints.encoder_layouts import (
    clip_shapes,
    synchformer_shapes,
    t5_shapes,
    text_synchformer_shapes,
)
from tests.checkpoints.generator_layout import generator_shapes
from tests.checkpoints.sound_layouts import vae_shapes, vocoder_shapes
from tests.conformance.det_v1 import det_v1_state, det_v1_tensor

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from tests.checkpoints.full_models import FullModel
    from tests.checkpoints.small_models import SmallModel

    AnyModel = SmallModel | FullModel

_HALF_TAPS = (
    0.00202896469,
    0.00938946567,
    -0.0255434588,
    -0.0576573834,
    0.128572583,
    0.443209797,
)


def write_checkpoint(folder: Path, model: AnyModel) -> Path:
    """Write all files and ``prismdesk-model.json`` into a folder; return the JSON's path."""
    folder.mkdir(parents=True, exist_ok=True)
    files = model.files
    torch.save(generator_state(model), folder / files["generator"])
    torch.save(sync_state(model), folder / files["sync"])
    torch.save(vae_state(model), folder / files["vae"])
    torch.save({"generator": vocoder_state(model)}, folder / files["vocoder"])
    torch.save(det_v1_state(clip_shapes(model.clip)), folder / files["clip"])
    if "vocoder_config" in files:
        (folder / files["vocoder_config"]).write_text(json.dumps(model.vocoder))
    if "t5" in files:
        write_t5(folder / files["t5"], model.t5)
    return _write_description(folder, model)


def generator_state(model: AnyModel) -> dict[str, Tensor]:
    """The generator's tensors, with the tables that old files hold too."""
    state = det_v1_state(generator_shapes(model.generator))
    latent = model.generator["latent_dim"]
    state["latent_mean"] = 0.1 * torch.randn(1, 1, latent, generator=_seeded(1))
    state["latent_std"] = 0.9 + 0.2 * torch.rand(1, 1, latent, generator=_seeded(2))
    state["t_embed.freqs"] = torch.zeros(128)
    return state


def sync_state(model: AnyModel) -> dict[str, Tensor]:
    """The sync encoder's tensors, with foreign ones beside them."""
    if model.family == "selva":
        state = det_v1_state(text_synchformer_shapes(model.sync))
        state["audio_head.weight"] = torch.zeros(3)
        return state
    state = det_v1_state(synchformer_shapes(model.sync))
    state["afeat_extractor.cls_token"] = torch.zeros(1, 1, 4)
    state["transformer.blocks.0.norm1.weight"] = torch.zeros(4)
    return state


def vae_state(model: AnyModel) -> dict[str, Tensor]:
    """The VAE's tensors, with statistics of ordinary sound."""
    state = det_v1_state(vae_shapes(model.vae))
    mean, std = (-2.5, 0.6) if model.rate == "16k" else (-5.5, 1.4)
    state["data_mean"] = torch.full_like(state["data_mean"], mean)
    state["data_std"] = torch.full_like(state["data_std"], std)
    return state


def vocoder_state(model: AnyModel) -> dict[str, Tensor]:
    """The vocoder's tensors, with its filters as they stand in published files."""
    state = det_v1_state(vocoder_shapes(model.vocoder))
    taps = torch.tensor(_HALF_TAPS + _HALF_TAPS[::-1]).reshape(1, 1, 12)
    return {
        name: taps.clone() if name.endswith(".filter") else kept for name, kept in state.items()
    }


def write_t5(folder: Path, config: dict[str, Any]) -> None:
    """Write a folder of T5: weights, sizes, and a tokenizer that knows bytes."""
    folder.mkdir(exist_ok=True)
    state = det_v1_state(t5_shapes(config))
    # Their scores aren't divided by the root of the head width: published q is small instead.
    for name in state:
        if name.endswith("SelfAttention.q.weight"):
            state[name] = state[name] / config["d_kv"] ** 0.5
    state["encoder.embed_tokens.weight"] = state["shared.weight"].clone()
    state["lm_head.weight"] = det_v1_tensor("lm_head.weight", (4, config["d_model"]))
    state["decoder.final_layer_norm.weight"] = torch.ones(config["d_model"])
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(config))
    _byte_tokenizer().save(str(folder / "tokenizer.json"))
    special = {"eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
    about = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 512, **special}
    (folder / "tokenizer_config.json").write_text(json.dumps(about))


def _byte_tokenizer() -> Tokenizer:
    """One token per byte, ended by ``</s>``: every text has ids of its own."""
    symbols = ["<pad>", "</s>", "<unk>", *sorted(pre_tokenizers.ByteLevel.alphabet())]
    vocabulary = {symbol: index for index, symbol in enumerate(symbols)}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[], unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(["<pad>", "</s>", "<unk>"])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)]
    )
    return tokenizer


def _write_description(folder: Path, model: AnyModel) -> Path:
    about = {
        "format": 1,
        "engine": "selva",
        "family": model.family,
        "variant": model.variant,
        "name": model.title,
        "summary": "Random weights in the published layout: it makes noise.",
        "licence_code": "MIT",
        "licence_weights": "CC0-1.0",
        "where_stated": "prismdesk-model.json",
        "allows_commercial_use": True,
        "files": model.files,
        "hyper_parameters": {
            "rate_hz": model.rate_hz,
            "generator": model.generator,
            "sync": {**model.sync, "frame_px": model.sync["img_size"]},
            "vae": model.vae,
            "vocoder": model.vocoder,
            "clip": model.clip,
        },
    }
    path = folder / "prismdesk-model.json"
    path.write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    return path


def _seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)
