"""How cells of the tables are drawn that are more than words: waves, pictures, buttons, links."""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from prismdesk.ui.fonts import scaled_px, ui_font
from prismdesk.ui.icons import IconName, paint_icon

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QObject

    from prismdesk.ui.adapters.training.wave_images import WaveImages
    from prismdesk.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex

_PLAY_PX = 24
_ICON_PX = 14
_PAD_PX = 6


class CellRole(IntEnum):
    """What models say of a cell besides Qt's own."""

    SOUND = int(Qt.ItemDataRole.UserRole) + 1
    """``Path`` of a sound file, drawn as a wave with a play button."""
    COLOUR = SOUND + 1
    """Colour of the wave."""
    BUTTON = SOUND + 2
    """Words of a button at the right; "" for none."""
    IS_ON = SOUND + 3
    """Whether the button stands for what is so already."""
    ICON = SOUND + 4
    """(``IconName``, colour) before the words."""
    LINK = SOUND + 5
    """Words of a link at the right; "" for none."""


class PlainCell(QStyledItemDelegate):
    """Draws words after the look of the tables: no dotted focus, an icon and a link if there are.

    ``link_clicked`` follows with the row.
    """

    link_clicked = Signal(int)

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw ground, icon, words and link."""
        self.draw_ground(painter, option, index)
        box = option.rect.adjusted(scaled_px(_PAD_PX), 0, -scaled_px(_PAD_PX), 0)
        mark = index.data(CellRole.ICON)
        if mark:
            side = scaled_px(_ICON_PX)
            top = box.center().y() - side // 2
            paint_icon(painter, mark[0], QRectF(box.left(), top, side, side), mark[1])
            box.setLeft(box.left() + side + scaled_px(5))
        link = self._link_box(option, index)
        if not link.isEmpty():
            painter.setFont(ui_font(12))
            painter.setPen(QColor(self._theme.accent))
            painter.drawText(link, Qt.AlignmentFlag.AlignVCenter, str(index.data(CellRole.LINK)))
            box.setRight(link.left() - scaled_px(_PAD_PX))
        self.draw_words(painter, box, option, index)

    def draw_ground(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw what lies below the words: the line between rows, the selection, the focus."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, box = self._theme, option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, QColor(theme.selection))
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        view = option.widget
        if option.state & QStyle.StateFlag.State_HasFocus and view is not None and view.hasFocus():
            painter.setPen(QPen(QColor(theme.accent), theme.focus_ring_px))
            painter.drawRect(QRectF(box).adjusted(1.5, 1.5, -1.5, -1.5))

    def draw_words(
        self, painter: QPainter, box: QRect, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """Draw the words of a cell, with an ellipsis where room ends."""
        words = index.data(Qt.ItemDataRole.DisplayRole)
        if not words:
            return
        font = index.data(Qt.ItemDataRole.FontRole) or ui_font(12)
        colour = index.data(Qt.ItemDataRole.ForegroundRole) or QColor(self._theme.text)
        place = index.data(Qt.ItemDataRole.TextAlignmentRole) or Qt.AlignmentFlag.AlignLeft
        painter.setFont(font)
        painter.setPen(colour)
        shown = QFontMetrics(font).elidedText(
            str(words), Qt.TextElideMode.ElideRight, max(0, box.width())
        )
        painter.drawText(box, int(place) | int(Qt.AlignmentFlag.AlignVCenter), shown)

    def editorEvent(  # noqa: N802  (Qt's name)
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """Follow a click on the link."""
        if _is_click(event) and self._link_box(option, index).contains(_point(event)):
            self.link_clicked.emit(index.row())
            return True
        return super().editorEvent(event, model, option, index)

    def _link_box(self, option: QStyleOptionViewItem, index: Index) -> QRect:
        words = index.data(CellRole.LINK)
        if not words:
            return QRect()
        width = QFontMetrics(ui_font(12)).horizontalAdvance(str(words)) + 2
        box = option.rect
        right = box.right() - scaled_px(_PAD_PX)
        return QRect(right - width, box.top(), width + 2, box.height())


class SoundCell(PlainCell):
    """Draws a play button and the wave of a sound file; ``play_clicked`` follows with its path."""

    play_clicked = Signal(object)

    def __init__(
        self, theme: Theme, images: WaveImages, heard: Callable[[], Path | None], parent: QObject
    ) -> None:
        super().__init__(theme, parent)
        self._images = images
        self._heard = heard

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw them."""
        self.draw_ground(painter, option, index)
        path = index.data(CellRole.SOUND)
        if not isinstance(path, Path):
            return
        box, side = option.rect, scaled_px(_ICON_PX)
        name = IconName.STOP if self._heard() == path else IconName.PLAY
        left = box.left() + (scaled_px(_PLAY_PX) - side) // 2
        place = QRectF(left, box.center().y() - side // 2, side, side)
        paint_icon(painter, name, place, self._theme.text)
        wave = box.adjusted(scaled_px(_PLAY_PX) + 2, 3, -scaled_px(_PAD_PX), -3)
        colour = str(index.data(CellRole.COLOUR) or self._theme.recorded_rms)
        image = self._images.image(path, wave.width(), wave.height(), colour)
        if image is not None:
            painter.drawImage(wave, image)

    def editorEvent(  # noqa: N802  (Qt's name)
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """Play at a click anywhere on button or wave."""
        path = index.data(CellRole.SOUND)
        if _is_click(event) and isinstance(path, Path):
            self.play_clicked.emit(path)
            return True
        return super().editorEvent(event, model, option, index)


class ButtonCell(PlainCell):
    """Draws a small button at the right of a cell; ``clicked`` follows with the row."""

    clicked = Signal(int)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw it, with a tick and the accent's outline where it stands for what is so."""
        self.draw_ground(painter, option, index)
        words = str(index.data(CellRole.BUTTON) or "")
        if not words:
            return
        theme, is_on = self._theme, bool(index.data(CellRole.IS_ON))
        box = self._button_box(option, index)
        is_over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        fill = theme.selection if is_on else theme.hover if is_over else theme.raised
        painter.setBrush(QColor(fill))
        painter.setPen(QPen(QColor(theme.accent if is_on else theme.line_strong), 1))
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setFont(ui_font(12))
        painter.setPen(QColor(theme.text))
        if is_on:
            side = scaled_px(_ICON_PX)
            top = box.center().y() - side // 2
            left = box.left() + scaled_px(_PAD_PX)
            paint_icon(painter, IconName.CHECK, QRectF(left, top, side, side), theme.text)
            box = box.adjusted(side + scaled_px(4), 0, 0, 0)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802  (Qt's name)
        """Return the button's size."""
        return self._button_box(option, index).size()

    def editorEvent(  # noqa: N802  (Qt's name)
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """Follow a click on the button."""
        is_there = bool(index.data(CellRole.BUTTON))
        if (
            _is_click(event)
            and is_there
            and self._button_box(option, index).contains(_point(event))
        ):
            self.clicked.emit(index.row())
            return True
        return super().editorEvent(event, model, option, index)

    def _button_box(self, option: QStyleOptionViewItem, index: Index) -> QRect:
        words = str(index.data(CellRole.BUTTON) or "")
        width = QFontMetrics(ui_font(12)).horizontalAdvance(words) + scaled_px(20)
        if index.data(CellRole.IS_ON):
            width += scaled_px(_ICON_PX + 4)
        box, height = option.rect, min(scaled_px(22), option.rect.height() - 2)
        right = box.right() - scaled_px(_PAD_PX)
        top = box.top() + (box.height() - height) // 2
        return QRect(right - width, top, width, height)


def _is_click(event: QEvent) -> bool:
    return (
        isinstance(event, QMouseEvent)
        and event.type() == QEvent.Type.MouseButtonRelease
        and event.button() == Qt.MouseButton.LeftButton
    )


def _point(event: QEvent) -> QPoint:
    assert isinstance(event, QMouseEvent)
    return event.position().toPoint()
