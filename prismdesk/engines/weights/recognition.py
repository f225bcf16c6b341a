"""Which published checkpoint a file is, by the names and shapes of its tensors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

# (all of these names are there, what the file then is); the first that fits gives the answer.
_MARKS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("joint_blocks.0.latent_block.attn.qkv.weight",), "a generator of SelVA or MMAudio"),
    (("sup_text_feat", "vfeat_extractor.cls_token"), "the video encoder of SelVA"),
    (("vfeat_extractor.cls_token",), "the Synchformer"),
    (("encoder.learnable_gain",), "a VAE of MMAudio"),
    (("decoder.learnable_gain",), "a VAE of MMAudio"),
    (("conv_pre.weight_g", "conv_post.bias"), "the vocoder of 16 kHz"),
    (("conv_pre.weight_g",), "the vocoder of 44.1 kHz"),
    (("conv_pre.parametrizations.weight.original0", "conv_post.bias"), "the vocoder of 16 kHz"),
    (("conv_pre.parametrizations.weight.original0",), "the vocoder of 44.1 kHz"),
    (("visual.conv1.weight", "token_embedding.weight"), "a CLIP model"),
    (
        ("text_model.embeddings.token_embedding.weight",),
        "a CLIP model under the names of Hugging Face",
    ),
    (("encoder.block.0.layer.0.SelfAttention.q.weight",), "a T5 model"),
    (("decoder.block.0.layer.0.SelfAttention.q.weight",), "a T5 model"),
    (("encoder.layers.0.weight_v", "decoder.layers.0.weight_v"), "an autoencoder of AudioX"),
)
_OF_AUDIOX = ("model.model.", "maf_block.", "diffusion.model.model.", "diffusion_ema.ema_model.")
_GENERATORS = {
    # latent channels, width, joint blocks, fused blocks, whether of the second version
    (20, 448, 4, 8, False): "small_16k",
    (40, 448, 4, 8, False): "small_44k",
    (40, 896, 4, 8, False): "medium_44k",
    (40, 896, 7, 14, False): "large_44k",
    (40, 896, 7, 14, True): "large_44k_v2",
}
_MEL_BANDS_OF_VAES = {80: "16 kHz", 128: "44.1 kHz"}


class HasShape(Protocol):
    """A tensor, or what a file says of one."""

    @property
    def shape(self) -> Sequence[int]:
        """Its sizes."""


def recognise(state_names: Iterable[str] | Mapping[str, HasShape]) -> str | None:
    """Return what a checkpoint is, with its article ("the VAE of 44.1 kHz"); None if not known.

    Args:
        state_names: the published names; with their tensors, more can be told.
    """
    names = set(state_names)
    shapes = (
        {name: tuple(tensor.shape) for name, tensor in state_names.items()}
        if isinstance(state_names, Mapping)
        else {}
    )
    for marks, what in _MARKS:
        if names.issuperset(marks):
            refine = _REFINED.get(what)
            return (refine(names, shapes) if refine else None) or what
    if any(".lora_" in name for name in names):
        return "an adapter (LoRA)"
    if any(name.startswith(_OF_AUDIOX) for name in names):
        return "an AudioX model"
    return None


Shapes = Mapping[str, tuple[int, ...]]


def _generator(names: set[str], shapes: Shapes) -> str | None:
    first = shapes.get("audio_input_proj.0.weight", ())
    if len(first) != 3:
        return None
    width, channels, _ = first
    is_second = "clip_input_proj.2.w1.weight" in names
    blocks = (_count(names, "joint_blocks."), _count(names, "fused_blocks."))
    variant = _GENERATORS.get((channels, width, *blocks, is_second))
    if variant is None:
        return (
            f"a generator of SelVA or MMAudio (width {width}, {channels} latent channels, "
            f"{blocks[0]} + {blocks[1]} blocks)"
        )
    return f"the generator {variant} of SelVA or MMAudio"


def _vae(_: set[str], shapes: Shapes) -> str | None:
    bands = shapes.get("data_mean", (0, 0, 0))[1:2]
    rate = _MEL_BANDS_OF_VAES.get(bands[0]) if bands else None
    return f"the VAE of {rate}" if rate else None


def _count(names: set[str], prefix: str) -> int:
    return len({name.split(".", 2)[1] for name in names if name.startswith(prefix)})


_REFINED: dict[str, Callable[[set[str], Shapes], str | None]] = {
    "a generator of SelVA or MMAudio": _generator,
    "a VAE of MMAudio": _vae,
}
