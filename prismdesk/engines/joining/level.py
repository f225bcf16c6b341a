"""Levels: what a take would need to sit in its surroundings, and what its seams need."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from prismdesk.engines.sound import AudioBlock

Gains = npt.NDArray[np.float64]
"""float64 (channels,), linear."""

_BLOCK_SECONDS = 0.1
_SILENCE_DB = -80.0
_GATE_DB = -10.0
_MOST_PROPOSED_DB = 30.0
_MOST_SEAM_DB = 12.0
_NEAR_SECONDS = 0.5
"""What lies this far from the seam counts 1/e of what lies at it."""
_LEAST_PAIR_SECONDS = 0.03


def gated_level_db(sound: AudioBlock, rate_hz: int) -> float | None:
    """Mean power in dB of the blocks that aren't pauses; None if all is silence.

    Blocks of 0.1 s; a pause lies 10 dB or more below the mean of what isn't silent, the gate
    that ITU-R BS.1770 sets for loudness. Power is summed over channels.
    """
    length = max(1, round(_BLOCK_SECONDS * rate_hz))
    blocks = max(1, sound.shape[1] // length)
    powers = np.zeros(blocks)
    for channel in sound[:, : blocks * length]:
        cut = channel[: len(channel) - len(channel) % blocks].reshape(blocks, -1)
        powers += np.einsum("bn,bn->b", cut, cut, dtype=np.float64) / max(1, cut.shape[1])
    heard = powers[powers > 10.0 ** (_SILENCE_DB / 10.0)]
    if not len(heard):
        return None
    heard = heard[heard >= heard.mean() * 10.0 ** (_GATE_DB / 10.0)]
    return float(10.0 * np.log10(heard.mean()))


def proposed_gain_db(made: AudioBlock, around: list[AudioBlock], rate_hz: int) -> float | None:
    """The gain that would bring a take to the level of the sound around it, in tenths of a dB.

    Args:
        made: the take (channels, samples).
        around: stretches of real sound beside it, each (channels, samples).
        rate_hz: rate of all.

    Returns:
        None where either is silent or nothing is around.
    """
    stretches = [stretch for stretch in around if stretch.shape[1]]
    if not stretches or not made.shape[1]:
        return None
    wanted = gated_level_db(np.concatenate(stretches, axis=1), rate_hz)
    level = gated_level_db(made, rate_hz)
    if wanted is None or level is None:
        return None
    return round(min(max(wanted - level, -_MOST_PROPOSED_DB), _MOST_PROPOSED_DB), 1)


def seam_gains(real: AudioBlock, decoded: AudioBlock, rate_hz: int) -> Gains:
    """The gain of each channel that a seam needs, from the known sound right before it.

    The model was given the real sound and gave it back: what it lost or added there, it will
    have lost or added inside the region too. Limited to 12 dB either way; a channel too soft to
    tell takes what all channels together need.

    Args:
        real: (channels, samples), ending at the seam. For a region's end, both reversed in time.
        decoded: the same stretch as the model gave it back.
        rate_hz: rate of both.
    """
    channels, samples = real.shape
    if samples < _LEAST_PAIR_SECONDS * rate_hz:
        return np.ones(channels)
    weights = np.exp((np.arange(samples) - samples) / (_NEAR_SECONDS * rate_hz))
    weights /= weights.sum()
    wanted = np.square(real, dtype=np.float64) @ weights
    given = np.square(decoded, dtype=np.float64) @ weights
    silence = 10.0 ** (_SILENCE_DB / 10.0)
    if wanted.sum() <= silence or given.sum() <= silence:
        return np.ones(channels)
    gains = np.full(channels, np.sqrt(wanted.sum() / given.sum()))
    told = (wanted > silence) & (given > silence)
    gains[told] = np.sqrt(wanted[told] / given[told])
    most = 10.0 ** (_MOST_SEAM_DB / 20.0)
    return np.asarray(np.clip(gains, 1.0 / most, most))
