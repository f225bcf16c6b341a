from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import pytest
import torch

from prismdesk.engines.picture.frame_mask import apply_mask, centre_of_mask
from prismdesk.engines.picture.frames import node_resize, to_clip_input, to_sync_input
from prismdesk.engines.picture.seen import Look, seen

Pixels = npt.NDArray[np.uint8]
Shape = tuple[int, int]


def a_frame(shape: Shape) -> Pixels:
    noise = np.random.default_rng(5).integers(0, 256, (*shape, 3))
    wave = 127 + 120 * np.sin(np.arange(shape[1]) / 7)[None, :, None]
    return np.asarray((noise + 3 * wave) / 4, np.uint8)


def a_mask(shape: Shape) -> Pixels:
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    return np.asarray((rows * 7 + columns * 3) % 256, np.uint8)


def a_look(
    size_px: int = 32,
    geometry: Literal["squash", "crop"] = "squash",
    resize: str = "published",
    mask_strength: float = 1.0,
) -> Look:
    return Look(
        purpose="timing",
        rate_hz=25.0,
        size_px=size_px,
        geometry=geometry,
        resize=resize,
        mask_strength=mask_strength,
    )


def by_the_engine(frame: Pixels, look: Look, mask: Pixels | None) -> Pixels:
    """What the engine's own functions make of it, in torch."""
    video = torch.from_numpy(frame[None])
    if look.resize == "node":
        made = node_resize(video, look.size_px)
    elif look.geometry == "squash":
        made = to_clip_input(video, look.size_px)
    else:
        made = to_sync_input(video, look.size_px, "crop") * 0.5 + 0.5
    if mask is not None:
        weights = torch.from_numpy(mask[None].astype(np.float32) / 255)
        if look.geometry == "crop":
            weights = centre_of_mask(weights, (frame.shape[1], frame.shape[0]))
        made = apply_mask(made, weights, look.mask_strength)
    return np.asarray((made[0].movedim(0, -1) * 255).round().numpy(), np.uint8)


@pytest.mark.parametrize("resize", ["published", "node"])
@pytest.mark.parametrize("geometry", ["squash", "crop"])
@pytest.mark.parametrize("shape", [(72, 128), (128, 72), (45, 61), (20, 24), (32, 32)])
def test_a_frame_looks_as_the_engine_makes_it(
    shape: Shape, geometry: Literal["squash", "crop"], resize: str
) -> None:
    if resize == "node" and geometry == "crop":
        geometry = "squash"
    frame, look = a_frame(shape), a_look(geometry=geometry, resize=resize)
    shown = seen(frame, look, None, picture_size_px=(shape[1], shape[0]))
    assert shown.shape == (32, 32, 3)
    far = np.abs(shown.astype(int) - by_the_engine(frame, look, None).astype(int))
    assert far.max() <= 1


@pytest.mark.parametrize("strength", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("geometry", ["squash", "crop"])
@pytest.mark.parametrize("mask_shape", [(54, 96), (9, 16), (216, 384)])
def test_a_mask_is_laid_over_as_the_engine_does(
    mask_shape: Shape, geometry: Literal["squash", "crop"], strength: float
) -> None:
    frame, mask = a_frame((72, 128)), a_mask(mask_shape)
    look = a_look(geometry=geometry, mask_strength=strength)
    shown = seen(frame, look, mask, picture_size_px=(128, 72))
    made = by_the_engine(frame, look, mask)
    assert np.abs(shown.astype(int) - made.astype(int)).max() <= 1


def test_what_is_left_out_is_grey() -> None:
    mask = np.zeros((72, 128), np.uint8)
    mask[:, 64:] = 255
    frame = a_frame((72, 128))
    shown = seen(frame, a_look(), mask, picture_size_px=(128, 72))
    assert set(np.unique(shown[:, :16])) <= {127, 128}
    assert np.array_equal(
        shown[:, 16:], seen(frame, a_look(), None, picture_size_px=(128, 72))[:, 16:]
    )


def test_a_frame_read_in_the_encoders_size_is_not_scaled_again() -> None:
    frame = a_frame((32, 32))
    look = a_look(resize="decoder", geometry="crop")
    assert look.scales_while_reading
    assert np.array_equal(seen(frame, look, None, picture_size_px=(128, 72)), frame)
