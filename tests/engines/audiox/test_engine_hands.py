"""Hearing a sampling before it is done, and having enough of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.sampling.samplers.kinds import SAMPLER_KINDS
from tests.engines.audiox.asking import MAF, RATE_HZ, asked, made
from tests.engines.hands import BusyHands

if TYPE_CHECKING:
    from prismdesk.engines.audiox.engine import AudioxEngine
    from prismdesk.engines.sound import Sound

pytestmark = pytest.mark.usefixtures("small_models")

TASKS = {"k-dpm-fast": EngineTask.GENERATE}


def same(one: tuple[Sound, ...], other: tuple[Sound, ...]) -> bool:
    return all(np.array_equal(a.audio, b.audio) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("sampler", list(SAMPLER_KINDS))
def test_every_sampler_is_heard_and_ended_and_made_again(
    sampler: str, engine: AudioxEngine
) -> None:
    settings = {"sampler": sampler, "steps": 6}
    request = asked(settings=settings, task=TASKS.get(sampler, EngineTask.INPAINT))
    whole = made(request, engine)
    hands = BusyHands(hear_at=(1, 2))
    assert same(made(replace(request, hands=hands), engine), whole)
    assert len(hands.heard) == 2
    for sound, _, _ in hands.heard:
        assert sound.audio.shape == whole[0].audio.shape
        assert np.isfinite(sound.audio).all()
    ended = made(replace(request, hands=BusyHands(enough_at=2)), engine)
    assert not same(ended, whole)
    assert ended[0].settings_used == (("stop_at_step", 2),)
    again = replace(request, settings={**request.settings, "stop_at_step": 2})
    assert same(made(again, engine), ended)


@pytest.mark.parametrize(("way", "step"), [("joint", 2), ("sequential", 2), ("sequential", 5)])
def test_long_regions_are_heard_ended_and_made_again(
    way: str, step: int, engine: AudioxEngine
) -> None:
    settings = {"sampler": "dpmpp-2m", "steps": 3, "long": way}
    request = asked(0.0, 14.0, context_seconds=14.0, settings=settings, variant=MAF, takes=2)
    whole = made(request, engine)
    hands = BusyHands(hear_at=(1,))
    assert same(made(replace(request, hands=hands), engine), whole)
    late = hands.heard[0][0].audio[:, 13 * RATE_HZ : round(13.9 * RATE_HZ)]
    assert (np.abs(late).max() > 1e-4) == (way == "joint")
    ended = made(replace(request, hands=BusyHands(enough_at=step)), engine)
    assert not same(ended, whole)
    assert [take.settings_used for take in ended] == [(("stop_at_step", step),)] * 2
    again = replace(request, settings={**request.settings, "stop_at_step": step})
    assert same(made(again, engine), ended)


def test_a_variation_is_ended_and_made_again(engine: AudioxEngine) -> None:
    settings = {"steps": 6, "strength": 0.5}
    request = asked(settings=settings, task=EngineTask.GENERATE)
    ended = made(replace(request, hands=BusyHands(enough_at=3)), engine)
    again = replace(request, settings={**request.settings, "stop_at_step": 3})
    assert same(made(again, engine), ended)
