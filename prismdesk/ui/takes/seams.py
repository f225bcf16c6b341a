"""The right column of a take's page: its seams, where they lie, and how it fits the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from prismdesk.project.edits.seams import SeamEnd, seam_samples, seam_shift_samples
from prismdesk.session.seam_figures import NOTHING, seam_figures
from prismdesk.ui.fonts import fixed_font
from prismdesk.ui.icons import IconName, icon_pixmap
from prismdesk.ui.takes.seam_words import (
    handles_words,
    limit_tip,
    moved_words,
    nudge_words,
    onset_words,
    seam_heading,
    verdict_tip,
)
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import column, key_words, row, rule, set_kind
from prismdesk.ui.widgets.buttons import plain_button
from prismdesk.ui.widgets.fields import FigureField
from prismdesk.ui.widgets.labels import ElidedLabel, Pill, caption, plain_label, section_label

if TYPE_CHECKING:
    from prismdesk.project.model import Region, Take
    from prismdesk.session.onset_readings import OnsetReading
    from prismdesk.session.seams import RegionSeams
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.takes.seam_commands import SeamCommands
    from prismdesk.ui.takes.seam_watch import SeamWatch

_MOST_SHIFT_MS = 60_000
_NO_MARKER = "No marker in the region to time it by."
_NO_ONSET = "No clear onset in the take to put on the marker."
_NAMES = ("Level step", "Click against slope", "Spectral distance")


class SeamsPart(QWidget):
    """Shows what was measured at a take's seams, shifts them, and nudges the take to a marker.

    Args:
        document: the project.
        watch: measures.
        commands: shifts and nudges.
        desktop: colours and keys.
    """

    def __init__(
        self, document: Document, watch: SeamWatch, commands: SeamCommands, desktop: Desktop
    ) -> None:
        super().__init__()
        self._document = document
        self._watch = watch
        self._commands = commands
        self._desktop = desktop
        self._take: Take | None = None
        self._region: Region | None = None
        theme = desktop.theme
        self.pill = Pill("Measuring", theme)
        self.headings = [_heading() for _ in range(3)]
        self.cells = [[_cell() for _ in range(3)] for _ in _NAMES]
        self._raised = caption("Limits raised to what the sound around does by itself.", wraps=True)
        self.shifts = {
            end: _shift_field(f"Shift the {words} seam")
            for end, words in ((SeamEnd.IN, "in"), (SeamEnd.OUT, "out"))
        }
        self.handles = caption("", kind="dim")
        self._flag = QLabel()
        self._flag.setPixmap(icon_pixmap(IconName.FLAG, theme.accent, size_px=14))
        self.onset = ElidedLabel()
        self.nudge = plain_button("Nudge", theme)
        self.nudge.clicked.connect(self._nudge)
        for end, field in self.shifts.items():
            field.valueChanged.connect(lambda value, end=end: self._shift(end, value))
        self._lay_out()
        watch.measured.connect(self.refresh)

    def show_take(self, take: Take, region: Region) -> None:
        """Tell of a take; also called when it or its region has changed."""
        self._take, self._region = take, region
        self._watch.show_take(take.id)
        self.refresh()

    def refresh(self) -> None:
        """Show what is known now; a take that is gone is left to who shows the page."""
        if self._region is None or self._take is None:
            return
        regions, wanted = self._document.project.regions, self._take.id
        region = next((one for one in regions if one.id == self._region.id), None)
        take = next((one for one in region.takes if one.id == wanted), None) if region else None
        self._take, self._region = take, region
        if take is None or region is None:
            return
        report = self._watch.report(take.id)
        self._show_figures(None if report is None else report.seams, region)
        self._show_shifts(take, region)
        self._show_handles(take)
        self._show_onset(take)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(scaled_px(12))
        grid.setVerticalSpacing(scaled_px(5))
        grid.setColumnStretch(0, 1)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for place, heading in enumerate(self.headings, 1):
            grid.addWidget(heading, 0, place, right)
        for number, (name, cells) in enumerate(zip(_NAMES, self.cells, strict=True)):
            grid.addWidget(rule(), 2 * number + 1, 0, 1, 4)
            grid.addWidget(plain_label(name), 2 * number + 2, 0)
            for place, cell in enumerate(cells, 1):
                grid.addWidget(cell, 2 * number + 2, place, right)
        shift_words = caption("Shift seams", kind="dim")
        shift_words.setFont(ui_font(12))
        onset = row(self._flag, spacing_px=6)
        onset.addWidget(self.onset, 1)
        onset.addWidget(self.nudge)
        whole = column(spacing_px=scaled_px(8))
        whole.addLayout(row(section_label("Seams"), None, self.pill))
        whole.addLayout(grid)
        whole.addWidget(self._raised)
        fields = row(shift_words, *self.shifts.values(), None, self.handles)
        whole.addLayout(fields)
        whole.addLayout(onset)
        whole.addStretch()
        self.setLayout(whole)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setAccessibleName("Seams")

    def _show_figures(self, report: RegionSeams | None, region: Region) -> None:
        self._show_pill(report)
        times = self._document.times
        for end, heading in zip(SeamEnd, self.headings, strict=False):
            at_samples = seam_samples(region, end)
            edge = region.range.start_samples if end is SeamEnd.IN else region.range.end_samples
            heading.setText(seam_heading(end, edge if at_samples is None else at_samples, times))
        self.headings[2].setText("Limit")
        self._raised.setVisible(report is not None and report.limits.is_raised)
        if report is None:
            for cells in self.cells:
                for cell in cells:
                    _show_cell(cell, NOTHING, "")
            return
        limits = limit_tip(report.limits)
        for cells, figures in zip(self.cells, seam_figures(report), strict=True):
            sides = zip(cells, figures.figures, figures.is_beyond, ("in", "out"), strict=False)
            for cell, words, is_beyond, side in sides:
                _show_cell(cell, words, "error" if is_beyond else "")
                told = f"{figures.name} {side} {words}, limit {figures.limit}"
                cell.setAccessibleName(f"{told}, beyond it" if is_beyond else told)
            _show_cell(cells[2], figures.limit, "dim")
            cells[2].setToolTip(limits)

    def _show_pill(self, report: RegionSeams | None) -> None:
        if report is None:
            words = self._watch.failure or (
                "The seams are being measured."
                if self._watch.is_measuring
                else "No take is heard in the region, so there is nothing to measure."
            )
            self.pill.show_state("Measuring" if self._watch.is_measuring else "Not measured")
            self.pill.setToolTip(words)
            return
        name, kind = (IconName.CHECK, "good") if report.is_within else (IconName.WARNING, "warning")
        self.pill.show_state(report.verdict, icon_name=name, kind=kind)
        self.pill.setToolTip(verdict_tip(report))

    def _show_shifts(self, take: Take, region: Region) -> None:
        reason = self._commands.why_not_shift(take, region)
        rate_hz = self._document.times.rate_hz
        for end, field in self.shifts.items():
            field.setEnabled(not reason)
            what = "begins" if end is SeamEnd.IN else "ends"
            keys = " ".join(
                key_words(self._desktop.actions.action(f"takes.seam_{end.value}_{way}"))
                for way in ("earlier", "later")
            )
            field.setToolTip(
                reason
                or f"How much later the take {what} than it was made to; negative is earlier"
                f" ({keys})."
            )
            field.set_silently(seam_shift_samples(region, end) * 1000 / rate_hz)

    def _show_handles(self, take: Take) -> None:
        moved = moved_words(take, self._document.times.rate_hz)
        words = handles_words(take, self._document.times)
        self.handles.setText(f"{moved} · {words}" if moved else words)
        self.handles.setToolTip(
            "Sound that the take keeps before and after its region: seams and nudges can use it. "
            "Ask for more with Handles before making a take."
        )

    def _show_onset(self, take: Take) -> None:
        reading = self._commands.reading(take.id)
        has_marker = reading is not None
        self._flag.setVisible(has_marker)
        self.nudge.setVisible(has_marker)
        if reading is None:
            is_known = self._watch.report(take.id) is not None
            nothing = _NO_ONSET if self._commands.has_marker() else _NO_MARKER
            self.onset.setText(nothing if is_known else "")
            self.onset.setProperty("kind", "faint")
            return
        rate_hz = self._document.times.rate_hz
        self.onset.setText(onset_words(reading, rate_hz))
        by_samples = -reading.late_samples
        self.nudge.setText(nudge_words(by_samples, rate_hz))
        self._show_nudge(reading)

    def _show_nudge(self, reading: OnsetReading) -> None:
        is_off = round(reading.late_samples * 1000 / self._document.times.rate_hz) == 0
        self.nudge.setEnabled(not is_off)
        key = key_words(self._desktop.actions.action("takes.nudge_to_marker"))
        self.nudge.setToolTip(
            "The onset lies on the marker."
            if is_off
            else f"Move the take inside its region, so that the onset falls on the marker ({key})."
        )

    def _shift(self, end: SeamEnd, value_ms: float) -> None:
        region = self._region
        if region is None:
            return
        shift_samples = round(value_ms * self._document.times.rate_hz / 1000)
        if not self._commands.shift(region.id, end, shift_samples):
            # It was told why; the field goes back to what is.
            self.refresh()

    def _nudge(self) -> None:
        if self._take is None:
            return
        reading = self._commands.reading(self._take.id)
        if reading is not None:
            self._commands.nudge(reading.take_id, -reading.late_samples)


def _heading() -> QLabel:
    label = caption("", kind="faint")
    label.setFont(fixed_font(11))
    return label


def _cell() -> QLabel:
    label = plain_label(NOTHING)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _show_cell(cell: QLabel, words: str, kind: str) -> None:
    cell.setText(words)
    cell.setFont(ui_font(12, bold=kind == "error"))
    set_kind(cell, kind)


def _shift_field(name: str) -> FigureField:
    field = FigureField(name, least=-_MOST_SHIFT_MS, most=_MOST_SHIFT_MS, decimals=0, unit="ms")
    field.setMaximumWidth(scaled_px(84))
    return field
