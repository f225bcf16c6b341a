"""Names and shapes of the tensors of the files that hold sync encoders, CLIP and T5."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.checkpoints.generator_layout import Entry, Shapes, gated, linear

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def synchformer_shapes(config: Mapping[str, Any]) -> Shapes:
    """What is read of ``synchformer_state_dict.pth``."""
    return dict(_visual(config))


def text_synchformer_shapes(config: Mapping[str, Any]) -> Shapes:
    """Every tensor of ``video_enc_sup_5.pth``."""
    return dict(_visual(config)) | dict(_listening(config))


def _visual(config: Mapping[str, Any]) -> Iterator[Entry]:
    width, patch = config["embed_dim"], config["patch_size"]
    root = "vfeat_extractor"
    places = (config["img_size"] // patch) ** 2
    yield f"{root}.cls_token", (1, 1, width)
    yield f"{root}.pos_embed", (1, 1 + places, width)
    frames = config["segment_frames"] // config["patch_frames"]
    yield f"{root}.temp_embed", (1, frames, width)
    yield from linear(f"{root}.patch_embed.proj", width, 3, patch, patch)
    yield from linear(f"{root}.patch_embed_3d.proj", width, 3, config["patch_frames"], patch, patch)
    inner = width * config["mlp_ratio"]
    for index in range(config["depth"]):
        name = f"{root}.blocks.{index}"
        for norm in ("norm1", "norm2", "norm3"):
            yield from _norm(f"{name}.{norm}", width)
        for attention in ("attn", "timeattn"):
            yield from linear(f"{name}.{attention}.qkv", 3 * width, width)
            yield from linear(f"{name}.{attention}.proj", width, width)
        yield from linear(f"{name}.mlp.fc1", inner, width)
        yield from linear(f"{name}.mlp.fc2", width, inner)
    yield from _norm(f"{root}.norm", width)
    yield from _pooling(f"{root}.spatial_attn_agg", width, inner)


def _pooling(name: str, width: int, inner: int) -> Iterator[Entry]:
    yield f"{name}.cls_token", (1, 1, width)
    yield f"{name}.self_attn.in_proj_weight", (3 * width, width)
    yield f"{name}.self_attn.in_proj_bias", (3 * width,)
    yield from linear(f"{name}.self_attn.out_proj", width, width)
    yield from linear(f"{name}.linear1", inner, width)
    yield from linear(f"{name}.linear2", width, inner)
    yield from _norm(f"{name}.norm1", width)
    yield from _norm(f"{name}.norm2", width)


def _listening(config: Mapping[str, Any]) -> Iterator[Entry]:
    width, text = config["embed_dim"], config["text_dim"]
    head = width // config["num_heads"]
    yield "sup_text_feat", (config["num_sup_tokens"], text)
    yield "empty_string_feat", (1, text)
    yield from linear("text_proj.0", width, text)
    yield from gated("text_proj.2", width)
    for index in range(config["xattn_depth"]):
        name = f"synch_text_cross_blocks.{index}"
        yield from _norm(f"{name}.norm1", width)
        yield from _norm(f"{name}.norm2", width)
        yield from linear(f"{name}.attn.q_proj", width, width)
        yield from linear(f"{name}.attn.kv_proj", 2 * width, width)
        yield f"{name}.attn.q_norm.weight", (head,)
        yield f"{name}.attn.k_norm.weight", (head,)
        yield from linear(f"{name}.linear1", width, width)
        yield from gated(f"{name}.ffn", width)


def clip_shapes(config: Mapping[str, Any]) -> Shapes:
    """Every tensor of ``open_clip_pytorch_model.bin``."""
    return dict(_clip(config))


def _clip(config: Mapping[str, Any]) -> Iterator[Entry]:
    vision, text, shared = config["vision"], config["text"], config["embed_dim"]
    yield "positional_embedding", (text["context_length"], text["width"])
    yield "text_projection", (text["width"], shared)
    yield "logit_scale", ()
    yield "token_embedding.weight", (text["vocab_size"], text["width"])
    yield from _norm("ln_final", text["width"])
    yield from _residual_blocks("transformer", text)
    width, patch = vision["width"], vision["patch_size"]
    yield "visual.class_embedding", (width,)
    yield "visual.positional_embedding", ((vision["image_size"] // patch) ** 2 + 1, width)
    yield "visual.proj", (width, shared)
    yield "visual.conv1.weight", (width, 3, patch, patch)
    yield from _norm("visual.ln_pre", width)
    yield from _norm("visual.ln_post", width)
    yield from _residual_blocks("visual.transformer", vision)


def _residual_blocks(root: str, tower: Mapping[str, Any]) -> Iterator[Entry]:
    width = tower["width"]
    for index in range(tower["layers"]):
        name = f"{root}.resblocks.{index}"
        yield from _norm(f"{name}.ln_1", width)
        yield f"{name}.attn.in_proj_weight", (3 * width, width)
        yield f"{name}.attn.in_proj_bias", (3 * width,)
        yield from linear(f"{name}.attn.out_proj", width, width)
        yield from _norm(f"{name}.ln_2", width)
        yield from linear(f"{name}.mlp.c_fc", 4 * width, width)
        yield from linear(f"{name}.mlp.c_proj", width, 4 * width)


def t5_shapes(config: Mapping[str, Any]) -> Shapes:
    """What is read of T5's ``model.safetensors``."""
    return dict(_t5(config))


def _t5(config: Mapping[str, Any]) -> Iterator[Entry]:
    width, inner = config["d_model"], config["num_heads"] * config["d_kv"]
    yield "shared.weight", (config["vocab_size"], width)
    yield "encoder.final_layer_norm.weight", (width,)
    for index in range(config["num_layers"]):
        name = f"encoder.block.{index}.layer"
        for part in "qkv":
            yield f"{name}.0.SelfAttention.{part}.weight", (inner, width)
        yield f"{name}.0.SelfAttention.o.weight", (width, inner)
        if index == 0:
            buckets = config["relative_attention_num_buckets"]
            yield (
                f"{name}.0.SelfAttention.relative_attention_bias.weight",
                (buckets, config["num_heads"]),
            )
        yield f"{name}.0.layer_norm.weight", (width,)
        is_gated = config.get("feed_forward_proj", "gated-gelu").startswith("gated-")
        for entering in ("wi_0", "wi_1") if is_gated else ("wi",):
            yield f"{name}.1.DenseReluDense.{entering}.weight", (config["d_ff"], width)
        yield f"{name}.1.DenseReluDense.wo.weight", (width, config["d_ff"])
        yield f"{name}.1.layer_norm.weight", (width,)


def _norm(name: str, width: int) -> Iterator[Entry]:
    yield f"{name}.weight", (width,)
    yield f"{name}.bias", (width,)
