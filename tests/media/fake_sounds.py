"""Sound in memory that implements the mixdown's ``Sounds``, and the bit-exact comparison."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from prismdesk.media.audio import AudioBlock
    from prismdesk.project.model import Media, Take


@dataclass
class ArraySound:
    """An array (channels, samples), read as files are: 0.0 before its start and past its end."""

    audio: AudioBlock
    reads: list[tuple[int, int]] = field(default_factory=list)

    @property
    def rate_hz(self) -> int:
        return 48000

    @property
    def channels(self) -> int:
        return int(self.audio.shape[0])

    @property
    def length_samples(self) -> int:
        return int(self.audio.shape[1])

    def read(self, start_samples: int, count_samples: int) -> AudioBlock:
        self.reads.append((start_samples, count_samples))
        out = np.zeros((self.channels, count_samples), np.float32)
        first = max(0, start_samples)
        last = min(self.length_samples, start_samples + count_samples)
        if first < last:
            out[:, first - start_samples : last - start_samples] = self.audio[:, first:last]
        return out

    def close(self) -> None:
        """Nothing to let go of."""


@dataclass
class ArraySounds:
    """Streams by (media id, stream index) and takes by id."""

    streams: dict[tuple[str, int], ArraySound]
    takes: dict[str, ArraySound] = field(default_factory=dict)

    def stream(self, media: Media, stream_index: int) -> ArraySound:
        return self.streams[media.id, stream_index]

    def take(self, take: Take) -> ArraySound:
        return self.takes[take.id]

    def close(self) -> None:
        """Nothing to let go of."""


def bits(audio: AudioBlock) -> bytes:
    """The sample bits, so that -0.0 and 0.0 differ and NaN equals itself."""
    return np.ascontiguousarray(audio).tobytes()


def noise(channels: int, length_samples: int, *, seed: int = 1, peak: float = 0.5) -> AudioBlock:
    """Reproducible noise with a few -0.0 and 0.0 in it."""
    rng = np.random.default_rng(seed)
    audio = (rng.uniform(-peak, peak, (channels, length_samples))).astype(np.float32)
    audio[:, ::17] = -0.0
    audio[:, ::23] = 0.0
    return audio
