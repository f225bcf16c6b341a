"""Every tensor of every published file belongs to one part, and fills its network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from prismdesk.engines.audiox.autoencoder import oobleck_of
from prismdesk.engines.audiox.checkpoint import (
    AUTOENCODER,
    DENOISER,
    FUSION,
    autoencoder_of_file,
    conditioner_part,
    part_prefixes,
    parts_of,
)
from prismdesk.engines.audiox.conditioner_config import EncodedPromptConfig
from prismdesk.engines.audiox.conditioning.audio_prompt import (
    audio_prompt_checkpoint,
    prompt_autoencoder_state,
)
from prismdesk.engines.audiox.conditioning.maf import maf_checkpoint
from prismdesk.engines.audiox.conditioning.prompt_mel import mel_prompt_checkpoint
from prismdesk.engines.audiox.conditioning.text_prompt import text_prompt_checkpoint
from prismdesk.engines.audiox.conditioning.video_prompt import video_prompt_checkpoint
from prismdesk.engines.audiox.config import AudioxConfig, read_config
from prismdesk.engines.audiox.denoiser.checkpoint import denoiser_checkpoint
from prismdesk.engines.loading.filling import fill
from prismdesk.engines.nets.oobleck import oobleck_checkpoint
from tests.conformance.manifest import manifest_config, manifest_state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from torch import Tensor

    from prismdesk.engines.loading.published import Published

    State = dict[str, Tensor]
    Networks = Iterable[tuple[Published[Any], State]]

MODELS = ["audiox.base", "audiox.maf", "audiox.maf-mmdit"]


def _denoiser(config: AudioxConfig, state: State) -> Networks:
    return [(denoiser_checkpoint(config.diffusion), state)]


def _autoencoder(config: AudioxConfig, state: State) -> Networks:
    return [(oobleck_checkpoint(oobleck_of(config.pretransform)), state)]


def _fusion(config: AudioxConfig, state: State) -> Networks:
    return [] if config.gate is None else [(maf_checkpoint(config.gate), state)]


def _picture(config: AudioxConfig, state: State) -> Networks:
    return [(video_prompt_checkpoint(config.conditioner("video_prompt")), state)]


def _words(config: AudioxConfig, state: State) -> Networks:
    return [(text_prompt_checkpoint(config.conditioner("text_prompt")), state)]


def _sound(config: AudioxConfig, state: State) -> Networks:
    conditioner = config.conditioner("audio_prompt")
    if not isinstance(conditioner.options, EncodedPromptConfig):
        return [(mel_prompt_checkpoint(conditioner), state)]
    own = oobleck_of(conditioner.options.autoencoder)
    return [
        (audio_prompt_checkpoint(conditioner), state),
        (oobleck_checkpoint(own), prompt_autoencoder_state(state)),
    ]


NETWORKS: dict[str, Callable[[AudioxConfig, State], Networks]] = {
    DENOISER: _denoiser,
    AUTOENCODER: _autoencoder,
    FUSION: _fusion,
    conditioner_part("video_prompt"): _picture,
    conditioner_part("text_prompt"): _words,
    conditioner_part("audio_prompt"): _sound,
}
"""What the networks of each part are, and which of its tensors each takes."""


@pytest.mark.parametrize("name", MODELS)
def test_every_tensor_belongs_to_exactly_one_part(name: str) -> None:
    config, state = read_config(manifest_config(name)), manifest_state(name)

    parts = parts_of(state, config, where=name)

    found = [
        f"{prefix}{tensor}"
        for part, prefix in part_prefixes(config).items()
        for tensor in parts[part]
    ]
    tables = {one for one in state if one.endswith(("norm.beta", "rotary_pos_emb.inv_freq"))}
    assert len(found) == len(set(found))
    assert set(found) == set(state) - tables


@pytest.mark.parametrize("part", NETWORKS)
@pytest.mark.parametrize("name", MODELS)
def test_every_part_fills_its_networks_and_nothing_is_left(name: str, part: str) -> None:
    config = read_config(manifest_config(name))
    state = parts_of(manifest_state(name), config, where=name).get(part, {})

    taken = [
        parameter.numel()
        for published, own in NETWORKS[part](config, state)
        for parameter in fill(published, own, where=name, device="meta").parameters()
    ]

    is_modulated = part == DENOISER and config.diffusion.kind == "mmdit"
    assert sum(taken) == numbers(state) - (numbers_without_effect(state) if is_modulated else 0)


def test_the_autoencoders_own_file_fills_it() -> None:
    config = read_config(manifest_config("audiox.maf-mmdit"))
    state = autoencoder_of_file(manifest_state("audiox.vae"), where="VAE.ckpt")

    network = fill(
        oobleck_checkpoint(oobleck_of(config.pretransform)), state, where="x", device="meta"
    )

    taken = sum(one.numel() for one in network.parameters())
    assert taken == numbers(state)


def numbers(state: State) -> int:
    """How many numbers a state holds, those aside that are folded into weights once filled."""
    return sum(one.numel() for name, one in state.items() if not name.endswith("weight_g"))


def numbers_without_effect(state: State) -> int:
    """How many numbers an mmdit holds that nothing reads.

    Two embeddings, and of the attention to the one token of time its queries and its keys.
    """
    unread = ("to_cond_embed.", "to_global_embed.")
    whole = [
        name for name in state if name.startswith(unread) or name.endswith("cross_attn.to_q.weight")
    ]
    halves = [name for name in state if name.endswith("cross_attn.to_kv.weight")]
    return sum(state[name].numel() for name in whole) + sum(
        state[name].numel() // 2 for name in halves
    )
