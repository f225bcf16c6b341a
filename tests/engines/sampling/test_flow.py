from __future__ import annotations

import pytest
import torch

from prismdesk.engines.sampling.flow import draw_noise, sample_flow, step_times
from prismdesk.errors import Cancelled


def test_times_are_equal_steps() -> None:
    assert step_times(4) == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert step_times(1) == [0.0, 1.0]


@pytest.mark.parametrize("steps", [1, 3, 7, 25, 200])
def test_only_the_remaining_steps_are_left(steps: int) -> None:
    whole = step_times(steps)

    for index, time in enumerate(whole[:-1]):
        assert step_times(steps, time) == whole[index:]
        assert step_times(steps, index / steps)[1:] == whole[index + 1 :]
    assert step_times(4, 0.3) == [0.3, 0.5, 0.75, 1.0]
    assert step_times(4, 0.99) == [0.99, 1.0]


@pytest.mark.parametrize(("steps", "start"), [(0, 0.0), (5, 1.0), (5, -0.1), (5, float("nan"))])
def test_impossible_steps_are_refused(steps: int, start: float) -> None:
    with pytest.raises(ValueError, match=r"nowhere|can't start"):
        step_times(steps, start)


@pytest.mark.parametrize("steps", [1, 5])
def test_straight_path_arrives(steps: int) -> None:
    noise, data = draw_noise([1, 2], 7, 3), draw_noise([3, 4], 7, 3)

    arrived = sample_flow(lambda x, t: data - noise, noise, steps=steps)

    assert torch.allclose(arrived, data, atol=1e-6)


def test_each_step_goes_on_from_the_last() -> None:
    arrived = sample_flow(lambda x, t: x * t, torch.ones(1, 1, 1), steps=2)

    assert arrived.item() == 1.25


def test_started_on_the_way_only_the_rest_is_run() -> None:
    noise, data = draw_noise([1], 7, 3), draw_noise([3], 7, 3)
    times: list[float] = []

    def velocity(x: torch.Tensor, t: float) -> torch.Tensor:
        times.append(t)
        return data - noise

    arrived = sample_flow(velocity, 0.4 * noise + 0.6 * data, steps=5, start=0.6)

    assert times == pytest.approx([0.6, 0.8])
    assert torch.allclose(arrived, data, atol=1e-6)


def test_state_is_float32() -> None:
    seen: list[torch.dtype] = []

    def velocity(x: torch.Tensor, t: float) -> torch.Tensor:
        seen.append(x.dtype)
        return x.bfloat16()

    arrived = sample_flow(velocity, torch.ones(1, 2, 2, dtype=torch.bfloat16), steps=3)

    assert {*seen, arrived.dtype} == {torch.float32}


def test_latent_is_changed_after_each_step_and_told() -> None:
    told: list[tuple[int, int, float, float]] = []

    arrived = sample_flow(
        lambda x, t: torch.ones_like(x),
        torch.zeros(1, 1, 1),
        steps=2,
        after_step=lambda x, t: x + 10 * t,
        on_step=lambda done, steps, x, v, t: told.append((done, steps, x.item(), t)),
    )

    assert arrived.item() == 16.0
    assert told == [(1, 2, 5.5, 0.5), (2, 2, 16.0, 1.0)]


def test_cancelling_stops_within_a_step() -> None:
    steps = 0

    def velocity(x: torch.Tensor, t: float) -> torch.Tensor:
        nonlocal steps
        steps += 1
        return x

    with pytest.raises(Cancelled):
        sample_flow(velocity, torch.zeros(1, 1, 1), steps=100, cancelled=lambda: steps == 3)
    assert steps == 3


def test_noise_belongs_to_its_seed_alone() -> None:
    several = draw_noise([5, 6, 2**32 - 1], 9, 4)

    assert several.shape == (3, 9, 4)
    assert torch.equal(draw_noise([6], 9, 4)[0], several[1])
    assert torch.equal(draw_noise([2**32 - 1, 5], 9, 4)[1], several[0])
    assert not torch.equal(several[0], several[1])


def test_noise_leaves_the_common_generator_alone() -> None:
    torch.manual_seed(7)
    expected = torch.rand(1)
    torch.manual_seed(7)

    draw_noise([1], 3, 3)

    assert torch.equal(torch.rand(1), expected)


def test_noise_is_standard_normal() -> None:
    noise = draw_noise([11], 2000, 20)

    assert abs(noise.mean().item()) < 0.02
    assert noise.std().item() == pytest.approx(1.0, abs=0.02)


def test_noise_needs_a_seed() -> None:
    with pytest.raises(ValueError, match="seeds"):
        draw_noise([], 3, 3)
