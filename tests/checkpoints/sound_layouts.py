"""Names and shapes of the tensors of the files that hold the VAEs and the vocoders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.checkpoints.generator_layout import Entry, Shapes


def vae_shapes(config: Mapping[str, Any]) -> Shapes:
    """Every tensor of ``v1-16.pth`` or ``v1-44.pth``."""
    bands = config["mel_bands"]
    stored = {"data_mean": (1, bands, 1), "data_std": (1, bands, 1)}
    return stored | dict(_encoder(config)) | dict(_decoder(config))


def _encoder(config: Mapping[str, Any]) -> Iterator[Entry]:
    width = config["hidden_dim"]
    yield "encoder.learnable_gain", ()
    yield "encoder.conv_in.weight", (width, config["mel_bands"], 3)
    inputs = width
    for level, outputs in enumerate((width, 2 * width, 4 * width)):
        for block in range(2):
            yield from _residual(f"encoder.down.{level}.block.{block}", inputs, outputs)
            inputs = outputs
    yield "encoder.down.0.downsample.conv1.weight", (width, width, 1)
    yield "encoder.down.0.downsample.conv2.weight", (width, width, 1)
    yield from _middle("encoder.mid", 4 * width)
    yield "encoder.conv_out.weight", (2 * config["latent_dim"], 4 * width, 3)


def _decoder(config: Mapping[str, Any]) -> Iterator[Entry]:
    width = config["hidden_dim"]
    yield "decoder.learnable_gain", ()
    yield "decoder.conv_in.weight", (4 * width, config["latent_dim"], 3)
    yield from _middle("decoder.mid", 4 * width)
    inputs = 4 * width
    for level, outputs in ((2, 4 * width), (1, 2 * width), (0, width)):
        for block in range(3):
            yield from _residual(f"decoder.up.{level}.block.{block}", inputs, outputs)
            inputs = outputs
    yield "decoder.up.1.upsample.conv.weight", (2 * width, 2 * width, 3)
    yield "decoder.conv_out.weight", (config["mel_bands"], width, 3)


def _middle(name: str, width: int) -> Iterator[Entry]:
    yield from _residual(f"{name}.block_1", width, width)
    yield f"{name}.attn_1.qkv.weight", (3 * width, width, 1)
    yield f"{name}.attn_1.proj_out.weight", (width, width, 1)
    yield from _residual(f"{name}.block_2", width, width)


def _residual(name: str, inputs: int, outputs: int) -> Iterator[Entry]:
    yield f"{name}.conv1.weight", (outputs, inputs, 3)
    yield f"{name}.conv2.weight", (outputs, outputs, 3)
    if inputs != outputs:
        yield f"{name}.nin_shortcut.weight", (outputs, inputs, 1)


def vocoder_shapes(config: Mapping[str, Any]) -> Shapes:
    """Every learned tensor of ``best_netG.pt`` or ``bigvgan_generator.pt``, with old names."""
    return dict(_vocoder(config))


def _vocoder(config: Mapping[str, Any]) -> Iterator[Entry]:
    width = config["upsample_initial_channel"]
    yield from _normed("conv_pre", (width, config["num_mels"], 7), width)
    kernels = config["resblock_kernel_sizes"]
    for stage, kernel in enumerate(config["upsample_kernel_sizes"]):
        yield from _normed(f"ups.{stage}.0", (width, width // 2, kernel), width // 2)
        width //= 2
        for index, size in enumerate(kernels):
            count = len(config["resblock_dilation_sizes"][index])
            yield from _resblock(f"resblocks.{stage * len(kernels) + index}", width, size, count)
    yield from _snake("activation_post", width)
    has_bias = config.get("use_bias_at_final", True)
    yield from _normed("conv_post", (1, width, 7), 1 if has_bias else None)


def _resblock(name: str, width: int, kernel: int, count: int) -> Iterator[Entry]:
    for index in range(count):
        yield from _normed(f"{name}.convs1.{index}", (width, width, kernel), width)
        yield from _normed(f"{name}.convs2.{index}", (width, width, kernel), width)
    for index in range(2 * count):
        yield from _snake(f"{name}.activations.{index}", width)


def _normed(name: str, shape: tuple[int, ...], bias: int | None) -> Iterator[Entry]:
    if bias is not None:
        yield f"{name}.bias", (bias,)
    yield f"{name}.weight_g", (shape[0], 1, 1)
    yield f"{name}.weight_v", shape


def _snake(name: str, width: int) -> Iterator[Entry]:
    yield f"{name}.act.alpha", (width,)
    yield f"{name}.act.beta", (width,)
    yield f"{name}.upsample.filter", (1, 1, 12)
    yield f"{name}.downsample.lowpass.filter", (1, 1, 12)
