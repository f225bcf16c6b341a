from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.media.grey_png import grey_png
from prismdesk.media.still_picture import read_grey

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("shape", [(1, 1), (3, 7), (216, 384)])
def test_what_is_written_reads_back_level_by_level(shape: tuple[int, int], tmp_path: Path) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, shape).astype(np.uint8)
    (tmp_path / "a.png").write_bytes(grey_png(pixels))
    read = read_grey(tmp_path / "a.png")
    assert np.array_equal(np.round(read * 255).astype(np.uint8), pixels)
