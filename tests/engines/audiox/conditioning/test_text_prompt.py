from __future__ import annotations

import pytest
import torch

from prismdesk.engines.audiox.conditioning.text_prompt import TextPrompt, text_prompt_checkpoint
from prismdesk.engines.audiox.config import read_conditioner
from prismdesk.engines.loading.checkpoint_error import CheckpointError
from prismdesk.engines.loading.filling import fill

HIDDEN = torch.randn(2, 4, 8, generator=torch.Generator().manual_seed(1))
MASK = torch.tensor([[True, True, True, False], [True, False, False, False]])
PROJECTION = {"proj_out.weight": torch.ones(3, 8), "proj_out.bias": torch.ones(3)}


def prompt_of(*, cond_dim: int, state: dict[str, torch.Tensor], **config: object) -> TextPrompt:
    conditioner = read_conditioner({"id": "t", "type": "t5", "config": config}, cond_dim=cond_dim)
    return fill(text_prompt_checkpoint(conditioner, t5_dim=8), state, where="model.ckpt")


def test_states_of_the_right_width_stay_and_padding_is_zero() -> None:
    group = prompt_of(cond_dim=8, state={}).encode(HIDDEN, MASK)

    assert torch.equal(group.tokens[0, :3], HIDDEN[0, :3])
    assert torch.equal(group.tokens[1, 1:], torch.zeros(3, 8))
    assert torch.equal(group.mask, MASK.float())


def test_padding_is_zero_after_the_projection_too() -> None:
    group = prompt_of(cond_dim=3, state=PROJECTION).encode(HIDDEN, MASK)

    torch.testing.assert_close(group.tokens[0, 0], (HIDDEN[0, 0].sum() + 1).expand(3))
    assert torch.equal(group.tokens[0, 3], torch.zeros(3))


def test_projection_may_be_wanted_where_the_widths_agree() -> None:
    square = {"proj_out.weight": torch.eye(8) * 2, "proj_out.bias": torch.zeros(8)}

    group = prompt_of(cond_dim=8, state=square, project_out=True).encode(HIDDEN, MASK)

    torch.testing.assert_close(group.tokens[0, 0], 2 * HIDDEN[0, 0])


def test_projection_is_neither_missing_nor_left_over() -> None:
    with pytest.raises(CheckpointError, match=r"2 missing: proj_out"):
        prompt_of(cond_dim=3, state={})
    with pytest.raises(CheckpointError, match=r"2 unexpected: proj_out"):
        prompt_of(cond_dim=8, state=PROJECTION)


def test_conditioners_of_other_things_are_refused() -> None:
    picture = read_conditioner({"id": "video_prompt", "type": "clip"}, cond_dim=768)

    with pytest.raises(ValueError, match="video_prompt is no conditioner of words"):
        text_prompt_checkpoint(picture)
