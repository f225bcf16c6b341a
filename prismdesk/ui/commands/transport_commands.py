"""What the keys and buttons of the transport do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence

from prismdesk.project.timebase import SampleRange
from prismdesk.ui.meant import Meant

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.selection import Selection
    from prismdesk.ui.transport import Transport

_NOTHING_MARKED = "Mark a time or select something first"


class TransportCommands(QObject):
    """Binds the actions of the Transport menu that move the playhead."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        transport: Transport,
        desktop: Desktop,
        application: QApplication,
    ) -> None:
        super().__init__(document)
        self._document = document
        self._selection = selection
        self._transport = transport
        self._desktop = desktop
        self._application = application
        self._meant = Meant(document, selection, transport)
        self._watched: QWidget | None = None
        application.focusChanged.connect(self._watch)
        self._watch(None, application.focusWidget())

    def bind_actions(self) -> None:
        """Give the commands to their keys, menus and buttons."""
        bind, transport = self._desktop.actions.bind, self._transport
        bind("transport.play", transport.toggle_play, checked=lambda: transport.is_playing)
        bind("transport.shuttle_back", transport.shuttle_back)
        bind("transport.shuttle_stop", self._stop_and_hold)
        bind("transport.shuttle_forward", transport.shuttle_forward)
        bind("transport.frame_back", lambda: transport.step_frames(-1))
        bind("transport.frame_forward", lambda: transport.step_frames(1))
        bind("transport.second_back", lambda: transport.step_seconds(-1))
        bind("transport.second_forward", lambda: transport.step_seconds(1))
        bind("transport.start", transport.go_to_start)
        bind("transport.end", transport.go_to_end)
        bind(
            "transport.loop",
            lambda: transport.set_looping(not transport.is_looping),
            checked=lambda: transport.is_looping,
        )
        bind("transport.play_around", self.play_around)
        bind("transport.play_in", lambda: self._play_at(self._span(), 0), enabled=self._has_span)
        bind("transport.play_out", lambda: self._play_at(self._span(), 1), enabled=self._has_span)

    def close(self) -> None:
        """Listen to no key any more."""
        self._application.focusChanged.disconnect(self._watch)
        self._watch(None, None)

    def play_around(self) -> None:
        """Play what is marked or selected, with roll; without either, around the playhead."""
        here = self._transport.position_samples
        span = self._span() or SampleRange(here, here)
        self._transport.play_around(span, *self._rolls())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's name)
        """Note when the key that stops the shuttle is let go."""
        if (
            event.type() == QEvent.Type.KeyRelease
            and isinstance(event, QKeyEvent)
            and not event.isAutoRepeat()
            and self._is_stop_key(event)
        ):
            self._transport.hold_k(False)
        return False

    def _watch(self, _: QWidget | None, now: QWidget | None) -> None:
        """Hear the keys of what has the focus: to hear all events of all would be dear."""
        if self._watched is not None and shiboken6.isValid(self._watched):
            self._watched.removeEventFilter(self)
        self._watched = now
        if now is not None:
            now.installEventFilter(self)

    def _is_stop_key(self, event: QKeyEvent) -> bool:
        action = self._desktop.actions.action("transport.shuttle_stop")
        letters = [sequence.toString().rpartition("+")[2] for sequence in action.shortcuts()]
        return QKeySequence(event.key()).toString() in letters

    def _stop_and_hold(self) -> None:
        self._transport.shuttle_stop()
        self._transport.hold_k(True)

    def _play_at(self, span: SampleRange | None, end: int) -> None:
        if span is not None:
            edge = span.end_samples if end else span.start_samples
            self._transport.play_around(SampleRange(edge, edge), *self._rolls())

    def _rolls(self) -> tuple[int, int]:
        now, rate_hz = self._desktop.preferences.now, self._document.times.rate_hz
        return round(now.pre_roll_seconds * rate_hz), round(now.post_roll_seconds * rate_hz)

    def _span(self) -> SampleRange | None:
        """Return what is selected: a region, the marked time, or clips from first to last."""
        if self._selection.region_id is None and self._selection.span is not None:
            return self._selection.span
        return self._meant.picked_span()

    def _has_span(self) -> bool | str:
        return self._span() is not None or _NOTHING_MARKED
