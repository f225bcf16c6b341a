from __future__ import annotations

import math

import pytest
import torch

from prismdesk.engines.audiox.conditioner_config import ConditionerConfig, read_conditioner
from prismdesk.engines.audiox.conditioning.numbers import number_checkpoint
from prismdesk.engines.loading.filling import fill
from tests.conformance.det_v1 import det_v1_state
from tests.engines.nets.small_sound_nets import shapes_of


def _config(type_: str, **options: float) -> ConditionerConfig:
    return read_conditioner({"id": "seconds", "type": type_, "config": options}, cond_dim=5)


def test_number_is_its_share_with_sines_and_cosines() -> None:
    published = number_checkpoint(_config("number", min_val=10, max_val=30))
    state = det_v1_state(shapes_of(published))

    tokens = fill(published, state, where="model.ckpt").encode(torch.tensor([15.0, 99.0, -1.0]))

    weights = state["embedder.embedding.0.weights"].double()
    for row, share in zip(tokens.tokens, (0.25, 1.0, 0.0), strict=True):
        angles = 2.0 * math.pi * share * weights
        features = torch.cat((torch.tensor([share]).double(), angles.sin(), angles.cos()))
        expected = state["embedder.embedding.1.weight"].double() @ features
        expected = expected + state["embedder.embedding.1.bias"]
        torch.testing.assert_close(row[0], expected.float())
    assert torch.equal(tokens.mask, torch.ones(3, 1))


def test_whole_number_is_a_row_of_the_table() -> None:
    published = number_checkpoint(_config("int", max_val=3))
    state = det_v1_state(shapes_of(published))

    tokens = fill(published, state, where="model.ckpt").encode(torch.tensor([2, 0, 7, -4]))

    table = state["int_embedder.weight"]
    assert table.shape == (4, 5)
    assert torch.equal(tokens.tokens, table[[2, 0, 3, 0]][:, None])
    assert torch.equal(tokens.mask, torch.ones(4, 1))


def test_conditioner_of_sound_takes_no_number() -> None:
    with pytest.raises(ValueError, match="mel_spec takes no number"):
        number_checkpoint(_config("mel_spec"))
