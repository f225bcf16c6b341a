"""The picture dimmed where nothing is listened to; drawn anew only where the masks change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.errors import PrismDeskError
from prismdesk.project.picture_mask import form_at
from prismdesk.session.masks import MaskStills
from prismdesk.ui.masks.painting import dimming_image

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QImage

    from prismdesk.project.model import Region

_LONGER_SIDE_PX = 240


class Dimming:
    """Makes the dimming of a region's masks at one time after another.

    Args:
        project_folder: where stills that the user gave are.
        rate_hz: of the project.
    """

    def __init__(self, project_folder: Path, rate_hz: int) -> None:
        self._folder = project_folder
        self._rate_hz = rate_hz
        self._made: tuple[object, QImage | None] | None = None

    def image(
        self, region: Region, offset_samples: int, picture_px: tuple[int, int]
    ) -> QImage | None:
        """Return what to draw over the picture; None where nothing is masked.

        Args:
            region: with its masks.
            offset_samples: from its start.
            picture_px: the picture's shape.
        """
        if not (region.masks or region.drawn_masks):
            return None
        share = (offset_samples + 0.5) / region.range.length_samples
        still = int(share * len(region.masks))
        layers = tuple(
            (mask.shape, mask.takes_away, mask.feather, form.box, form.strokes)
            for mask in region.drawn_masks
            for form in (form_at(mask, offset_samples),)
        )
        key = (layers, region.masks, still, picture_px)
        if self._made is None or self._made[0] != key:
            self._made = key, self._drawn(region, share, picture_px)
        return self._made[1]

    def _drawn(self, region: Region, share: float, picture_px: tuple[int, int]) -> QImage | None:
        stills = MaskStills(
            self._folder,
            region,
            rate_hz=self._rate_hz,
            picture_px=picture_px,
            longer_side_px=_LONGER_SIDE_PX,
        )
        try:
            return dimming_image(stills.at(share))
        except PrismDeskError:
            # A still that is gone is told of when sound is made with it.
            return None
