"""What is trained, in one line: for the strip at the bottom of the window and the list of jobs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from prismdesk.jobs.training.messages import TrainTask
from prismdesk.ui.adapters.training.words import seconds_words, step_words
from prismdesk.ui.fonts import scaled_px
from prismdesk.ui.icons import IconName
from prismdesk.ui.turns import WhenSeen
from prismdesk.ui.widgets.arranging import row
from prismdesk.ui.widgets.buttons import KeyButton, quiet_button
from prismdesk.ui.widgets.labels import caption, plain_label
from prismdesk.ui.widgets.share_bar import ShareBar

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from prismdesk.engines.training.tasks import Wish
    from prismdesk.jobs.training.desk import Piece
    from prismdesk.ui.context import Desktop

_BAR_PX = 120
_GAP_PX = 8
_LEAST_NAME_PX, _ICON_PX = 84, 50
_SLACK_PX = 2
_LEAST_PX = _LEAST_NAME_PX + 2 * _ICON_PX


class TrainingStrip(QWidget):
    """Name, bar, step, time left, pause, stop; away while nothing is trained.

    ``opened`` follows when the user wants to see it whole.

    Args:
        desktop: training and look.
    """

    opened = Signal()

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._desktop = desktop
        self._piece: Piece | None = None
        theme = desktop.theme
        self.setAccessibleName("Training")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.name = quiet_button("Training", theme, icon_name=IconName.TRAIN)
        self.name.setToolTip("Show the training")
        self.name.clicked.connect(self.opened)
        self.bar = ShareBar("How far the training is")
        self.bar.setFixedWidth(scaled_px(_BAR_PX))
        self.step = plain_label("")
        self.left = caption("", kind="dim")
        self.pause = quiet_button("Pause", theme, icon_name=IconName.PAUSE)
        self.pause.clicked.connect(partial(self._want, "pause"))
        self.stop = quiet_button("Stop and keep", theme, icon_name=IconName.STOP)
        self.stop.clicked.connect(partial(self._want, "stop"))
        self._buttons = (self.pause, self.stop)
        self._label = self._pause_words = self._stop_words = ""
        self._full_px = self._lean_px = 0
        # Measured once: were it to follow what is shown, that could follow it in turn.
        self._beside_words_px = {one: _beside_words(one) for one in (self.name, *self._buttons)}
        line = row(self.name, self.bar, self.step, self.left, self.pause, self.stop, None)
        line.setSpacing(_GAP_PX)
        self.setLayout(line)
        self._seen = WhenSeen(self, self.refresh, desktop.turns)
        desktop.training.changed.connect(self._follow)
        self.refresh()

    @property
    def lean_px(self) -> int:
        """The width of name, step and buttons; bar and time left take more."""
        return self._lean_px

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return room for everything, also for what is left out now."""
        return QSize(max(self._full_px, self._least_px), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return room for the beginning of the name and the buttons without words."""
        return QSize(self._least_px, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Show as much as there is room for."""
        super().resizeEvent(event)
        self._fit()

    def refresh(self) -> None:
        """Show what is trained now."""
        pieces = self._desktop.training.under_way()
        self._piece = pieces[0] if pieces else None
        self.setVisible(self._piece is not None)
        piece = self._piece
        if piece is None:
            return
        self._label = piece.label
        told = piece.told
        is_training = told is not None and told.steps > 0
        words = "Waiting" if piece.state == "waiting" else "Starting"
        if told is not None:
            words = step_words(told.step, told.steps) if is_training else told.words
            share = told.step / max(1, told.steps) if is_training else told.fraction
            self.bar.setValue(round(1000 * share))
        else:
            self.bar.setValue(0)
        if told is not None and told.gives_way:
            words = f"{words}, gives way"
        if len(pieces) > 1:
            words = f"{words}, {len(pieces) - 1} more wait"
        self.step.setText(words)
        left = told.seconds_left if told is not None else None
        self.left.setText("" if left is None else f"{seconds_words(left)} left")
        is_ending = piece.wish != "go"
        self._pause_words = "Pausing" if piece.wish == "pause" else "Pause"
        self._stop_words = "Stop and keep" if self._is_train else "Cancel"
        for button in self._buttons:
            button.setEnabled(not is_ending)
        self._fit()

    @property
    def _is_train(self) -> bool:
        return self._piece is not None and isinstance(self._piece.task, TrainTask)

    @property
    def _least_px(self) -> int:
        return scaled_px(_LEAST_PX if self._is_train else _LEAST_PX - _ICON_PX)

    def event(self, event: QEvent) -> bool:
        """Show as much as there is room for when something takes more or less of it."""
        answer = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self._fit()
        return answer

    def _fit(self) -> None:
        """Leave out what can be missed most easily, and end the name in … at last."""
        if self._piece is None:
            return
        words = {self.stop: self._stop_words}
        if self._is_train:
            words[self.pause] = self._pause_words
        name_px = self._px_of(self.name, self._label)
        words_px = sum(self._px_of(button, said) for button, said in words.items())
        least_px = name_px + words_px - _GAP_PX
        missable = [(part, _wide(part)) for part in (self.bar, self.left) if self._says(part)]
        self._lean_px = least_px + _wide(self.step)
        full_px = self._lean_px + sum(width_px for _, width_px in missable)
        lacking_px = full_px - self.width()
        left_out: list[QWidget] = []
        while missable and lacking_px > 0:
            part, width_px = missable.pop()
            left_out.append(part)
            lacking_px -= width_px
        has_words = lacking_px <= 0
        if not has_words:
            lacking_px -= words_px - sum(self._px_of(button, "") for button in words)
        if lacking_px > name_px - scaled_px(_LEAST_NAME_PX):
            left_out.append(self.step)
            lacking_px -= _wide(self.step)
        for part in (self.step, self.bar, self.left):
            part.setVisible(part not in left_out and self._says(part))
        self.pause.setVisible(self._is_train)
        for button, said in words.items():
            button.setText(said if has_words else "")
            button.setAccessibleName(said)
            button.setToolTip("" if has_words else said)
        self._show_name(max(0, lacking_px))
        if full_px != self._full_px:
            self._full_px = full_px
            self.updateGeometry()

    def _px_of(self, button: KeyButton, words: str) -> int:
        """Return the width that a button wants if it says something, whatever it says now."""
        return self._beside_words_px[button] + button.fontMetrics().horizontalAdvance(words)

    def _says(self, part: QWidget) -> bool:
        return part is not self.left or bool(self.left.text())

    def _show_name(self, lacking_px: int) -> None:
        metrics = self.name.fontMetrics()
        room_px = metrics.horizontalAdvance(self._label) - lacking_px
        shown = metrics.elidedText(self._label, Qt.TextElideMode.ElideRight, room_px)
        self.name.setText(shown if lacking_px else self._label)
        self.name.setAccessibleName(self._label)

    def _follow(self, piece: Piece) -> None:
        if self.isHidden() or piece.is_over:
            self.refresh()
        else:
            self._seen.want()

    def _want(self, wish: Wish) -> None:
        if self._piece is not None:
            self._desktop.training.want(self._piece.id, wish)


def _wide(part: QWidget) -> int:
    """Return the width that a part wants, with the gap after it."""
    wanted_px = max(part.sizeHint().width(), part.minimumWidth())
    return min(wanted_px, part.maximumWidth()) + _GAP_PX


def _beside_words(button: KeyButton) -> int:
    """Return what a button is wider than its words, with the gap after it."""
    button.ensurePolished()
    return _wide(button) - button.fontMetrics().horizontalAdvance(button.text()) + _SLACK_PX
