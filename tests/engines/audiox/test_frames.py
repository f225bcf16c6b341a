from __future__ import annotations

import torch

from prismdesk.engines.audiox.frames import still_frames, to_clip_frames, to_sync_frames


def test_frames_are_squashed_to_a_square_without_a_crop() -> None:
    video = torch.zeros(2, 8, 32, 3, dtype=torch.uint8)
    video[:, :, 16:] = 200
    frames = to_clip_frames(video, 4)
    assert frames.shape == (2, 3, 4, 4)
    assert frames.dtype == torch.float32
    assert frames[0, 0, 1, [0, 3]].tolist() == [0.0, 200.0]


def test_a_fine_pattern_becomes_grey_and_no_moire() -> None:
    video = torch.zeros(1, 64, 64, 3, dtype=torch.uint8)
    video[:, :, ::2] = 200
    inside = to_clip_frames(video, 8)[..., 1:-1]
    assert (inside - 100).abs().max() <= 5


def test_frames_of_the_right_size_keep_their_values() -> None:
    video = torch.randint(0, 256, (2, 4, 4, 3), dtype=torch.uint8)
    assert torch.equal(to_clip_frames(video, 4), video.movedim(-1, 1).float())


def test_frames_for_movement_are_centred() -> None:
    video = torch.tensor([0, 255], dtype=torch.uint8).repeat(1, 2, 1)[..., None].expand(1, 2, 2, 3)
    assert to_sync_frames(video, 2)[0, 0].tolist() == [[-1.0, 1.0], [-1.0, 1.0]]


def test_a_still_image_is_a_film_of_full_brightness() -> None:
    image = torch.full((4, 4, 3), 255, dtype=torch.uint8)
    frames = to_clip_frames(still_frames(image, 50), 4)
    assert frames.shape == (50, 3, 4, 4)
    assert frames.min() == 255.0
