from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.errors import UnsupportedError
from prismdesk.engines.hosting.stretch import Stretch
from prismdesk.engines.hosting.surroundings import Surroundings, read_surroundings
from tests.engines.selva.asking import a_request, noise

_RATE_HZ = 1000


def surroundings(
    channels: int, *, placement: str = "auto", model_channels: int = 2, **fields: Any
) -> Surroundings:
    """Of a region from 1 to 2 s in 4 s of noise."""
    request = a_request(rate_hz=_RATE_HZ, channels=channels, **fields)
    stretch = Stretch(
        start_samples=0,
        end_samples=4500,
        project_rate_hz=_RATE_HZ,
        model_rate_hz=_RATE_HZ,
        latent_rate_hz=10.0,
    )
    return read_surroundings(request, stretch, placement, model_channels=model_channels)


def test_what_is_not_known_is_the_region_and_where_nothing_lies() -> None:
    valid = np.ones(4000, bool)
    valid[3000:3500] = False
    around = surroundings(2, valid=valid, task=EngineTask.INPAINT)
    assert around.unknown_runs() == [(1000, 2000), (3000, 3500), (4000, 4500)]
    assert not around.sound[:, 4000:].any()


def test_everything_unknown_is_one_run() -> None:
    around = surroundings(1, valid=np.zeros(4000, bool))
    assert around.unknown_runs() == [(0, 4500)]


def test_stereo_is_left_and_right_or_mono_twice() -> None:
    for channels in (1, 2, 6):
        around = surroundings(channels)
        first, second = around.sound[0], around.sound[min(1, channels - 1)]
        assert np.array_equal(around.stereo, np.stack([first, second]))


def test_what_is_mixed_down_is_heard_mixed_down() -> None:
    around = surroundings(2, placement="centre")
    assert around.mixes_down
    assert np.array_equal(around.stereo[0], around.stereo[1])
    assert not surroundings(2, placement="centre", model_channels=1).mixes_down


def test_a_sound_to_vary_stands_in_the_region() -> None:
    source = noise(2, _RATE_HZ, seed=9)
    around = surroundings(2, source=source)
    assert np.array_equal(around.sound[:, 1000:2000], source)


def test_tracks_of_too_many_channels_are_refused() -> None:
    with pytest.raises(UnsupportedError, match="9 channels"):
        surroundings(9)
