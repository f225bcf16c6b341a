"""The span of a sound prompt that is blanked at random, in training and in use.

A model that was trained with such holes is used with them too. Which span it is follows from the
request's seed, or is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor


class BlankedSpan(NamedTuple):
    """What is blanked, in samples or frames of what it is blanked in.

    Attributes:
        start: first one.
        length: how many.
    """

    start: int
    length: int


def draw_spans(
    seeds: Sequence[int], length: int, *, least_share: float, largest_share: float
) -> list[BlankedSpan] | None:
    """Draw a span for each seed; None where the shares leave nothing to draw.

    The share is uniform between the two, and the start uniform where the span fits. Each seed
    has a generator of its own, so that a span doesn't depend on its companions.

    Args:
        seeds: one for each item.
        length: of what is blanked.
        least_share: of the length, 0 to 1.
        largest_share: of the length; nothing is blanked unless it is above the least.
    """
    if not least_share < largest_share:
        return None
    return [_span_of(seed, length, least_share, largest_share) for seed in seeds]


def _span_of(seed: int, length: int, least_share: float, largest_share: float) -> BlankedSpan:
    generator = torch.Generator(device="cpu").manual_seed(seed)
    place = torch.rand(2, generator=generator, dtype=torch.float64, device="cpu")
    share = least_share + (largest_share - least_share) * float(place[0])
    blanked = int(length * share)
    return BlankedSpan(int((length - blanked + 1) * float(place[1])), blanked)


def blanked(signal: Tensor, spans: Sequence[BlankedSpan] | None) -> Tensor:
    """Return a signal [B, C, N] with zeros where a span of each item says so.

    Raises:
        ValueError: there is not one span for each item, or one lies outside.
    """
    if spans is None:
        return signal
    if len(spans) != signal.shape[0]:
        raise ValueError(f"there are {len(spans)} spans for {signal.shape[0]} items")
    result = signal.clone()
    for item, (start, length) in zip(result, spans, strict=True):
        if start < 0 or length < 0 or start + length > signal.shape[2]:
            raise ValueError(
                f"{length} from {start} on don't lie within a length of {signal.shape[2]}"
            )
        item[:, start : start + length] = 0.0
    return result
