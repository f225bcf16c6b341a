"""The checkpoints of a run to be heard against each other, and made presets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QWidget

from prismdesk.ui.adapters.training.cells import ButtonCell, PlainCell, SoundCell
from prismdesk.ui.adapters.training.checkpoint_model import CheckpointColumn, CheckpointModel
from prismdesk.ui.adapters.training.table_view import TrainingTable
from prismdesk.ui.fonts import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import column, row
from prismdesk.ui.widgets.folding_row import FoldingRow
from prismdesk.ui.widgets.labels import caption, section_label
from prismdesk.ui.widgets.segmented import SegmentedControl

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.ui.adapters.hearing import ExampleHearing
    from prismdesk.ui.adapters.training.run_look import RunLook
    from prismdesk.ui.adapters.training.wave_images import WaveImages
    from prismdesk.ui.context import Desktop

_MOST_TABS = 6
_TAB_LETTERS = 22
_WIDTHS_PX = {
    CheckpointColumn.SOUND: 130,
    CheckpointColumn.HELD_OUT: 100,
    CheckpointColumn.DISTANCE: 110,
    CheckpointColumn.ONSETS: 86,
    CheckpointColumn.LISTEN: 200,
    CheckpointColumn.USE: 118,
}


class CheckpointSection(QWidget):
    """Heading, tabs of clips, and the table; ``use_wanted`` follows with a step.

    Args:
        images: waves.
        hearing: plays.
        desktop: look and messages.
    """

    use_wanted = Signal(int)
    noted = Signal()

    def __init__(self, images: WaveImages, hearing: ExampleHearing, desktop: Desktop) -> None:
        super().__init__()
        self._theme = desktop.theme
        self._hearing = hearing
        self._look: RunLook | None = None
        self._pair = ""
        self.model = CheckpointModel(desktop.theme, desktop.messages.error)
        self.table = TrainingTable("Checkpoints", self.model)
        self._plain = PlainCell(desktop.theme, self)
        self._sound = SoundCell(desktop.theme, images, lambda: hearing.path, self)
        self._button = ButtonCell(desktop.theme, self)
        self.table.setItemDelegate(self._plain)
        self.table.setItemDelegateForColumn(CheckpointColumn.LISTEN, self._sound)
        self.table.setItemDelegateForColumn(CheckpointColumn.USE, self._button)
        self.table.set_widths(
            {int(one): px for one, px in _WIDTHS_PX.items()},
            stretch=CheckpointColumn.NOTE,
            missable=(
                CheckpointColumn.ONSETS,
                CheckpointColumn.DISTANCE,
                CheckpointColumn.HELD_OUT,
            ),
        )
        self.nothing = caption(
            "Sounds appear here at the first checkpoint, level-matched, to be heard in turn.",
            wraps=True,
        )
        self.tabs: SegmentedControl[str] | None = None
        self._clips = row()
        words = caption("Same seed, same clip, level-matched")
        head = FoldingRow(
            row(section_label("Checkpoints", of=self.table), words, None), self._clips
        )
        layout = column(spacing_px=4)
        layout.addWidget(head)
        layout.addWidget(self.nothing)
        layout.addWidget(self.table)
        self.setLayout(layout)
        self._tie(images)

    def show_run(self, look: RunLook | None) -> None:
        """Show a run's checkpoints."""
        before = self._look
        self._look = look
        pairs = tuple(look.clip_names) if look is not None else ()
        if self._pair not in pairs:
            self._pair = pairs[0] if pairs else ""
        if before is None or look is None or before.clip_names != look.clip_names:
            self._build_tabs(look)
        self.model.show_run(look, self._pair)
        has_rows = look is not None and bool(look.usable or look.examples)
        self.table.setVisible(has_rows)
        self.nothing.setVisible(not has_rows)

    def show_clip(self, pair: str) -> None:
        """Show the examples of another clip."""
        self._pair = pair
        self.model.show_run(self._look, pair)

    def _build_tabs(self, look: RunLook | None) -> None:
        if self.tabs is not None:
            self._clips.removeWidget(self.tabs)
            self.tabs.hide()
            self.tabs.deleteLater()
            self.tabs = None
        names = list(look.clip_names.items())[:_MOST_TABS] if look is not None else []
        if len(names) < 2:
            return
        segments = [
            (pair, f"Clip {number}, {_short(name)}", None)
            for number, (pair, name) in enumerate(names, 1)
        ]
        self.tabs = SegmentedControl("Clip", segments, self._theme)
        for pair, _, _ in segments:
            button = self.tabs.button(pair)
            # The chosen one is bold, and must not be cut.
            words_px = QFontMetrics(ui_font(12, bold=True)).horizontalAdvance(button.text())
            button.setMinimumWidth(words_px + scaled_px(22))
        self.tabs.set_value(self._pair)
        self.tabs.chosen.connect(self.show_clip)
        self._clips.addWidget(self.tabs)

    def _tie(self, images: WaveImages) -> None:
        self._sound.play_clicked.connect(self._play)
        self._button.clicked.connect(self._use)
        self.table.pressed_space.connect(self._play_row)
        self.table.pressed_enter.connect(self._use)
        self.model.noted.connect(self.noted)
        images.ready.connect(self._paint)
        self._hearing.changed.connect(self._paint)
        # The tables stand in a panel that scrolls: keys go on to the next one.
        self.table.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setMinimumWidth(scaled_px(200))

    def _paint(self) -> None:
        self.table.viewport().update()

    def _play(self, path: Path) -> None:
        self._hearing.toggle(path)

    def _play_row(self, place: int) -> None:
        path = self.model.sound_of(place)
        if path is not None:
            self._play(path)

    def _use(self, place: int) -> None:
        one = self.model.rows[place]
        if one.step is not None and one.is_usable:
            self.use_wanted.emit(one.step)


def _short(name: str) -> str:
    return name if len(name) <= _TAB_LETTERS else f"{name[: _TAB_LETTERS - 1].rstrip()}…"
