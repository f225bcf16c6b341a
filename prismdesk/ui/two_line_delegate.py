"""How an item of a list is drawn: a name, a caption below, a picture before both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from prismdesk.ui.theme import Theme, scaled_px, ui_font

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_PADDING_PX = 8


class TwoLineDelegate(QStyledItemDelegate):
    """Draws an item whose text is a name, a line break and a caption.

    An item's icon is drawn before them, as large as the view's icons are.
    """

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(  # noqa: N802  (Qt's name)
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return room for both lines."""
        name, caption = _lines(index)
        bold, small = QFontMetrics(ui_font(12, bold=True)), QFontMetrics(ui_font(11))
        width = max(bold.horizontalAdvance(name), small.horizontalAdvance(caption))
        height = bold.height() + small.height() + 2 * scaled_px(_PADDING_PX)
        picture = _picture(index)
        if picture is not None:
            width += option.decorationSize.width() + scaled_px(_PADDING_PX)
            height = max(height, option.decorationSize.height() + scaled_px(_PADDING_PX))
        return QSize(width + 2 * scaled_px(_PADDING_PX), height)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint one preset."""
        theme, state = self._theme, option.state
        rect = option.rect
        name, caption = _lines(index)
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(QColor(theme.accent), 1))
            painter.setBrush(QColor(theme.selection))
            painter.drawRoundedRect(rect.adjusted(0, 0, -1, -1), 4, 4)
        is_possible = bool(state & QStyle.StateFlag.State_Enabled)
        padding = scaled_px(_PADDING_PX)
        box = rect.adjusted(padding, padding, -padding, -padding)
        picture = _picture(index)
        if picture is not None:
            size = option.decorationSize
            top = rect.top() + (rect.height() - size.height()) // 2
            picture.paint(painter, QRect(QPoint(box.left(), top), size))
            box.adjust(size.width() + padding, 0, 0, 0)
        for font, words, colour, place in (
            (ui_font(12, bold=True), name, theme.text, Qt.AlignmentFlag.AlignTop),
            (ui_font(11), caption, theme.dim, Qt.AlignmentFlag.AlignBottom),
        ):
            painter.setFont(font)
            painter.setPen(QColor(colour if is_possible else theme.off))
            shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box, place, shown)
        painter.restore()


def _picture(index: QModelIndex | QPersistentModelIndex) -> QIcon | None:
    picture = index.data(Qt.ItemDataRole.DecorationRole)
    return picture if isinstance(picture, QIcon) and not picture.isNull() else None


def _lines(index: QModelIndex | QPersistentModelIndex) -> tuple[str, str]:
    name, _, caption = str(index.data(Qt.ItemDataRole.DisplayRole)).partition("\n")
    return name, caption
