"""The last third of a seam: a region's sound, as made, made to stand in the film.

The first two are the sampler's: known latents put back at every step, and a feathered mask.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from prismdesk.engines.joining.level import proposed_gain_db, seam_gains
from prismdesk.engines.joining.splice import splice
from prismdesk.engines.joining.tone import matching_taps, tone_matched
from prismdesk.engines.joining.top_band import below, missing_top, top_noise
from prismdesk.progress import never_cancelled, raise_if_cancelled

if TYPE_CHECKING:
    import numpy.typing as npt

    from prismdesk.engines.joining.level import Gains
    from prismdesk.engines.joining.tone import Taps
    from prismdesk.engines.joining.top_band import TopBand
    from prismdesk.engines.sound import AudioBlock
    from prismdesk.progress import IsCancelled

_PAIR_SECONDS = 1.5
"""How much of the known sound beside a seam is compared."""
_TONE_SECONDS = 1.0
"""How far into the region the seam's tone reaches."""
_AROUND_SECONDS = 10.0
_SAMPLES_AT_ONCE = 1 << 16


@dataclass(frozen=True, slots=True)
class JoinedRegion:
    """A region's sound that joins its surroundings: seams of 0 samples.

    ``proposed_gain_db`` would bring it to the level of what is around it, None if that can't be
    told; ``seam_gains_db`` is what was applied at start and end (mean over channels), None where
    nothing known was there to tell.
    """

    audio: AudioBlock
    proposed_gain_db: float | None
    seam_gains_db: tuple[float | None, float | None]


def join_region(
    made: AudioBlock,
    real: AudioBlock,
    valid: npt.NDArray[np.bool_],
    start: int,
    end: int,
    *,
    rate_hz: int,
    gives_back_known: bool,
    guard_samples: int = 0,
    seed: int = 0,
    cancelled: IsCancelled = never_cancelled,
) -> JoinedRegion:
    """Cut the region out of what a model made, matched and spliced to the real sound around it.

    All arrays are over the same stretch, at the project's rate. Level and tone are matched only
    where the model gives back known sound beside the region; elsewhere its own level stays.

    Args:
        made: what the model made, on the track's channels, float32 (channels, samples).
        real: the sound on the lane, same shape; what it holds inside the region doesn't count.
        valid: (samples,), where there is real sound.
        start: first sample of the region.
        end: the sample after its last.
        rate_hz: the rate.
        gives_back_known: whether ``made`` outside the region is the real sound as the model
            renders it (mending, continuing), and not something of its own.
        guard_samples: beside the region, where ``made`` is only part of what is known.
        seed: of the take; the same gives the same samples.
        cancelled: asked between the parts of the work.

    Raises:
        Cancelled: as told.
        ValueError: shapes differ, or the region lies outside.
    """
    if (
        made.shape != real.shape
        or len(valid) != real.shape[1]
        or not 0 <= start < end <= len(valid)
    ):
        raise ValueError(f"no region {start} to {end} in {made.shape}, {real.shape}, {valid.shape}")
    before = real[:, _first_of_run(valid, start) : start]
    after = real[:, end : _end_of_run(valid, end)]
    region = made[:, start:end].copy()
    generator = np.random.default_rng(seed)
    gains: tuple[Gains | None, Gains | None] = (None, None)
    if gives_back_known:
        known = made[:, start - before.shape[1] : start], made[:, end : end + after.shape[1]]
        first = _Seam.at(before, known[0], guard_samples, rate_hz)
        raise_if_cancelled(cancelled)
        last = _Seam.at(after[:, ::-1], known[1][:, ::-1], guard_samples, rate_hz)
        raise_if_cancelled(cancelled)
        gains = _match(region, first, last, rate_hz, generator, cancelled)
    raise_if_cancelled(cancelled)
    reach = round(_AROUND_SECONDS * rate_hz)
    proposed = proposed_gain_db(region, [before[:, -reach:], after[:, :reach]], rate_hz)
    return JoinedRegion(
        splice(region, before, after, rate_hz=rate_hz, generator=generator),
        proposed,
        (_mean_db(gains[0]), _mean_db(gains[1])),
    )


def _match(
    region: AudioBlock,
    first: _Seam | None,
    last: _Seam | None,
    rate_hz: int,
    generator: np.random.Generator,
    cancelled: IsCancelled,
) -> tuple[Gains | None, Gains | None]:
    """Give a region the level and the tone of what is around it, in place; return the gains."""
    gains = (None if first is None else first.gains, None if last is None else last.gains)
    _apply_gains(region, *gains)
    raise_if_cancelled(cancelled)
    _apply_tone(region, first, rate_hz, generator)
    _apply_tone(region[:, ::-1], last, rate_hz, generator)
    return gains


@dataclass(frozen=True, slots=True)
class _Seam:
    """What one end needs, time running into the region.

    Gains, the filter for its tone, what lies above the model's reach, the rendition before it.
    """

    gains: Gains
    taps: Taps
    top: TopBand | None
    decoded: AudioBlock

    @classmethod
    def at(cls, real: AudioBlock, decoded: AudioBlock, guard: int, rate_hz: int) -> _Seam | None:
        """Compare the known stretch that ends at the seam; None if nothing is known there."""
        known = max(0, real.shape[1] - guard)
        first = max(0, known - round(_PAIR_SECONDS * rate_hz))
        if known - first == 0:
            return None
        pair = real[:, first:known], decoded[:, first:known]
        gains = seam_gains(*pair, rate_hz)
        top = missing_top(pair[0], _scaled(pair[1], gains), rate_hz)
        shared = pair
        if top is not None:
            # What the model can't reach mustn't make the rest louder.
            shared = below(pair[0], rate_hz, top.cut_hz), below(pair[1], rate_hz, top.cut_hz)
            gains = seam_gains(*shared, rate_hz)
            top = missing_top(pair[0], _scaled(pair[1], gains), rate_hz)
        levelled = _scaled(shared[1], gains)
        taps = matching_taps(shared[0], levelled, rate_hz)
        filtered = np.asarray(tone_matched(levelled.astype(np.float64), taps), np.float32)
        # Bands that the filter's limits leave short are made good in the others.
        taps *= seam_gains(shared[0], filtered, rate_hz)[:, None]
        return cls(gains, taps, top, decoded)


def _apply_gains(region: AudioBlock, first: Gains | None, last: Gains | None) -> None:
    """Apply the seams' gains in place, moving from one to the other evenly in dB."""
    only = first if last is None else last
    if only is None:
        return
    first, last = (only if first is None else first), (only if last is None else last)
    length = region.shape[1]
    for at in range(0, length, _SAMPLES_AT_ONCE):
        block = region[:, at : at + _SAMPLES_AT_ONCE]
        share = (at + np.arange(block.shape[1], dtype=np.float32)) / length
        block *= first[:, None].astype(np.float32) * (last / first)[:, None] ** share


def _apply_tone(
    region: AudioBlock, seam: _Seam | None, rate_hz: int, generator: np.random.Generator
) -> None:
    """Give the start of a region the seam's tone, in place, fading to its own further in."""
    if seam is None or seam.taps.shape[1] == 1:
        return
    depth = min(round(_TONE_SECONDS * rate_hz), region.shape[1])
    side = seam.taps.shape[1] // 2
    # The filter looks to both sides of a sample: into the rendition before the region too.
    lead = seam.decoded[:, max(0, seam.decoded.shape[1] - side) :] * seam.gains[:, None]
    stretch = np.concatenate([lead, region[:, : depth + side]], axis=1)
    matched = tone_matched(stretch, seam.taps)
    if seam.top is not None and seam.top.is_noise:
        matched += top_noise(seam.top, stretch, rate_hz, generator)
    matched = matched[:, lead.shape[1] : lead.shape[1] + depth]
    share = 0.5 + 0.5 * np.cos(np.pi * (np.arange(depth) + 0.5) / depth)
    region[:, :depth] += share * (matched - region[:, :depth])


def _scaled(sound: AudioBlock, gains: Gains) -> AudioBlock:
    return np.asarray(sound * gains[:, None], np.float32)


def _mean_db(gains: Gains | None) -> float | None:
    return None if gains is None else float(20.0 * np.log10(gains).mean())


def _first_of_run(valid: npt.NDArray[np.bool_], end: int) -> int:
    """Where the unbroken run of real sound begins that ends at ``end``."""
    missing = np.flatnonzero(~valid[:end])
    return int(missing[-1]) + 1 if len(missing) else 0


def _end_of_run(valid: npt.NDArray[np.bool_], start: int) -> int:
    """Where the unbroken run of real sound ends that begins at ``start``."""
    missing = np.flatnonzero(~valid[start:])
    return start + int(missing[0]) if len(missing) else len(valid)
