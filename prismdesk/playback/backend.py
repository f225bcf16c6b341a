"""What playback needs of a sound system, and what it tells of devices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from prismdesk.errors import WorkError

Pull = Callable[[npt.NDArray[np.float32], float], None]
"""Fills float32 (frames, channels) that will be heard from a time on (``time.perf_counter``)."""


class OutputTrouble(WorkError):  # noqa: N818  (what the user reads of it)
    """A device can't be opened."""


@dataclass(frozen=True, slots=True)
class OutputDevice:
    """A device that sound can be played on; ``name`` is what ``Player.set_device`` takes."""

    name: str
    channels: int
    rate_hz: int
    is_default: bool = False


class Output(Protocol):
    """An opened device; silent until started."""

    @property
    def name(self) -> str:
        """The device's name."""

    @property
    def rate_hz(self) -> int:
        """Frames per second; may differ from what was asked for."""

    @property
    def channels(self) -> int:
        """Channels; may differ from what was asked for."""

    @property
    def latency_seconds(self) -> float:
        """From a pull until its first frame is heard, as the system tells."""

    @property
    def under_runs(self) -> int:
        """How often the device was asked too late by the system, as it tells."""

    @property
    def is_null(self) -> bool:
        """Whether nothing can be heard of it."""

    def start(self, pull: Pull) -> None:
        """Begin to pull, from a thread of the output's own.

        Raises:
            OutputTrouble: it can't be started.
        """

    def is_alive(self) -> bool:
        """Whether it still pulls; a started one that doesn't has lost its device."""

    def close(self) -> None:
        """Stop pulling and let go of the device; never raises."""


class AudioBackend(Protocol):
    """A sound system."""

    def devices(self) -> tuple[OutputDevice, ...]:
        """Return the devices that are there now; none if the system can't be asked."""

    def open(self, device: str | None, *, rate_hz: int, channels: int) -> Output:
        """Open a device, at the rate and with the channels wanted or else with its own.

        Args:
            device: its name; None for the system's default.
            rate_hz: of the project.
            channels: of the mix.

        Raises:
            OutputTrouble: there is no such device, or it can't be opened.
        """
