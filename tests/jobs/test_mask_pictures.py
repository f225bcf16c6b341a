from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.errors import Cancelled, InputError
from prismdesk.jobs import mask_pictures
from prismdesk.jobs.mask_pictures import mask_of_pictures
from prismdesk.media.errors import MediaError
from prismdesk.progress import never_cancelled
from tests.stills import write_grey

if TYPE_CHECKING:
    from pathlib import Path


def put(folder: Path, name: str, grey: list[list[int]]) -> str:
    write_grey(folder / name, np.array(grey, np.uint8))
    return name


def test_no_masks_are_no_mask(tmp_path: Path) -> None:
    assert mask_of_pictures(tmp_path, (), never_cancelled) is None


def test_masks_follow_each_other(tmp_path: Path) -> None:
    masks = (put(tmp_path, "a.png", [[0, 255]]), put(tmp_path, "b.png", [[255, 0]]))
    mask = mask_of_pictures(tmp_path, masks, never_cancelled)
    assert mask is not None
    assert mask.weights.dtype == np.float32
    np.testing.assert_array_equal(mask.weights, [[[0, 1]], [[1, 0]]])


def test_masks_of_one_region_have_one_size(tmp_path: Path) -> None:
    masks = (put(tmp_path, "a.png", [[0, 255]]), put(tmp_path, "b.png", [[255], [0]]))
    with pytest.raises(InputError, match=r"b\.png has another size than a\.png"):
        mask_of_pictures(tmp_path, masks, never_cancelled)


def test_large_masks_are_thinned_out_evenly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mask_pictures, "MAX_SIDE_PX", 4)
    row = [20 * number for number in range(10)]
    mask = mask_of_pictures(tmp_path, (put(tmp_path, "a.png", [row] * 4),), never_cancelled)
    assert mask is not None
    np.testing.assert_allclose(mask.weights * 255, [[[20, 80, 140]]], atol=0.01)


def test_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = put(tmp_path, "a.png", [[0, 255]])
    with pytest.raises(InputError, match="too many"):
        mask_of_pictures(tmp_path, (name,) * 1001, never_cancelled)
    monkeypatch.setattr(mask_pictures, "_MAX_WEIGHTS", 5)
    with pytest.raises(InputError, match="too large together"):
        mask_of_pictures(tmp_path, (name,) * 3, never_cancelled)


def test_a_lost_mask_is_named(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"gone\.png"):
        mask_of_pictures(tmp_path, ("gone.png",), never_cancelled)


def test_reading_masks_can_be_cancelled(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        mask_of_pictures(tmp_path, (put(tmp_path, "a.png", [[0]]),), lambda: True)
