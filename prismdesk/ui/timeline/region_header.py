"""The header of a region: icon, name and prompt at the left, proof and status at the right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter

from prismdesk.project.model import RegionStatus
from prismdesk.ui.fonts import scaled_px
from prismdesk.ui.icons import IconName
from prismdesk.ui.marks import STATUS_WORDS
from prismdesk.ui.timeline.boxes import write
from prismdesk.ui.timeline.icon_drawing import (
    HEADER_ICON_PX,
    STATUS_ICONS,
    TASK_ICONS,
    draw_icon,
)
from prismdesk.ui.timeline.layout import Row, RowKind

if TYPE_CHECKING:
    from prismdesk.project.ids import RegionId
    from prismdesk.project.model import Region
    from prismdesk.ui.timeline.job_look import JobLook
    from prismdesk.ui.timeline.view import TimelineView

PROOF_WORDS = {True: "Identical outside", False: "Differs outside"}
_LEAST_HEADER_PX = 20
_LEAST_NAME_PX = 50
_ROOMY_NAME_PX = 160
_GAP_PX = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderPlaces:
    """Where the parts of a region's header lie; None for what there is no room for."""

    icon: QRect
    name: QRect
    status: QRect | None
    proof: QRect | None
    has_proof_words: bool


def header_places(view: TimelineView, row: Row, region: Region) -> HeaderPlaces | None:
    """Return the places, or None where too little of the header is seen.

    Status goes before proof, proof before its words, and a name before all of them.
    """
    area = view.box_of(region.range, row)
    height = min(view.layout.measures.region_header_px, area.height())
    header = QRect(area.left(), area.top(), area.width(), height) & view.lane_rect(row)
    if header.width() < _LEAST_HEADER_PX:
        return None
    size, metrics = scaled_px(HEADER_ICON_PX), QFontMetrics(view.caption)
    icon = QRect(header.left() + 4, header.top(), size, height)
    name = header.adjusted(size + 3, 0, 0, 0)
    status = proof = None
    words_px = metrics.horizontalAdvance(status_words(region, view.jobs.get(region.id)))
    status_px = size + words_px + 3 * _GAP_PX
    if name.width() >= status_px + _LEAST_NAME_PX:
        status = QRect(name.right() - status_px + 1, name.top(), status_px, height)
        name.setRight(status.left() - 1)
    has_words = False
    if region.id in view.proofs:
        proof_px = size + 2 * _GAP_PX
        wide_px = proof_px + metrics.horizontalAdvance(PROOF_WORDS[view.proofs[region.id]]) + 8
        has_words = name.width() >= wide_px + _ROOMY_NAME_PX
        proof_px = wide_px if has_words else proof_px
        if name.width() >= proof_px + _LEAST_NAME_PX:
            proof = QRect(name.right() - proof_px + 1, name.top(), proof_px, height)
            name.setRight(proof.left() - 1)
    return HeaderPlaces(icon=icon, name=name, status=status, proof=proof, has_proof_words=has_words)


def draw_region_header(painter: QPainter, view: TimelineView, row: Row, region: Region) -> None:
    """Draw what the header says; its ground is there already."""
    places, theme = header_places(view, row, region), view.theme
    if places is None:
        return
    job = view.jobs.get(region.id)
    painter.setFont(view.caption)
    _draw_with_icon(
        painter, view, places.icon, TASK_ICONS[region.task], theme.task(region.task).wave, ""
    )
    if places.status is not None:
        has_failed = job is not None and job.has_failed
        status = job.status if job else region.status
        icon = IconName.WARNING if has_failed else STATUS_ICONS[status]
        if job is not None and job.is_draft_heard:
            icon = IconName.SPEAKER
        colour = theme.error if has_failed else theme.text
        _draw_with_icon(painter, view, places.status, icon, colour, status_words(region, job))
    if places.proof is not None:
        passed = view.proofs[region.id]
        icon = IconName.SHIELD_CHECK if passed else IconName.WARNING
        colour = theme.good if passed else theme.error
        words = PROOF_WORDS[passed] if places.has_proof_words else ""
        _draw_with_icon(painter, view, places.proof, icon, colour, words)
    painter.setFont(view.bold)
    written = write(painter, region.name or region.prompt, places.name, theme.text)
    if written and region.name and region.prompt:
        painter.setFont(view.caption)
        write(painter, region.prompt, places.name.adjusted(written, 0, 0, 0), theme.dim)


def status_words(region: Region, job: JobLook | None) -> str:
    """Return what stands at the right of a region's header."""
    if job is not None:
        return job.words
    chosen = {segment.take_id for segment in region.comp}
    if region.status is RegionStatus.REVIEW and len(chosen) == 1:
        return next(take.name for take in region.takes if take.id in chosen)
    return STATUS_WORDS[region.status]


def proof_at(view: TimelineView, point: QPoint) -> RegionId | None:
    """Return the region whose proof lies under a pixel of the canvas; the upper one of two."""
    row = view.layout.row_at(point.y())
    if row is None or row.kind is not RowKind.LANE:
        return None
    for region in reversed(view.regions_on(row)):
        if view.is_seen(region.range) and view.box_of(region.range, row).contains(point):
            places = header_places(view, row, region)
            is_there = places and places.proof and places.proof.contains(point)
            return region.id if is_there else None
    return None


def _draw_with_icon(
    painter: QPainter, view: TimelineView, place: QRect, icon: IconName, colour: str, words: str
) -> None:
    size = scaled_px(HEADER_ICON_PX)
    corner = QPointF(place.left(), place.top() + (place.height() - size) // 2)
    draw_icon(painter, icon, colour, corner, view.pixel_ratio)
    if words:
        painter.setPen(QColor(view.theme.text))
        text = place.adjusted(size + _GAP_PX, 0, 0, 0)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, words)
