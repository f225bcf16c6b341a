"""The hyper-parameters of the small checkpoints, as their JSON states them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Family = Literal["selva", "mmaudio"]
Rate = Literal["16k", "44k"]

_CLIP_WIDTH = 24
_TEXT_WIDTH = 16
_SYNC_WIDTH = 32
T5_VOCABULARY = 300

SYNC: dict[str, Any] = {
    "img_size": 32,
    "patch_size": 16,
    "patch_frames": 2,
    "embed_dim": _SYNC_WIDTH,
    "depth": 2,
    "num_heads": 2,
    "mlp_ratio": 4,
    "segment_frames": 16,
    "segment_step": 8,
}
LISTENING: dict[str, Any] = {"text_dim": 20, "num_sup_tokens": 5, "xattn_depth": 1}
CLIP: dict[str, Any] = {
    "embed_dim": _CLIP_WIDTH,
    "quick_gelu": True,
    "vision": {"image_size": 28, "layers": 1, "width": 32, "head_width": 16, "patch_size": 14},
    "text": {
        "context_length": 77,
        "vocab_size": 49408,
        "width": _TEXT_WIDTH,
        "heads": 2,
        "layers": 1,
    },
}
T5: dict[str, Any] = {
    "architectures": ["T5ForConditionalGeneration"],
    "model_type": "t5",
    "vocab_size": T5_VOCABULARY,
    "d_model": LISTENING["text_dim"],
    "d_kv": 8,
    "d_ff": 32,
    "num_layers": 1,
    "num_heads": 2,
    "relative_attention_num_buckets": 32,
    "relative_attention_max_distance": 128,
    "feed_forward_proj": "gated-gelu",
    "layer_norm_epsilon": 1e-6,
    "tie_word_embeddings": False,
    "pad_token_id": 0,
    "eos_token_id": 1,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallModel:
    """Which of the published models a small checkpoint stands for."""

    family: Family = "selva"
    rate: Rate = "16k"
    is_v2: bool = False

    @property
    def variant(self) -> str:
        """Its variant, e.g. ``tiny_44k_v2``."""
        return f"tiny_{self.rate}" + ("_v2" if self.is_v2 else "")

    @property
    def rate_hz(self) -> int:
        """Rate of its sound."""
        return 16_000 if self.rate == "16k" else 44_100

    @property
    def generator(self) -> dict[str, Any]:
        """Widths and depths of the generator."""
        return {
            "latent_dim": self.vae["latent_dim"],
            "hidden_dim": 32,
            "depth": 3,
            "fused_depth": 1,
            "num_heads": 2,
            "clip_dim": _CLIP_WIDTH,
            "sync_dim": _SYNC_WIDTH,
            "text_dim": _TEXT_WIDTH,
            "text_tokens": 77,
            "is_v2": self.is_v2,
        }

    @property
    def sync(self) -> dict[str, Any]:
        """Sizes of the sync encoder."""
        return {**SYNC, **LISTENING} if self.family == "selva" else SYNC

    @property
    def clip(self) -> dict[str, Any]:
        """Sizes of CLIP, whose vocabulary alone is the published one."""
        return CLIP

    @property
    def t5(self) -> dict[str, Any]:
        """Sizes of T5, as its ``config.json`` states them."""
        return T5

    @property
    def vae(self) -> dict[str, Any]:
        """Sizes of the VAE; only the number of mel bands is the published one."""
        bands, latent = (80, 8) if self.rate == "16k" else (128, 12)
        return {"mel_bands": bands, "latent_dim": latent, "hidden_dim": 8}

    @property
    def vocoder(self) -> dict[str, Any]:
        """Sizes of the vocoder; the samples per mel frame are the published ones."""
        common = {
            "upsample_initial_channel": 16,
            "resblock": "1",
            "resblock_kernel_sizes": [3],
            "resblock_dilation_sizes": [[1, 3, 5]],
            "activation": "snakebeta",
            "snake_logscale": True,
        }
        if self.rate == "16k":
            rates = {"upsample_rates": [16, 16], "upsample_kernel_sizes": [32, 32]}
            return {"num_mels": 80, **rates, **common}
        rates = {"upsample_rates": [16, 32], "upsample_kernel_sizes": [32, 64]}
        end = {"use_bias_at_final": False, "use_tanh_at_final": False}
        return {"num_mels": 128, **rates, **common, **end}

    @property
    def title(self) -> str:
        """Its name for people."""
        name = "SelVA" if self.family == "selva" else "MMAudio"
        return f"{name} {self.variant}, untrained"

    @property
    def files(self) -> dict[str, str]:
        """The files by role, named as the publishers name theirs."""
        is_16k = self.rate == "16k"
        version = "_v2" if self.is_v2 else ""
        generator = (
            f"generator_tiny_{'16k' if is_16k else '44khz'}{version}_sup_5.pth"
            if self.family == "selva"
            else f"mmaudio_{self.variant}.pth"
        )
        named = {
            "generator": generator,
            "sync": "video_enc_sup_5.pth"
            if self.family == "selva"
            else "synchformer_state_dict.pth",
            "vae": "v1-16.pth" if is_16k else "v1-44.pth",
            "vocoder": "best_netG.pt" if is_16k else "bigvgan_generator.pt",
            "clip": "open_clip_pytorch_model.bin",
        }
        config = {} if is_16k else {"vocoder_config": "config.json"}
        t5 = {"t5": "flan-t5-base"} if self.family == "selva" else {}
        return named | config | t5
