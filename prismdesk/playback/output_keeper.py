"""Opens the wished device in a thread of its own, since that takes long, and tries until it can."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.playback.backend import OutputTrouble

if TYPE_CHECKING:
    from prismdesk.playback.backend import AudioBackend, Output

RETRY_SECONDS = 1.0
LONGEST_RETRY_SECONDS = 5.0
"""Looking for devices costs some 50 ms of processor time, so it becomes rarer."""
_RARER = 1.2


@dataclass(frozen=True, slots=True)
class Wish:
    """Which device, for which sound."""

    device: str | None
    rate_hz: int
    channels: int


class OutputKeeper:
    """Offers an opened output for the latest wish.

    Attributes:
        trouble: why there is none yet, one message; "" if nothing is wrong.

    Args:
        backend: opens devices.
        retry_seconds: between the first attempts.
    """

    def __init__(self, backend: AudioBackend, *, retry_seconds: float = RETRY_SECONDS) -> None:
        self.trouble = ""
        self._backend = backend
        self._retry_seconds = retry_seconds
        self._lock = threading.Lock()
        self._wish: Wish | None = None
        self._offered: Output | None = None
        self._discarded: list[Output] = []
        self._news = threading.Event()
        self._is_closing = False
        self._thread = threading.Thread(
            target=self._open_forever, name="playback-output", daemon=True
        )
        self._thread.start()

    def want(self, wish: Wish | None, *, trouble: str = "") -> None:
        """Open this from now on; None: nothing more. ``trouble`` holds until it is open."""
        with self._lock:
            self._wish = wish
            self.trouble = trouble
            if self._offered is not None:
                self._discarded.append(self._offered)
                self._offered = None
        self._news.set()

    def take(self) -> Output | None:
        """Return the output that was opened, once."""
        if self._offered is None:
            return None
        with self._lock:
            offered, self._offered = self._offered, None
            return offered

    def discard(self, output: Output) -> None:
        """Close an output, before the next one is opened."""
        with self._lock:
            self._discarded.append(output)
        self._news.set()

    def close(self) -> None:
        """Close what is left, and end the thread."""
        self.want(None)
        self._is_closing = True
        self._news.set()
        self._thread.join()

    def _open_forever(self) -> None:
        retry_seconds = self._retry_seconds
        while True:
            if self._news.wait(retry_seconds if self._wish is not None else None):
                retry_seconds = self._retry_seconds
            else:
                retry_seconds = min(LONGEST_RETRY_SECONDS, retry_seconds * _RARER)
            self._news.clear()
            self._close_discarded()
            if self._is_closing:
                return
            self._try_to_open()

    def _close_discarded(self) -> None:
        while True:
            with self._lock:
                if not self._discarded:
                    return
                output = self._discarded.pop()
            output.close()

    def _try_to_open(self) -> None:
        wish = self._wish
        if wish is None:
            return
        try:
            output = self._backend.open(wish.device, rate_hz=wish.rate_hz, channels=wish.channels)
        except OutputTrouble as error:
            with self._lock:
                if self._wish is wish:
                    self.trouble = self.trouble or str(error)
            return
        with self._lock:
            if self._wish is wish:
                self._wish, self._offered, self.trouble = None, output, ""
                return
        output.close()
