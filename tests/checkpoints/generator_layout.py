"""Names and shapes of the tensors of a generator's file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Entry = tuple[str, tuple[int, ...]]
Shapes = dict[str, tuple[int, ...]]


def inner_width(width: int) -> int:
    """Inner width of a gated feed-forward layer of nominal ratio 4."""
    return 256 * -(-(2 * 4 * width // 3) // 256)


def generator_shapes(config: Mapping[str, Any]) -> Shapes:
    """Every tensor of a generator, flat, as in ``generator_*.pth`` and ``mmaudio_*.pth``."""
    return dict(_generator(config))


def gated(name: str, width: int, *kernel: int) -> Iterator[Entry]:
    """The three matrices (or convolutions) of a gated feed-forward layer."""
    inner = inner_width(width)
    yield f"{name}.w1.weight", (inner, width, *kernel)
    yield f"{name}.w2.weight", (width, inner, *kernel)
    yield f"{name}.w3.weight", (inner, width, *kernel)


def linear(name: str, outputs: int, *inputs: int) -> Iterator[Entry]:
    """Weight and bias of a linear layer, of a convolution, or (without inputs) of a norm."""
    yield f"{name}.weight", (outputs, *inputs)
    yield f"{name}.bias", (outputs,)


def _generator(config: Mapping[str, Any]) -> Iterator[Entry]:
    width, latent = config["hidden_dim"], config["latent_dim"]
    after = "2" if config["is_v2"] else "1"
    yield from _stored_rows(config)
    yield from linear("audio_input_proj.0", width, latent, 7)
    yield from gated("audio_input_proj.2", width, 7)
    yield from linear("clip_input_proj.0", width, config["clip_dim"])
    yield from gated(f"clip_input_proj.{after}", width, 3)
    yield from linear("sync_input_proj.0", width, config["sync_dim"], 7)
    yield from gated("sync_input_proj.2", width, 3)
    yield from linear("text_input_proj.0", width, config["text_dim"])
    yield from gated(f"text_input_proj.{after}", width)
    yield from linear("clip_cond_proj", width, width)
    yield from linear("text_cond_proj", width, width)
    yield from gated("global_cond_mlp", width)
    yield from linear("final_layer.adaLN_modulation.1", 2 * width, width)
    yield from linear("final_layer.conv", latent, width, 7)
    yield from linear("t_embed.mlp.0", width, width if config["is_v2"] else 256)
    yield from linear("t_embed.mlp.2", width, width)
    joint = config["depth"] - config["fused_depth"]
    for index in range(joint):
        is_last = index == joint - 1
        name = f"joint_blocks.{index}"
        yield from _block(f"{name}.latent_block", config, 3)
        yield from _block(f"{name}.clip_block", config, 3, is_pre_only=is_last)
        yield from _block(f"{name}.text_block", config, is_pre_only=is_last)
    for index in range(config["fused_depth"]):
        yield from _block(f"fused_blocks.{index}", config, 3)


def _stored_rows(config: Mapping[str, Any]) -> Iterator[Entry]:
    yield "sync_pos_emb", (1, 1, 8, config["sync_dim"])
    yield "latent_mean", (1, 1, config["latent_dim"])
    yield "latent_std", (1, 1, config["latent_dim"])
    yield "empty_string_feat", (config["text_tokens"], config["text_dim"])
    yield "empty_clip_feat", (1, config["clip_dim"])
    yield "empty_sync_feat", (1, config["sync_dim"])


def _block(
    name: str, config: Mapping[str, Any], *kernel: int, is_pre_only: bool = False
) -> Iterator[Entry]:
    width = config["hidden_dim"]
    head = width // config["num_heads"]
    yield from linear(f"{name}.attn.qkv", 3 * width, width)
    yield f"{name}.attn.q_norm.weight", (head,)
    yield f"{name}.attn.k_norm.weight", (head,)
    yield from linear(f"{name}.adaLN_modulation.1", (2 if is_pre_only else 6) * width, width)
    if not is_pre_only:
        yield from linear(f"{name}.linear1", width, width, *kernel)
        yield from gated(f"{name}.ffn", width, *kernel)
