"""What stands left of a lane: its track's number, name, bus and level."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter

from prismdesk.project.lookup import bus_of
from prismdesk.ui.theme import Theme, ui_font

if TYPE_CHECKING:
    from prismdesk.project.model import Project
    from prismdesk.ui.project_view import Row

_NUMBER_PX, _NAME_PX = 12, 28


def draw_lane_header(
    painter: QPainter, area: QRect, project: Project, row: Row, theme: Theme
) -> None:
    """Draw the header of a lane; it tells and can't be changed here."""
    middle = Qt.AlignmentFlag.AlignVCenter
    painter.fillRect(area, QColor(theme.panel))
    first = QRect(area.left(), area.top() + 10, area.width() - 12, 18)
    painter.setFont(ui_font(12))
    painter.setPen(QColor(theme.faint))
    painter.drawText(first.adjusted(_NUMBER_PX, 0, 0, 0), middle, str(row.number))
    bus = bus_of(project, row.track.bus_id).kind.value
    painter.drawText(first, middle | Qt.AlignmentFlag.AlignRight, bus)
    room = first.width() - _NAME_PX - painter.fontMetrics().horizontalAdvance(bus) - 8
    painter.setFont(ui_font(12, bold=True))
    painter.setPen(QColor(theme.text))
    name = painter.fontMetrics().elidedText(row.track.name, Qt.TextElideMode.ElideRight, room)
    painter.drawText(first.adjusted(_NAME_PX, 0, 0, 0), middle, name)
    painter.setFont(ui_font(11))
    painter.setPen(QColor(theme.faint))
    second = first.translated(_NAME_PX, 20)
    painter.drawText(second, middle, " · ".join(_facts(row)))


def _facts(row: Row) -> list[str]:
    track = row.track
    level = "0.0 dB" if track.gain_db == 0 else f"{track.gain_db:+.1f} dB".replace("-", "−")
    facts = [row.lane.name] if row.lane.name else []
    facts += [track.layout.value, level]
    if track.is_muted:
        facts.append("muted")
    if track.is_soloed:
        facts.append("solo")
    return facts
