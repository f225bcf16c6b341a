"""Names and shapes of the tensors of AudioX's files, as its ``config.json`` decides them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tests.checkpoints.generator_layout import Entry, Shapes, linear

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Config = Mapping[str, Any]

_PICTURE_WIDTH = 768
_PICTURE_TOKENS = 128
_SOUND_TOKENS = 215


def audiox_shapes(config: Config, clip: Config) -> Shapes:
    """Every tensor of ``model.ckpt``; CLIP's sizes are stated nowhere but in its own library."""
    return dict(_model(config, clip))


def oobleck_shapes(pretransform: Config, prefix: str = "") -> Shapes:
    """Every tensor of an autoencoder, such as ``VAE.ckpt``."""
    return dict(_oobleck(pretransform["config"], prefix))


def _model(config: Config, clip: Config) -> Iterator[Entry]:
    model = config["model"]
    diffusion, conditioning = model["diffusion"], model["conditioning"]
    yield from _denoiser(diffusion["type"], diffusion["config"])
    for one in conditioning["configs"]:
        root = f"conditioner.conditioners.{one['id']}"
        yield from _CONDITIONERS[one["type"]](root, one["config"], conditioning["cond_dim"], clip)
    yield from _oobleck(model["pretransform"]["config"], "pretransform.model.")
    if diffusion.get("gate"):
        yield from _maf(conditioning["cond_dim"], diffusion["gate_type_config"])


def _denoiser(kind: str, config: Config) -> Iterator[Entry]:
    width, channels, tokens = (config[k] for k in ("embed_dim", "io_channels", "cond_token_dim"))
    root = "model.model"
    projected = width if config["project_cond_tokens"] else tokens
    yield f"{root}.timestep_features.weight", (128, 1)
    yield from linear(f"{root}.to_timestep_embed.0", width, 256)
    yield from linear(f"{root}.to_timestep_embed.2", width, width)
    yield f"{root}.to_cond_embed.0.weight", (projected, tokens)
    yield f"{root}.to_cond_embed.2.weight", (projected, projected)
    yield f"{root}.to_global_embed.0.weight", (width, config["global_cond_dim"])
    yield f"{root}.to_global_embed.2.weight", (width, width)
    layers = f"{root}.transformer.layers"
    for index in range(config["depth"]):
        if kind == "dit":
            yield from _dit_layer(f"{layers}.{index}", width, projected)
        else:
            yield from _mmdit_layer(f"{layers}.{index}", width)
    yield f"{root}.transformer.project_in.weight", (width, channels)
    yield f"{root}.transformer.project_out.weight", (channels, width)
    if kind == "dit":
        head = width // config["num_heads"]
        yield f"{root}.transformer.rotary_pos_emb.inv_freq", (max(head // 2, 32) // 2,)
    else:
        length = config.get("_latent_seq_len", 237)
        yield from linear(f"{root}.transformer.proj_mm_tokens", width, tokens)
        yield from linear(f"{root}.transformer.proj_mm_seq_len", length, 384)
    yield f"{root}.preprocess_conv.weight", (channels, channels, 1)
    yield f"{root}.postprocess_conv.weight", (channels, channels, 1)


def _dit_layer(name: str, width: int, context: int) -> Iterator[Entry]:
    for norm in ("pre_norm", "cross_attend_norm", "ff_norm"):
        yield f"{name}.{norm}.gamma", (width,)
        yield f"{name}.{norm}.beta", (width,)
    yield f"{name}.self_attn.to_qkv.weight", (3 * width, width)
    yield f"{name}.self_attn.to_out.weight", (width, width)
    yield f"{name}.cross_attn.to_q.weight", (width, width)
    yield f"{name}.cross_attn.to_kv.weight", (2 * context, context)
    yield f"{name}.cross_attn.to_out.weight", (width, width)
    yield from linear(f"{name}.ff.ff.0.proj", 8 * width, width)
    yield from linear(f"{name}.ff.ff.2", width, 4 * width)


def _mmdit_layer(name: str, width: int) -> Iterator[Entry]:
    inner = 256 * -(-(2 * 4 * width // 3) // 256)
    yield from linear(f"{name}.attn.qkv", 3 * width, width)
    yield f"{name}.cross_attn.to_q.weight", (width, width)
    yield f"{name}.cross_attn.to_kv.weight", (2 * width, width)
    yield from linear(f"{name}.linear1", width, width, 3)
    yield f"{name}.ffn.w1.weight", (inner, width, 3)
    yield f"{name}.ffn.w2.weight", (width, inner, 3)
    yield f"{name}.ffn.w3.weight", (inner, width, 3)
    yield from linear(f"{name}.adaLN_modulation.1", 6 * width, width)


def _picture(root: str, config: Config, cond_dim: int, clip: Config) -> Iterator[Entry]:
    del cond_dim
    frames, width = 10 * config.get("video_fps", 5), _PICTURE_WIDTH
    places = 1 + (clip["image_size"] // clip["patch_size"]) ** 2
    yield f"{root}.empty_visual_feat", (1, _PICTURE_TOKENS, width)
    yield f"{root}.Temp_pos_embedding", (1, frames, width)
    yield from _clip_tower(f"{root}.visual_encoder_model", clip, places)
    yield from linear(f"{root}.proj", _PICTURE_TOKENS, frames * places)
    for index in range(4):
        attention, forward = (f"{root}.Temp_transformer.layers.{index}.{k}" for k in (0, 1))
        yield from linear(f"{attention}.norm", width)
        yield f"{attention}.fn.to_qkv.weight", (3072, width)
        yield from linear(f"{attention}.fn.to_out.0", width, 1024)
        yield from linear(f"{forward}.norm", width)
        yield from linear(f"{forward}.fn.net.0", 3072, width)
        yield from linear(f"{forward}.fn.net.3", width, 3072)
    yield from linear(f"{root}.Temp_transformer.norm", width)


def _moving_picture(root: str, config: Config, cond_dim: int, clip: Config) -> Iterator[Entry]:
    yield from _picture(root, config, cond_dim, clip)
    yield from linear(f"{root}.proj_sync", _PICTURE_TOKENS, 240)
    yield f"{root}.sync_weight", ()


def _clip_tower(root: str, clip: Config, places: int) -> Iterator[Entry]:
    width, inner, patch = clip["hidden_size"], clip["intermediate_size"], clip["patch_size"]
    name = f"{root}.vision_model"
    yield f"{name}.embeddings.class_embedding", (width,)
    yield f"{name}.embeddings.patch_embedding.weight", (width, 3, patch, patch)
    yield f"{name}.embeddings.position_embedding.weight", (places, width)
    for norm in ("pre_layrnorm", "post_layernorm"):
        yield from linear(f"{name}.{norm}", width)
    for index in range(clip["num_hidden_layers"]):
        layer = f"{name}.encoder.layers.{index}"
        for part in ("k_proj", "v_proj", "q_proj", "out_proj"):
            yield from linear(f"{layer}.self_attn.{part}", width, width)
        yield from linear(f"{layer}.layer_norm1", width)
        yield from linear(f"{layer}.layer_norm2", width)
        yield from linear(f"{layer}.mlp.fc1", inner, width)
        yield from linear(f"{layer}.mlp.fc2", width, inner)
    yield f"{root}.visual_projection.weight", (clip["projection_dim"], width)


def _words(root: str, config: Config, cond_dim: int, clip: Config) -> Iterator[Entry]:
    del root, config, cond_dim, clip  # T5 lies elsewhere, and its width is right as it is
    return iter(())


def _encoded_sound(root: str, config: Config, cond_dim: int, clip: Config) -> Iterator[Entry]:
    del clip
    yield f"{root}.empty_audio_feat", (1, _SOUND_TOKENS, cond_dim)
    yield from _sound(root, config, cond_dim)


def _reduced_sound(root: str, config: Config, cond_dim: int, clip: Config) -> Iterator[Entry]:
    del clip
    yield from linear(f"{root}.proj_features_128", 128, config["latent_seq_len"])
    yield from _sound(root, config, cond_dim)


def _sound(root: str, config: Config, cond_dim: int) -> Iterator[Entry]:
    autoencoder = config["pretransform_config"]["config"]
    yield from linear(f"{root}.proj_out", cond_dim, autoencoder["latent_dim"])
    yield from _oobleck(autoencoder, f"{root}.pretransform.model.")


def _mel(root: str, config: Config, cond_dim: int, clip: Config) -> Iterator[Entry]:
    del clip
    yield from linear(f"{root}.proj_features", cond_dim, config["n_mel_channels"])


_CONDITIONERS = {
    "clip": _picture,
    "clip-with-sync-w-empty-feat": _moving_picture,
    "t5": _words,
    "audio_autoencoder": _encoded_sound,
    "audio_autoencoder_v2": _reduced_sound,
    "mel_spec": _mel,
}


def _maf(width: int, config: Config) -> Iterator[Entry]:
    root = "maf_block"
    yield f"{root}.unified_experts", (3 * config["num_experts_per_modality"], width)
    for gate in "vta":
        yield f"{root}.bypass_gate_{gate}", ()
    yield from linear(f"{root}.gating_network.0", width, 3 * width)
    yield from linear(f"{root}.gating_network.2", 3, width)
    yield from _joined_attention(f"{root}.cross_attn", width)
    yield from linear(f"{root}.norm1", width)
    for index in range(config["num_fusion_layers"]):
        name = f"{root}.fusion_transformer.layers.{index}"
        yield from _joined_attention(f"{name}.self_attn", width)
        yield from linear(f"{name}.linear1", 4 * width, width)
        yield from linear(f"{name}.linear2", width, 4 * width)
        yield from linear(f"{name}.norm1", width)
        yield from linear(f"{name}.norm2", width)
    for norm in ("norm_v2", "norm_t2", "norm_a2"):
        yield from linear(f"{root}.{norm}", width)


def _joined_attention(name: str, width: int) -> Iterator[Entry]:
    yield f"{name}.in_proj_weight", (3 * width, width)
    yield f"{name}.in_proj_bias", (3 * width,)
    yield from linear(f"{name}.out_proj", width, width)


def _oobleck(config: Config, prefix: str) -> Iterator[Entry]:
    encoder, decoder = config["encoder"]["config"], config["decoder"]["config"]
    yield from _encoder(encoder, f"{prefix}encoder.layers")
    yield from _decoder(decoder, f"{prefix}decoder.layers")


def _widths(half: Config) -> list[int]:
    return [times * half["channels"] for times in (1, *half["c_mults"])]


def _encoder(half: Config, root: str) -> Iterator[Entry]:
    widths = _widths(half)
    yield from _conv(f"{root}.0", widths[0], half["in_channels"], 7)
    for index, (before, after) in enumerate(pairwise(widths)):
        name, stride = f"{root}.{index + 1}.layers", half["strides"][index]
        for unit in range(3):
            yield from _residual_unit(f"{name}.{unit}.layers", before)
        yield from _snake(f"{name}.3", before)
        yield from _conv(f"{name}.4", after, before, 2 * stride)
    count = len(widths)
    yield from _snake(f"{root}.{count}", widths[-1])
    yield from _conv(f"{root}.{count + 1}", half["latent_dim"], widths[-1], 3)


def _decoder(half: Config, root: str) -> Iterator[Entry]:
    widths = _widths(half)[::-1]
    yield from _conv(f"{root}.0", widths[0], half["latent_dim"], 7)
    for index, (before, after) in enumerate(pairwise(widths)):
        name, stride = f"{root}.{index + 1}.layers", half["strides"][-1 - index]
        yield from _snake(f"{name}.0", before)
        yield f"{name}.1.bias", (after,)
        yield f"{name}.1.weight_g", (before, 1, 1)
        yield f"{name}.1.weight_v", (before, after, 2 * stride)
        for unit in range(2, 5):
            yield from _residual_unit(f"{name}.{unit}.layers", after)
    count = len(widths)
    yield from _snake(f"{root}.{count}", widths[-1])
    yield f"{root}.{count + 1}.weight_g", (half["out_channels"], 1, 1)
    yield f"{root}.{count + 1}.weight_v", (half["out_channels"], widths[-1], 7)


def _residual_unit(name: str, width: int) -> Iterator[Entry]:
    yield from _snake(f"{name}.0", width)
    yield from _conv(f"{name}.1", width, width, 7)
    yield from _snake(f"{name}.2", width)
    yield from _conv(f"{name}.3", width, width, 1)


def _snake(name: str, width: int) -> Iterator[Entry]:
    yield f"{name}.alpha", (width,)
    yield f"{name}.beta", (width,)


def _conv(name: str, outputs: int, inputs: int, kernel: int) -> Iterator[Entry]:
    yield f"{name}.bias", (outputs,)
    yield f"{name}.weight_g", (outputs, 1, 1)
    yield f"{name}.weight_v", (outputs, inputs, kernel)
