"""How masks look over the picture: what is left out is dimmed, every mask has its outline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPainterPathStroker, QPen

from prismdesk.project.picture_mask import MaskShape, bounds_of, form_at
from prismdesk.ui.fonts import scaled_px
from prismdesk.ui.masks.geometry import HANDLE_PX, handle_points

if TYPE_CHECKING:
    import numpy.typing as npt

    from prismdesk.project.picture_mask import DrawnMask, MaskKeyFrame
    from prismdesk.ui.masks.geometry import PictureMap
    from prismdesk.ui.theme import Theme

_DIMMING = 0.62
"""How dark the picture is where nothing is listened to."""

_FAINT = 0.75


def dimming_image(weights: npt.NDArray[np.uint8]) -> QImage:
    """Return black that lets through what is listened to, uint8 (height, width) 0 to 255."""
    height, width = weights.shape
    alpha = np.ascontiguousarray(np.round((255 - weights) * _DIMMING).astype(np.uint8))
    image = QImage(alpha.data, width, height, width, QImage.Format.Format_Alpha8)
    # Alpha alone draws as black; a copy of its own outlives the array.
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def grey_image(weights: npt.NDArray[np.uint8]) -> QImage:
    """Return a mask as a grey picture: white where it is listened to."""
    height, width = weights.shape
    return QImage(weights.tobytes(), width, height, width, QImage.Format.Format_Grayscale8).copy()


def draw_dimming(painter: QPainter, image: QImage, on: PictureMap) -> None:
    """Draw what ``dimming_image`` made over the picture."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(on.area, image)
    painter.restore()


def outline_of(mask: DrawnMask, form: MaskKeyFrame, on: PictureMap) -> QPainterPath:
    """Return a mask's outline on the widget."""
    path = QPainterPath()
    if form.box is not None:
        rect = on.rect_of(form.box)
        if mask.shape is MaskShape.ELLIPSE:
            path.addEllipse(rect)
        else:
            path.addRect(rect)
        return path
    for stroke in form.strokes:
        pen = QPainterPathStroker()
        pen.setWidth(stroke.brush * on.area.height())
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        way = QPainterPath(on.point_of(stroke.points[0]))
        for point in stroke.points[1:] or stroke.points:
            # A way of no length has no outline: a dot is drawn as one.
            way.lineTo(on.point_of(point) + QPointF(0.01, 0))
        path = path.united(pen.createStroke(way))
    return path.simplified()


def draw_outline(
    painter: QPainter, path: QPainterPath, theme: Theme, *, is_chosen: bool, takes_away: bool
) -> None:
    """Draw an outline in the accent colour over a dark one, dashed where the mask takes away."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    width = 2.0 if is_chosen else 1.0
    case = QColor(Qt.GlobalColor.black)
    case.setAlphaF(_FAINT)
    painter.strokePath(path, QPen(case, width + 2))
    pen = QPen(QColor(theme.accent), width)
    if takes_away:
        pen.setDashPattern([4.0, 3.0])
    painter.strokePath(path, pen)
    painter.restore()


def draw_handles(painter: QPainter, box: QRectF, theme: Theme) -> None:
    """Draw the box of the chosen mask with its handles."""
    painter.save()
    painter.setPen(QPen(QColor(theme.accent), 1, Qt.PenStyle.DotLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(box)
    side = scaled_px(HANDLE_PX)
    painter.setPen(QPen(QColor(theme.window), 1))
    painter.setBrush(QColor(theme.accent))
    for point in handle_points(box).values():
        painter.drawRect(QRectF(point.x() - side / 2, point.y() - side / 2, side, side))
    painter.restore()


def draw_brush(painter: QPainter, middle: QPointF, width_px: float, theme: Theme) -> None:
    """Draw the brush under the pointer."""
    path = QPainterPath()
    path.addEllipse(middle, width_px / 2, width_px / 2)
    draw_outline(painter, path, theme, is_chosen=False, takes_away=False)


def chosen_box(mask: DrawnMask, offset_samples: int, on: PictureMap) -> QRectF | None:
    """Return the box around a mask on the widget; None for paint without a stroke."""
    box = bounds_of(form_at(mask, offset_samples), aspect=on.aspect)
    return None if box is None else on.rect_of(box)
