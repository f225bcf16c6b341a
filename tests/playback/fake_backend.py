"""Devices that die and come back when told, in real time, keeping what was played on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prismdesk.playback.backend import OutputDevice, OutputTrouble
from prismdesk.playback.null_backend import NullOutput

if TYPE_CHECKING:
    import numpy.typing as npt

    from prismdesk.media.audio import AudioBlock
    from prismdesk.playback.backend import Pull


class FakeOutput:
    """A device paced by the computer's clock."""

    is_null = False
    latency_seconds = 0.02
    under_runs = 0

    def __init__(self, name: str, rate_hz: int, channels: int) -> None:
        self.name = name
        self.rate_hz = rate_hz
        self.channels = channels
        self.is_dead = False
        self.is_closed = False
        self._blocks: list[AudioBlock] = []
        self._clock = NullOutput(rate_hz, channels)

    def start(self, pull: Pull) -> None:
        def keep(out: npt.NDArray[np.float32], seconds: float) -> None:
            if not self.is_dead:
                pull(out, seconds + self.latency_seconds)
                self._blocks.append(out.T.copy())

        self._clock.start(keep)

    def is_alive(self) -> bool:
        return not self.is_dead

    def close(self) -> None:
        self._clock.close()
        self.is_closed = True

    @property
    def played(self) -> AudioBlock:
        """All that was pulled."""
        return np.concatenate(self._blocks, axis=1)


class FakeBackend:
    """One device; ``is_there`` says whether it can be opened."""

    def __init__(self, *, rate_hz: int | None = None) -> None:
        self.is_there = True
        self.opened: list[FakeOutput] = []
        self._rate_hz = rate_hz

    def devices(self) -> tuple[OutputDevice, ...]:
        return (OutputDevice("fake", 2, 48000, is_default=True),) if self.is_there else ()

    def open(self, device: str | None, *, rate_hz: int, channels: int) -> FakeOutput:
        if not self.is_there:
            raise OutputTrouble("There is no sound device.")
        output = FakeOutput(device or "fake", self._rate_hz or rate_hz, channels)
        self.opened.append(output)
        return output
