"""The takes of the selected region as a list in the inspector."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QVBoxLayout, QWidget

from prismdesk.ui.takes.heard import Hear
from prismdesk.ui.takes.levels import signed
from prismdesk.ui.takes.take_row import TakeRow
from prismdesk.ui.theme import ui_font
from prismdesk.ui.turns import WhenSeen
from prismdesk.ui.widgets.arranging import row
from prismdesk.ui.widgets.buttons import quiet_button
from prismdesk.ui.widgets.labels import caption, section_label

if TYPE_CHECKING:
    from prismdesk.project.ids import TakeId
    from prismdesk.project.model import Region
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.takes.audition import Audition
    from prismdesk.ui.takes.commands import TakeCommands


class TakeList(QWidget):
    """Hears, chooses, stars takes; ``opened`` carries the id of one whose page is wanted.

    A click hears a take, its ring chooses it; the arrows hear, Enter chooses.

    Args:
        document: gives the waves.
        audition: what is heard and chosen.
        commands: stars.
        desktop: colours.
    """

    opened = Signal(object)

    def __init__(
        self, document: Document, audition: Audition, commands: TakeCommands, desktop: Desktop
    ) -> None:
        super().__init__()
        self._document = document
        self._audition = audition
        self._commands = commands
        self._desktop = desktop
        self.rows: list[TakeRow] = []
        self._growing = WhenSeen(self, self._add_row, desktop.turns)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Takes")
        self.level_match = QCheckBox("Level-match")
        self.level_match.setFont(ui_font(12))
        self.level_match.setToolTip(
            "Hear all takes as loud as the chosen one; changes nothing in the project."
        )
        self.level_match.toggled.connect(audition.set_level_matched)
        self._empty = caption("Not made yet.")
        self._keep = quiet_button("Keep these levels", desktop.theme)
        self._keep.setToolTip("Write the matching gains into the takes, as one step.")
        self._keep.clicked.connect(lambda: audition.keep_levels())
        self._matched = caption("")
        self._rows_layout = QVBoxLayout()
        self._rows_layout.setSpacing(2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row(section_label("Takes"), None, self.level_match))
        layout.addLayout(self._rows_layout)
        layout.addWidget(self._empty)
        layout.addLayout(row(self._matched, None, self._keep))
        audition.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the region's takes as they are now."""
        region = self._audition.region
        takes = region.takes if region is not None else ()
        self._remove_rows(len(takes) + 1 if takes else 0)
        self._empty.setVisible(not takes)
        self.level_match.setVisible(bool(takes))
        self.level_match.blockSignals(True)
        self.level_match.setChecked(self._audition.is_level_matched)
        self.level_match.blockSignals(False)
        if region is not None:
            self._show_rows(region)
        self._show_gain()
        if takes and len(self.rows) <= len(takes):
            self._growing.want()

    def _remove_rows(self, wanted: int) -> None:
        """Let go of the rows that are too many; the first are used again for other takes."""
        had_focus = any(one.hasFocus() for one in self.rows[wanted:])
        for one in self.rows[wanted:]:
            self._rows_layout.removeWidget(one)
            one.hide()
            one.deleteLater()
        del self.rows[wanted:]
        if had_focus and self.rows:
            self.rows[-1].setFocus()

    def _add_row(self) -> None:
        """Build one more row, and have the next built in a turn of its own: rows are dear."""
        region = self._audition.region
        takes = region.takes if region is not None else ()
        place = len(self.rows)
        if region is None or not takes or place > len(takes):
            return
        one = TakeRow(self._document, self._desktop, takes[place - 1] if place else None)
        self.rows.append(one)
        self._rows_layout.addWidget(one)
        one.heard.connect(lambda: self._hear(one))
        one.chosen.connect(lambda: self._choose(one))
        one.opened.connect(lambda: self.opened.emit(_id_of(one)))
        one.stepped.connect(lambda by: self._step(one, by))
        one.starred.connect(lambda: self._star(one))
        self._show_row(region, place)
        if place < len(takes):
            self._growing.want()

    def _show_rows(self, region: Region) -> None:
        for place in range(len(self.rows)):
            self._show_row(region, place)

    def _show_row(self, region: Region, place: int) -> None:
        audition, levels, current = self._audition, self._audition.levels, self._audition.current
        one = self.rows[place]
        if place == 0:
            is_heard = audition.heard is Hear.NO_TAKE
            one.show_state(None, is_chosen=not region.comp, is_heard=is_heard)
            return
        take = region.takes[place - 1]
        one.show_state(
            take,
            is_chosen=any(segment.take_id == take.id for segment in region.comp),
            is_heard=audition.is_b_heard and current is not None and current.id == take.id,
            level=levels.words(take.id) if levels else "",
        )

    def _show_gain(self) -> None:
        audition, current = self._audition, self._audition.current
        is_on = audition.is_level_matched
        self._keep.setVisible(is_on)
        self._matched.setVisible(is_on)
        if not is_on:
            return
        if audition.levels is None or current is None:
            self._matched.setText("Measuring…" if audition.levels is None else "")
            return
        self._matched.setText(f"{current.name} {signed(audition.gain_db(current.id))} dB")

    def _hear(self, one: TakeRow) -> None:
        self._audition.hear(one.take.id if one.take else Hear.NO_TAKE)

    def _choose(self, one: TakeRow) -> None:
        if one.take is None:
            self._audition.choose_none()
        else:
            self._audition.choose(one.take.id)

    def _step(self, one: TakeRow, by: int) -> None:
        place = self.rows.index(one) + by
        if 0 <= place < len(self.rows):
            self.rows[place].setFocus()
            self._hear(self.rows[place])

    def _star(self, one: TakeRow) -> None:
        if one.take is not None:
            self._commands.star(one.take.id)


def _id_of(one: TakeRow) -> TakeId | None:
    return one.take.id if one.take else None
