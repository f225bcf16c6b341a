"""The head of a run: what it is, how far it is, and what can be done with it now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QWidget

from prismdesk.ui.adapters.training.words import (
    bytes_words,
    count_words,
    options_line,
    seconds_words,
    state_words,
)
from prismdesk.ui.fonts import scaled_px, ui_font
from prismdesk.ui.icons import IconName, icon, icon_pixmap
from prismdesk.ui.widgets.arranging import column, row, set_kind, wrapped_label
from prismdesk.ui.widgets.buttons import plain_button
from prismdesk.ui.widgets.folding_row import FoldingRow
from prismdesk.ui.widgets.labels import ElidedLabel, caption, plain_label
from prismdesk.ui.widgets.share_bar import ShareBar

if TYPE_CHECKING:
    from prismdesk.jobs.training.desk import Piece
    from prismdesk.session.training_runs import RunOverview
    from prismdesk.ui.adapters.training.run_look import RunLook
    from prismdesk.ui.theme import Theme

_DONE = ("finished", "stopped")
_LEAST_BAR_PX = 120


class RunHeader(QWidget):
    """Name, options, bar and figures; ``pause_wanted``, ``go_on_wanted``, ``stop_wanted`` follow.

    ``way_wanted`` follows with whether training is to give way to generation.

    Args:
        theme: the colours.
    """

    pause_wanted = Signal()
    go_on_wanted = Signal()
    stop_wanted = Signal()
    way_wanted = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._is_going = False
        self.name = QLabel()
        self.name.setFont(ui_font(15, bold=True))
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        self.state = plain_label("", kind="dim")
        self.options = ElidedLabel()
        self.options.setFont(ui_font(11))
        self.options.setProperty("kind", "dim")
        self.way = QCheckBox("Give way to generation")
        self.way.setFont(ui_font(12))
        self.way.setToolTip("Training waits while sound is made, and goes on after it.")
        self.way.toggled.connect(self.way_wanted)
        self.pause = plain_button("Pause", theme, icon_name=IconName.PAUSE)
        self.pause.clicked.connect(self._pause)
        self.stop = plain_button("Stop and keep", theme, icon_name=IconName.STOP)
        self.stop.setToolTip("Train no further; what was learned is kept and can be used.")
        self.stop.clicked.connect(self.stop_wanted)
        self.bar = ShareBar("How far the training is")
        self.step = plain_label("")
        self.pace, self.left, self.memory = (caption("", kind="dim") for _ in range(3))
        self.sentence = wrapped_label(kind="warning")
        self._lay_out()

    def show_run(self, run: RunOverview, look: RunLook | None, piece: Piece | None) -> None:
        """Show how a run stands.

        Args:
            run: the run.
            look: its course, None while it wasn't read.
            piece: its work in this program, None if there is none.
        """
        self.name.setText(run.name)
        self.state.setText(state_words(run, piece))
        self.options.setText(options_line(run))
        self._show_figures(run, look, piece)
        self._show_buttons(run, piece)
        self._show_sentence(run, look, piece)

    def _show_figures(self, run: RunOverview, look: RunLook | None, piece: Piece | None) -> None:
        told = piece.told if piece is not None and not piece.is_over else None
        step, steps = run.state.step, run.state.steps or run.options.steps
        if look is not None and look.curves.step.size:
            step = max(step, round(float(look.curves.step[-1])))
        if told is not None and told.steps:
            step, steps = told.step, told.steps
        is_encoding = told is not None and not told.steps
        fraction = told.fraction if is_encoding and told is not None else step / max(1, steps)
        self.bar.setValue(round(1000 * min(1.0, fraction)))
        words = f"<b>Step {count_words(step)}</b> of {count_words(steps)}"
        if is_encoding and told is not None:
            words = f"{told.words} {round(100 * told.fraction)} %"
        self.step.setText(words)
        self.bar.setAccessibleDescription(words.replace("<b>", "").replace("</b>", ""))
        seconds = look.step_seconds if look is not None else None
        self.pace.setText("" if seconds is None else f"{_pace(seconds)} s per step")
        left = told.seconds_left if told is not None else None
        self.left.setText("" if left is None else f"{seconds_words(left)} left")
        memory = look.memory_bytes if look is not None else 0
        if told is not None and told.memory is not None:
            memory = told.memory.used_bytes
        self.memory.setText(bytes_words(memory) if memory else "")

    def _show_buttons(self, run: RunOverview, piece: Piece | None) -> None:
        self._is_going = piece is not None and not piece.is_over and piece.wish == "go"
        is_ending = piece is not None and not piece.is_over and piece.wish != "go"
        is_done = (
            not self._is_going
            and run.state.status in _DONE
            and run.state.step >= (run.state.steps or run.options.steps)
        )
        self.pause.setText("Pause" if self._is_going else "Go on")
        name = IconName.PAUSE if self._is_going else IconName.PLAY
        self.pause.setIcon(icon(name, self._theme))
        self.pause.setEnabled(not is_done)
        why = "It is done; train anew with more steps to go further." if is_done else (
            "Keep everything and go on another time." if self._is_going else
            "Go on from the newest checkpoint."
        )  # fmt: skip
        for say in (self.pause.setToolTip, self.pause.setAccessibleDescription):
            say(why)
        self.stop.setEnabled(self._is_going)
        why_not = "" if self._is_going else "It isn't being trained."
        if is_ending:
            why_not = "It is ending already."
        self.stop.setToolTip(
            why_not or "Train no further; what was learned is kept and can be used."
        )
        self.stop.setAccessibleDescription(self.stop.toolTip())

    def _show_sentence(self, run: RunOverview, look: RunLook | None, piece: Piece | None) -> None:
        failure = piece.failure.message if piece is not None and piece.failure else ""
        is_going = piece is not None and not piece.is_over
        words = failure or ("" if is_going else run.state.sentence)
        set_kind(self.sentence, "error" if failure or run.state.status == "failed" else "dim")
        if not words and look is not None and look.notes:
            words = look.notes[-1].text
        self.sentence.setText(words)
        self.sentence.setVisible(bool(words))

    def _pause(self) -> None:
        (self.pause_wanted if self._is_going else self.go_on_wanted).emit()

    def _lay_out(self) -> None:
        mark = QLabel()
        mark.setPixmap(
            icon_pixmap(
                IconName.TRAIN,
                self._theme.accent,
                size_px=20,
                pixel_ratio=self.devicePixelRatioF(),
            )
        )
        words = column(spacing_px=1)
        words.addLayout(row(self.name, self.state, None))
        words.addWidget(self.options)
        title = row(mark, spacing_px=scaled_px(10))
        title.addLayout(words, 1)
        bar = row(self.bar)
        self.bar.setMinimumWidth(scaled_px(_LEAST_BAR_PX))
        figures = row(self.step, self.pace, self.left, self.memory, spacing_px=12)
        layout = column(spacing_px=scaled_px(8))
        layout.addWidget(FoldingRow(title, row(self.way, self.pause, self.stop)))
        layout.addWidget(FoldingRow(bar, figures))
        layout.addWidget(self.sentence)
        self.setLayout(layout)


def _pace(seconds: float) -> str:
    return f"{seconds:.2f}" if seconds < 10 else f"{seconds:.0f}"
