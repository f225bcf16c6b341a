"""Whether an engine looks at the film for a region, and to which part of the picture it listens."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QCheckBox, QFileDialog, QLabel, QWidget

from prismdesk.engines.contract import EngineInput
from prismdesk.project.edits import set_region_masks, set_region_picture
from prismdesk.project.lookup import picture_of
from prismdesk.session.masks import import_mask
from prismdesk.ui.icons import IconName
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import row
from prismdesk.ui.widgets.buttons import icon_button, quiet_button
from prismdesk.ui.widgets.labels import ElidedLabel

if TYPE_CHECKING:
    from prismdesk.engines.contract import Capabilities
    from prismdesk.project.model import Region
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.pending_edits import PendingEdits

PICTURES = "Pictures (*.png *.jpg *.jpeg *.webp *.bmp *.tif *.tiff)"
_THUMBNAIL_PX = 28


class PictureRow(QWidget):
    """A switch, the masks in use, and the buttons that choose and drop them.

    Args:
        document: the project.
        desktop: colours, messages, long work.
        pending: typed edits, made before this one.
    """

    def __init__(self, document: Document, desktop: Desktop, pending: PendingEdits) -> None:
        super().__init__()
        self._document = document
        self._desktop = desktop
        self._pending = pending
        self._region: Region | None = None
        theme = desktop.theme
        self.looks = QCheckBox("Look at the film")
        self.looks.setFont(ui_font(12))
        self.looks.setToolTip("Off, sound is made from the words and the sound around alone.")
        self.looks.clicked.connect(self._set_looks)
        self._thumbnail = QLabel()
        self._thumbnail.setFixedHeight(scaled_px(_THUMBNAIL_PX))
        self.words = ElidedLabel()
        self.words.setFont(ui_font(11))
        self.words.setProperty("kind", "faint")
        self.choose = quiet_button("Mask…", theme, icon_name=IconName.SELECTION)
        self.choose.setToolTip(
            "Choose a still picture of any size: white is listened to, black is left out. "
            "Several follow each other evenly over the region."
        )
        self.choose.clicked.connect(self._choose)
        self.clear = icon_button(IconName.CLOSE, theme, "Use no mask", self._clear)
        layout = row(self.looks, self._thumbnail, spacing_px=8)
        layout.addWidget(self.words, 1)
        layout.addWidget(self.choose)
        layout.addWidget(self.clear)
        self.setLayout(layout)

    def show_region(self, region: Region, engine: Capabilities) -> None:
        """Show what a region says; nothing where the engine is blind or there is no film."""
        self._region = region
        has_film = picture_of(self._document.project) is not None
        self.setVisible(has_film and EngineInput.PICTURE in engine.inputs)
        self.looks.setChecked(region.sees_picture)
        takes_masks = EngineInput.PICTURE_MASK in engine.inputs
        for part in (self._thumbnail, self.words, self.choose):
            part.setVisible(takes_masks)
        self.choose.setEnabled(region.sees_picture)
        self.clear.setVisible(takes_masks and bool(region.masks))
        self._show_masks(region)

    def _show_masks(self, region: Region) -> None:
        count = len(region.masks)
        self._thumbnail.setVisible(count > 0)
        if not count:
            self.words.setText("the whole picture" if region.sees_picture else "")
            return
        path = self._document.session.folder / region.masks[0]
        picture = QPixmap(str(path)).scaled(
            QSize(scaled_px(2 * _THUMBNAIL_PX), scaled_px(_THUMBNAIL_PX)),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        self._thumbnail.setPixmap(picture)
        what = "one mask" if count == 1 else f"{count} masks in turn"
        self.words.setText(what if region.sees_picture else f"{what}, unused")

    def _set_looks(self, looks: bool) -> None:
        region = self._region
        if region is not None:
            self._pending.flush()
            label = "Look at the film" if looks else "Don't look at the film"
            self._document.apply(
                label, lambda p: set_region_picture(p, region.id, sees_picture=looks)
            )

    def _choose(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(
            self, "Masks of the picture", str(Path.home()), PICTURES
        )
        if names:
            self.use_masks([Path(name) for name in names])

    def use_masks(self, pictures: list[Path]) -> None:
        """Copy still pictures into the project and have the region listen by them."""
        region, folder = self._region, self._document.session.folder
        if region is None:
            return
        self._desktop.background.run(
            "Reading masks",
            lambda *_: tuple(import_mask(folder, picture) for picture in pictures),
            done=partial(self._set_masks, region),
            quiet=True,
            owner=self,
        )

    def _set_masks(self, region: Region, masks: tuple[str, ...]) -> None:
        self._pending.flush()
        self._document.apply("Mask the picture", lambda p: set_region_masks(p, region.id, masks))

    def _clear(self) -> None:
        region = self._region
        if region is not None:
            self._pending.flush()
            self._document.apply("Use no mask", lambda p: set_region_masks(p, region.id, ()))
