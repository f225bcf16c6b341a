"""The device that isn't: pulls in real time and plays nothing."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from prismdesk.playback.backend import OutputDevice, Pull

NULL_DEVICE = "null"

_PULL_SECONDS = 0.01
_LATEST_SECONDS = 0.25


class NullOutput:
    """Keeps time by the computer's clock.

    Args:
        rate_hz: frames per second.
        channels: of the frames that are thrown away.
    """

    name = NULL_DEVICE
    latency_seconds = 0.0
    under_runs = 0
    is_null = True

    def __init__(self, rate_hz: int, channels: int) -> None:
        self.rate_hz = rate_hz
        self.channels = channels
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, pull: Pull) -> None:
        """Begin to pull every 10 ms."""
        self._thread = threading.Thread(
            target=self._pull_in_time, args=(pull,), name="playback-null", daemon=True
        )
        self._thread.start()

    def is_alive(self) -> bool:
        """Whether it was started and not closed."""
        return self._thread is not None and self._thread.is_alive()

    def close(self) -> None:
        """Stop pulling."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join()

    def _pull_in_time(self, pull: Pull) -> None:
        frames = round(_PULL_SECONDS * self.rate_hz)
        out = np.zeros((frames, self.channels), np.float32)
        due = time.perf_counter()
        while not self._closing.wait(max(0.0, due - time.perf_counter())):
            now = time.perf_counter()
            if now - due > _LATEST_SECONDS:  # the computer slept
                due = now
            pull(out, due)
            due += frames / self.rate_hz


class NullBackend:
    """The sound system with no sound."""

    def devices(self) -> tuple[OutputDevice, ...]:
        """Return nothing: there is nothing to hear."""
        return ()

    def open(self, device: str | None, *, rate_hz: int, channels: int) -> NullOutput:
        """Return the device that isn't."""
        del device
        return NullOutput(rate_hz, channels)
