"""What moves over the still picture of the timeline: playhead, marked time, a gesture's marks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from prismdesk.ui.timeline.layout import RowKind

if TYPE_CHECKING:
    from prismdesk.ui.timeline.view import TimelineView

_HEAD = ((-7, 0), (7, 0), (7, 6), (0, 12), (-7, 6))
HEAD_HEIGHT_PX = 12


@dataclass(slots=True)
class GestureMarks:
    """What a gesture shows besides the previewed project.

    Attributes:
        snap_samples: where it snapped; a line is drawn there.
        figure: the words in the little box.
        figure_at: where the box stands, in pixels of the canvas.
    """

    snap_samples: int | None = None
    figure: str = ""
    figure_at: QPoint = field(default_factory=QPoint)

    @property
    def are_empty(self) -> bool:
        """Whether nothing is shown."""
        return self.snap_samples is None and not self.figure


def playhead_rects(view: TimelineView, samples: int, height_px: int) -> tuple[QRect, QRect]:
    """Return what the playhead covers: its line and its head. Both are narrow."""
    x = view.left_px + view.scale.x_of(samples)
    top = view.layout.top_px
    line = QRect(x - 2, top - 2, 4, max(0, height_px - top + 2))
    head = QRect(x - 9, top - HEAD_HEIGHT_PX - 3, 18, HEAD_HEIGHT_PX + 5)
    return line, head


def draw_playhead(
    painter: QPainter, view: TimelineView, samples: int, height_px: int, dirty: QRect
) -> None:
    """Draw the playhead: a line with a case, and a head in the ruler.

    Args:
        painter: draws in the widget's pixels.
        view: the zoom and the colours.
        samples: where it stands.
        height_px: of the widget.
        dirty: what is painted; of the playhead, only what lies there is drawn.
    """
    x = view.left_px + view.scale.x_of(samples)
    if not max(view.left_px, dirty.left() - 9) <= x <= dirty.right() + 9:
        return
    case, core = QColor(view.theme.playhead_case), QColor(view.theme.playhead)
    top = view.layout.top_px
    painter.fillRect(x - 2, top, 4, height_px - top, case)
    painter.fillRect(x - 1, top - 2, 2, height_px - top + 2, core)
    if dirty.top() >= top + 3:
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(case, 1))
    painter.setBrush(core)
    base = top - HEAD_HEIGHT_PX - 1
    painter.drawPolygon(QPolygonF([QPointF(x + dx, base + dy) for dx, dy in _HEAD]))
    painter.restore()


def draw_marked_time(painter: QPainter, view: TimelineView) -> None:
    """Draw the marked time over its lanes; over all if it names none."""
    span = view.selection.span
    if span is None or not view.is_seen(span):
        return
    theme = view.theme
    left, right = view.x_of(span.start_samples), view.x_of(span.end_samples)
    fill = QColor(theme.accent)
    fill.setAlphaF(0.12)
    painter.save()
    top = view.layout.tracks_top_px
    painter.setClipRect(
        QRect(view.left_px, top, view.scale.width_px, 1 << 16), Qt.ClipOperation.IntersectClip
    )
    lane_ids = view.selection.lane_ids
    for row in view.layout.rows:
        if row.kind is not RowKind.LANE or (lane_ids and row.lane_id not in lane_ids):
            continue
        place = QRect(left, row.top_px, max(1, right - left), row.height_px - 1)
        painter.fillRect(place, fill)
        for x in (left, max(left, right - 1)):
            painter.fillRect(QRect(x, place.top(), 1, place.height()), QColor(theme.accent))
    painter.restore()


def draw_gesture(
    painter: QPainter, view: TimelineView, marks: GestureMarks, height_px: int, width_px: int
) -> None:
    """Draw a gesture's snap line and its figure."""
    theme = view.theme
    painter.save()
    if marks.snap_samples is not None:
        x = view.x_of(marks.snap_samples)
        painter.fillRect(
            QRect(x, view.layout.top_px, 1, height_px - view.layout.top_px), QColor(theme.accent)
        )
    if marks.figure:
        _draw_figure(painter, view, marks, width_px, height_px)
    painter.restore()


def _draw_figure(
    painter: QPainter, view: TimelineView, marks: GestureMarks, width_px: int, height_px: int
) -> None:
    painter.setFont(view.caption)
    metrics = painter.fontMetrics()
    lines = marks.figure.split("\n")
    width = max(metrics.horizontalAdvance(line) for line in lines) + 14
    height = metrics.lineSpacing() * len(lines) + 8
    left = min(marks.figure_at.x() + 14, width_px - width - 2)
    top = marks.figure_at.y() - height - 10
    if top < 2:
        top = min(marks.figure_at.y() + 18, height_px - height - 2)
    box = QRect(max(2, left), top, width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(view.theme.line_strong), 1))
    painter.setBrush(QColor(view.theme.raised))
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    painter.setPen(QColor(view.theme.text))
    painter.drawText(
        box.adjusted(7, 4, -7, -4),
        Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop,
        marks.figure,
    )
