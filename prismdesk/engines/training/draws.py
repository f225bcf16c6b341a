"""Everything random of one pass, from the run's seed and the pass's own number alone.

Nothing is carried from one pass to the next, so a run that goes on from a checkpoint draws what
an unbroken one would have drawn; and all numbers come from the processor, whatever trains.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import torch

from prismdesk.engines.training.timesteps import drawn_times

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

    from prismdesk.engines.training.options import TrainingOptions


def derived_seed(seed: int, *purpose: object) -> int:
    """Return a seed of its own for every purpose: 63 bits of a hash."""
    told = "/".join(str(part) for part in (seed, *purpose))
    return int.from_bytes(hashlib.sha256(told.encode()).digest()[:8], "big") >> 1


class Draws:
    """The random numbers of one pass over a batch.

    Args:
        options: seed, times, mixup and the like.
        step: the step that the pass belongs to, from 0.
        part: which of the step's accumulated passes it is.
        times: these instead of drawn ones, [B]; the pass then measures and doesn't train: nothing
            is mixed, disturbed or left out.
        purpose: tells draws of the same step apart.
    """

    def __init__(
        self,
        options: TrainingOptions,
        step: int,
        part: int = 0,
        *,
        times: Tensor | None = None,
        purpose: str = "train",
    ) -> None:
        self.options = options
        self.is_training = times is None
        self._step = step
        self._times = times
        self._seed = derived_seed(options.seed, purpose, step, part)
        self._generator = torch.Generator(device="cpu").manual_seed(self._seed)

    def times(self, count: int) -> Tensor:
        """Return the time of each item, [count], 0 to 1."""
        if self._times is not None:
            return self._times
        return drawn_times(self.options, self._step, count, self._generator)

    def normal(self, *shape: int) -> Tensor:
        """Return standard normal numbers."""
        return torch.randn(shape, generator=self._generator, device="cpu")

    def chances(self, count: int, share: float) -> Tensor:
        """Return true for a share of the items, [count]; for none while measuring."""
        uniform = torch.rand(count, generator=self._generator, device="cpu")
        return uniform < (share if self.is_training else 0.0)

    def below(self, limit: int) -> int:
        """Return a whole number from 0 to below ``limit``."""
        return int(torch.randint(limit, (), generator=self._generator, device="cpu"))

    def order(self, count: int) -> Tensor:
        """Return a permutation of 0 to ``count`` - 1."""
        return torch.randperm(count, generator=self._generator, device="cpu")

    def beta(self, alpha: float) -> float:
        """Return a number of Beta(alpha, alpha)."""
        return float(np.random.default_rng(self._seed).beta(alpha, alpha))

    @contextmanager
    def for_layers(self, device: torch.device) -> Iterator[None]:
        """Give layers that draw by themselves (dropout) numbers of this pass; others' stay."""
        devices = [device] if device.type == "cuda" else []
        with torch.random.fork_rng(devices):
            torch.manual_seed(derived_seed(self._seed, "layers"))
            yield


def order_of_pairs(seed: int, epoch: int, count: int) -> list[int]:
    """Return in which order an epoch goes through the pairs."""
    generator = torch.Generator(device="cpu")
    generator.manual_seed(derived_seed(seed, "order", epoch))
    return torch.randperm(count, generator=generator, device="cpu").tolist()


def batch_at(seed: int, index: int, batch: int, count: int) -> list[int]:
    """Return which of ``count`` pairs make the batch number ``index`` of a run.

    Without repetition: an epoch deals the pairs out anew, and those that fill no batch are left
    out of it. A batch larger than the set repeats pairs at random.
    """
    if batch > count:
        generator = torch.Generator(device="cpu")
        generator.manual_seed(derived_seed(seed, "repeated", index))
        return torch.randint(count, (batch,), generator=generator, device="cpu").tolist()
    per_epoch = count // batch
    epoch, place = divmod(index, per_epoch)
    return order_of_pairs(seed, epoch, count)[place * batch : (place + 1) * batch]
