from __future__ import annotations

import pytest
import torch

from prismdesk.engines.audiox.conditioning.assembly import conditioning_inputs
from prismdesk.engines.audiox.conditioning.maf import Maf
from prismdesk.engines.audiox.conditioning.tokens import ConditioningInputs, Tokens
from prismdesk.engines.audiox.config import AssemblyConfig, MafConfig, read_config
from tests.conformance.manifest import manifest_config

GATE = MafConfig(dim=8, num_experts_per_modality=2, num_heads=2, num_fusion_layers=1)


def group(value: float, length: int, *, mask_length: int = 1) -> Tokens:
    return Tokens(torch.full((2, length, 8), value), torch.full((2, mask_length), value))


GROUPS = {"video": group(1, 2), "text": group(2, 3, mask_length=3), "audio": group(3, 4)}


class Recorder(Maf):
    """Notes what it is given and gives it back, marked."""

    def forward(
        self, v: torch.Tensor, t: torch.Tensor, a: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        return v + 10, t + 20, a + 30


def test_groups_follow_each_other_in_the_order_of_the_configuration() -> None:
    inputs = conditioning_inputs(
        AssemblyConfig(cross_attention_cond_ids=("audio", "video")), GROUPS, None
    )

    assert inputs.cross_tokens is not None
    assert inputs.cross_tokens[0, :, 0].tolist() == [3.0] * 4 + [1.0] * 2
    assert inputs.cross_mask is not None
    assert inputs.cross_mask[0].tolist() == [3.0, 1.0]
    assert (inputs.global_, inputs.input_concat, inputs.prepend) == (None, None, None)


def test_fused_groups_are_crossed_and_their_masks_are_not() -> None:
    config = AssemblyConfig(cross_attention_cond_ids=("video", "text", "audio"), gate=GATE)

    inputs = conditioning_inputs(config, GROUPS, Recorder(GATE))

    assert inputs.cross_tokens is not None
    assert inputs.cross_tokens[0, :, 0].tolist() == [12.0] * 3 + [21.0] * 2 + [33.0] * 4
    assert inputs.cross_mask is not None
    assert inputs.cross_mask[0].tolist() == [1.0, 2.0, 2.0, 2.0, 3.0]


def test_a_vector_becomes_a_sequence_of_one() -> None:
    vector = {"seconds": Tokens(torch.full((2, 8), 5.0), torch.ones(2))}

    inputs = conditioning_inputs(
        AssemblyConfig(cross_attention_cond_ids=("text", "seconds")), GROUPS | vector, None
    )

    assert inputs.cross_tokens is not None
    assert inputs.cross_tokens.shape == (2, 4, 8)
    assert inputs.cross_mask is not None
    assert inputs.cross_mask.shape == (2, 4)


def test_groups_go_to_every_place_that_names_them() -> None:
    numbers = {"from": group(4, 1), "to": group(5, 1)}
    channels = {"sound": Tokens(torch.zeros(2, 3, 20), torch.ones(2, 1))}
    config = AssemblyConfig(
        global_cond_ids=("from", "to"),
        input_concat_ids=("sound", "sound"),
        prepend_cond_ids=("text", "to"),
    )

    inputs = conditioning_inputs(config, GROUPS | numbers | channels, None)

    assert inputs.cross_tokens is None
    assert inputs.global_ is not None
    assert inputs.global_.shape == (2, 16)
    assert inputs.global_[0].tolist() == [4.0] * 8 + [5.0] * 8
    assert inputs.input_concat is not None
    assert inputs.input_concat.shape == (2, 6, 20)
    assert inputs.prepend is not None
    assert inputs.prepend_mask is not None
    assert (inputs.prepend.shape, inputs.prepend_mask.shape) == ((2, 4, 8), (2, 4))


def test_nothing_configured_is_nothing_given() -> None:
    assert conditioning_inputs(AssemblyConfig(), GROUPS, None) == ConditioningInputs()


def test_whole_configurations_are_taken() -> None:
    config = read_config(manifest_config("audiox.base"))
    tokens = {
        name: Tokens(torch.zeros(1, 2, 768), torch.ones(1, 1)) for name in config.assembly.ids
    }

    inputs = conditioning_inputs(config, tokens, None)

    assert inputs.cross_tokens is not None
    assert inputs.cross_tokens.shape == (1, 6, 768)


def test_what_is_missing_is_named() -> None:
    config = AssemblyConfig(cross_attention_cond_ids=("text", "smell"), global_cond_ids=("age",))

    with pytest.raises(ValueError, match="no tokens of age, smell"):
        conditioning_inputs(config, GROUPS, None)
    with pytest.raises(ValueError, match="don't agree"):
        conditioning_inputs(AssemblyConfig(), GROUPS, Recorder(GATE))
