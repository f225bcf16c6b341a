"""Projects, sounds and pictures made up for tests of the window; nothing is read from disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prismdesk.project.model import RegionStatus, Task
from tests.builders import RATE_HZ, TEN_SECONDS, a_clip, a_marker, a_project, a_region, a_segment
from tests.builders import a_take as take_of_region

if TYPE_CHECKING:
    import numpy.typing as npt

    from prismdesk.project.model import Project


class ASine:
    """Ten seconds of a stereo sine at half scale, silence outside."""

    rate_hz = RATE_HZ
    channels = 2
    length_samples = TEN_SECONDS

    def read(self, start_samples: int, count_samples: int) -> npt.NDArray[np.float32]:
        """Return float32 (2, count)."""
        place = np.arange(start_samples, start_samples + count_samples)
        inside = (place >= 0) & (place < self.length_samples)
        wave = 0.5 * np.sin(place * (2 * np.pi * 440 / RATE_HZ)) * inside
        return np.stack([wave, wave]).astype(np.float32)


def a_worked_on_project() -> Project:
    """A clip of nine seconds with a mended hole, an open dropout and a continued end."""
    mended = a_region(
        "region-1",
        96_000,
        144_000,
        name="Hole",
        status=RegionStatus.DONE,
        takes=(take_of_region("take-1", 96_000, 144_000, head=4_800, tail=4_800),),
        comp=(a_segment("take-1", 96_000, 144_000),),
    )
    dropout = a_region("region-2", 200_000, 200_576, name="Dropout")
    longer = a_region("region-3", 432_000, 480_000, name="Harbour air", task=Task.CONTINUE)
    return a_project(
        clips=(a_clip("clip-1", 0, 432_000, fade_in=24_000),),
        regions=(dropout, mended, longer),
        markers=(a_marker("marker-1", 240_000, name="bell"),),
    )
