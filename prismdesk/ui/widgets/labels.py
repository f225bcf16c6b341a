"""Labels: section titles, captions, texts that end in … where room is short, chips and pills."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from prismdesk.ui.fonts import scaled_px, ui_font
from prismdesk.ui.icons import IconName, icon_pixmap
from prismdesk.ui.widgets.own_style import set_own_style

if TYPE_CHECKING:
    from prismdesk.ui.theme import Theme


def section_label(text: str, *, of: QWidget | None = None) -> QLabel:
    """Return the bold title of a group of controls.

    Args:
        text: the title.
        of: the control it names: a click or a screen reader leads there.
    """
    label = QLabel(text)
    label.setFont(ui_font(12, bold=True))
    label.setProperty("kind", "dim")
    if of is not None:
        label.setBuddy(of)
        if not of.accessibleName():
            of.setAccessibleName(text)
    return label


def caption(text: str, *, kind: str = "faint", wraps: bool = False) -> QLabel:
    """Return a small line: "faint", "dim", "good", "warning" or "error"."""
    label = QLabel(text)
    label.setFont(ui_font(11))
    label.setProperty("kind", kind)
    label.setWordWrap(wraps)
    return label


def plain_label(text: str, *, of: QWidget | None = None, kind: str = "") -> QLabel:
    """Return a line of text, the name of ``of`` if that is given."""
    label = QLabel(text)
    label.setFont(ui_font(12))
    label.setProperty("kind", kind)
    if of is not None:
        label.setBuddy(of)
        if not of.accessibleName():
            of.setAccessibleName(text)
    return label


class ElidedLabel(QLabel):
    """A line of text that ends in … where room is short; the tool tip then says all of it."""

    def __init__(
        self, text: str = "", *, mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight
    ) -> None:
        super().__init__(text)
        self._mode = mode
        self.setFont(ui_font(12))
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def shown_text(self) -> str:
        """Return what there is room for."""
        metrics = QFontMetrics(self.font())
        return metrics.elidedText(self.text(), self._mode, self.contentsRect().width())

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return room for a few letters."""
        return QSize(scaled_px(24), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Paint what there is room for."""
        shown = self.shown_text()
        self.setToolTip(self.text() if shown != self.text() else "")
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), self.alignment(), shown)


class Pill(QFrame):
    """A state in a round frame: icon and words, never colour alone.

    Args:
        text: the state.
        theme: the colours.
        icon_name: its icon.
        kind: "", "good", "warning" or "error".
    """

    def __init__(
        self, text: str, theme: Theme, *, icon_name: IconName | None = None, kind: str = ""
    ) -> None:
        super().__init__()
        self._theme = theme
        self._icon, self._words = QLabel(), QLabel()
        self._words.setFont(ui_font(11))
        row = QHBoxLayout(self)
        row.setContentsMargins(scaled_px(8), 2, scaled_px(8), 2)
        row.setSpacing(scaled_px(4))
        row.addWidget(self._icon)
        row.addWidget(self._words)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.show_state(text, icon_name=icon_name, kind=kind)

    def show_state(self, text: str, *, icon_name: IconName | None = None, kind: str = "") -> None:
        """Show another state."""
        colours = {
            "good": self._theme.good,
            "warning": self._theme.warning,
            "error": self._theme.error,
        }
        colour = colours.get(kind, self._theme.text)
        outline = colours.get(kind, self._theme.line_strong)
        self._words.setText(text)
        set_own_style(self._words, f"color: {colour};")
        self._icon.setVisible(icon_name is not None)
        if icon_name is not None:
            ratio = self.devicePixelRatioF()
            self._icon.setPixmap(icon_pixmap(icon_name, colour, size_px=14, pixel_ratio=ratio))
        radius = (self._words.sizeHint().height() + 6) // 2
        self.setObjectName("pill")
        set_own_style(self, f"#pill {{ border: 1px solid {outline}; border-radius: {radius}px; }}")
        self.setAccessibleName(text)
