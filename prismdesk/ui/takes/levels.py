"""How loud the takes of a region are, and by how much they differ."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from prismdesk.media.loudness import measure_loudness
from prismdesk.progress import IsCancelled, never_cancelled, raise_if_cancelled
from prismdesk.project.lookup import track_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prismdesk.media.audio import AudioBlock
    from prismdesk.media.sounds import Sounds
    from prismdesk.project.ids import TakeId
    from prismdesk.project.model import Project, Region, Take

MAX_MATCH_DB = 24.0
_BLOCK_SAMPLES = 1 << 16


@dataclass(frozen=True, slots=True)
class TakeLevels:
    """Level of each take over its region, its own gain left out; -inf for silence.

    ``unit`` is "LUFS" (integrated, BS.1770-4), or "dB RMS" where a take is too short for it or
    lies on several lanes: within one region all are measured alike.
    """

    levels: Mapping[TakeId, float]
    unit: str

    def words(self, take_id: TakeId) -> str:
        """Return "−31.8 LUFS", "silent", or "" for a take that wasn't measured."""
        level = self.levels.get(take_id)
        if level is None:
            return ""
        return f"{signed(level)} {self.unit}" if math.isfinite(level) else "silent"

    def matching_gains_db(self, region: Region, reference_id: TakeId) -> dict[TakeId, float]:
        """Return the gain in dB by which each take comes to the reference's loudness.

        It comes on top of the takes' own gains, and is at most ``MAX_MATCH_DB`` either way; 0 for
        silent takes and those that weren't measured.
        """
        own = {take.id: take.gain_db for take in region.takes}
        wanted = self.levels.get(reference_id, -math.inf) + own.get(reference_id, 0.0)
        gains: dict[TakeId, float] = {}
        for take in region.takes:
            level = self.levels.get(take.id, -math.inf) + take.gain_db
            difference = wanted - level if math.isfinite(wanted) and math.isfinite(level) else 0.0
            gains[take.id] = min(max(difference, -MAX_MATCH_DB), MAX_MATCH_DB)
        return gains


def signed(value: float) -> str:
    """Return a figure with one decimal and a true minus: "−2.2", "+0.4", "0.0"."""
    words = f"{value:+.1f}"
    return "0.0" if words in ("+0.0", "-0.0") else words.replace("-", "−")


def measure_takes(
    project: Project,
    region: Region,
    sounds: Sounds,
    *,
    cancelled: IsCancelled = never_cancelled,
) -> TakeLevels:
    """Measure all takes of a region, each over the region's own stretch.

    Raises:
        MediaError: a take's file is missing or damaged.
        Cancelled: as told.
    """
    layout = track_of(project, region.track_id).layout
    loudness: dict[TakeId, float] = {}
    rms: dict[TakeId, float] = {}
    for take in region.takes:
        raise_if_cancelled(cancelled)
        rms[take.id] = _rms_db(_blocks(take, region, sounds))
        if take.channels == layout.channels:
            measured = measure_loudness(
                _blocks(take, region, sounds), project.rate_hz, layout, cancelled=cancelled
            )
            loudness[take.id] = measured.integrated_lufs
    is_loud_enough = len(loudness) == len(rms) and all(map(math.isfinite, loudness.values()))
    return TakeLevels(loudness, "LUFS") if is_loud_enough else TakeLevels(rms, "dB RMS")


def _blocks(take: Take, region: Region, sounds: Sounds) -> Iterator[AudioBlock]:
    span = region.range.intersection(take.sound_range) or take.region
    source, first = sounds.take(take), take.sound_range.start_samples
    for start in range(span.start_samples, span.end_samples, _BLOCK_SAMPLES):
        count = min(_BLOCK_SAMPLES, span.end_samples - start)
        yield source.read(start - first, count)


def _rms_db(blocks: Iterator[AudioBlock]) -> float:
    power, count = 0.0, 0
    for block in blocks:
        power += float(np.sum(np.square(block, dtype=np.float64)))
        count += block.size
    return 10 * math.log10(power / count) if power > 0 else -math.inf
