"""Cells of the table of a set: pictures of the film, and the choice of what a pair is used for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractItemModel, QRect, Qt
from PySide6.QtWidgets import QComboBox, QStyleOptionViewItem, QWidget

from prismdesk.ui.adapters.training.cells import Index, PlainCell
from prismdesk.ui.adapters.training.frame_images import COUNT, FrameImages, Stretch
from prismdesk.ui.adapters.training.pair_model import SPLITS, STRETCH_ROLE
from prismdesk.ui.fonts import ui_font

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtGui import QPainter

    from prismdesk.ui.theme import Theme


class PictureCell(PlainCell):
    """Draws a few pictures of a pair's film beside each other."""

    def __init__(self, theme: Theme, images: FrameImages, parent: QObject) -> None:
        super().__init__(theme, parent)
        self._images = images

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw those that are decoded."""
        self.draw_ground(painter, option, index)
        stretch = index.data(STRETCH_ROLE)
        if not isinstance(stretch, Stretch):
            return
        box = option.rect.adjusted(2, 3, -2, -3)
        width = box.width() // COUNT
        for number, image in enumerate(self._images.strip(stretch)):
            place = QRect(box.left() + number * width, box.top(), width - 1, box.height())
            shown = image.scaled(
                place.size(),
                Qt.AspectRatioMode.KeepAspectRatioByExpanding,
                Qt.TransformationMode.SmoothTransformation,
            )
            left = (shown.width() - place.width()) // 2
            top = (shown.height() - place.height()) // 2
            part = QRect(left, top, place.width(), place.height())
            painter.drawImage(place, shown, part)


class SplitCell(PlainCell):
    """Chooses what a pair is used for, from a list."""

    def createEditor(  # noqa: N802  (Qt's name)
        self, parent: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> QWidget:
        """Return the list, open."""
        made = QComboBox(parent)
        made.setFont(ui_font(12))
        made.setAccessibleName("Use for")
        made.addItems(list(SPLITS))
        made.activated.connect(self._choose)
        return made

    def setEditorData(self, editor: QWidget, index: Index) -> None:  # noqa: N802  (Qt's name)
        """Show what it is used for now."""
        if isinstance(editor, QComboBox):
            editor.setCurrentText(str(index.data(Qt.ItemDataRole.EditRole)))
            editor.showPopup()

    def setModelData(  # noqa: N802  (Qt's name)
        self, editor: QWidget, model: QAbstractItemModel, index: Index
    ) -> None:
        """Tell what was chosen."""
        if isinstance(editor, QComboBox):
            model.setData(index, editor.currentText())

    def _choose(self) -> None:
        editor = self.sender()
        if isinstance(editor, QWidget):
            self.commitData.emit(editor)
            self.closeEditor.emit(editor)
