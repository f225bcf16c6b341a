from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
import torch

from prismdesk.engines.sampling.samplers.kinds import SAMPLER_KINDS, sampler_kind
from prismdesk.engines.sampling.samplers.sample import sample
from prismdesk.engines.sampling.sigmas import polyexponential_sigmas
from prismdesk.engines.sampling.step_noise import BrownianNoise
from prismdesk.errors import Cancelled, InputError
from tests.engines.sampling.samplers.gaussian import Gaussian

if TYPE_CHECKING:
    from torch import Tensor

LOW, HIGH = 0.05, 20.0
ORDERS = {
    "dpmpp-2m": 2,
    "unipc-2": 3,
    "k-heun": 2,
    "k-lms": 2,
    "k-dpm-2": 2,
    "k-dpm-fast": 3,
}
STOCHASTIC = [kind.id for kind in SAMPLER_KINDS.values() if kind.is_stochastic]


def noise_for(kind: str, count: int) -> BrownianNoise | None:
    return BrownianNoise([5], (1, count)) if sampler_kind(kind).is_stochastic else None


def state_at_lowest(kind: str, steps: int, x: Tensor) -> Tensor:
    """Return x where the lowest level above 0 is reached: the jump to 0 has an error of its own."""
    states: list[Tensor] = []

    def keep(done: int, total: int, x: Tensor, denoised: Tensor, reached: float) -> None:
        if reached > 0.0:
            states.append(x)

    target, sigmas = Gaussian(), polyexponential_sigmas(steps, LOW, HIGH).double()
    sample(kind, lambda x, sigma: target(x.double(), sigma), x, sigmas, on_step=keep)
    return states[-1]


@pytest.mark.parametrize(("kind", "order"), ORDERS.items())
def test_a_deterministic_sampler_converges_at_its_order(kind: str, order: int) -> None:
    x = Gaussian().mean + HIGH * torch.linspace(-1.0, 1.0, 9)[None, None]
    exact = Gaussian().led(x, HIGH, LOW)
    # These numbers of calls leave no segment of first order to the fast one.
    errors = [float((state_at_lowest(kind, steps, x) - exact).norm()) for steps in (26, 50)]
    assert math.log(errors[0] / errors[1]) / math.log(50 / 26) > order - 0.25
    assert errors[1] < 0.02


@pytest.mark.parametrize("kind", SAMPLER_KINDS)
def test_the_result_has_the_targets_mean_and_variance(kind: str) -> None:
    count = 20_000
    noise = torch.randn(1, 1, count, generator=torch.Generator().manual_seed(2))
    sigmas = polyexponential_sigmas(80, LOW, HIGH)
    target = Gaussian(mean=0.7, spread=0.5)
    result = sample(kind, target, HIGH * noise, sigmas, step_noise=noise_for(kind, count))
    # x starts with no trace of the data: its mean is short of the target's by a hair.
    assert result.mean().item() == pytest.approx(0.7, abs=0.03)
    assert result.std().item() == pytest.approx(0.5, abs=0.015)


@pytest.mark.parametrize("kind", STOCHASTIC)
def test_a_stochastic_sampler_forgets_where_it_began(kind: str) -> None:
    sigmas = polyexponential_sigmas(80, LOW, HIGH)
    results = [
        sample(kind, Gaussian(), x, sigmas, step_noise=noise_for(kind, 300))
        for x in (torch.zeros(1, 1, 300), HIGH * torch.randn(1, 1, 300))
    ]
    assert (results[0] - results[1]).abs().max() < 0.1
    assert results[0].std() > 0.3


@pytest.mark.parametrize("kind", SAMPLER_KINDS)
def test_the_denoiser_is_called_as_often_as_told(kind: str) -> None:
    target, steps = Gaussian(), 7
    told: list[tuple[int, int, float]] = []
    sample(
        kind,
        target,
        HIGH * torch.randn(2, 3, 5),
        polyexponential_sigmas(steps, LOW, HIGH),
        step_noise=BrownianNoise([1, 2], (3, 5)),
        on_step=lambda done, total, x, denoised, reached: told.append((done, total, reached)),
    )
    calls = steps * sampler_kind(kind).calls_per_step - (sampler_kind(kind).calls_per_step - 1)
    assert len(target.levels) == calls
    assert [done for done, _, _ in told] == list(range(1, told[-1][1] + 1))
    assert all(before > after for (*_, before), (*_, after) in pairwise(told))
    assert told[-1][2] == (0.0 if kind != "k-dpm-fast" else pytest.approx(LOW))


@pytest.mark.parametrize("kind", SAMPLER_KINDS)
@pytest.mark.parametrize("steps", [1, 2, 3, 4, 6])
def test_any_number_of_steps_gives_something_finite(kind: str, steps: int) -> None:
    x = HIGH * torch.randn(2, 3, 5)
    noise = BrownianNoise([1, 2], (3, 5))
    sigmas = polyexponential_sigmas(steps, LOW, HIGH)
    result = sample(kind, Gaussian(), x, sigmas, step_noise=noise)
    assert result.isfinite().all()
    if steps == 1:
        assert torch.equal(result, Gaussian()(x, HIGH))


@pytest.mark.parametrize("kind", SAMPLER_KINDS)
def test_a_take_does_not_depend_on_its_companions(kind: str) -> None:
    x = HIGH * torch.randn(2, 3, 5)
    sigmas = polyexponential_sigmas(6, LOW, HIGH)
    both = sample(kind, Gaussian(), x, sigmas, step_noise=BrownianNoise([1, 2], (3, 5)))
    one = sample(kind, Gaussian(), x[1:], sigmas, step_noise=BrownianNoise([2], (3, 5)))
    assert torch.equal(both[1:], one)


@pytest.mark.parametrize("kind", SAMPLER_KINDS)
def test_the_state_is_float32_whatever_the_denoiser_gives(kind: str) -> None:
    seen: list[torch.dtype] = []

    def half(x: Tensor, sigma: float) -> Tensor:
        seen.append(x.dtype)
        return Gaussian()(x, sigma).half()

    x = torch.randn(1, 3, 5).half()
    sigmas = polyexponential_sigmas(5, LOW, HIGH)
    result = sample(kind, half, x, sigmas, step_noise=BrownianNoise([1], (3, 5)))
    assert result.dtype == torch.float32
    assert set(seen) == {torch.float32}


@pytest.mark.parametrize("kind", SAMPLER_KINDS)
def test_a_run_stops_where_it_is_cancelled(kind: str) -> None:
    target = Gaussian()
    with pytest.raises(Cancelled):
        sample(
            kind,
            target,
            torch.randn(1, 3, 5),
            polyexponential_sigmas(50, LOW, HIGH),
            step_noise=BrownianNoise([1], (3, 5)),
            cancelled=lambda: len(target.levels) >= 4,
        )
    assert len(target.levels) == 4


@pytest.mark.parametrize("kind", [kind.id for kind in SAMPLER_KINDS.values() if kind.can_blend])
def test_what_is_put_in_is_there_at_every_step_at_its_level(kind: str) -> None:
    put_in: list[tuple[int, float]] = []

    def blend(index: int, x: Tensor, sigma: float) -> Tensor:
        put_in.append((index, sigma))
        return x

    sigmas = polyexponential_sigmas(6, LOW, HIGH)
    noise = BrownianNoise([1], (3, 5))
    x = HIGH * torch.randn(1, 3, 5)
    result = sample(kind, Gaussian(), x, sigmas, step_noise=noise, blend=blend)
    assert put_in == list(enumerate(sigmas[:-1].tolist()))
    assert torch.equal(result, sample(kind, Gaussian(), x, sigmas, step_noise=noise))


@pytest.mark.parametrize("kind", ["k-heun", "k-dpm-2", "k-lms"])
def test_slopes_are_taken_from_before_what_is_put_in(kind: str) -> None:
    x = torch.full((1, 1, 1), 3.0)
    sigmas = torch.tensor([2.0, 1.0, 0.0])
    seen: list[float] = []

    def denoiser(x: Tensor, sigma: float) -> Tensor:
        seen.append(x.item())
        return torch.zeros_like(x)

    def blend(index: int, x: Tensor, sigma: float) -> Tensor:
        return x + 100.0 if index == 0 else x

    sample(kind, denoiser, x, sigmas, blend=blend)
    step = {"k-heun": -1.0, "k-dpm-2": math.sqrt(2.0) - 2.0, "k-lms": -1.0}[kind]
    assert seen[:2] == pytest.approx([3.0, 103.0 + step * 3.0 / 2.0])


def test_the_fast_one_can_put_nothing_in() -> None:
    with pytest.raises(InputError, match=r"k-dpm-fast can't keep part of the sound"):
        sample(
            "k-dpm-fast",
            Gaussian(),
            torch.randn(1, 3, 5),
            polyexponential_sigmas(5, LOW, HIGH),
            blend=lambda index, x, sigma: x,
        )


def test_an_unknown_sampler_names_those_there_are() -> None:
    with pytest.raises(InputError, match=r'"euler"; choose one of: dpmpp-3m-sde, .*k-dpm-fast\.'):
        sampler_kind("euler")


def test_heun_has_two_names() -> None:
    assert sampler_kind("heun") is sampler_kind("k-heun")


@pytest.mark.parametrize("levels", [[0.0], [1.0, 0.5], [1.0, 1.0, 0.0], [0.5, 1.0, 0.0]])
def test_levels_that_do_not_fall_to_nothing_are_refused(levels: list[float]) -> None:
    with pytest.raises(ValueError, match="must fall"):
        sample("dpmpp-2m", Gaussian(), torch.zeros(1, 1, 1), torch.tensor(levels))


@pytest.mark.parametrize("kind", STOCHASTIC)
def test_a_stochastic_sampler_needs_noise(kind: str) -> None:
    with pytest.raises(ValueError, match="needs noise"):
        sample(kind, Gaussian(), torch.zeros(1, 1, 1), polyexponential_sigmas(3, LOW, HIGH))
