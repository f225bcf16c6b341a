"""Seed, number of new takes, handles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from prismdesk.session.asking import new_seed
from prismdesk.session.preferences import LONGEST_HANDLE_FRAMES
from prismdesk.ui.fonts import fixed_font
from prismdesk.ui.icons import IconName
from prismdesk.ui.making import MAX_NEW_TAKES
from prismdesk.ui.widgets.arranging import column, row, show_icon
from prismdesk.ui.widgets.buttons import icon_button
from prismdesk.ui.widgets.fields import FigureField
from prismdesk.ui.widgets.labels import caption

if TYPE_CHECKING:
    from PySide6.QtWidgets import QVBoxLayout

    from prismdesk.project.model import Region
    from prismdesk.ui.making import Making
    from prismdesk.ui.theme import Theme

_NONE = -1


class SeedRow(QWidget):
    """Sets the region's seed, and how many takes with what handles the next job makes.

    ``seed_changed`` carries the seed, None for a new one with each job.

    Args:
        making: keeps the number of takes and the handles.
        theme: colours.
    """

    seed_changed = Signal(object)

    def __init__(self, making: Making, theme: Theme) -> None:
        super().__init__()
        self._making = making
        self._theme = theme
        self._region: Region | None = None
        self.seed = FigureField("Seed", least=_NONE, most=2**32 - 1)
        self.seed.setFont(fixed_font(12))
        self.seed.setSpecialValueText("new each time")
        self.seed.setToolTip(
            "The same seed makes the same sound again. Each further take counts on from it."
        )
        self.seed.valueChanged.connect(self._typed)
        self.lock = icon_button(IconName.LOCK_OPEN, theme, "", self._toggle_lock)
        self.dice = icon_button(IconName.DICE, theme, "Throw a seed and keep it", self._throw)
        self.new_takes = FigureField("New takes", least=1, most=MAX_NEW_TAKES)
        self.new_takes.setToolTip(f"How many takes one job makes, 1 to {MAX_NEW_TAKES}.")
        self.new_takes.valueChanged.connect(lambda value: making.set_new_takes(int(value)))
        self.handles = FigureField("Handles", least=0, most=LONGEST_HANDLE_FRAMES, unit="fr")
        self.handles.setToolTip(
            "Sound that a take brings before and after the region, for later trims and fades."
        )
        self.handles.valueChanged.connect(lambda value: making.set_handle_frames(int(value)))
        seed = column(caption("Seed", kind="dim"), spacing_px=3)
        seed.addLayout(row(self.seed, self.lock, self.dice, spacing_px=2))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.addLayout(seed, 0, 0)
        grid.addLayout(_titled(self.new_takes), 0, 1)
        grid.addLayout(_titled(self.handles), 0, 2)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        making.options_changed.connect(self._show_options)
        self._show_options()

    def show_region(self, region: Region) -> None:
        """Show the region's seed."""
        self._region = region
        self.seed.set_silently(_NONE if region.seed is None else region.seed)
        if region.seed is None:
            words, name = "A new seed each time; lock the last one", IconName.LOCK_OPEN
        else:
            words, name = "This seed is kept; let each job have a new one", IconName.LOCK
        colour = None if region.seed is None else self._theme.accent
        show_icon(self.lock, name, words, self._theme, colour=colour)

    def _show_options(self) -> None:
        self.new_takes.set_silently(self._making.new_takes)
        self.handles.set_silently(self._making.handle_frames)

    def _typed(self, value: float) -> None:
        self.seed_changed.emit(None if value == _NONE else int(value))

    def _toggle_lock(self) -> None:
        if self._region is None:
            return
        if self._region.seed is not None:
            self.seed_changed.emit(None)
            return
        takes = self._region.takes
        self.seed_changed.emit(takes[-1].provenance.seed if takes else new_seed())

    def _throw(self) -> None:
        self.seed_changed.emit(new_seed())


def _titled(field: FigureField) -> QVBoxLayout:
    return column(caption(field.accessibleName(), kind="dim"), field, spacing_px=3)
