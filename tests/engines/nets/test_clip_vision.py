from __future__ import annotations

import dataclasses
from functools import partial

import pytest
import torch
from torch import Tensor

from prismdesk.engines.loading.filling import fill
from prismdesk.engines.loading.published import Published
from prismdesk.engines.nets.clip_vision import ClipVisionConfig, ClipVisionTower
from prismdesk.errors import InputError
from tests.conformance.det_v1 import det_v1_state

TINY = ClipVisionConfig(
    hidden_size=16,
    intermediate_size=23,
    projection_dim=4,
    num_hidden_layers=2,
    num_attention_heads=2,
    image_size=6,
    patch_size=2,
)


@pytest.fixture(scope="module")
def tower() -> ClipVisionTower:
    published = Published(what="tower", build=partial(ClipVisionTower, TINY))
    with torch.device("meta"):
        names = published.build().state_dict()
    state = det_v1_state({name: tuple(one.shape) for name, one in names.items()})
    return fill(published, state, where="clip")


@pytest.fixture(scope="module")
def frames() -> Tensor:
    return torch.rand(2, 3, 6, 6, generator=torch.Generator().manual_seed(5))


def test_standard_sizes_are_those_of_vit_b_32() -> None:
    assert ClipVisionConfig().positions == 50


def test_states_are_of_the_last_layer_and_pooled_is_the_normalised_first(
    tower: ClipVisionTower, frames: Tensor
) -> None:
    states = tower.states(frames)

    assert states.shape == (2, 10, 16)
    torch.testing.assert_close(tower.pooled(frames), tower.ln_post(states[:, 0]))
    assert not torch.allclose(tower.ln_post(states), states, atol=1e-2)


def test_pictures_are_centred_as_clip_was_trained(tower: ClipVisionTower) -> None:
    mean = torch.tensor([0.48145466, 0.4578275, 0.40821073]).view(1, 3, 1, 1)
    grey = torch.cat([tower.class_embedding[None], torch.zeros(9, 16)])

    seen = tower.states(mean.expand(1, 3, 6, 6))

    expected = tower.transformer(tower.ln_pre(grey[None] + tower.positional_embedding))
    torch.testing.assert_close(seen, expected)


def test_pictures_of_another_number_of_patches_are_refused(tower: ClipVisionTower) -> None:
    with pytest.raises(ValueError, match="for a tower of 6 px"):
        tower.states(torch.zeros(1, 3, 8, 6))
    assert tower.states(torch.zeros(1, 3, 7, 7)).shape == (1, 10, 16)


def test_sizes_come_from_json_and_the_rest_is_left_aside() -> None:
    stated = {**dataclasses.asdict(TINY), "num_channels": 3, "attention_dropout": 0.0}

    assert ClipVisionConfig.from_mapping(stated) == TINY
    for broken in (
        {"num_attention_heads": 3},
        {"hidden_size": "wide"},
        {"patch_size": 9},
        {"hidden_act": "__import__"},
        {"layer_norm_eps": 0},
    ):
        with pytest.raises(InputError, match="sizes given for CLIP"):
            ClipVisionConfig.from_mapping({**stated, **broken})
