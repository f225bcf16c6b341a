"""The noise that stochastic samplers add on the way, step by step.

Everything is drawn on the CPU in float32 from one seed per take, so that a take depends neither
on its companions nor on the device.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import torch
from torch import Tensor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_FINEST = 24  # halvings at most
_COARSEST = 15
_POINTS = 1 << _FINEST
_POINTS_A_STEP = 4
_OCTAVES = 16  # sigma from 2^-16 to 2^16
_SEED_BITS = (1 << 64) - 1
_FRESH = 1 << 40  # numbers of streams from here on belong to no point of a path


class StepNoise(Protocol):
    """Where a sampler takes its noise from."""

    def at(self, index: int, sigma: float, sigma_next: float) -> Tensor:
        """Return standard normal noise [B, C, N] for a step from a noise level to the next."""
        ...


@dataclass(frozen=True, slots=True)
class GivenNoise:
    """Noise that was drawn before, ``tensors`` [steps, B, C, N]."""

    tensors: Tensor

    def at(self, index: int, sigma: float, sigma_next: float) -> Tensor:
        """Return that of the step's number; the levels don't matter."""
        del sigma, sigma_next
        return self.tensors[index]


@dataclass(frozen=True, slots=True)
class FreshNoise:
    """Noise that has nothing to do with any other step's, [len(seeds), C, N]."""

    seeds: Sequence[int]
    shape: tuple[int, ...]

    def at(self, index: int, sigma: float, sigma_next: float) -> Tensor:
        """Return that of the step's number; the levels don't matter."""
        del sigma, sigma_next
        drawn = [_normal(seed, _FRESH + index, self.shape) for seed in self.seeds]
        return torch.from_numpy(np.stack(drawn))


class BrownianNoise:
    """The increments of one Brownian path W(sigma) per take.

    A step's noise is (W(next) - W(sigma)) / sqrt(|next - sigma|). Steps that don't overlap get
    independent standard normal noise, but however many steps there are, and wherever they begin
    and end, they see the same path; so few and many steps from one seed lead to like results.

    W(sigma) is built by halving: between two known points a and b the value at m is normal with
    mean W(a) + (W(b) - W(a)) (m - a) / (b - a) and variance (m - a)(b - m) / (b - a) (Lévy's
    construction), each point drawn from its own number. Points lie at equal ratios, 1024 to the
    octave or, where steps are very short, as many as they need; a level is taken to be the
    nearest point, which leaves increments exactly standard normal.
    """

    def __init__(self, seeds: Sequence[int], shape: tuple[int, ...]) -> None:
        """Begin paths of ``shape`` [C, N] each.

        Raises:
            ValueError: there is no seed.
        """
        if not seeds:
            raise ValueError("noise is drawn from seeds, and there are none")
        self._paths = [_Path(seed, shape) for seed in seeds]
        self._halvings = _COARSEST

    def at(self, index: int, sigma: float, sigma_next: float) -> Tensor:
        """Return the increments between two levels, [B, C, N]; the step's number doesn't matter.

        Raises:
            ValueError: a level is beyond 2^-16 to 2^16, or both are all but the same.
        """
        del index
        here, there = self._points(sigma, sigma_next)
        if here == there:
            raise ValueError(f"no noise lies between the levels {sigma} and {sigma_next}")
        spread = math.sqrt(abs(_sigma_of(there) - _sigma_of(here)))
        # A step begins where the last one ended: asked for first, that point is still known.
        before = [path.at(here) for path in self._paths]
        drawn = [
            (path.at(there) - w) / np.float32(spread)
            for path, w in zip(self._paths, before, strict=True)
        ]
        return torch.from_numpy(np.stack(drawn))

    def _points(self, sigma: float, sigma_next: float) -> tuple[int, int]:
        """Return the points nearest to two levels, some points apart if they can be."""
        while True:
            distance = 1 << (_FINEST - self._halvings)
            here, there = (_nearest_point(one, distance) for one in (sigma, sigma_next))
            if abs(here - there) >= _POINTS_A_STEP * distance or self._halvings == _FINEST:
                return here, there
            self._halvings += 1


class _Path:
    """One take's path; of the points on the way to the last two places asked for it keeps W."""

    def __init__(self, seed: int, shape: tuple[int, ...]) -> None:
        self._seed = seed
        self._shape = shape
        self._before: dict[int, NDArray[np.float32]] = {}
        self._last: dict[int, NDArray[np.float32]] = {}

    def at(self, point: int) -> NDArray[np.float32]:
        """Return W at a point's number, [C, N]."""
        known = self._before | self._last
        seen: dict[int, NDArray[np.float32]] = {}
        low, high = 0, _POINTS
        w_low = np.zeros(self._shape, np.float32)
        w_high = self._value(high, known, seen, mean=w_low, variance=_sigma_of(high))
        while point not in (low, high):
            middle = (low + high) // 2
            a, m, b = _sigma_of(low), _sigma_of(middle), _sigma_of(high)
            share = (m - a) / (b - a)
            mean = w_low + (w_high - w_low) * np.float32(share)
            w_middle = self._value(middle, known, seen, mean=mean, variance=share * (b - m))
            if point < middle:
                high, w_high = middle, w_middle
            else:
                low, w_low = middle, w_middle
        self._before, self._last = self._last, seen
        return w_low if point == low else w_high

    def _value(
        self,
        point: int,
        known: dict[int, NDArray[np.float32]],
        seen: dict[int, NDArray[np.float32]],
        *,
        mean: NDArray[np.float32],
        variance: float,
    ) -> NDArray[np.float32]:
        if point not in known:
            spread = np.float32(math.sqrt(variance))
            known[point] = mean + spread * _normal(self._seed, point, self._shape)
        seen[point] = known[point]
        return seen[point]


def _normal(seed: int, stream: int, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Draw from the numbered stream of a seed; Philox keeps any two streams apart."""
    key = np.array([seed & _SEED_BITS, stream], np.uint64)
    generator = np.random.Generator(np.random.Philox(key=key))
    return generator.standard_normal(shape, dtype=np.float32)


def _sigma_of(point: int) -> float:
    return math.exp2(2.0 * _OCTAVES * point / _POINTS - _OCTAVES) if point else 0.0


def _nearest_point(sigma: float, distance: int) -> int:
    """Return the number of the point nearest to a level, of every so-manieth point."""
    octave = math.log2(sigma) if sigma > 0.0 else -math.inf
    if not -_OCTAVES <= octave <= _OCTAVES:
        raise ValueError(f"a noise level of {sigma} is beyond the path")
    return round((octave + _OCTAVES) * _POINTS / (2 * _OCTAVES * distance)) * distance
