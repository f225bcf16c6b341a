"""Blocks of any length cut into windows that see a little before and after themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prismdesk.media.audio import AudioBlock

CORE_SAMPLES = 1 << 16
SURROUNDINGS_MS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A stretch of sound, the core, with its surroundings.

    ``audio`` is float32 (channels, before + core + after); before the sound's start and after
    its end it is zero. Cores follow one another without gaps; all but the last are equally long.
    """

    audio: AudioBlock
    core_start_samples: int
    core_samples: int
    surroundings_samples: int

    @property
    def core(self) -> AudioBlock:
        """The core alone."""
        start = self.surroundings_samples
        return self.audio[:, start : start + self.core_samples]

    @property
    def core_end_samples(self) -> int:
        """First position after the core, in the whole sound."""
        return self.core_start_samples + self.core_samples


def windows(blocks: Iterable[AudioBlock], *, rate_hz: int) -> Iterator[Window]:
    """Yield the windows of a sound; nothing for one without samples. NaN is read as 0."""
    surroundings = round(SURROUNDINGS_MS * rate_hz / 1000)
    held: list[AudioBlock] = []
    held_samples = 0
    start = 0
    wanted = 2 * surroundings + CORE_SAMPLES
    for block in blocks:
        if not held:
            held, held_samples = [np.zeros((block.shape[0], surroundings), np.float32)], 0
            held_samples = surroundings
        held.append(block)
        held_samples += block.shape[1]
        while held_samples >= wanted:
            audio = _clean(np.concatenate(held, axis=1))
            yield Window(
                audio=audio[:, :wanted],
                core_start_samples=start,
                core_samples=CORE_SAMPLES,
                surroundings_samples=surroundings,
            )
            start += CORE_SAMPLES
            held = [audio[:, CORE_SAMPLES:]]
            held_samples -= CORE_SAMPLES
    if not held:
        return
    rest = _clean(np.concatenate(held, axis=1))[:, :held_samples]
    while rest.shape[1] > surroundings:
        core_samples = min(CORE_SAMPLES, rest.shape[1] - surroundings)
        missing = max(0, 2 * surroundings + core_samples - rest.shape[1])
        padded = np.pad(rest[:, : 2 * surroundings + core_samples], ((0, 0), (0, missing)))
        yield Window(
            audio=padded,
            core_start_samples=start,
            core_samples=core_samples,
            surroundings_samples=surroundings,
        )
        start += core_samples
        rest = rest[:, core_samples:]


def _clean(audio: AudioBlock) -> AudioBlock:
    return np.nan_to_num(audio, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
