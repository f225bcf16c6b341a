"""Making the ends of a sound continue the real sound beside them.

Inside the region, the real neighbour is carried on for 10 to 40 ms while the made sound comes
up under it: what is heard has no step, click or dip, and outside the region nothing changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prismdesk.engines.joining.crossing import blend
from prismdesk.engines.joining.extrapolation import extrapolate

if TYPE_CHECKING:
    from prismdesk.engines.sound import AudioBlock

_SHORTEST_SECONDS = 0.01
_LONGEST_SECONDS = 0.04
"""Noise crosses quickly; tones, which can be foreseen, take the longer."""
_FREE_FADE_SECONDS = 0.005
_MOST_OF_REGION = 1 / 3
_REACH_SECONDS = 0.35
_LEAST_PAST_SECONDS = 0.002


def splice(
    made: AudioBlock,
    before: AudioBlock,
    after: AudioBlock,
    *,
    rate_hz: int,
    generator: np.random.Generator,
) -> AudioBlock:
    """Return the region's sound, (channels, samples), joined at both ends.

    Args:
        made: the region's sound; level and tone matched already.
        before: real sound that ends where the region begins; no samples where there is none.
        after: real sound that begins where the region ends; likewise.
        rate_hz: rate of all.
        generator: where the unforeseeable comes from.
    """
    result = made.copy()
    _join_start(result, before, rate_hz, generator)
    _join_start(result[:, ::-1], after[:, ::-1], rate_hz, generator)
    return result


def _join_start(
    region: AudioBlock, past: AudioBlock, rate_hz: int, generator: np.random.Generator
) -> None:
    """Join the start of a region, in place, to what went before it."""
    most = max(1, int(region.shape[1] * _MOST_OF_REGION))
    if past.shape[1] < _LEAST_PAST_SECONDS * rate_hz:
        count = min(round(_FREE_FADE_SECONDS * rate_hz), most)
        region[:, :count] *= 0.5 - 0.5 * np.cos(np.pi * (np.arange(count) + 0.5) / count)
        return
    longest = min(round(_LONGEST_SECONDS * rate_hz), most)
    shortest = min(round(_SHORTEST_SECONDS * rate_hz), longest)
    reach = past[:, -round(_REACH_SECONDS * rate_hz) :].astype(np.float64)
    carried = extrapolate(reach, longest, rate_hz, generator)
    count = shortest + round((longest - shortest) * carried.foreseen)
    rising = region[:, :count].astype(np.float64)
    region[:, :count] = blend(carried.sound[:, :count], rising)
