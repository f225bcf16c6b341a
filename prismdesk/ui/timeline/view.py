"""What the painters of the timeline share: the state that is drawn, and where it goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect

from prismdesk.project.timebase import SampleRange
from prismdesk.ui.times import RulerUnit

if TYPE_CHECKING:
    from PySide6.QtGui import QFont

    from prismdesk.project.ids import RegionId, TrackId
    from prismdesk.project.model import Region
    from prismdesk.ui.document import Document
    from prismdesk.ui.picture.strip import ThumbnailPixmaps
    from prismdesk.ui.selection import Selection
    from prismdesk.ui.theme import Theme
    from prismdesk.ui.timeline.job_look import JobLook
    from prismdesk.ui.timeline.layout import Row, TimelineLayout
    from prismdesk.ui.timeline.timescale import Timescale
    from prismdesk.ui.timeline.wave_tiles import WaveTiles

OUTSIDE_PX = 64
"""How far boxes reach outside what is seen: enough to hide their ends, and never too far."""


@dataclass(slots=True, kw_only=True)
class TimelineView:
    """What the timeline shows now; the canvas changes it, painters only read.

    Attributes:
        document: the project and its waves.
        selection: what is picked and marked.
        theme: the colours.
        tiles: the waves' pictures.
        scale: what stretch of the film is shown.
        layout: which rows lie where.
        caption: font of names on clips and regions.
        bold: the same in bold.
        fixed: font of the ruler.
        jobs: what regions show of their jobs.
        proofs: regions whose null test was made: whether all outside was identical.
        spectrograms: tracks drawn as spectra.
        wave_zoom: factor by which waves are drawn higher.
        ruler_unit: what the ruler counts.
        pixel_ratio: device pixels per pixel.
        thumbnails: the picture's; None while there are none.
        cuts: where shots begin, in samples, ascending; None until they were looked for.
    """

    document: Document
    selection: Selection
    theme: Theme
    tiles: WaveTiles
    scale: Timescale
    layout: TimelineLayout
    caption: QFont
    bold: QFont
    fixed: QFont
    jobs: dict[RegionId, JobLook] = field(default_factory=dict)
    proofs: dict[RegionId, bool] = field(default_factory=dict)
    spectrograms: set[TrackId] = field(default_factory=set)
    wave_zoom: float = 1.0
    ruler_unit: RulerUnit = RulerUnit.TIMECODE
    pixel_ratio: float = 1.0
    thumbnails: ThumbnailPixmaps | None = None
    cuts: tuple[int, ...] | None = None

    @property
    def left_px(self) -> int:
        """The widget's pixel where lanes begin."""
        return self.layout.header_px

    def x_of(self, samples: int) -> int:
        """Return the widget's pixel of a sample, kept near what is seen."""
        x = self.scale.x_of(samples)
        return self.left_px + max(-OUTSIDE_PX, min(x, self.scale.width_px + OUTSIDE_PX))

    @property
    def overview_rect(self) -> QRect:
        """Where the overview is drawn."""
        return QRect(self.left_px, 0, self.scale.width_px, self.layout.measures.overview_px)

    @property
    def ruler_rect(self) -> QRect:
        """Where the ruler is drawn."""
        measures = self.layout.measures
        return QRect(self.left_px, measures.overview_px, self.scale.width_px, measures.ruler_px)

    def overview_x(self, samples: int) -> int:
        """Return the pixel of the overview, from its left edge, that shows a sample."""
        return samples * self.scale.width_px // max(1, self.scale.end_samples)

    def samples_between(self, left_px: int, right_px: int) -> SampleRange:
        """Return the samples under the widget's pixels from one to another, both included."""
        start = self.scale.sample_under(left_px - self.left_px)
        end = self.scale.sample_under(right_px + 1 - self.left_px)
        return SampleRange(start, max(start + 1, end))

    def is_seen(self, span: SampleRange) -> bool:
        """Whether any of a stretch lies in the view; empty and short ones count too."""
        return (
            self.scale.x_of(span.start_samples) < self.scale.width_px
            and self.scale.x_of(span.end_samples) >= 0
        )

    def lane_rect(self, row: Row) -> QRect:
        """Return where a row is drawn, right of its header."""
        return QRect(self.left_px, row.top_px, self.scale.width_px, row.height_px)

    def box_of(self, span: SampleRange, row: Row, inset_px: int = 3) -> QRect:
        """Return where a stretch lies on a row, at least 2 pixels wide."""
        left, right = self.x_of(span.start_samples), self.x_of(span.end_samples)
        height = max(1, row.height_px - 2 * inset_px)
        return QRect(left, row.top_px + inset_px, max(right - left, 2), height)

    def regions_on(self, row: Row) -> tuple[Region, ...]:
        """Return the regions that lie over a lane, in the order they are laid."""
        regions = self.document.project.regions
        return tuple(region for region in regions if row.lane_id in region.lane_ids)
