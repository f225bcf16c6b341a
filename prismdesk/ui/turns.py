"""What of the window can wait a moment: one piece in each turn of the event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from shiboken6 import isValid

from prismdesk.engines.weights.one_look import one_look

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget


class Turns(QObject):
    """Does pieces of work one after another, each in a turn of the event loop of its own.

    Between two of them keys are heard, pictures shown and windows painted, so that a burst of
    work holds the window up no longer than its longest piece. A piece that waits already isn't
    put in again.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: dict[Callable[[], object], QObject] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._do_next)

    def add(self, piece: Callable[[], object], owner: QObject) -> None:
        """Do a piece of work in one of the next turns, unless its owner is gone by then."""
        self._waiting.setdefault(piece, owner)
        self._timer.start()

    def _do_next(self) -> None:
        piece = next(iter(self._waiting))
        owner = self._waiting.pop(piece)
        # Before the piece, which may run an event loop or fail.
        if self._waiting:
            self._timer.start()
        if isValid(owner):
            with one_look():
                piece()


class AtOnce(Turns):
    """Does every piece as soon as it comes: for what is shown without a window around it."""

    def add(self, piece: Callable[[], object], owner: QObject) -> None:
        """Do it now."""
        piece()


class WhenSeen(QObject):
    """Refreshes a part of the window in a turn of its own, and only while it is seen.

    A part that isn't seen (behind another tab, closed, scrolled away) is refreshed once, when it
    comes to be. One that stands in no window is taken to be seen.

    Args:
        part: what is refreshed; owns this.
        refresh: does it, from what the project and others say then.
        turns: when others have their turns.
    """

    def __init__(self, part: QWidget, refresh: Callable[[], object], turns: Turns) -> None:
        super().__init__(part)
        self._part = part
        self._refresh = refresh
        self._turns = turns
        self._is_stale = False
        part.installEventFilter(self)

    @property
    def is_stale(self) -> bool:
        """Whether what the part shows may be outdated."""
        return self._is_stale

    def want(self) -> None:
        """Say that what the part shows may be another now."""
        self._is_stale = True
        if self.is_seen:
            self._turns.add(self._take_turn, self)

    def now(self) -> None:
        """Refresh the part at once: it is what the user asked for."""
        self._is_stale = False
        self._refresh()

    def settle(self) -> None:
        """Refresh the part now, if that was left for later."""
        if self._is_stale:
            self.now()

    def eventFilter(self, _: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's name)
        """Notice that the part comes to be seen."""
        if self._is_stale:
            if event.type() == QEvent.Type.Show:
                self.settle()
            elif event.type() == QEvent.Type.Paint:
                self._turns.add(self._take_turn, self)
        return False

    def _take_turn(self) -> None:
        if self.is_seen:
            self.settle()

    @property
    def is_seen(self) -> bool:
        """Whether somebody may look at the part now."""
        # A tab behind another counts as visible, but nothing of it is.
        part = self._part
        return part.isWindow() or (part.isVisible() and not part.visibleRegion().isEmpty())


def settle_parts(widget: QWidget) -> None:
    """Refresh all parts of a widget for which that was left for later: it comes to be seen."""
    for part in widget.findChildren(WhenSeen):
        part.settle()
