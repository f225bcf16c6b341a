from __future__ import annotations

import pytest

from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.errors import UnusableContextError
from prismdesk.engines.selva.stretch import plan_stretch
from tests.engines.selva.asking import RATE_HZ, a_request


def test_generating_works_on_region_and_handles() -> None:
    request = a_request(1.0, 3.0, head_samples=480, tail_samples=960)
    stretch = plan_stretch(request, model_rate_hz=16_000, is_natural=False)
    assert (stretch.start_samples, stretch.end_samples) == (RATE_HZ - 480, 3 * RATE_HZ + 960)


def test_handles_end_where_the_context_does() -> None:
    request = a_request(1.0, 3.0, head_samples=10**9, tail_samples=10**9)
    stretch = plan_stretch(request, model_rate_hz=16_000, is_natural=False)
    assert (stretch.start_samples, stretch.end_samples) == (0, 4 * RATE_HZ)


def test_inpainting_takes_in_surroundings_up_to_the_natural_length() -> None:
    request = a_request(10.0, 11.0, context_seconds=30.0, task=EngineTask.INPAINT)
    stretch = plan_stretch(request, model_rate_hz=16_000, is_natural=False)
    assert stretch.seconds == 8.0
    assert stretch.start_seconds == pytest.approx(6.5)


def test_what_one_side_lacks_the_other_gives() -> None:
    request = a_request(1.0, 2.0, context_seconds=30.0, task=EngineTask.CONTINUE)
    stretch = plan_stretch(request, model_rate_hz=16_000, is_natural=False)
    assert (stretch.start_seconds, stretch.seconds) == (0.0, 8.0)


def test_long_regions_still_see_their_surroundings() -> None:
    request = a_request(5.0, 25.0, context_seconds=30.0, task=EngineTask.INPAINT)
    stretch = plan_stretch(request, model_rate_hz=44_100, is_natural=False)
    assert stretch.seconds == pytest.approx(23.2)


def test_shorter_than_the_networks_can_is_made_longer() -> None:
    stretch = plan_stretch(a_request(1.0, 1.1), model_rate_hz=16_000, is_natural=False)
    assert stretch.seconds == pytest.approx(0.64)
    assert stretch.latent_position(round(1.1 * RATE_HZ)) == pytest.approx(3.125)


@pytest.mark.parametrize(("start", "end"), [(1.0, 1.0), (2.0, 1.0), (3.0, 5.0)])
def test_impossible_regions_are_refused(start: float, end: float) -> None:
    with pytest.raises(UnusableContextError, match="region"):
        plan_stretch(a_request(start, end), model_rate_hz=16_000, is_natural=False)
