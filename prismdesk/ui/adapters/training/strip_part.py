"""What is trained, in one line: for the strip at the bottom of the window and the list of jobs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from prismdesk.jobs.training.messages import TrainTask
from prismdesk.ui.adapters.training.words import seconds_words, step_words
from prismdesk.ui.fonts import scaled_px
from prismdesk.ui.icons import IconName
from prismdesk.ui.turns import WhenSeen
from prismdesk.ui.widgets.arranging import row
from prismdesk.ui.widgets.buttons import quiet_button
from prismdesk.ui.widgets.labels import caption, plain_label
from prismdesk.ui.widgets.share_bar import ShareBar

if TYPE_CHECKING:
    from prismdesk.engines.training.tasks import Wish
    from prismdesk.jobs.training.desk import Piece
    from prismdesk.ui.context import Desktop

_BAR_PX = 120


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
        self.name = quiet_button("", theme, icon_name=IconName.TRAIN)
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
        line = row(self.name, self.bar, self.step, self.left, self.pause, self.stop)
        self.setLayout(line)
        self._seen = WhenSeen(self, self.refresh, desktop.turns)
        desktop.training.changed.connect(self._follow)
        self.refresh()

    def refresh(self) -> None:
        """Show what is trained now."""
        pieces = self._desktop.training.under_way()
        self._piece = pieces[0] if pieces else None
        self.setVisible(self._piece is not None)
        piece = self._piece
        if piece is None:
            return
        self.name.setText(piece.label)
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
        is_train = isinstance(piece.task, TrainTask)
        is_ending = piece.wish != "go"
        self.pause.setVisible(is_train)
        self.pause.setEnabled(not is_ending)
        self.pause.setText("Pausing" if piece.wish == "pause" else "Pause")
        self.stop.setEnabled(not is_ending)
        self.stop.setText("Stop and keep" if is_train else "Cancel")

    def _follow(self, piece: Piece) -> None:
        if self.isHidden() or piece.is_over:
            self.refresh()
        else:
            self._seen.want()

    def _want(self, wish: Wish) -> None:
        if self._piece is not None:
            self._desktop.training.want(self._piece.id, wish)
