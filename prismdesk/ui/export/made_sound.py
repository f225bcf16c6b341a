"""The report's right side: machine-made sound in the film, whom to credit, what was written."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, QUrl
from PySide6.QtGui import QColor, QDesktopServices, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from prismdesk.project.model import Task
from prismdesk.ui.export.words import duration_words
from prismdesk.ui.icons import IconName
from prismdesk.ui.labels import icon_label, label
from prismdesk.ui.theme import scaled_px
from prismdesk.ui.widgets.buttons import KeyButton

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QLayout

    from prismdesk.media.export.credits import Credits, MadeClip
    from prismdesk.session.delivery import Delivered
    from prismdesk.ui.theme import Theme

_TASK_ICONS = {
    Task.GENERATE: IconName.GENERATE,
    Task.INPAINT: IconName.INPAINT,
    Task.CONTINUE: IconName.CONTINUE,
}
_TASK_ROWS = {Task.INPAINT: 0, Task.GENERATE: 1, Task.CONTINUE: 2}
_MOST_CLIPS_SHOWN = 6

Parts = list["QWidget | QLayout"]


def made_sound_parts(delivered: Delivered, theme: Theme) -> Parts:
    """Return what is shown from top to bottom: clips, credits, files."""
    found = delivered.report.credits
    parts: Parts = []
    if found is None or not found.clips:
        parts.append(_title("Machine-made sound"))
        parts.append(label("None: all sound is from its sources.", wraps=True))
    else:
        samples = found.end_samples - found.start_samples
        parts += [
            _head(found, samples / found.rate_hz),
            MadeSoundStrip(found, theme),
            _legend(found.clips, theme),
            _clip_table(found.clips, theme),
        ]
        if len(found.clips) > _MOST_CLIPS_SHOWN:
            parts.append(_all_of_them(len(found.clips), delivered, theme))
        parts += [_title("Credits and licences"), _credit_table(found, theme)]
    return [*parts, _title("Written"), _written(delivered, theme)]


class MadeSoundStrip(QWidget):
    """Where machine-made sound lies in the export: a row for each task."""

    def __init__(self, found: Credits, theme: Theme) -> None:
        super().__init__()
        self._marks = [
            (Task(clip.task), clip.start_samples - found.start_samples) for clip in found.clips
        ]
        self._length_samples = max(1, found.end_samples - found.start_samples)
        self._theme = theme
        counts = Counter(task for task, _ in self._marks)
        words = ", ".join(f"{task.value} {count}" for task, count in counts.items())
        self.setAccessibleName(f"Machine-made sound: {words}")

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return its usual size."""
        return QSize(scaled_px(200), scaled_px(30))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Paint a mark for each clip."""
        painter = QPainter(self)
        painter.setPen(QPen(QColor(self._theme.line_strong), 1))
        painter.setBrush(QColor(self._theme.field))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        height = (self.height() - 4) / 3
        for task, start_samples in self._marks:
            x = 2 + (self.width() - 10) * min(1.0, max(0.0, start_samples / self._length_samples))
            box = QRectF(x, 2 + _TASK_ROWS[task] * height, 6, height - 1)
            painter.fillRect(box, QColor(self._theme.task(task).wave))
        painter.end()


def _title(words: str) -> QWidget:
    return label(words, kind="dim", bold=True)


def _head(found: Credits, whole_seconds: float) -> QLayout:
    made = f"{_clips(len(found.clips))}, {duration_words(found.seconds)}"
    row = QHBoxLayout()
    row.addWidget(_title("Machine-made sound"))
    row.addStretch(1)
    row.addWidget(label(f"{made} of {duration_words(whole_seconds)}", kind="faint", size_px=11))
    return row


def _legend(clips: Sequence[MadeClip], theme: Theme) -> QLayout:
    counts = Counter(Task(clip.task) for clip in clips)
    row = QHBoxLayout()
    row.setSpacing(scaled_px(4))
    for task in (Task.GENERATE, Task.INPAINT, Task.CONTINUE):
        if count := counts[task]:
            row.addWidget(icon_label(_TASK_ICONS[task], theme.task(task).wave))
            row.addWidget(label(f"{task.value.capitalize()} {count}", size_px=11, kind="dim"))
            row.addSpacing(scaled_px(8))
    row.addStretch(1)
    return row


def _clip_table(clips: Sequence[MadeClip], theme: Theme) -> QLayout:
    grid = _grid()
    for place, words in ((1, "Region"), (2, "From"), (3, "Model")):
        grid.addWidget(label(words, size_px=11, kind="faint"), 0, place)
    for row, clip in enumerate(clips[:_MOST_CLIPS_SHOWN], 1):
        task = Task(clip.task)
        icon = icon_label(_TASK_ICONS[task], theme.task(task).wave, means=task.value)
        grid.addWidget(icon, row, 0)
        grid.addWidget(label(clip.region, wraps=True), row, 1)
        grid.addWidget(label(clip.tc_in, fixed=True), row, 2)
        grid.addWidget(label(clip.model, kind="dim", wraps=True), row, 3)
    grid.setColumnStretch(3, 1)
    return grid


def _all_of_them(count: int, delivered: Delivered, theme: Theme) -> QWidget:
    """Return the way to the clips that aren't shown: the table beside the report."""
    tables = [path for path in delivered.files if path.suffix == ".csv"]
    if not tables:
        return label(f"{count - _MOST_CLIPS_SHOWN} more; a report names them all.", kind="dim")
    link = KeyButton(f"All {count} in the report", theme, kind="link")
    link.setToolTip(str(tables[0]))
    link.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(tables[0]))))
    return link


def _credit_table(found: Credits, theme: Theme) -> QLayout:
    grid = _grid()
    grid.setColumnStretch(2, 2)
    for row, entry in enumerate(found.entries):
        name = IconName.CHECK_CIRCLE if entry.fits else IconName.PROHIBIT
        colour = theme.good if entry.fits else theme.error
        fits = "fits the project" if entry.fits else "doesn't fit the project"
        grid.addWidget(icon_label(name, colour, means=fits), row, 0, Qt.AlignmentFlag.AlignTop)
        words = f"{entry.name}, adapter" if entry.kind == "adapter" else entry.name
        grid.addWidget(label(words, wraps=True), row, 1, Qt.AlignmentFlag.AlignTop)
        verdict = label(entry.verdict.rstrip("."), kind="dim", wraps=True)
        if entry.lines:
            verdict.setToolTip("To be credited:\n" + "\n".join(entry.lines))
        grid.addWidget(verdict, row, 2, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(label(_clips(entry.clips)), row, 3, Qt.AlignmentFlag.AlignTop)
    return grid


def _written(delivered: Delivered, theme: Theme) -> QLayout:
    grid = QGridLayout()
    grid.setColumnStretch(1, 1)
    for row, words in enumerate(written_words(delivered)):
        grid.addWidget(icon_label(IconName.CHECK, theme.dim), row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(label(words, wraps=True), row, 1)
    return grid


def written_words(delivered: Delivered) -> tuple[str, ...]:
    """Return what was written, file by file; the three of the report are one line."""
    report = delivered.delivery.report_path
    beside = set() if report is None else {report.with_suffix(end) for end in _REPORT_ENDINGS}
    names = [path.name for path in delivered.files if path not in beside]
    return (*names, "Report as text, JSON and CSV") if beside else tuple(names)


_REPORT_ENDINGS = (".json", ".txt", ".csv")


def _grid() -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(scaled_px(12))
    grid.setVerticalSpacing(scaled_px(6))
    grid.setColumnStretch(1, 1)
    return grid


def _clips(count: int) -> str:
    return "1 clip" if count == 1 else f"{count} clips"
