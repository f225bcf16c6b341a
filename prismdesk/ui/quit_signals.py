"""Ctrl-C and SIGTERM close the window as its own close button does."""

from __future__ import annotations

import signal
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QSocketNotifier

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from PySide6.QtWidgets import QApplication


@contextmanager
def quit_on_signals(application: QApplication) -> Iterator[None]:
    """Have the event loop end when SIGINT or SIGTERM comes.

    Python runs signal handlers between its own instructions only, and Qt's loop has none: so the
    interpreter is told to write a byte to a socket at once, and the loop wakes up for that.
    """
    waker, sleeper = socket.socketpair()
    waker.setblocking(False)
    sleeper.setblocking(False)
    notifier = QSocketNotifier(sleeper.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda: sleeper.recv(64))

    def leave(number: int, frame: FrameType | None) -> None:
        application.quit()

    handlers = {number: signal.signal(number, leave) for number in (signal.SIGINT, signal.SIGTERM)}
    earlier_fd = signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(earlier_fd)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        notifier.setEnabled(False)
        notifier.deleteLater()
        waker.close()
        sleeper.close()
