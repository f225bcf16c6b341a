"""Sound from one sample rate to another, without lag and to the sample.

soxr at its very high quality, as everywhere in the program. Sample k of either side lies at
k / rate seconds, so what is aligned before is aligned after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import soxr

from prismdesk.progress import never_cancelled, raise_if_cancelled

if TYPE_CHECKING:
    from prismdesk.engines.sound import AudioBlock
    from prismdesk.progress import IsCancelled

_EDGE_SECONDS = 0.05
"""Longer than the filter's response at any rate in use, so that an edge can't ring."""
_SAMPLES_AT_ONCE = 1 << 18


def resampled_length(samples: int, from_hz: int, to_hz: int) -> int:
    """Samples at the new rate that a sound spans, rounded up: none of it is lost."""
    return -(-samples * to_hz // from_hz)


def resample(
    audio: AudioBlock,
    from_hz: int,
    to_hz: int,
    *,
    length_samples: int | None = None,
    cancelled: IsCancelled = never_cancelled,
) -> AudioBlock:
    """Return the sound at another rate, exactly ``length_samples`` long.

    Beyond its ends the sound is continued by its point reflection, which has neither step nor
    kink, so that ends inside running sound don't ring. Where more is asked for than there is,
    silence follows.

    Args:
        audio: float32 (channels, samples).
        from_hz: its rate.
        to_hz: the rate wanted.
        length_samples: length wanted; by default what the sound spans, rounded up.
        cancelled: asked every few seconds of sound.

    Raises:
        Cancelled: ``cancelled()`` answered True.
    """
    channels, samples = audio.shape
    spanned = resampled_length(samples, from_hz, to_hz)
    length = spanned if length_samples is None else length_samples
    result = np.zeros((channels, length), np.float32)
    if samples == 0 or length == 0:
        return result
    if from_hz == to_hz:
        kept = min(samples, length)
        result[:, :kept] = audio[:, :kept]
        return result
    edge = _whole_edge(from_hz, to_hz)
    padded = _with_reflected_ends(audio, edge)
    skip = edge * to_hz // from_hz
    end = skip + min(spanned, length)
    stream = soxr.ResampleStream(from_hz, to_hz, channels, dtype="float32", quality="VHQ")
    at = 0
    for first in range(0, padded.shape[1], _SAMPLES_AT_ONCE):
        raise_if_cancelled(cancelled)
        block = np.ascontiguousarray(padded[:, first : first + _SAMPLES_AT_ONCE].T)
        is_last = first + _SAMPLES_AT_ONCE >= padded.shape[1]
        made = stream.resample_chunk(block, last=is_last).T
        low, high = max(at, skip), min(at + made.shape[1], end)
        if low < high:
            result[:, low - skip : high - skip] = made[:, low - at : high - at]
        at += made.shape[1]
    return result


def _whole_edge(from_hz: int, to_hz: int) -> int:
    """Samples of padding that are a whole number of samples at the new rate too."""
    unit = from_hz // int(np.gcd(from_hz, to_hz))
    return -(-round(_EDGE_SECONDS * from_hz) // unit) * unit


def _with_reflected_ends(audio: AudioBlock, edge: int) -> AudioBlock:
    """The sound with ``edge`` samples on either side, reflected through its end points."""
    channels, samples = audio.shape
    reach = min(edge, samples - 1)
    padded = np.zeros((channels, samples + 2 * edge), np.float32)
    padded[:, edge : edge + samples] = audio
    first, last = audio[:, :1], audio[:, -1:]
    padded[:, : edge - reach] = 2.0 * first - audio[:, reach : reach + 1]
    padded[:, edge + samples + reach :] = (
        2.0 * last - audio[:, samples - 1 - reach : samples - reach]
    )
    if reach:
        padded[:, edge - reach : edge] = 2.0 * first - audio[:, reach:0:-1]
        mirrored = audio[:, -2 : -reach - 2 : -1] if reach < samples - 1 else audio[:, -2::-1]
        padded[:, edge + samples : edge + samples + reach] = 2.0 * last - mirrored
    return padded
