"""What a scan found, to be looked at, listened to and accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from prismdesk.media.gaps import Gap, GapKind, GapPlace
from prismdesk.session.mending import is_worth_mending
from prismdesk.ui.theme import scaled_px, ui_font

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from prismdesk.ui.theme import Theme
    from prismdesk.ui.times import Times

_HEADINGS = ("Mend", "What", "In", "Length", "Confidence", "Where")
_KIND_WORDS = {
    GapKind.DROPOUT: "Dropout",
    GapKind.SILENCE: "Digital silence",
    GapKind.CLICK: "Click",
}
_PLACE_WORDS = {
    GapPlace.HEAD: "at the start, often meant",
    GapPlace.MIDDLE: "",
    GapPlace.TAIL: "at the end",
    GapPlace.WHOLE: "the whole sound",
}


class GapsDialog(QDialog):
    """Lists gaps with a tick each; those worth mending are ticked.

    Space ticks, Enter accepts, P plays around the gap of the row.

    Args:
        gaps: what was found, positions on the timeline.
        times: writes positions.
        theme: the colours.
        listen: plays around a gap.
        accept_gaps: is given the ticked gaps, and whether to mend them at once.
        parent: the window.
    """

    def __init__(
        self,
        gaps: Sequence[Gap],
        *,
        times: Times,
        theme: Theme,
        listen: Callable[[Gap], object],
        accept_gaps: Callable[[tuple[Gap, ...], bool], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._gaps = tuple(gaps)
        self._listen = listen
        self._accept_gaps = accept_gaps
        self.setWindowTitle("Gaps found")
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.table = self._make_table(times)
        self.mark = QPushButton()
        self.mend = QPushButton()
        self.mend.setProperty("kind", "main")
        self.mend.setDefault(True)
        self.play = QPushButton("Play around")
        self.play.setShortcut("P")
        close = QPushButton("Close")
        self.mark.clicked.connect(lambda: self._take(mend=False))
        self.mend.clicked.connect(lambda: self._take(mend=True))
        self.play.clicked.connect(self._play)
        close.clicked.connect(self.reject)
        words = QLabel(
            "Ticked gaps become regions of the timeline, in one step that undo takes back. "
            "The film's file is never written to."
        )
        words.setWordWrap(True)
        words.setFont(ui_font(12))
        words.setStyleSheet(f"color: {theme.dim};")
        row = QHBoxLayout()
        for button in (self.play, close):
            row.addWidget(button)
        row.insertStretch(1)
        row.addWidget(self.mark)
        row.addWidget(self.mend)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(words)
        column.addWidget(self.table, 1)
        column.addLayout(row)
        self.resize(scaled_px(680), scaled_px(420))
        self.table.itemChanged.connect(self._say_count)
        self.table.itemDoubleClicked.connect(lambda _: self._play())
        self._say_count()
        self.table.setFocus()

    def ticked(self) -> tuple[Gap, ...]:
        """Return the gaps whose rows are ticked."""
        return tuple(gap for row, gap in enumerate(self._gaps) if self._is_ticked(row))

    def _make_table(self, times: Times) -> QTableWidget:
        table = QTableWidget(len(self._gaps), len(_HEADINGS))
        table.setHorizontalHeaderLabels(list(_HEADINGS))
        table.setAccessibleName("Gaps found")
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setShowGrid(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(scaled_px(28))
        for row, gap in enumerate(self._gaps):
            tick = QTableWidgetItem()
            tick.setFlags(Qt.ItemFlag.ItemIsUserCheckable | _USUAL)
            tick.setCheckState(
                Qt.CheckState.Checked if is_worth_mending(gap) else Qt.CheckState.Unchecked
            )
            tick.setData(Qt.ItemDataRole.AccessibleTextRole, f"Mend gap {row + 1}")
            table.setItem(row, 0, tick)
            for column, words in enumerate(_words(gap, times), 1):
                table.setItem(row, column, QTableWidgetItem(words))
        header = table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        if self._gaps:
            table.setCurrentCell(0, 1)
        return table

    def _is_ticked(self, row: int) -> bool:
        item = self.table.item(row, 0)
        return item is not None and item.checkState() is Qt.CheckState.Checked

    def _say_count(self) -> None:
        count = len(self.ticked())
        self.mark.setText(f"Mark {count}")
        self.mend.setText(f"Mend {count}")
        for button in (self.mark, self.mend):
            button.setEnabled(count > 0)
            button.setToolTip("" if count else "Tick a gap first")

    def _take(self, *, mend: bool) -> None:
        self._accept_gaps(self.ticked(), mend)
        self.accept()

    def _play(self) -> None:
        row = self.table.currentRow()
        if row >= 0:
            self._listen(self._gaps[row])


_USUAL = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


def _words(gap: Gap, times: Times) -> tuple[str, ...]:
    channels = ", ".join(str(channel + 1) for channel in gap.channels)
    where = _PLACE_WORDS[gap.place]
    return (
        _KIND_WORDS[gap.kind],
        times.timecode(gap.range.start_samples),
        times.length_words(gap.range.length_samples),
        f"{gap.confidence:.0%}",
        f"channel {channels}" + (f", {where}" if where else ""),
    )
