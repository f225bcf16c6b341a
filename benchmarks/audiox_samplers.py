"""How far each sampler is from where 1000 steps lead, over the number of calls of the network.

    python -m benchmarks.audiox_samplers [--sigma-min 0.3] [--sigma-max 500] [--calls 8 16 ...]

The error is ||x - reference|| / ||reference||. Deterministic samplers are held against 1000 steps
of UniPC from the same noise, stochastic ones against 1000 steps of themselves along the same
Brownian path; k-dpm-fast, which stops at the lowest level, against UniPC's state there. A sampler
with two calls a step makes half the steps. Of the mixture the energy distance to results that were
drawn directly is printed as well: how far a set of results is from the truth whatever path led to
them. The DiT's weights are random, so it tells of no sound.
"""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as in the program; before numpy comes

import torch

from benchmarks.audiox_targets import Target, targets
from prismdesk.engines.sampling.samplers.kinds import SAMPLER_KINDS, SamplerKind
from prismdesk.engines.sampling.samplers.sample import sample
from prismdesk.engines.sampling.sigmas import polyexponential_sigmas
from prismdesk.engines.sampling.step_noise import BrownianNoise

if TYPE_CHECKING:
    from torch import Tensor

_REFERENCE_STEPS = 1000
_REFERENCE_KIND = "unipc-2"


def main() -> None:
    """Measure and print."""
    options = _options()
    torch.set_num_threads(options.threads)
    for target in targets():
        _print_target(target, options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sigma-min", type=float, default=0.3)
    parser.add_argument("--sigma-max", type=float, default=500.0)
    parser.add_argument("--calls", type=int, nargs="+", default=[8, 16, 25, 32, 50, 100, 250])
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def _print_target(target: Target, options: argparse.Namespace) -> None:
    references = _References(target, options)
    print(f"\n{target.name}: sigma {options.sigma_max:g} to {options.sigma_min:g}")
    print(f"{'calls':>22} " + " ".join(f"{calls:>8}" for calls in options.calls))
    for kind in SAMPLER_KINDS.values():
        results = [
            _sampled(kind, target, max(2, calls // kind.calls_per_step), options)
            for calls in options.calls
        ]
        reference = references.of(kind)
        _print_row(kind.id, [_relative(one, reference) for one in results])
        if target.truth is not None:
            _print_row("  energy distance", [_energy(one, target.truth) for one in results])


def _print_row(name: str, values: list[float]) -> None:
    print(f"{name:>22} " + " ".join(f"{value:8.2g}" for value in values), flush=True)


class _References:
    """Where 1000 steps lead, worked out once for all that share it."""

    def __init__(self, target: Target, options: argparse.Namespace) -> None:
        self._target = target
        self._options = options
        self._lowest: list[Tensor] = []
        self._end = _sampled(
            SAMPLER_KINDS[_REFERENCE_KIND], target, _REFERENCE_STEPS, options, self._lowest
        )

    def of(self, kind: SamplerKind) -> Tensor:
        """Return what a sampler is held against."""
        if kind.is_stochastic:
            return _sampled(kind, self._target, _REFERENCE_STEPS, self._options)
        return self._end if kind.id != "k-dpm-fast" else self._lowest[-2]


class _OnePath:
    """All takes as one path: that is quicker than a path for each of very small ones."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self._noise = BrownianNoise([2], shape)

    def at(self, index: int, sigma: float, sigma_next: float) -> Tensor:
        """Return the noise of a step, [B, C, N]."""
        return self._noise.at(index, sigma, sigma_next)[0]


def _sampled(
    kind: SamplerKind,
    target: Target,
    steps: int,
    options: argparse.Namespace,
    states: list[Tensor] | None = None,
) -> Tensor:
    shape = (target.takes, *target.shape)
    noise = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    sigmas = polyexponential_sigmas(steps, options.sigma_min, options.sigma_max)

    def keep(done: int, total: int, x: Tensor, denoised: Tensor, reached: float) -> None:
        del total, denoised, reached
        if states is not None and done >= steps - 1:
            states.append(x)

    return sample(
        kind.id,
        target.denoiser,
        noise * sigmas[0],
        sigmas,
        step_noise=_OnePath(shape) if kind.is_stochastic else None,
        on_step=keep,
    )


def _relative(result: Tensor, reference: Tensor) -> float:
    return float((result - reference).norm() / reference.norm())


def _energy(results: Tensor, truth: Tensor) -> float:
    """Return the energy distance between two sets: 0 where they are alike."""
    a, b = results.flatten(1), truth.flatten(1)
    across = torch.cdist(a, b).mean()
    return float(2.0 * across - torch.cdist(a, a).mean() - torch.cdist(b, b).mean())


if __name__ == "__main__":
    main()
