"""A mask that moves along the region is at each time where it was drawn for that time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pytest

from prismdesk.engines.picture import frames_read
from prismdesk.engines.picture.frame_mask import apply_mask
from prismdesk.engines.request import PictureMask
from prismdesk.session.masks import MaskStills
from tests.builders import a_box, a_keyed_shape, a_region, a_shape
from tests.engines.selva.asking import SELVA, KeptInMemory, MovingSquare, a_request, first

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.project.picture_mask import DrawnMask

pytestmark = pytest.mark.usefixtures("small_models")

Features = npt.NDArray[np.float32]
SECONDS, RATE_HZ = 3, 1000
LENGTH = SECONDS * RATE_HZ
LEFT, RIGHT = a_box(0.2, 0.5, 0.3, 0.8), a_box(0.8, 0.5, 0.3, 0.8)


def weights_of(mask: DrawnMask) -> PictureMask:
    region = a_region("r", 0, LENGTH, drawn_masks=(mask,))
    stills = MaskStills(Path(), region, rate_hz=RATE_HZ, picture_px=(64, 36), longer_side_px=64)
    levels = np.stack([stills[index] for index in range(len(stills))])
    return PictureMask(weights=np.asarray(levels / 255, np.float32))


def features_of(mask: DrawnMask) -> Features:
    """What SelVA's video encoder makes of the film: (segments, 8, width)."""
    store = KeptInMemory()
    first(
        a_request(
            0.5,
            0.5 + SECONDS,
            variant=SELVA,
            picture=MovingSquare(),
            mask=weights_of(mask),
            features=store,
        )
    )
    (found,) = (arrays["features"] for arrays in store.kept.values() if "features" in arrays)
    return np.asarray(found, np.float32).reshape(-1, 8, found.shape[-1])


def test_movement_changes_what_the_encoder_makes_of_just_the_times_it_changes() -> None:
    half = LENGTH // 2
    moving = features_of(a_keyed_shape(keys={0: LEFT, LENGTH: RIGHT}))
    stopping = features_of(a_keyed_shape(keys={0: LEFT, half: a_box(0.5, 0.5, 0.3, 0.8)}))
    still = features_of(a_shape("m", LEFT))
    # Segments of 16 frames, 8 apart, 25 a second: those that end by the middle see the same.
    same = [index for index in range(len(moving)) if (8 * index + 16) / 25 <= SECONDS / 2]
    assert len(same) >= 3
    for index in range(len(moving)):
        is_same = np.allclose(moving[index], stopping[index], atol=1e-5)
        assert is_same == (index in same)
        assert not np.allclose(moving[index], still[index], atol=1e-3)


def test_each_frame_is_given_the_still_of_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[npt.NDArray[np.int64]] = []

    def noted(frames: Tensor, mask: Tensor, strength: float, indices: object) -> Tensor:
        given.append(np.asarray(indices, np.int64))
        return apply_mask(frames, mask, strength, given[-1])

    monkeypatch.setattr(frames_read, "apply_mask", noted)
    features_of(a_keyed_shape(keys={0: LEFT, LENGTH: RIGHT}))
    indices = np.unique(np.concatenate(given))
    # Twenty-five a second: a still of its own for all but the repeated frames of a 30 fps film.
    assert len(indices) > 0.9 * SECONDS * 25
    # The last segment ends at most seven frames before the region does.
    assert indices.min() == 0
    assert indices.max() >= SECONDS * 25 - 8
