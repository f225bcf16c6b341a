"""Every published checkpoint chosen in place of every other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from prismdesk.engines.loading.filling import fill
from prismdesk.engines.loading.state_file import CheckpointError
from prismdesk.engines.nets.bigvgan import bigvgan_checkpoint
from prismdesk.engines.nets.bigvgan_config import BIGVGAN_16K
from prismdesk.engines.nets.clip import DFN5B_VIT_H_14, clip_text_checkpoint
from prismdesk.engines.nets.mel_vae import (
    MEL_VAE_16K,
    MEL_VAE_44K,
    mel_vae_decoder_checkpoint,
    mel_vae_encoder_checkpoint,
)
from prismdesk.engines.nets.t5 import t5_checkpoint
from prismdesk.engines.nets.t5_encoder import T5EncoderConfig
from prismdesk.engines.selva.generator.checkpoint import generator_checkpoint
from prismdesk.engines.selva.generator.config import PUBLISHED_GENERATORS
from prismdesk.engines.selva.text_synchformer import (
    TextSynchformerConfig,
    text_synchformer_checkpoint,
)
from tests.conformance.manifest import manifest_state
from tests.engines.weights.test_recognition import PUBLISHED

if TYPE_CHECKING:
    from prismdesk.engines.loading.published import Published

NETWORKS: dict[str, Published[Any]] = {
    "selva.generator-small-16k": generator_checkpoint(PUBLISHED_GENERATORS["small_16k"]),
    "selva.generator-small-44k": generator_checkpoint(PUBLISHED_GENERATORS["small_44k"]),
    "selva.video-encoder": text_synchformer_checkpoint(TextSynchformerConfig()),
    "selva.vae-16k": mel_vae_decoder_checkpoint(MEL_VAE_16K),
    "selva.vae-44k": mel_vae_encoder_checkpoint(MEL_VAE_44K),
    "selva.bigvgan-16k": bigvgan_checkpoint(BIGVGAN_16K),
    "selva.clip-dfn5b-vit-h-14": clip_text_checkpoint(DFN5B_VIT_H_14),
    "selva.t5-flan-base-encoder": t5_checkpoint(T5EncoderConfig()),
}


@pytest.mark.parametrize("wanted", NETWORKS)
def test_a_mistaken_file_is_called_by_its_name(wanted: str) -> None:
    for mistaken in NETWORKS.keys() - {wanted}:
        with pytest.raises(CheckpointError) as caught:
            fill(NETWORKS[wanted], manifest_state(mistaken), where="some.pth", device="meta")

        assert PUBLISHED[mistaken] in str(caught.value)


@pytest.mark.parametrize("wanted", NETWORKS)
def test_the_right_file_is_taken(wanted: str) -> None:
    fill(NETWORKS[wanted], manifest_state(wanted), where="some.pth", device="meta")
