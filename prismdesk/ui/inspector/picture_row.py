"""Whether an engine looks at the film for a region, and to which part of the picture it listens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QWidget

from prismdesk.engines.capabilities import EngineInput
from prismdesk.project.edits import set_region_picture
from prismdesk.project.lookup import picture_of
from prismdesk.ui.inspector.mask_row import MaskRow, mask_words_of
from prismdesk.ui.theme import ui_font
from prismdesk.ui.widgets.arranging import column, row
from prismdesk.ui.widgets.labels import ElidedLabel

if TYPE_CHECKING:
    from prismdesk.engines.capabilities import Capabilities
    from prismdesk.project.model import Region
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.pending_edits import PendingEdits


class PictureRow(QWidget):
    """A switch, why masks aren't used if they aren't, and the mask.

    Attributes:
        looks: the switch.
        reason: why no mask is used, or what the mask is.
        masking: the mask.

    Args:
        document: the project.
        desktop: colours, actions, messages, long work.
        pending: typed edits, made before this one.
    """

    def __init__(self, document: Document, desktop: Desktop, pending: PendingEdits) -> None:
        super().__init__()
        self._document = document
        self._pending = pending
        self._region: Region | None = None
        self.looks = QCheckBox("Look at the film")
        self.looks.setFont(ui_font(12))
        self.looks.setToolTip("Off, sound is made from the words and the sound around alone.")
        self.looks.clicked.connect(self._set_looks)
        self.reason = ElidedLabel()
        self.reason.setFont(ui_font(11))
        self.reason.setProperty("kind", "faint")
        self.masking = MaskRow(document, desktop, pending)
        above = row(self.looks, spacing_px=8)
        above.addWidget(self.reason, 1)
        layout = column(spacing_px=4)
        layout.addLayout(above)
        layout.addWidget(self.masking)
        self.setLayout(layout)

    def show_region(self, region: Region, engine: Capabilities) -> None:
        """Show what a region says; nothing where the engine is blind or there is no film."""
        self._region = region
        self.setVisible(self.is_wanted(engine))
        self.looks.setChecked(region.sees_picture)
        takes_masks = EngineInput.PICTURE_MASK in engine.inputs
        has_mask = bool(region.masks or region.drawn_masks)
        self.masking.setVisible(takes_masks and (region.sees_picture or has_mask))
        if takes_masks:
            self.masking.show_region(region, engine)
        self.reason.setText(_why_unused(region, engine) or mask_words_of(region))
        self.reason.setToolTip(self.reason.text())

    def is_wanted(self, engine: Capabilities) -> bool:
        """Whether there is a film, and the engine looks at it."""
        has_film = picture_of(self._document.project) is not None
        return has_film and EngineInput.PICTURE in engine.inputs

    def _set_looks(self, looks: bool) -> None:
        region = self._region
        if region is not None:
            self._pending.flush()
            label = "Look at the film" if looks else "Don't look at the film"
            self._document.apply(
                label, lambda p: set_region_picture(p, region.id, sees_picture=looks)
            )


def _why_unused(region: Region, engine: Capabilities) -> str:
    has_mask = bool(region.masks or region.drawn_masks)
    if EngineInput.PICTURE_MASK not in engine.inputs:
        kept = "; the mask is kept" if has_mask else ""
        return f"{engine.name} always takes in the whole picture{kept}."
    if not region.sees_picture and has_mask:
        return "Off, so the mask isn't used."
    return ""
