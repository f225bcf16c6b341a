"""The preset that is being trained, as a card above those of the library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from prismdesk.jobs.training.messages import TrainTask
from prismdesk.ui.adapters.training.words import count_words, seconds_words
from prismdesk.ui.fonts import scaled_px, ui_font
from prismdesk.ui.icons import IconName, icon_pixmap
from prismdesk.ui.turns import WhenSeen
from prismdesk.ui.widgets.arranging import column, row
from prismdesk.ui.widgets.buttons import plain_button
from prismdesk.ui.widgets.labels import ElidedLabel, caption
from prismdesk.ui.widgets.share_bar import ShareBar

if TYPE_CHECKING:
    from prismdesk.jobs.training.desk import Piece
    from prismdesk.ui.context import Desktop


class RunCard(QWidget):
    """Name, step, bar and share of the run that goes on; away while none does.

    ``opened`` follows with the folder of the run that the user wants to see.

    Args:
        desktop: training and look.
    """

    opened = Signal(str)

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._desktop = desktop
        self._piece: Piece | None = None
        self._has_room = True
        self.name = ElidedLabel()
        self.name.setFont(ui_font(13, bold=True))
        self._mark = QLabel()
        self.state = ElidedLabel()
        self.bar = ShareBar("How far the training is")
        self.share = QLabel()
        self.share.setFont(ui_font(12))
        self.left = caption("", kind="dim")
        self.show_run = plain_button("Show", desktop.theme)
        self.show_run.setToolTip("Show its curves, what it sounds like by now, and its set.")
        self.show_run.clicked.connect(self._open)
        self._lay_out()
        self._seen = WhenSeen(self, self.refresh, desktop.turns)
        desktop.training.changed.connect(self._follow)
        self.refresh()

    def set_room(self, *, is_there: bool) -> None:
        """Be away where cards would have no room besides: the strip tells of the run, too."""
        if is_there != self._has_room:
            self._has_room = is_there
            self.refresh()

    def refresh(self) -> None:
        """Show what is trained now."""
        pieces = self._desktop.training.under_way()
        runs = [piece for piece in pieces if isinstance(piece.task, TrainTask)]
        self._piece = runs[0] if runs else None
        self.setVisible(bool(runs) and self._has_room)
        if not runs:
            return
        piece, told = runs[0], runs[0].told
        self.name.setText(piece.label)
        words = "Waits for its training" if piece.state == "waiting" else "Training begins"
        fraction, left = 0.0, None
        if told is not None:
            is_stepping = told.steps > 0
            fraction = told.step / told.steps if is_stepping else told.fraction
            words = f"Training, step {count_words(told.step)}" if is_stepping else told.words
            words = f"{words}, gives way" if told.gives_way else words
            left = told.seconds_left
        if len(runs) > 1:
            words = f"{words}; {len(runs) - 1} more wait"
        self.state.setText(words)
        self.bar.setValue(round(1000 * fraction))
        self.share.setText(f"{round(100 * fraction)} %")
        self.left.setText("" if left is None else f"{seconds_words(left)} left")
        self.setAccessibleName(f"{piece.label}: {words}, {self.share.text()}")

    def _follow(self, piece: Piece) -> None:
        if self.isHidden() or piece.is_over:
            self.refresh()
        else:
            self._seen.want()

    def _open(self) -> None:
        task = self._piece.task if self._piece is not None else None
        if isinstance(task, TrainTask):
            self.opened.emit(task.run_folder)

    def _lay_out(self) -> None:
        theme = self._desktop.theme
        self._mark.setPixmap(
            icon_pixmap(
                IconName.TRAIN, theme.accent, size_px=14, pixel_ratio=self.devicePixelRatioF()
            )
        )
        state = row(self._mark, self.state, spacing_px=5)
        state.setStretch(1, 1)
        far = row(self.bar, self.share, self.left, self.show_run)
        far.setStretch(0, 1)
        inside = column(self.name, spacing_px=4)
        inside.addLayout(state)
        inside.addLayout(far)
        across, down = scaled_px(12), scaled_px(8)
        inside.setContentsMargins(across, down, across, down)
        card = QFrame()
        card.setProperty("kind", "card")
        card.setLayout(inside)
        whole = column(card, spacing_px=0)
        whole.setContentsMargins(0, 0, 0, scaled_px(10))
        self.setLayout(whole)
