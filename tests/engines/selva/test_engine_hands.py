"""Hearing a sampling before it is done, and having enough of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.hosting.memory import MemoryPlan, ladder
from prismdesk.engines.request import MachineOptions
from prismdesk.engines.selva.engine import SelvaEngine
from tests.engines.hands import BusyHands
from tests.engines.selva.asking import RATE_HZ, a_request, ignore

if TYPE_CHECKING:
    from collections.abc import Iterator

    import torch

    from prismdesk.engines.capabilities import SettingValue
    from prismdesk.engines.request import Request
    from prismdesk.engines.sound import Sound

pytestmark = pytest.mark.usefixtures("small_models")

LONG: dict[str, SettingValue] = {"steps": 4, "window_overlap_seconds": 2.24}


def made(request: Request) -> tuple[Sound, ...]:
    return SelvaEngine().run(request, ignore, lambda: False).sounds


def same(one: tuple[Sound, ...], other: tuple[Sound, ...]) -> bool:
    return all(np.array_equal(a.audio, b.audio) for a, b in zip(one, other, strict=True))


def long_request(way: str, **fields: object) -> Request:
    settings: dict[str, SettingValue] = {**LONG, "long": way}
    return a_request(0.0, 12.0, context_seconds=12.0, settings=settings, **fields)  # type: ignore[arg-type]  # fields of a request


@pytest.mark.parametrize("task", list(EngineTask))
def test_a_run_that_was_listened_to_gives_the_samples_of_one_that_was_not(task: EngineTask) -> None:
    request = a_request(task=task, settings={"steps": 4}, takes=2)
    hands = BusyHands(hear_at=(1, 2, 4))
    assert same(made(replace(request, hands=hands)), made(request))
    assert [(step, steps) for _, step, steps in hands.heard] == [(1, 4), (2, 4), (4, 4)]
    length = request.region_end_samples - request.region_start_samples
    for sound, _, _ in hands.heard:
        assert sound.audio.shape == (request.context.shape[0], length)
        assert np.abs(sound.audio).max() > 0.0


def test_what_is_heard_after_the_last_step_is_the_take() -> None:
    hands = BusyHands(hear_at=(4,))
    request = a_request(settings={"steps": 4}, hands=hands)
    take = made(request)[0]
    np.testing.assert_array_equal(hands.heard[0][0].audio, take.audio)


@pytest.mark.parametrize("way", ["joint", "sequential"])
def test_long_regions_are_heard_as_far_as_they_are_made(way: str) -> None:
    hands = BusyHands(hear_at=(2,))
    request = long_request(way)
    assert same(made(replace(request, hands=hands)), made(request))
    heard = hands.heard[0][0].audio
    second_half = heard[:, 10 * RATE_HZ : 11 * RATE_HZ]
    assert np.abs(heard[:, : 4 * RATE_HZ]).max() > 0.0
    assert (np.abs(second_half).max() > 1e-4) == (way == "joint")


@pytest.mark.parametrize(
    ("way", "step"), [("joint", 2), ("sequential", 3), ("sequential", 6), ("single", 1)]
)
@pytest.mark.parametrize("task", [EngineTask.GENERATE, EngineTask.INPAINT])
def test_what_was_ended_is_made_again_by_the_setting_it_names(
    way: str, step: int, task: EngineTask
) -> None:
    request = long_request(way, takes=2)
    if task is EngineTask.INPAINT:
        request = replace(request, task=task, region_start_samples=RATE_HZ)
    ended = made(replace(request, hands=BusyHands(enough_at=step)))
    whole = made(request)
    assert not same(ended, whole)
    for take, ended_take in enumerate(ended):
        assert ended_take.settings_used == (("stop_at_step", step),), take
    again = made(replace(request, settings={**request.settings, "stop_at_step": step}))
    assert same(ended, again)
    assert again[0].settings_used == ()


def test_ending_a_variation_and_one_that_goes_back_and_forth_is_made_again() -> None:
    settings: dict[str, SettingValue] = {"steps": 8, "jumps": 2}
    request = a_request(task=EngineTask.INPAINT, settings=settings)
    ended = made(replace(request, hands=BusyHands(enough_at=5)))
    assert same(ended, made(replace(request, settings={**settings, "stop_at_step": 5})))
    varied = a_request(settings={"steps": 8, "strength": 0.6})
    ended = made(replace(varied, hands=BusyHands(enough_at=2)))
    again = replace(varied, settings={**varied.settings, "stop_at_step": 2})
    assert same(ended, made(again))


def test_enough_at_the_last_step_changes_nothing() -> None:
    request = a_request(settings={"steps": 3})
    ended = made(replace(request, hands=BusyHands(enough_at=3)))
    assert same(ended, made(request))
    assert ended[0].settings_used == ()


def test_takes_made_one_after_the_other_are_each_made_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Enough in the second leaves the first whole and ends the third at the same step."""
    request = a_request(settings={"steps": 4}, takes=3)
    hands = BusyHands(enough_after=4 + 2)

    def one_at_a_time(device: torch.device, takes: int, offload: str) -> Iterator[MemoryPlan]:
        yield replace(next(ladder(device, takes, "keep")), takes_at_once=1)

    monkeypatch.setattr("prismdesk.engines.hosting.engine.ladder", one_at_a_time)
    takes = made(replace(request, hands=hands))
    assert [take.settings_used for take in takes] == [
        (),
        (("stop_at_step", 2),),
        (("stop_at_step", 2),),
    ]
    again = made(replace(request, settings={**request.settings, "stop_at_step": 2}))
    assert same(takes[1:], again[1:])
    assert same(takes[:1], made(request)[:1])


def test_without_room_for_the_decoder_it_is_said_why_nothing_is_heard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("prismdesk.engines.hosting.previewing.free_bytes", lambda _: 1000)
    hands = BusyHands(hear_at=(1,))
    machine = MachineOptions(offload="offload")
    request = a_request(settings={"steps": 2}, machine=machine)
    assert same(made(replace(request, hands=hands)), made(request))
    assert not hands.heard
    assert hands.reasons == [
        "There is no room in the memory of the processor to decode sound while sampling goes on; "
        "it is heard once it is made."
    ]


def test_memory_that_runs_out_while_it_is_heard_costs_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    request = a_request(settings={"steps": 2})
    whole = made(request)
    monkeypatch.setattr("prismdesk.engines.selva.making.decoded_so_far", fail)
    hands = BusyHands(hear_at=(1,))
    assert same(made(replace(request, hands=hands)), whole)
    assert len(hands.reasons) == 1
