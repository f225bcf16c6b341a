"""From float samples to the whole numbers that integer codecs store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from prismdesk.media.audio import AudioBlock


@dataclass(slots=True)
class SoundLevels:
    """What was met on the way, summed over blocks.

    ``peak`` is the largest magnitude (full scale 1.0); ``clipped_samples`` could not be stored
    and were set to the nearest value that can; ``not_finite_samples`` were NaN or infinite and
    were written as 0.
    """

    samples: int = 0
    peak: float = 0.0
    clipped_samples: int = 0
    not_finite_samples: int = 0


def finite(block: AudioBlock, levels: SoundLevels) -> AudioBlock:
    """Return the block without NaN and infinities, and note its length and peak."""
    levels.samples += block.shape[1]
    if block.size == 0:
        return block
    peak = max(float(block.max()), -float(block.min()))
    if not np.isfinite(peak):
        bad = ~np.isfinite(block)
        levels.not_finite_samples += int(bad.sum())
        block = np.where(bad, np.float32(0.0), block)
        peak = float(np.abs(block).max())
    levels.peak = max(levels.peak, peak)
    return block


def to_integers(block: AudioBlock, bits: int, levels: SoundLevels) -> npt.NDArray[Any]:
    """Return interleaved integers (samples, channels): x·2^(bits-1), rounded, ties to even.

    No dither is added: a sample that came from as many bits goes back to exactly the number it
    was. 16 bits come as int16, 24 bits as int32 in the upper three bytes.

    Args:
        block: finite float32 (channels, samples).
        bits: 16 or 24.
        levels: counts the samples that don't fit.
    """
    full_scale = 1 << (bits - 1)
    scaled = np.rint(block.T * np.float32(full_scale))
    if scaled.size and (scaled.max() > full_scale - 1 or scaled.min() < -full_scale):
        outside = (scaled > full_scale - 1) | (scaled < -full_scale)
        levels.clipped_samples += int(outside.sum())
        np.clip(scaled, -full_scale, full_scale - 1, out=scaled)
    if bits == 16:
        return np.ascontiguousarray(scaled.astype(np.int16))
    return np.ascontiguousarray(scaled.astype(np.int32) << (32 - bits))


def rounded(block: AudioBlock, bits: int | None) -> AudioBlock:
    """Return what is decoded again after ``to_integers``; the block itself if bits is None."""
    if bits is None:
        return block
    full_scale = np.float32(1 << (bits - 1))
    scaled = np.rint(block * full_scale)
    np.clip(scaled, -full_scale, full_scale - 1, out=scaled)
    return np.asarray(scaled / full_scale, np.float32)
