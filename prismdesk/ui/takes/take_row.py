"""One take in the inspector's list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QRadioButton, QSizePolicy, QWidget

from prismdesk.adapters.reference import name_in
from prismdesk.session.licence_statements import statements_of_take
from prismdesk.session.licences import verdict_of
from prismdesk.ui.icons import IconName, icon_pixmap
from prismdesk.ui.takes.wave_strip import WaveStrip
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import show_icon
from prismdesk.ui.widgets.buttons import icon_button
from prismdesk.ui.widgets.labels import ElidedLabel

if TYPE_CHECKING:
    from prismdesk.project.model import Take
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document

HEIGHT_PX = 34


class TakeRow(QWidget):
    """Chooses, hears, stars a take, and opens its page; without a take, the lane as it was.

    Args:
        document: gives the take's wave.
        desktop: colours, long work.
        take: whose row it is; None is the lane without a take.
    """

    chosen = Signal()
    heard = Signal()
    starred = Signal()
    opened = Signal()
    stepped = Signal(int)

    def __init__(self, document: Document, desktop: Desktop, take: Take | None) -> None:
        super().__init__()
        self._theme = desktop.theme
        self.take = take
        self._is_chosen = self._is_heard = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.radio = QRadioButton()
        self.radio.setAutoExclusive(False)
        self.radio.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.radio.clicked.connect(self._choose)
        self._name = QLabel()
        self._mark = QLabel()
        self._note = ElidedLabel()
        self._note.setFont(ui_font(11))
        self._note.setProperty("kind", "faint")
        self.licence = QLabel("NC")
        self.licence.setFont(ui_font(11, bold=True))
        self.licence.setProperty("kind", "warning")
        self.wave = WaveStrip(document, desktop) if take is not None else None
        self.star = icon_button(IconName.STAR, self._theme, "Star", self.starred.emit)
        self.more = icon_button(
            IconName.CARET_RIGHT, self._theme, "How it was made", self.opened.emit
        )
        layout = QHBoxLayout(self)
        layout.setContentsMargins(scaled_px(8), 2, scaled_px(4), 2)
        layout.setSpacing(scaled_px(6))
        for part in (self.radio, self._name, self._mark):
            layout.addWidget(part)
        if self.wave is not None:
            layout.addWidget(self.wave, 2)
        layout.addWidget(self._note, 3)
        layout.addWidget(self.licence)
        if take is not None:
            layout.addWidget(self.star)
            layout.addWidget(self.more)

    def show_state(
        self, take: Take | None, *, is_chosen: bool, is_heard: bool, level: str = ""
    ) -> None:
        """Show the take as it is now, whether it is chosen and whether it is heard."""
        self.take = take
        self._is_chosen, self._is_heard = is_chosen, is_heard
        name = take.name if take is not None else "None"
        self.radio.setChecked(is_chosen)
        self.radio.setAccessibleName(f"Choose {name}")
        self._name.setText(name)
        self._name.setFont(ui_font(12, bold=is_chosen))
        # As wide for all names of a list, so that the waves begin under each other.
        self._name.setMinimumWidth(self.fontMetrics().horizontalAdvance("Take 00 "))
        self._mark.setFixedWidth(scaled_px(16))
        if is_heard:
            self._mark.setPixmap(icon_pixmap(IconName.SPEAKER, self._theme.accent, size_px=14))
        else:
            self._mark.clear()
        note = "the lane as it was" if take is None else note_words(take)
        self._note.setText(note)
        self._show_take(take)
        self._show_licence(take)
        self._name_for_readers(name, note, level)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Be as high as a row."""
        return QSize(scaled_px(240), max(scaled_px(HEIGHT_PX), super().sizeHint().height()))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Fill the chosen row, outline the one with the focus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self._is_chosen:
            painter.setBrush(QColor(self._theme.selection))
            painter.setPen(QPen(QColor(self._theme.accent), 1))
            painter.drawRoundedRect(box, 4, 4)
        elif self.underMouse():
            painter.fillRect(self.rect(), QColor(self._theme.hover))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            ring = self._theme.focus_ring_px
            painter.setPen(QPen(QColor(self._theme.accent), ring))
            inset = ring / 2
            painter.drawRoundedRect(
                QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 4, 4
            )

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  (Qt's name)
        """Hear it."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.setFocus()
            self.heard.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802  (Qt's name)
        """Choose it."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Choose with Enter or Space, hear the neighbour with the arrows, open with Right."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepped.emit(1 if key == Qt.Key.Key_Down else -1)
        elif key == Qt.Key.Key_Right and self.take is not None:
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def _choose(self) -> None:
        # The radio shows what the project says, not what was clicked.
        self.radio.setChecked(self._is_chosen)
        self.chosen.emit()

    def _show_take(self, take: Take | None) -> None:
        if take is None:
            return
        if self.wave is not None:
            self.wave.show_take(take, is_strong=self._is_chosen or self._is_heard)
        is_starred = take.rating > 0
        show_icon(
            self.star,
            IconName.STAR_FILL if is_starred else IconName.STAR,
            f"{'Unstar' if is_starred else 'Star'} {take.name}",
            self._theme,
            colour=self._theme.warning if is_starred else None,
        )
        self.more.setAccessibleName(f"How {take.name} was made")

    def _show_licence(self, take: Take | None) -> None:
        """Mark a take that mustn't be sold."""
        may_be_sold = take is None or take.provenance.allows_commercial_use
        self.licence.setVisible(not may_be_sold)
        words = "" if take is None or may_be_sold else verdict_of(statements_of_take(take))
        self.licence.setToolTip(words)
        self.licence.setAccessibleName(words)

    def _name_for_readers(self, name: str, note: str, level: str) -> None:
        states = (
            (self._is_chosen, "chosen"),
            (self._is_heard, "heard now"),
            (self.take is not None and self.take.rating > 0, "starred"),
        )
        said = [name, *(word for is_so, word in states if is_so), note, level]
        said.append(self.licence.toolTip())
        self.setAccessibleName(", ".join(word for word in said if word))
        self.setToolTip(" · ".join(word for word in (name, level, note) if word))


def note_words(take: Take) -> str:
    """Return a take's note, and the adapters that it was made with."""
    made_with = (
        f"{name_in(reference)} {strength:.2f}".replace("-", "−")
        for reference, strength in take.provenance.adapters
    )
    words = (take.note, ", ".join(made_with))
    return " · ".join(part for part in words if part) or "no note"
