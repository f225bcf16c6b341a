"""Rushing air with a second to mend, takes with handles, and a marker: nothing is on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from prismdesk.project.ids import RegionId, TakeId
from prismdesk.project.timebase import SampleRange
from tests.builders import (
    RATE_HZ,
    TEN_SECONDS,
    a_clip,
    a_marker,
    a_project,
    a_provenance,
    a_region,
    a_segment,
    a_take,
)
from tests.media.fake_sounds import ArraySound, ArraySounds

if TYPE_CHECKING:
    from prismdesk.project.model import Project

REGION, LOUD, FITTING = RegionId("region-1"), TakeId("take-loud"), TakeId("take-fitting")
START, END, HANDLE = 4 * RATE_HZ, 5 * RATE_HZ, 4_800
STEP_AT = START + 12_000
"""Where both takes have a step."""
MARKER_AT = STEP_AT - 430
"""Some 8 ms before it."""
SPAN = SampleRange(START, END)


def the_project() -> Project:
    """Two takes of a second, with handles of 0.1 s; the loud one is chosen."""
    made = a_provenance(made_for=SPAN)
    takes = tuple(
        a_take(take_id, START, END, head=HANDLE, tail=HANDLE, seam=480, name=name, provenance=made)
        for take_id, name in ((LOUD, "Loud"), (FITTING, "Fitting"))
    )
    region = a_region(
        REGION, START, END, takes=takes, comp=(a_segment(LOUD, START, END),), name="Wind hit"
    )
    return a_project(
        clips=(a_clip("clip-1", 0, TEN_SECONDS),),
        regions=(region,),
        markers=(a_marker("marker-1", MARKER_AT, name="first step"),),
    )


def the_sounds() -> ArraySounds:
    """Even noise on the lane; the takes' is as soft, or 6 dB louder, with a step in it."""
    film, fitting = _rushing(1, TEN_SECONDS), _rushing(2, END - START + 2 * HANDLE)
    at = STEP_AT - START + HANDLE
    ring = np.exp(-np.arange(9_600) / 1200).astype(np.float32)
    loud = fitting * np.float32(2.0)
    for take in (fitting, loud):
        take[:, at : at + 9_600] += 0.4 * ring * _rushing(3, 9_600) / np.float32(0.1)
    return ArraySounds(
        {("media-1", 1): ArraySound(film)},
        {"take-loud": ArraySound(loud), "take-fitting": ArraySound(fitting)},
    )


def _rushing(seed: int, samples: int) -> npt.NDArray[np.float32]:
    return (0.02 * np.random.default_rng(seed).standard_normal((2, samples))).astype(np.float32)
