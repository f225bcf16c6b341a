from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from prismdesk.engines.nets.reach import Chain, ConvStep, in_tiles
from prismdesk.progress import ignore_progress

STEPS = [
    ConvStep(width=7, padding=9, dilation=3),
    ConvStep(width=4, padding=1, stride=2),
    ConvStep(width=6, padding=2, stride=3),
    ConvStep(width=4, padding=1, stride=2, is_transposed=True),
    ConvStep(width=10, padding=3, stride=5, is_transposed=True),
    ConvStep(width=3, padding=0),
    ConvStep(width=2, padding=1),
]
CHAINS = [
    Chain((STEPS[0], STEPS[1], STEPS[0], STEPS[2])),
    Chain((STEPS[0], STEPS[3], STEPS[0], STEPS[4], STEPS[0])),
    Chain((STEPS[5], STEPS[6])),
    Chain((STEPS[2], STEPS[0], STEPS[4])),
]


def _done(x: Tensor, *steps: ConvStep) -> Tensor:
    for step in steps:
        taps = torch.rand(1, 1, step.width, generator=torch.Generator().manual_seed(0)) + 0.5
        if step.is_transposed:
            x = functional.conv_transpose1d(x, taps, stride=step.stride, padding=step.padding)
        else:
            x = functional.conv1d(
                x, taps, stride=step.stride, padding=step.padding, dilation=step.dilation
            )
    return x


def _hearers(chain: Chain, marked: int, length: int) -> list[int]:
    x = torch.zeros(1, 1, length)
    x[..., marked] = torch.nan  # goes wherever the input has any weight
    return [int(place) for place in _done(x, *chain.steps)[0, 0].isnan().nonzero().flatten()]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("length", [19, 20, 21, 22, 50])
def test_length_after_a_step_is_that_of_the_convolution(step: ConvStep, length: int) -> None:
    assert step.length_after(length) == _done(torch.zeros(1, 1, length), step).shape[-1]


def test_nothing_comes_of_too_little() -> None:
    assert STEPS[1].length_after(1) == 0
    assert STEPS[1].length_after(0) == 0
    assert Chain((STEPS[1], STEPS[3])).length_after(1) == 0


@pytest.mark.parametrize("chain", CHAINS[:3])
def test_a_stretch_hears_all_it_depends_on_and_nothing_else(chain: Chain) -> None:
    length = 60
    made = chain.length_after(length)
    heard: list[list[int]] = [[] for _ in range(made)]
    for marked in range(length):
        for place in _hearers(chain, marked, length):
            heard[place].append(marked)

    for place, inputs in enumerate(heard):
        start, stop = chain.heard_by((place, place + 1))
        assert (max(0, start), min(length, stop)) == (min(inputs), max(inputs) + 1)


@pytest.mark.parametrize("chain", CHAINS)
@pytest.mark.parametrize("length", [37, 60, 61])
@pytest.mark.parametrize("tile", [1, 4, 7, 1000])
def test_tiles_give_the_whole(chain: Chain, length: int, tile: int) -> None:
    x = torch.randn(2, 1, length, generator=torch.Generator().manual_seed(1))

    tiled = in_tiles(
        lambda part: _done(part, *chain.steps), chain, x, tile=tile, progress=ignore_progress
    )

    torch.testing.assert_close(tiled, _done(x, *chain.steps))


def test_progress_is_told_after_each_tile() -> None:
    told: list[float] = []

    in_tiles(lambda part: part, Chain(()), torch.zeros(1, 1, 10), tile=4, progress=told.append)

    assert told == pytest.approx([0.4, 0.8, 1.0])
