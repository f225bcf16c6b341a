"""What came of an export: verdict, findings, machine-made sound, files."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from prismdesk.media.export.findings import Finding
from prismdesk.session.model_words import size_words
from prismdesk.ui.export.made_sound import made_sound_parts
from prismdesk.ui.export.words import duration_words
from prismdesk.ui.icons import IconName
from prismdesk.ui.labels import icon_label, label
from prismdesk.ui.theme import scaled_px

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLayout

    from prismdesk.session.delivery import Delivered
    from prismdesk.ui.theme import Theme
    from prismdesk.ui.times import Times


class ReportPage(QWidget):
    """Shows a finished export."""

    def __init__(
        self, delivered: Delivered, times: Times, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._delivered = delivered
        self._times = times
        self._theme = theme
        findings = (*delivered.findings, *_loudness(delivered))
        left, right = QWidget(), QWidget()
        _fill(left, self._findings(findings))
        _fill(right, made_sound_parts(delivered, theme))
        body = QHBoxLayout()
        body.setSpacing(scaled_px(16))
        body.addWidget(_scrolled(left), 3)
        body.addWidget(_scrolled(right), 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(scaled_px(12))
        column.addLayout(self._verdict(findings))
        column.addLayout(body, 1)

    def _verdict(self, findings: tuple[Finding, ...]) -> QLayout:
        done, theme = self._delivered, self._theme
        doubtful = [finding.what.lower() for finding in findings if not finding.is_good]
        name, colour = IconName.CHECK_CIRCLE, theme.good
        words = f"{_ready_words(done)} All {len(findings)} checks passed."
        if doubtful:
            name, colour = IconName.WARNING, theme.warning
            words = f"{_ready_words(done)} Look at: {', '.join(doubtful)}."
        length = self._times.length_words(done.report.span.length_samples)
        about = (
            f"{done.report.out.name} · {length} · {size_words(done.size_bytes)} · made in "
            f"{duration_words(done.seconds)} · read back and compared after writing"
        )
        texts = QVBoxLayout()
        texts.setSpacing(scaled_px(2))
        texts.addWidget(label(words, size_px=18, bold=True, wraps=True))
        texts.addWidget(label(about, kind="dim", wraps=True))
        row = QHBoxLayout()
        row.setSpacing(scaled_px(12))
        row.addWidget(icon_label(name, colour, size_px=26), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        return row

    def _findings(self, findings: tuple[Finding, ...]) -> list[QWidget | QLayout]:
        grid = QGridLayout()
        grid.setHorizontalSpacing(scaled_px(12))
        grid.setVerticalSpacing(scaled_px(8))
        grid.setColumnStretch(1, 1)
        for place, words in enumerate(("What", "Found", "Wanted"), start=1):
            grid.addWidget(label(words, size_px=11, kind="faint"), 0, place)
        for row, finding in enumerate(findings, start=1):
            icon = icon_label(IconName.CHECK_CIRCLE, self._theme.good, means="as wanted")
            if not finding.is_good:
                icon = icon_label(IconName.WARNING, self._theme.warning, means="look at this")
            grid.addWidget(icon, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label(finding.what, wraps=True), row, 1)
            grid.addWidget(label(finding.found), row, 2)
            grid.addWidget(label(finding.wanted, kind="dim"), row, 3)
        parts: list[QWidget | QLayout] = [label("Checks", kind="dim", bold=True), grid]
        notes = self._delivered.report.notes
        if notes:
            parts.append(label("Notes", kind="dim", bold=True))
            parts += [label(note, kind="dim", wraps=True) for note in notes]
        return parts


def _ready_words(done: Delivered) -> str:
    count = len(done.report.written)
    if done.report.container.startswith("WAV "):
        what = done.report.container.removeprefix("WAV ")
        return f"The {what} are ready." if count > 1 else "The file is ready."
    return "The sound is ready." if done.report.container == "WAV" else "The film is ready."


def _loudness(done: Delivered) -> tuple[Finding, ...]:
    loudness = done.loudness
    if loudness is None or not isfinite(loudness.integrated_lufs):
        return ()
    return (
        Finding(
            "Loudness, integrated",
            f"{loudness.integrated_lufs:.1f} LUFS".replace("-", "−"),
            "no aim set",
        ),
        Finding("Loudness range", f"{loudness.range_lu:.1f} LU", "no aim set"),
        Finding(
            "True peak",
            f"{loudness.true_peak_dbtp:+.1f} dBTP".replace("-", "−"),
            "at most 0.0",
            loudness.true_peak_dbtp <= 0.0,
        ),
    )


def _fill(page: QWidget, parts: list[QWidget | QLayout]) -> None:
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, scaled_px(8), 0)
    column.setSpacing(scaled_px(10))
    for part in parts:
        if isinstance(part, QWidget):
            column.addWidget(part)
        else:
            column.addLayout(part)
    column.addStretch(1)


def _scrolled(page: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidget(page)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return area
