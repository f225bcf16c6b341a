from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.checkpoints.encoder_layouts import (
    clip_shapes,
    synchformer_shapes,
    t5_shapes,
    text_synchformer_shapes,
)
from tests.checkpoints.generator_layout import generator_shapes
from tests.checkpoints.sound_layouts import vae_shapes, vocoder_shapes

if TYPE_CHECKING:
    from tests.checkpoints.generator_layout import Shapes

MANIFESTS = Path(__file__).parents[1] / "conformance" / "manifests"
_DIMS = {"clip_dim": 1024, "sync_dim": 768, "text_dim": 1024, "text_tokens": 77}
_SMALL = {"hidden_dim": 448, "num_heads": 7, "depth": 12, "fused_depth": 8, **_DIMS}
_LARGE = {"hidden_dim": 896, "num_heads": 14, "depth": 21, "fused_depth": 14, **_DIMS}
_SYNC = {
    "img_size": 224,
    "patch_size": 16,
    "patch_frames": 2,
    "embed_dim": 768,
    "depth": 12,
    "num_heads": 12,
    "mlp_ratio": 4,
    "segment_frames": 16,
    "text_dim": 768,
    "num_sup_tokens": 5,
    "xattn_depth": 1,
}
_CLIP = {
    "embed_dim": 1024,
    "vision": {"image_size": 384, "layers": 32, "width": 1280, "patch_size": 14},
    "text": {"context_length": 77, "vocab_size": 49408, "width": 1024, "layers": 24},
}
_T5 = {
    "vocab_size": 32128,
    "d_model": 768,
    "d_kv": 64,
    "d_ff": 2048,
    "num_layers": 12,
    "num_heads": 12,
    "relative_attention_num_buckets": 32,
}
_VOCODER = {
    "upsample_initial_channel": 1536,
    "resblock_kernel_sizes": [3, 7, 11],
    "resblock_dilation_sizes": [[1, 3, 5]] * 3,
}
_OF_FILES: dict[str, Shapes] = {
    "selva.generator-small-16k": generator_shapes({**_SMALL, "latent_dim": 20, "is_v2": False}),
    "mmaudio.generator-large-44k-v2": generator_shapes({**_LARGE, "latent_dim": 40, "is_v2": True}),
    "selva.synchformer-visual": synchformer_shapes(_SYNC),
    "selva.video-encoder": text_synchformer_shapes(_SYNC),
    "selva.clip-dfn5b-vit-h-14": clip_shapes(_CLIP),
    "selva.t5-flan-base-encoder": t5_shapes(_T5),
    "selva.vae-16k": vae_shapes({"mel_bands": 80, "latent_dim": 20, "hidden_dim": 384}),
    "selva.bigvgan-16k": vocoder_shapes(
        {**_VOCODER, "num_mels": 80, "upsample_kernel_sizes": [8, 8, 4, 4, 4, 4]}
    ),
    "selva.bigvgan-v2-44k": vocoder_shapes(
        {
            **_VOCODER,
            "num_mels": 128,
            "upsample_kernel_sizes": [16, 8, 4, 4, 4, 4],
            "use_bias_at_final": False,
        }
    ),
}


@pytest.mark.parametrize("manifest", sorted(_OF_FILES))
def test_layout_at_full_size_is_the_publishers(manifest: str) -> None:
    tensors = json.loads((MANIFESTS / f"{manifest}.json").read_text())["tensors"]
    assert _OF_FILES[manifest] == {name: tuple(shape) for name, (_, shape) in tensors.items()}
