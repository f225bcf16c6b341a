"""Small drawn signs: what a region is for, and how far it is."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from prismdesk.project.model import RegionStatus, Task

STATUS_WORDS = {
    RegionStatus.OPEN: "Open",
    RegionStatus.QUEUED: "Queued",
    RegionStatus.MAKING: "Making",
    RegionStatus.REVIEW: "Review",
    RegionStatus.DONE: "Done",
}
TASK_WORDS = {Task.GENERATE: "Generate", Task.INPAINT: "Inpaint", Task.CONTINUE: "Continue"}


def draw_status(painter: QPainter, status: RegionStatus, box: QRectF, colour: str) -> None:
    """Draw a status: dashed ring, clock, arc, eye or ticked ring."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = _pen(colour)
    ring = box.adjusted(1, 1, -1, -1)
    middle = box.center()
    if status is RegionStatus.OPEN:
        pen.setDashPattern([1.6, 1.6])
    painter.setPen(pen)
    if status is RegionStatus.REVIEW:
        painter.drawPath(_eye(box))
        painter.drawEllipse(middle, 1.6, 1.6)
    elif status is RegionStatus.MAKING:
        painter.drawArc(ring, 90 * 16, -270 * 16)
    else:
        painter.drawEllipse(ring)
    if status is RegionStatus.QUEUED:
        painter.drawPolyline([middle - QPointF(0, 3), middle, middle + QPointF(2.5, 1.5)])
    elif status is RegionStatus.DONE:
        painter.drawPolyline(
            [middle + QPointF(-2.5, 0), middle + QPointF(-0.7, 2), middle + QPointF(2.7, -2)]
        )
    painter.restore()


def draw_task(painter: QPainter, task: Task, box: QRectF, colour: str) -> None:
    """Draw a task: spark, plaster or double chevron."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(_pen(colour))
    middle = box.center()
    if task is Task.GENERATE:
        painter.drawPath(_spark(box))
    elif task is Task.CONTINUE:
        for shift in (-3.0, 1.5):
            corner = middle + QPointF(shift, 0)
            chevron = QPainterPath(corner + QPointF(-1, -3.5))
            chevron.lineTo(corner + QPointF(2.5, 0))
            chevron.lineTo(corner + QPointF(-1, 3.5))
            painter.drawPath(chevron)
    else:
        painter.translate(middle)
        painter.rotate(-45)
        painter.drawRoundedRect(QRectF(-5.5, -2.6, 11, 5.2), 2.6, 2.6)
        painter.drawLine(QPointF(-1.8, -2.6), QPointF(-1.8, 2.6))
        painter.drawLine(QPointF(1.8, -2.6), QPointF(1.8, 2.6))
    painter.restore()


def _pen(colour: str) -> QPen:
    pen = QPen(QColor(colour), 1.4)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def _eye(box: QRectF) -> QPainterPath:
    left, right = (
        QPointF(box.left() + 0.5, box.center().y()),
        QPointF(box.right() - 0.5, box.center().y()),
    )
    path = QPainterPath(left)
    path.quadTo(QPointF(box.center().x(), box.top() - 1), right)
    path.quadTo(QPointF(box.center().x(), box.bottom() + 1), left)
    return path


def _spark(box: QRectF) -> QPainterPath:
    middle, reach = box.center(), box.width() / 2 - 0.5
    points = [QPointF(0, -reach), QPointF(reach, 0), QPointF(0, reach), QPointF(-reach, 0)]
    path = QPainterPath(middle + points[0])
    for point in (*points[1:], points[0]):
        path.quadTo(middle, middle + point)
    return path
