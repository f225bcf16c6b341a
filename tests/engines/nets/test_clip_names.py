from __future__ import annotations

import pytest
import torch

from prismdesk.engines.nets.clip_names import names_of_library

_LAYER = "look.vision_model.encoder.layers.3.self_attn"


def test_queries_keys_and_values_of_the_library_are_joined_in_this_order() -> None:
    parts = {part: torch.rand(2, 2) for part in "vkq"}
    state = {f"{_LAYER}.{part}_proj.weight": one for part, one in parts.items()}

    renamed = names_of_library("look", state)

    (name,) = renamed
    assert name == "look.transformer.resblocks.3.attn.in_proj_weight"
    assert torch.equal(renamed[name], torch.cat([parts["q"], parts["k"], parts["v"]]))


@pytest.mark.parametrize("missing", list("qkv"))
def test_parts_of_an_attention_that_is_not_whole_keep_their_names(missing: str) -> None:
    left = [part for part in "qkv" if part != missing]
    state = {f"{_LAYER}.{part}_proj.bias": torch.rand(2) for part in left}

    renamed = names_of_library("look", state)

    assert list(renamed) == [
        f"look.transformer.resblocks.3.self_attn.{part}_proj.bias" for part in left
    ]


def test_what_lies_beside_the_tower_stays_as_it_is() -> None:
    weight = torch.rand(3, 2)
    state = {"proj.weight": weight, "look.visual_projection.weight": weight}

    renamed = names_of_library("look", state)

    assert torch.equal(renamed["proj.weight"], weight)
    assert torch.equal(renamed["look.proj"], weight.T)
    assert len(renamed) == 2
