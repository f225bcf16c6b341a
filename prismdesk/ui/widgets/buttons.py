"""Buttons: the main one with its key, plain ones, and those that are an icon alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QToolButton,
)

from prismdesk.ui.fonts import scaled_px, ui_font
from prismdesk.ui.icons import IconName, icon

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QAction

    from prismdesk.ui.theme import Theme

_CAP_GAP_PX = 8
_CAP_PADDING_PX = 5


class KeyButton(QPushButton):
    """A button that shows its key in a cap; where room is short, the cap goes first.

    Args:
        text: one verb and what it is done to.
        theme: the colours.
        key: the key as the user reads it; empty for none.
        kind: "main" for the one main button, "" for a plain one, "quiet" or "small".
        icon_name: shown before the text.
    """

    def __init__(
        self,
        text: str,
        theme: Theme,
        *,
        key: str = "",
        kind: str = "",
        icon_name: IconName | None = None,
    ) -> None:
        super().__init__(text)
        self._theme = theme
        self._key = key
        self._is_main = kind == "main"
        self.setFont(ui_font(12, bold=self._is_main))
        self.setProperty("kind", kind)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        if icon_name is not None:
            colour = theme.accent_text if self._is_main else theme.text
            self.setIcon(icon(icon_name, theme, colour=colour))
            self.setIconSize(QSize(scaled_px(16), scaled_px(16)))
        if key:
            self.setAccessibleDescription(f"Key: {key}")

    def set_key(self, key: str) -> None:
        """Show another key in the cap."""
        self._key = key
        self.setAccessibleDescription(f"Key: {key}" if key else "")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return the size with the key cap."""
        return super().sizeHint() + QSize(self._cap_width(), 0)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return the size without the key cap."""
        return super().sizeHint()

    def shows_key(self) -> bool:
        """Whether there is room for the key cap."""
        return bool(self._key) and self.width() >= self.sizeHint().width()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Paint the button as ever, its label moved aside for the cap."""
        if not self.shows_key():
            super().paintEvent(event)
            return
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        painter.drawControl(QStyle.ControlElement.CE_PushButtonBevel, option)
        right = scaled_px(8)
        label = QStyleOptionButton(option)
        label.rect = self.rect().adjusted(0, 0, -self._cap_width(), 0)
        painter.drawControl(QStyle.ControlElement.CE_PushButtonLabel, label)
        self._paint_cap(painter, right)

    def _cap_font_metrics(self) -> QFontMetrics:
        return QFontMetrics(ui_font(10))

    def _cap_width(self) -> int:
        if not self._key:
            return 0
        text = self._cap_font_metrics().horizontalAdvance(self._key)
        return text + scaled_px(2 * _CAP_PADDING_PX + _CAP_GAP_PX)

    def _paint_cap(self, painter: QPainter, right_px: int) -> None:
        height = self._cap_font_metrics().height() + 2
        width = self._cap_width() - scaled_px(_CAP_GAP_PX)
        box = QRectF(
            self.width() - right_px - width, (self.height() - height) / 2, width, height
        ).adjusted(0.5, 0.5, -0.5, -0.5)
        colour = self._theme.accent_text if self._is_main else self._theme.dim
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colour if self.isEnabled() else self._theme.off), 1))
        painter.drawRoundedRect(box, 3, 3)
        painter.setFont(ui_font(10))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._key)


def main_button(
    text: str, theme: Theme, *, key: str = "", icon_name: IconName | None = None
) -> KeyButton:
    """Return the one button of a pane that does what the pane is for."""
    return KeyButton(text, theme, key=key, kind="main", icon_name=icon_name)


def plain_button(
    text: str, theme: Theme, *, key: str = "", icon_name: IconName | None = None
) -> KeyButton:
    """Return a button beside the main one."""
    return KeyButton(text, theme, key=key, icon_name=icon_name)


def quiet_button(text: str, theme: Theme, *, icon_name: IconName | None = None) -> KeyButton:
    """Return a button without an outline."""
    return KeyButton(text, theme, kind="quiet", icon_name=icon_name)


def icon_button(
    icon_name: IconName,
    theme: Theme,
    name: str,
    do: Callable[[], object] | None = None,
    *,
    checkable: bool = False,
) -> QToolButton:
    """Return a button that is an icon alone.

    Args:
        icon_name: what it shows.
        theme: the colours.
        name: what it does, as tool tip and for screen readers.
        do: called at a click.
        checkable: whether it is switched on and off.
    """
    button = QToolButton()
    button.setIcon(icon(icon_name, theme))
    button.setIconSize(QSize(scaled_px(16), scaled_px(16)))
    button.setProperty("kind", "quiet")
    button.setToolTip(name)
    button.setAccessibleName(name)
    button.setCheckable(checkable)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if do is not None:
        button.clicked.connect(lambda: do())
    return button


def action_button(action: QAction, *, quiet: bool = True) -> QToolButton:
    """Return a button for an action of the table: its icon, and its state and keys as tool tip."""
    button = QToolButton()
    button.setDefaultAction(action)
    button.setIconSize(QSize(scaled_px(16), scaled_px(16)))
    button.setProperty("kind", "quiet" if quiet else "")
    button.setAccessibleName(action.text().removesuffix("…"))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
