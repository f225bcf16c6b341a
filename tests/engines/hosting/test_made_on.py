from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import numpy as np
import torch

from prismdesk.engines.contract import Result
from prismdesk.engines.hosting.made_on import arithmetic_of, made_on, recorded
from prismdesk.engines.hosting.memory import MemoryPlan
from prismdesk.engines.hosting.network import Checkpoint
from prismdesk.engines.sound import Sound

if TYPE_CHECKING:
    from prismdesk.engines.request import Request
    from prismdesk.engines.weights.model import Model

PLAN = MemoryPlan(is_offloading=False, takes_at_once=3, clip_frames_at_once=8, segments_at_once=4)
CHECKPOINT = Checkpoint(
    model=cast("Model", None), files={}, device=torch.device("cpu"), precision=torch.float32
)


def seeds_beside(plan: MemoryPlan, takes: int) -> list[tuple[int, ...]]:
    request = cast("Request", _Asked(seed=2**32 - 2, takes=takes))
    sounds = tuple(Sound(audio=np.zeros((1, 1), np.float32), seed=0) for _ in range(takes))
    result = recorded(Result(sounds=sounds), request, CHECKPOINT, plan)
    assert result.made_on == made_on(CHECKPOINT, plan)
    return [sound.batch_seeds for sound in result.sounds]


class _Asked:
    def __init__(self, seed: int, takes: int) -> None:
        self.seed = seed
        self.takes = takes


def test_each_sound_says_which_were_computed_beside_it() -> None:
    first, last = 2**32 - 2, 2**32 - 1
    assert seeds_beside(PLAN, 5) == [(first, last, 0)] * 3 + [(1, 2)] * 2
    assert seeds_beside(replace(PLAN, takes_at_once=1), 2) == [(), ()]


def test_device_numbers_and_libraries_are_named() -> None:
    told = made_on(CHECKPOINT, PLAN)
    assert told.precision == "fp32"
    assert dict(told.libraries)["torch"] == str(torch.__version__)
    assert dict(told.at_once)["threads"] == torch.get_num_threads()
    assert told.device.endswith(torch.backends.cpu.get_cpu_capability())


def test_arithmetic_is_another_where_pictures_are_looked_at_one_by_one() -> None:
    one_by_one = replace(PLAN, clip_frames_at_once=1)
    assert arithmetic_of(CHECKPOINT, PLAN) != arithmetic_of(CHECKPOINT, one_by_one)
    assert arithmetic_of(CHECKPOINT, PLAN) == arithmetic_of(
        CHECKPOINT, replace(PLAN, is_offloading=True, takes_at_once=1)
    )
