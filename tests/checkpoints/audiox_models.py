"""Small and full models of AudioX: their ``config.json`` and the sizes that it doesn't state."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tests.checkpoints.small_models import SYNC, T5

Kind = Literal["base", "maf", "maf-mmdit"]
KINDS: tuple[Kind, ...] = ("base", "maf", "maf-mmdit")

_MANIFESTS = Path(__file__).parents[1] / "conformance" / "manifests"
_LATENT_CHANNELS = 8
_CLIP: dict[str, Any] = {
    "hidden_size": 768,
    "intermediate_size": 48,
    "num_hidden_layers": 1,
    "image_size": 16,
    "patch_size": 8,
    "projection_dim": 16,
}
_FULL_CLIP: dict[str, Any] = {
    "hidden_size": 768,
    "intermediate_size": 3072,
    "num_hidden_layers": 12,
    "image_size": 224,
    "patch_size": 32,
    "projection_dim": 512,
}
_T5: dict[str, Any] = {
    **T5,
    "d_model": 768,
    "d_kv": 16,
    "d_ff": 48,
    "num_heads": 4,
    "feed_forward_proj": "relu",
}
_FULL_T5: dict[str, Any] = {
    **_T5,
    "vocab_size": 32128,
    "d_kv": 64,
    "d_ff": 3072,
    "num_layers": 12,
    "num_heads": 12,
}
_FULL_SYNC: dict[str, Any] = {
    **SYNC,
    "img_size": 224,
    "embed_dim": 768,
    "depth": 12,
    "num_heads": 12,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioxModel:
    """A checkpoint of AudioX whose weights are random.

    Attributes:
        kind: which of the published models it stands for.
        is_full: whether it has the published sizes; else they are as small as the parts whose
            sizes are fixed allow. Numbers of tokens and lengths are the published ones in both,
            but that a small CLIP sees 4 patches.
    """

    kind: Kind
    is_full: bool = False

    @property
    def size_and_kind(self) -> str:
        """What sets its folder and name apart, e.g. ``tiny-maf``; its variant is the kind."""
        return f"{'random' if self.is_full else 'tiny'}-{self.kind}"

    @property
    def title(self) -> str:
        """Its name for people."""
        return f"AudioX {self.size_and_kind}, untrained"

    @property
    def config(self) -> dict[str, Any]:
        """What its ``config.json`` holds."""
        return _full_config(self.kind) if self.is_full else _small_config(self.kind)

    @property
    def clip(self) -> dict[str, Any]:
        """Sizes of the CLIP inside it."""
        return _FULL_CLIP if self.is_full else _CLIP

    @property
    def t5(self) -> dict[str, Any]:
        """Sizes of T5, as its ``config.json`` states them."""
        return _FULL_T5 if self.is_full else _T5

    @property
    def sync(self) -> dict[str, Any] | None:
        """Sizes of the Synchformer; None if the model has none."""
        if self.kind == "base":
            return None
        small = {**SYNC, "embed_dim": 768, "depth": 1, "num_heads": 12, "mlp_ratio": 1}
        return _FULL_SYNC if self.is_full else small

    @property
    def files(self) -> dict[str, str]:
        """The files by role, named as the publishers name theirs."""
        named = {"config": "config.json", "model": "model.ckpt", "t5": "t5-base"}
        if self.sync is not None:
            named["sync"] = "synchformer_state_dict.pth"
        return named | ({"vae": "VAE.ckpt"} if self.kind == "maf-mmdit" else {})


def _full_config(kind: Kind) -> dict[str, Any]:
    manifest = json.loads((_MANIFESTS / f"audiox.{kind}.json").read_text(encoding="utf-8"))
    config: dict[str, Any] = manifest["config"]
    return config


def _small_config(kind: Kind) -> dict[str, Any]:
    """Return the published configuration with every width and depth that may vary made small."""
    config = _full_config(kind)
    config["video_fps"] = 1
    model = config["model"]
    model["io_channels"] = _LATENT_CHANNELS
    model["pretransform"] = _autoencoder()
    picture, _, sound = (one["config"] for one in model["conditioning"]["configs"])
    picture["video_fps"] = 1
    if "pretransform_config" in sound:
        sound["pretransform_config"] = _autoencoder()
    model["diffusion"]["config"] |= {
        "io_channels": _LATENT_CHANNELS,
        "embed_dim": 64,
        "depth": 2,
        "num_heads": 2 if kind != "maf-mmdit" else 16,
        "global_cond_dim": 64,
        "project_cond_tokens": True,
        "video_fps": 1,
    }
    if model["diffusion"].get("gate"):
        model["diffusion"]["gate_type_config"] = {
            "num_experts_per_modality": 4,
            "num_heads": 24,
            "num_fusion_layers": 1,
        }
    return config


def _autoencoder() -> dict[str, Any]:
    """Return a small Oobleck that makes 2048 samples of a latent frame, as the published one."""
    common = {"channels": 2, "c_mults": [1, 1, 2, 4, 8], "strides": [8, 8, 4, 4, 2]}
    return {
        "type": "autoencoder",
        "iterate_batch": True,
        "config": {
            "encoder": {
                "type": "oobleck",
                "requires_grad": False,
                "config": {
                    "in_channels": 2,
                    **common,
                    "latent_dim": 2 * _LATENT_CHANNELS,
                    "use_snake": True,
                },
            },
            "decoder": {
                "type": "oobleck",
                "config": {
                    "out_channels": 2,
                    **common,
                    "latent_dim": _LATENT_CHANNELS,
                    "use_snake": True,
                    "final_tanh": False,
                },
            },
            "bottleneck": {"type": "vae"},
            "latent_dim": _LATENT_CHANNELS,
            "downsampling_ratio": 2048,
            "io_channels": 2,
        },
    }
