from __future__ import annotations

import pytest

from prismdesk.engines.adapting.layer_names import (
    dotted,
    family_of,
    foreign_origin,
    is_flat,
    layer_of,
)

SELVA_LAYERS = (
    "joint_blocks.0.latent_block.attn.qkv",
    "joint_blocks.3.clip_block.linear1",
    "fused_blocks.1.ffn.w2",
    "audio_input_proj.0",
    "final_layer.adaLN_modulation.1",
    "clip_cond_proj",
    "global_cond_mlp.w1",
)
AUDIOX_LAYERS = (
    "transformer.layers.0.self_attn.to_qkv",
    "transformer.layers.11.cross_attn.to_kv",
    "transformer.layers.2.ff.ff.0.proj",
    "transformer.layers.2.to_scale_shift_gate.1",
    "transformer.project_in",
    "to_timestep_embed.0",
    "preprocess_conv",
)


@pytest.mark.parametrize("layer", SELVA_LAYERS + AUDIOX_LAYERS)
def test_a_flattened_name_gets_its_dots_back(layer: str) -> None:
    assert dotted(layer.replace(".", "_")) == layer


@pytest.mark.parametrize(
    "prefix",
    [
        "",
        "base_model.model.",
        "model.diffusion_model.",
        "base_model.model.model.diffusion_model.",
        "generator.",
        "generator.base_model.model.",
    ],
)
def test_prefixes_of_other_programs_are_taken_off(prefix: str) -> None:
    for layer in SELVA_LAYERS + AUDIOX_LAYERS:
        assert layer_of(prefix + layer) == layer


@pytest.mark.parametrize("prefix", ["lora_unet_", "lora_transformer_", "lora_dit_"])
def test_a_flat_name_is_known_by_its_prefix(prefix: str) -> None:
    for layer in SELVA_LAYERS + AUDIOX_LAYERS:
        flat = prefix + layer.replace(".", "_")
        assert is_flat(flat)
        assert not is_flat(layer)
        assert layer_of(flat) == layer


def test_a_family_is_told_where_all_layers_are_its_own() -> None:
    assert family_of(SELVA_LAYERS) == "selva"
    assert family_of(AUDIOX_LAYERS) == "audiox"


@pytest.mark.parametrize(
    "layers",
    [
        (),
        (*SELVA_LAYERS, "some.thing"),
        (*SELVA_LAYERS, *AUDIOX_LAYERS),
        ("my.joint_blocks.0.x",),
        ("transformer.layers.0.mlp.fc1",),
    ],
    ids=["none", "one more", "both", "inside another name", "another transformer"],
)
def test_no_family_is_told_otherwise(layers: tuple[str, ...]) -> None:
    assert family_of(layers) == ""


@pytest.mark.parametrize(
    ("architecture", "origin"),
    [
        ("stable-diffusion-xl-v1-base/lora", "Stable Diffusion"),
        ("SDXL_base_v1-0", "Stable Diffusion XL"),
        ("Flux-1-dev/lora", "Flux"),
        ("stable-audio-open-1.0", "Stable Audio"),
        ("wan2.1", "Wan"),
    ],
)
def test_what_a_file_calls_its_base_tells_its_origin(architecture: str, origin: str) -> None:
    assert foreign_origin(SELVA_LAYERS, architecture) == origin


@pytest.mark.parametrize(
    ("name", "origin"),
    [
        ("transformer.single_transformer_blocks.0.proj", "Flux"),
        ("lora_te1_text_model_encoder_layers_0", "Stable Diffusion"),
        ("model.layers.3.self_attn.q_proj", "a language model"),
        ("model.layers.3.mlp.gate_proj", "a language model"),
        ("transformer_blocks.0.attn.to_q", "a picture or video model"),
    ],
)
def test_names_of_tensors_tell_their_origin(name: str, origin: str) -> None:
    assert foreign_origin(["x", name], "") == origin


def test_our_own_layers_have_no_foreign_origin() -> None:
    assert foreign_origin(SELVA_LAYERS + AUDIOX_LAYERS, "selva-small_16k/lora") == ""
