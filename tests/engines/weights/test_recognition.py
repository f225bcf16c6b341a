from __future__ import annotations

import pytest
import torch

from prismdesk.engines.weights.recognition import recognise
from tests.conformance.manifest import manifest_state

PUBLISHED = {
    "audiox.base": "an AudioX model",
    "audiox.maf": "an AudioX model",
    "audiox.maf-mmdit": "an AudioX model",
    "audiox.vae": "an autoencoder of AudioX",
    "mmaudio.generator-large-44k-v2": "the generator large_44k_v2 of SelVA or MMAudio",
    "mmaudio.generator-large-44k": "the generator large_44k of SelVA or MMAudio",
    "mmaudio.generator-medium-44k": "the generator medium_44k of SelVA or MMAudio",
    "mmaudio.generator-small-16k": "the generator small_16k of SelVA or MMAudio",
    "mmaudio.generator-small-44k": "the generator small_44k of SelVA or MMAudio",
    "selva.generator-large-44k": "the generator large_44k of SelVA or MMAudio",
    "selva.generator-medium-44k": "the generator medium_44k of SelVA or MMAudio",
    "selva.generator-small-16k": "the generator small_16k of SelVA or MMAudio",
    "selva.generator-small-44k": "the generator small_44k of SelVA or MMAudio",
    "selva.bigvgan-16k": "the vocoder of 16 kHz",
    "selva.bigvgan-v2-44k": "the vocoder of 44.1 kHz",
    "selva.clip-dfn5b-vit-h-14": "a CLIP model",
    "selva.synchformer-visual": "the Synchformer",
    "selva.t5-flan-base-encoder": "a T5 model",
    "selva.vae-16k": "the VAE of 16 kHz",
    "selva.vae-44k": "the VAE of 44.1 kHz",
    "selva.video-encoder": "the video encoder of SelVA",
}


@pytest.mark.parametrize("manifest", PUBLISHED)
def test_published_checkpoints_are_recognised(manifest: str) -> None:
    assert recognise(manifest_state(manifest)) == PUBLISHED[manifest]


def test_files_of_training_are_audiox_too() -> None:
    names = list(manifest_state("audiox.base"))

    assert recognise([f"diffusion.{name}" for name in names]) == "an AudioX model"


def test_names_alone_give_the_kind() -> None:
    names = list(manifest_state("selva.vae-44k"))

    assert recognise(names) == "a VAE of MMAudio"


def test_generators_of_other_sizes_are_described() -> None:
    state = {
        "joint_blocks.0.latent_block.attn.qkv.weight": torch.empty(96, 32),
        "fused_blocks.0.attn.qkv.weight": torch.empty(96, 32),
        "audio_input_proj.0.weight": torch.empty(32, 8, 7),
    }

    assert recognise(state) == (
        "a generator of SelVA or MMAudio (width 32, 8 latent channels, 1 + 1 blocks)"
    )


def test_malformed_shapes_do_not_confuse() -> None:
    state = {name: torch.empty(()) for name in manifest_state("selva.generator-small-16k")}

    assert recognise(state) == "a generator of SelVA or MMAudio"
    assert recognise({"encoder.learnable_gain": torch.empty(()), "data_mean": torch.empty(3)}) == (
        "a VAE of MMAudio"
    )


def test_vocoders_under_the_new_names_of_weight_norm_are_recognised() -> None:
    names = {"conv_pre.parametrizations.weight.original0"}

    assert recognise(names) == "the vocoder of 44.1 kHz"
    assert recognise(names | {"conv_post.bias"}) == "the vocoder of 16 kHz"


def test_half_of_a_file_is_enough_where_only_that_was_read() -> None:
    assert recognise(["decoder.block.0.layer.0.SelfAttention.q.weight"]) == "a T5 model"
    decoder = [name for name in manifest_state("selva.vae-16k") if name.startswith("decoder.")]
    assert recognise(decoder) == "a VAE of MMAudio"


def test_adapters_are_recognised() -> None:
    assert recognise(["joint_blocks.0.attn.qkv.lora_A"]) == "an adapter (LoRA)"


def test_unknown_names_give_nothing() -> None:
    assert recognise([]) is None
    assert recognise(["weight", "bias"]) is None
