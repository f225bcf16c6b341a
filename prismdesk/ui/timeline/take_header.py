"""What stands left of a take's row: which it is, whether it is heard, its star, its note."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QLabel, QRadioButton, QToolButton, QWidget

from prismdesk.project.consistency import BEST_RATING
from prismdesk.project.edits import choose_take, rate_take
from prismdesk.project.lookup import region_of_take, take_of
from prismdesk.ui.fonts import scaled_px, ui_font
from prismdesk.ui.icons import IconName, icon

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from prismdesk.project.ids import TakeId
    from prismdesk.ui.timeline.view import TimelineView

_LEFT_PX = 24


class TakeHeader(QWidget):
    """Choosing and starring a take; ``play_wanted`` carries its id."""

    play_wanted = Signal(object)

    def __init__(self, view: TimelineView, take_id: TakeId, parent: QWidget) -> None:
        super().__init__(parent)
        self._view = view
        self.take_id = take_id
        self.choice = QRadioButton(self)
        self.choice.setAutoExclusive(False)
        self.choice.setFont(ui_font(12))
        self.choice.clicked.connect(self._choose)
        self.note = QLabel(self)
        self.note.setFont(ui_font(11))
        self.note.setProperty("kind", "dim")
        self.play = self._button(IconName.PLAY)
        self.play.clicked.connect(lambda: self.play_wanted.emit(self.take_id))
        self.star = self._button(IconName.STAR)
        self.star.clicked.connect(self._star)
        self._is_chosen = False

    def refresh(self) -> None:
        """Take up the take as it is in the project."""
        project = self._view.document.project
        take = take_of(project, self.take_id)
        comp = region_of_take(project, self.take_id).comp
        self._is_chosen = any(segment.take_id == self.take_id for segment in comp)
        self.choice.setText(take.name)
        self.choice.setChecked(self._is_chosen)
        self.choice.setAccessibleName(f"Let {take.name} be heard")
        self.choice.setFont(ui_font(12, bold=self._is_chosen))
        is_starred = take.rating > 0
        theme = self._view.theme
        name, colour = (
            (IconName.STAR_FILL, theme.tasks[1][1].wave) if is_starred else (IconName.STAR, None)
        )
        self.star.setIcon(icon(name, theme, colour=colour))
        self.star.setToolTip("Take the star away" if is_starred else "Give a star")
        self.star.setAccessibleName(f"Star of {take.name}: {'on' if is_starred else 'off'}")
        self.play.setToolTip(f"Play {take.name}")
        self.play.setAccessibleName(f"Play {take.name}")
        words = self.note.fontMetrics().elidedText(
            take.note or "No note", Qt.TextElideMode.ElideRight, max(20, self.width() - 60)
        )
        self.note.setText(words)
        self.note.setToolTip(take.note)
        self.update()

    def tab_chain(self) -> tuple[QWidget, ...]:
        """Return what Tab goes through, in order."""
        return (self.choice, self.play, self.star)

    def _button(self, name: IconName) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("kind", "tiny")
        button.setIcon(icon(name, self._view.theme))
        button.setIconSize(QSize(scaled_px(14), scaled_px(14)))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _choose(self) -> None:
        document = self._view.document
        if not document.in_gesture:
            document.apply("Choose take", lambda p: choose_take(p, self.take_id))
        self.choice.setChecked(self._is_chosen)

    def _star(self) -> None:
        document = self._view.document
        rating = 0 if take_of(document.project, self.take_id).rating else BEST_RATING
        if not document.in_gesture:
            document.apply("Rate take", lambda p: rate_take(p, self.take_id, rating))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Two lines: choice and buttons, then the note."""
        side = scaled_px(24)
        half = self.height() // 2
        right = self.width() - 8
        self.star.setGeometry(right - side, max(0, half - side + 2), side, side)
        self.play.setGeometry(right - 2 * side, max(0, half - side + 2), side, side)
        self.choice.setGeometry(_LEFT_PX, 2, right - 2 * side - _LEFT_PX, half)
        self.note.setGeometry(_LEFT_PX + scaled_px(20), half, right - _LEFT_PX - 20, half - 2)
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Draw the ground: that of what is chosen, or of the column."""
        theme = self._view.theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.selection if self._is_chosen else theme.panel))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(theme.line))
        painter.end()
