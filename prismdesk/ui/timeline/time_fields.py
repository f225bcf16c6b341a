"""Fields for the in mark, the out mark and the length of the marked time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolTip, QWidget

from prismdesk.project.errors import PositionError
from prismdesk.project.timebase import SampleRange
from prismdesk.ui.fonts import fixed_font, scaled_px, ui_font
from prismdesk.ui.icons import IconName, icon
from prismdesk.ui.in_out import with_in_mark, with_out_mark

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent

    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.selection import Selection
    from prismdesk.ui.theme import Theme

_WIDEST = "00:00:00;00"
_HOW = "Type a timecode, or +n and -n for frames on or back."
_HOW_LENGTH = "Type frames, 00:00:02:00 or 1.5s, or +n and -n to change it; the in mark stays."


class TimeField(QLineEdit):
    """One time as text; ``typed`` is sent when a changed text is entered.

    A text that can't be read is outlined and marked, and its tooltip says why; Escape puts back
    what was.
    """

    typed = Signal(str)

    def __init__(self, name: str, how: str, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._how = how
        self._shown = ""
        self.setAccessibleName(name)
        self.setFont(fixed_font(12))
        self.setPlaceholderText("–")
        # Padding and border of the style sheet, and the text cursor.
        self._width_px = self.fontMetrics().horizontalAdvance(_WIDEST) + scaled_px(28)
        self.setFixedWidth(self._width_px)
        self._sign: QAction | None = None
        self._say(how)
        self.returnPressed.connect(self._enter)

    @property
    def is_refused(self) -> bool:
        """Whether the text can't be read, and is marked so."""
        return self._sign is not None

    def show_text(self, text: str) -> None:
        """Show a time; what is being typed stays."""
        self._shown = text
        if not self.isModified():
            self.setText(text)

    def refuse(self, why_not: str) -> None:
        """Mark the text as one that can't be read."""
        self._say(why_not)
        outline = f"border: 2px solid {self._theme.error}; padding: 2px 7px;"
        self.setStyleSheet(f"QLineEdit {{ {outline} }}")
        if self._sign is None:
            sign = icon(IconName.ERROR, self._theme, colour=self._theme.error)
            self._sign = self.addAction(sign, QLineEdit.ActionPosition.TrailingPosition)
            self.setFixedWidth(self._width_px + scaled_px(24))
        self.setModified(True)
        QToolTip.showText(self.mapToGlobal(self.rect().bottomLeft()), why_not, self)

    def restore(self) -> None:
        """Show again what was before the user typed."""
        self._say(self._how)
        if self._sign is not None:
            self.removeAction(self._sign)
            self._sign.deleteLater()
            self._sign = None
            self.setStyleSheet("")
            self.setFixedWidth(self._width_px)
            QToolTip.hideText()
        self.setText(self._shown)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Put back what was at Escape; a second one lets go of the keyboard."""
        if event.key() == Qt.Key.Key_Escape:
            if self.isModified() or self.is_refused:
                self.restore()
            else:
                self.clearFocus()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802  (Qt's name)
        """Have the next key replace the text."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  (Qt's name)
        """Take what was typed."""
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason and self.isModified():
            self._enter()

    def _enter(self) -> None:
        if not self.isModified():
            return
        text = self.text().strip()
        self.restore()
        if text != self._shown:
            self.setText(text)
            self.typed.emit(text)
            if not self.is_refused:
                self.restore()

    def _say(self, words: str) -> None:
        self.setToolTip(words)
        self.setAccessibleDescription(words)


class TimeFields(QWidget):
    """Shows the marked time of a selection and lets it be typed.

    Args:
        document: gives the film's way of counting.
        selection: holds the marked time.
        desktop: the look.
    """

    def __init__(self, document: Document, selection: Selection, desktop: Desktop) -> None:
        super().__init__()
        self._document = document
        self._selection = selection
        self.setAccessibleName("Marked time")
        self.start = TimeField("In mark", _HOW, desktop.theme)
        self.end = TimeField("Out mark", _HOW, desktop.theme)
        self.length = TimeField("Length of the marked time", _HOW_LENGTH, desktop.theme)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(scaled_px(8))
        for words, field, read in (
            ("In", self.start, self._with_start),
            ("Out", self.end, self._with_end),
            ("Length", self.length, self._with_length),
        ):
            label = QLabel(words)
            label.setFont(ui_font(12))
            label.setProperty("kind", "dim")
            label.setBuddy(field)
            row.addWidget(label)
            row.addWidget(field)
            row.addSpacing(scaled_px(4))
            self._tie(field, read)
        selection.changed.connect(self._show)
        document.changed.connect(self._show)
        self._show()

    def _tie(self, field: TimeField, read: Callable[[str], SampleRange | None]) -> None:
        def take(text: str) -> None:
            try:
                span = read(text) if text else None
            except PositionError as error:
                field.refuse(str(error))
                return
            self._selection.set_span(span)

        field.typed.connect(take)

    def _show(self, _: object = None) -> None:
        span, times = self._selection.span, self._document.times
        shown = ("", "", "")
        if span is not None:
            shown = (
                times.timecode(span.start_samples),
                times.timecode(span.end_samples),
                times.length_timecode(span.length_samples),
            )
        for field, text in zip((self.start, self.end, self.length), shown, strict=True):
            field.show_text(text)

    def _with_start(self, text: str) -> SampleRange:
        span, times = self._selection.span, self._document.times
        at = times.parse(text, relative_to=span.start_samples if span else 0)
        return with_in_mark(span, at, times)

    def _with_end(self, text: str) -> SampleRange:
        span, times = self._selection.span, self._document.times
        at = times.parse(text, relative_to=span.end_samples if span else 0)
        return with_out_mark(span, at, times)

    def _with_length(self, text: str) -> SampleRange:
        span, times = self._selection.span, self._document.times
        if span is None:
            raise PositionError("Set the in mark first; the length counts from there.")
        if text[:1] in ("+", "-", "−"):
            end = times.parse(text, relative_to=span.end_samples)
        else:
            end = times.parse(f"+{text}", relative_to=span.start_samples)
        if end <= span.start_samples:
            raise PositionError("The marked time must last at least one sample.")
        if end > times.end_samples:
            left = times.length_words(times.end_samples - span.start_samples)
            raise PositionError(f"From the in mark to the film's end it is {left}.")
        return SampleRange(span.start_samples, end)
