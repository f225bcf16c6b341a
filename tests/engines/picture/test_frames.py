from __future__ import annotations

import pytest
import torch
from torch import Tensor

from prismdesk.engines.picture.frames import (
    Geometry,
    node_resize,
    resized,
    squashed_bilinear,
    to_clip_input,
    to_sync_input,
)


def film(height_px: int, width_px: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (2, height_px, width_px, 3), generator=generator).byte()


def weights(size: int, wanted: int) -> Tensor:
    """Keys' cubic with a = -0.5, as wide as a pixel of the wanted size: [wanted, size]."""
    scale = max(1.0, size / wanted)
    centres = (torch.arange(wanted, dtype=torch.float64) + 0.5) * size / wanted
    x = ((torch.arange(size, dtype=torch.float64) + 0.5 - centres[:, None]) / scale).abs()
    near, far = 1.5 * x**3 - 2.5 * x**2 + 1, -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    cubic = torch.where(x < 1, near, torch.where(x < 2, far, torch.zeros_like(x)))
    return cubic / cubic.sum(1, keepdim=True)


@pytest.mark.parametrize("size", [(90, 160), (20, 30), (48, 200)])
def test_resizing_is_antialiased_bicubic_to_a_level(size: tuple[int, int]) -> None:
    video = 64 + film(*size) // 2  # so that the first of two passes has nothing to clamp

    result = resized(video, 48, 40)

    frames = video.movedim(-1, 1).double()
    exact = weights(size[0], 48) @ frames @ weights(size[1], 40).T
    assert result.dtype == torch.uint8
    assert (result - exact.clamp(0, 255)).abs().max() < 1.6


def test_clip_input_is_whole_and_between_0_and_1() -> None:
    frames = to_clip_input(film(60, 90), 32)

    assert frames.shape == (2, 3, 32, 32)
    assert 0 <= frames.min() < 0.4 < 0.6 < frames.max() <= 1


@pytest.mark.parametrize("geometry", ["squash", "crop"])
def test_frames_of_the_right_size_keep_their_values(geometry: Geometry) -> None:
    video = film(32, 32)

    frames = to_sync_input(video, 32, geometry)

    torch.testing.assert_close(frames, video.movedim(-1, 1) / 127.5 - 1, rtol=0, atol=1e-6)
    torch.testing.assert_close(to_clip_input(video, 32), video.movedim(-1, 1) / 255)


@pytest.mark.parametrize(("height", "width"), [(32, 64), (64, 32)])
def test_crop_keeps_the_middle(height: int, width: int) -> None:
    video = torch.zeros(1, height, width, 3, dtype=torch.uint8)
    middle = video[:, height // 2 - 16 : height // 2 + 16, width // 2 - 16 : width // 2 + 16]
    middle += 200

    cropped = to_sync_input(video, 32, "crop")
    squashed = to_sync_input(video, 32, "squash")

    assert cropped.min() == cropped.max() == torch.tensor(200 / 127.5 - 1)
    assert squashed.min() == -1


def test_node_resize_is_not_antialiased() -> None:
    stripes = torch.zeros(1, 64, 64, 3, dtype=torch.uint8)
    stripes[:, :, 1::4] = 255

    node = node_resize(stripes, 16)
    smooth = to_clip_input(stripes, 16)

    assert (smooth - 0.25).abs().mean() < 0.05
    assert (node - 0.25).abs().mean() > 0.2


def test_node_resize_stays_between_0_and_1() -> None:
    blocks = torch.zeros(1, 8, 8, 3, dtype=torch.uint8)
    blocks[:, 2:6, 2:6] = 255

    frames = node_resize(blocks, 32)

    assert (frames.min().item(), frames.max().item()) == (0, 1)


def test_inputs_are_not_changed() -> None:
    video = film(32, 32)
    before = video.clone()

    to_clip_input(video, 32)
    to_sync_input(video, 32)
    node_resize(video, 32)

    assert torch.equal(video, before)


def test_bilinear_frames_are_squashed_to_a_square_without_a_crop() -> None:
    video = torch.zeros(2, 8, 32, 3, dtype=torch.uint8)
    video[:, :, 16:] = 200
    frames = squashed_bilinear(video, 4)
    assert frames.shape == (2, 3, 4, 4)
    assert frames.dtype == torch.uint8
    assert frames[0, 0, 1, [0, 3]].tolist() == [0, 200]


def test_a_fine_pattern_becomes_grey_and_no_moire() -> None:
    video = torch.zeros(1, 64, 64, 3, dtype=torch.uint8)
    video[:, :, ::2] = 200
    inside = squashed_bilinear(video, 8)[..., 1:-1].float()
    assert (inside - 100).abs().max() <= 5


def test_bilinear_frames_of_the_right_size_keep_their_values() -> None:
    video = film(4, 4)
    assert torch.equal(squashed_bilinear(video, 4), video.movedim(-1, 1))
