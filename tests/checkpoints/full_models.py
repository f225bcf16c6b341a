"""A published model's sizes, to be filled with random weights where its files can't be had."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

from prismdesk.engines.weights.published import published_models

if TYPE_CHECKING:
    from prismdesk.engines.weights.model import Model

_FLAN_T5_BASE: dict[str, Any] = {
    "architectures": ["T5ForConditionalGeneration"],
    "model_type": "t5",
    "vocab_size": 32128,
    "d_model": 768,
    "d_kv": 64,
    "d_ff": 2048,
    "num_layers": 12,
    "num_heads": 12,
    "relative_attention_num_buckets": 32,
    "relative_attention_max_distance": 128,
    "feed_forward_proj": "gated-gelu",
    "layer_norm_epsilon": 1e-6,
    "tie_word_embeddings": False,
    "pad_token_id": 0,
    "eos_token_id": 1,
}


@dataclass(frozen=True, slots=True)
class FullModel:
    """A published model, for ``write_checkpoint``: its own sizes and names of files."""

    model: Model

    @property
    def family(self) -> Literal["selva", "mmaudio"]:
        """Its family."""
        return cast("Literal['selva', 'mmaudio']", self.model.family)

    @property
    def rate(self) -> Literal["16k", "44k"]:
        """Rate of its sound, as variants name it."""
        return "16k" if self.rate_hz == 16_000 else "44k"

    @property
    def rate_hz(self) -> int:
        """Rate of its sound."""
        return self.model.native_rate_hz

    @property
    def variant(self) -> str:
        """Its variant, told apart from the published one."""
        return f"random_{self.model.variant}"

    @property
    def title(self) -> str:
        """Its name for people."""
        return f"{self.model.id}, random"

    @property
    def generator(self) -> dict[str, Any]:
        """Widths and depths of the generator."""
        return dict(self.model.hyper_parameters["generator"])

    @property
    def sync(self) -> dict[str, Any]:
        """Sizes of the sync encoder."""
        sizes = dict(self.model.hyper_parameters["sync"])
        sizes.pop("frame_px")
        return sizes

    @property
    def clip(self) -> dict[str, Any]:
        """Sizes of CLIP."""
        return dict(self.model.hyper_parameters["clip"])

    @property
    def t5(self) -> dict[str, Any]:
        """Sizes of T5, as its ``config.json`` states them."""
        return _FLAN_T5_BASE

    @property
    def vae(self) -> dict[str, Any]:
        """Sizes of the VAE."""
        return dict(self.model.hyper_parameters["vae"])

    @property
    def vocoder(self) -> dict[str, Any]:
        """Sizes of the vocoder."""
        return dict(self.model.hyper_parameters["vocoder"])

    @property
    def files(self) -> dict[str, str]:
        """The files by role, named as the publishers name theirs."""
        return {
            role: file.file_name for role, file in self.model.files.items() if not file.resource
        }


def full_model(model_id: str) -> FullModel:
    """Return a published model by its id, e.g. ``selva-small_16k``."""
    return FullModel(next(model for model in published_models() if model.id == model_id))
