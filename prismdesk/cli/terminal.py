"""The terminal: a progress line, Ctrl-C as a wish to cancel, and sentences on the right stream."""

from __future__ import annotations

import shutil
import signal
import sys
import time
from typing import TYPE_CHECKING, Any, TextIO

from prismdesk.session.durations import format_duration
from prismdesk.visible_text import visible

if TYPE_CHECKING:
    from types import FrameType, TracebackType

_REDRAW_SECONDS = 0.1


class Interrupt:
    """Turns SIGINT and SIGTERM into a flag that long work asks for.

    The first signal asks the work to stop and clean up after itself; a second one ends the
    program at once through the handlers that were there before.
    """

    def __init__(self) -> None:
        self._is_set = False
        self._previous: dict[signal.Signals, object] = {}

    def __enter__(self) -> Interrupt:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._previous[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._restore()

    def __call__(self) -> bool:
        """Whether the user asked for the work to stop."""
        return self._is_set

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._is_set = True
        self._restore()

    def _restore(self) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # what signal() returned
        self._previous.clear()


class VisibleStream:
    """A stream to which only text that can't steer a terminal goes; else it is the stream itself.

    Args:
        stream: of text.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write a text, with steering letters replaced."""
        return self._stream.write(visible(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class ProgressLine:
    """One line on standard error: what is being done, a bar, the share done, the time left.

    On a terminal it is redrawn in place; elsewhere (a log, a pipe) each task is named once.
    """

    def __init__(self, stream: TextIO | None = None, *, is_quiet: bool = False) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._is_live = self._stream.isatty() and not is_quiet
        self._is_quiet = is_quiet
        self._task = ""
        self._started_seconds = 0.0
        self._drawn_seconds = 0.0
        self._has_line = False

    def begin(self, task: str) -> None:
        """Name the work that the next fractions are of."""
        self.clear()
        task = visible(task)
        self._task = task
        self._started_seconds = time.monotonic()
        self._drawn_seconds = 0.0
        if not self._is_live and not self._is_quiet:
            self._stream.write(f"{task} …\n")
            self._stream.flush()

    def __call__(self, fraction: float) -> None:
        """Show that ``fraction`` (0 to 1) of the work is done."""
        elapsed_seconds = time.monotonic() - self._started_seconds
        left_seconds = elapsed_seconds * (1 / fraction - 1) if fraction > 0.05 else None
        self.show(self._task, fraction, left_seconds)

    def show(self, task: str, fraction: float, left_seconds: float | None) -> None:
        """Draw the line if it is time to; ``left_seconds`` is None while unknown."""
        now_seconds = time.monotonic()
        if not self._is_live or now_seconds - self._drawn_seconds < _REDRAW_SECONDS:
            return
        self._drawn_seconds = now_seconds
        width = shutil.get_terminal_size().columns - 1
        left = "" if left_seconds is None else f"  {format_duration(left_seconds)} left"
        tail = f" {fraction:4.0%}{left}"
        bar_width = max(8, min(30, width - len(task) - len(tail) - 3))
        filled = round(bar_width * min(max(fraction, 0.0), 1.0))
        line = f"{visible(task)} {'█' * filled}{'░' * (bar_width - filled)}{tail}"
        self._stream.write(f"\r\x1b[K{line[:width]}")
        self._stream.flush()
        self._has_line = True

    def clear(self) -> None:
        """Remove the line so that other text can be printed."""
        if self._has_line:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._has_line = False
