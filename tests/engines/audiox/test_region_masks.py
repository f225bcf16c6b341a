from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import torch

from prismdesk.engines.audiox.region_masks import wanted_mask
from prismdesk.engines.hosting.surroundings import Surroundings

_RATE_HZ = 1000
_PER_FRAME = 10


def masked(known: list[tuple[int, int]], *, frames: int = 20, **settings: float) -> torch.Tensor:
    """The mask of a stretch of 200 samples whose frames are 10 samples long."""
    valid = np.zeros(200, bool)
    for start, end in known:
        valid[start:end] = True
    around = Surroundings(
        sound=np.zeros((1, 200), np.float32),
        known=valid,
        region=(0, 200),
        start_gains=np.ones(1),
        end_gains=np.ones(1),
    )
    stretch = SimpleNamespace(
        latent_frames=frames,
        latent_rate_hz=_RATE_HZ / _PER_FRAME,
        project_rate_hz=_RATE_HZ,
    )
    given = SimpleNamespace(**{"softness": 0.0, "marination": 0.0, **settings})
    return wanted_mask(cast("Any", SimpleNamespace(stretch=stretch, settings=given)), around)


def test_frames_that_hold_any_of_what_is_wanted_are_made_anew() -> None:
    mask = masked([(0, 55), (101, 200)])
    assert mask.nonzero().flatten().tolist() == [5, 6, 7, 8, 9, 10]


def test_what_lies_past_the_stretch_is_made_anew() -> None:
    assert masked([(0, 200)], frames=24).nonzero().flatten().tolist() == [20, 21, 22, 23]
    ends = masked([(0, 100)], frames=24).nonzero().flatten().tolist()
    assert ends == list(range(10, 24))


def test_soft_edges_lie_inside_where_known_sound_follows() -> None:
    mask = masked([(0, 50), (150, 200)], softness=0.03)
    assert mask[:5].eq(0).all()
    assert mask[15:].eq(0).all()
    assert (mask[5:8].diff() > 0).all()
    assert (mask[12:15].diff() < 0).all()
    assert mask[8:12].eq(1).all()
    open_ended = masked([(0, 50)], softness=0.03)
    assert open_ended[8:].eq(1).all()


def test_marination_lets_the_whole_region_follow_what_was_there() -> None:
    assert torch.allclose(masked([(0, 50)], marination=0.4).max(), torch.tensor(0.6))


def test_several_gaps_are_all_made_anew() -> None:
    mask = masked([(0, 40), (60, 120), (160, 200)])
    assert mask.nonzero().flatten().tolist() == [4, 5, 12, 13, 14, 15]
