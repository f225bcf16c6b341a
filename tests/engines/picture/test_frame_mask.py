from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from prismdesk.engines.picture.frame_mask import apply_mask, centre_of_mask
from prismdesk.engines.picture.mask_places import evenly_spread


def half_mask(frames: int = 1) -> Tensor:
    mask = torch.zeros(frames, 4, 6)
    mask[..., 3:] = 1
    return mask


def test_what_is_left_out_turns_grey() -> None:
    frames = torch.rand(3, 3, 8, 12)

    masked = apply_mask(frames, half_mask(), 1.0)

    assert torch.equal(masked[..., 6:], frames[..., 6:])
    assert (masked[..., :6] == 0.5).all()


@pytest.mark.parametrize("strength", [0.0, 0.25, 1.0])
def test_strength_says_how_grey(strength: float) -> None:
    frames = torch.ones(1, 3, 4, 6)

    masked = apply_mask(frames, half_mask(), strength)

    torch.testing.assert_close(masked[..., 0], torch.full((1, 3, 4), 1 - strength / 2))


def test_frames_of_the_mask_follow_the_indices() -> None:
    frames, mask = torch.ones(3, 3, 4, 6), torch.ones(2, 4, 6)
    mask[1] = 0

    masked = apply_mask(frames, mask, 1.0, np.array([0, 1, 0]))

    assert masked.mean((1, 2, 3)).tolist() == [1.0, 0.5, 1.0]


def test_several_frames_need_indices() -> None:
    with pytest.raises(ValueError, match="which is for which"):
        apply_mask(torch.ones(3, 3, 4, 6), half_mask(2), 1.0)


def test_half_precision_frames_stay_so() -> None:
    assert apply_mask(torch.ones(1, 3, 4, 6).half(), half_mask(), 0.5).dtype == torch.float16


@pytest.mark.parametrize(
    ("picture", "columns"), [((200, 100), slice(2, 6)), ((100, 100), slice(0, 8))]
)
def test_cropped_frames_see_the_middle_of_the_mask(
    picture: tuple[int, int], columns: slice
) -> None:
    mask = torch.arange(32.0).reshape(1, 4, 8)

    assert torch.equal(centre_of_mask(mask, picture), mask[:, :, columns])


def test_cropped_upright_frames_see_the_middle_of_the_mask() -> None:
    mask = torch.arange(32.0).reshape(1, 8, 4)

    assert torch.equal(centre_of_mask(mask, (90, 180)), mask[:, 2:6])


def test_frames_of_a_mask_last_equally_long() -> None:
    times = np.array([-0.1, 0.0, 0.9, 1.0, 1.99, 2.0, 5.0])

    spread = evenly_spread(times, mask_frames=4, duration_seconds=4.0)

    assert spread.tolist() == [0, 0, 0, 1, 1, 2, 3]
