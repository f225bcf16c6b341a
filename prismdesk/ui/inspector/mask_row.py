"""To which part of the picture a region listens: its mask, how strong, and what it applies to."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QPixmap
from PySide6.QtWidgets import QCheckBox, QFileDialog, QLabel, QMenu, QToolButton, QWidget

from prismdesk.errors import PrismDeskError
from prismdesk.project.edits.masks import set_masks_used
from prismdesk.project.edits.regions import set_region_masks
from prismdesk.project.lookup import picture_of
from prismdesk.project.mask_words import masks_in_short
from prismdesk.session.masks import MaskStills, import_mask, size_within
from prismdesk.session.seen_picture import looks_of_region
from prismdesk.ui.icons import IconName
from prismdesk.ui.masks.painting import grey_image
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import column, row
from prismdesk.ui.widgets.buttons import action_button, icon_button
from prismdesk.ui.widgets.fields import ChoiceField, FigureField
from prismdesk.ui.widgets.labels import plain_label

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.engines.capabilities import Capabilities, SettingSpec, SettingValue
    from prismdesk.project.model import Region
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.pending_edits import PendingEdits

PICTURES = "Pictures (*.png *.jpg *.jpeg *.webp *.bmp *.tif *.tiff)"
MASK_SETTINGS = ("mask_strength", "mask_sync", "mask_clip")
"""Settings of engines that are shown here, and so not among the others."""

_NO_MEANING = (
    "This model isn't given what the picture means; set “Picture meaning” to picture, and it is."
)
_THUMBNAIL_PX = 26
_PERCENT = 100


class MaskRow(QWidget):
    """Chooses between the whole picture and the mask, and leads to what is done with masks.

    ``setting_changed`` carries name and value of a setting of the engine.

    Args:
        document: the project.
        desktop: colours, actions, messages, long work.
        pending: typed edits, made before this one.
    """

    setting_changed = Signal(str, object)

    def __init__(self, document: Document, desktop: Desktop, pending: PendingEdits) -> None:
        super().__init__()
        self._document = document
        self._desktop = desktop
        self._pending = pending
        self._region: Region | None = None
        theme, action = desktop.theme, desktop.actions.action
        self.use = ChoiceField("Part of the picture", [(False, "Whole picture"), (True, "Masked")])
        self.use.setToolTip("Whether sound is made for all of the picture or for what is masked.")
        self.thumbnail = QLabel()
        # What is left out is black, and so is a panel of the contrast theme.
        self.thumbnail.setStyleSheet(f"border: 1px solid {theme.line_strong};")
        self.draw = action_button(action("region.mask"))
        self.seen = action_button(action("region.mask_seen"))
        self.more = icon_button(IconName.DOTS, theme, "More of masks")
        self.choose = QAction("Use a still picture…", self)
        self.choose.setToolTip(
            "Choose a still picture of any size: white is listened to, black is left out. "
            "Several follow each other evenly over the region; what is drawn lies over them."
        )
        self.more.setMenu(self._menu(action))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.strength = FigureField("Mask strength", least=0, most=_PERCENT, step=5, unit="%")
        self.timing = QCheckBox("Timing")
        self.meaning = QCheckBox("Meaning")
        self._settings = self._settings_part()
        self.setLayout(column(self._choice_part(), self._settings, spacing_px=4))
        self._tie()

    def show_region(self, region: Region, engine: Capabilities) -> None:
        """Show what a region says."""
        self._region = region
        has_mask = bool(region.masks or region.drawn_masks)
        is_masked = has_mask and region.uses_masks
        self.use.set_value(is_masked)
        looks = region.sees_picture
        for part in (self.use, self.draw, self._settings):
            part.setEnabled(looks)
        self._settings.setVisible(is_masked)
        self._show_thumbnail(region, is_shown=is_masked)
        specs = {spec.name: spec for spec in engine.settings}
        values = dict(region.settings)
        strength = _value(specs, values, "mask_strength", 1.0)
        self.strength.set_silently(float(strength) * _PERCENT)
        for box, name in ((self.timing, "mask_sync"), (self.meaning, "mask_clip")):
            box.setVisible(name in specs)
            box.blockSignals(True)
            box.setChecked(bool(_value(specs, values, name, True)))
            box.blockSignals(False)
            box.setToolTip(specs[name].help if name in specs else "")
        self._show_what_is_used(region)
        self.strength.setToolTip(specs["mask_strength"].help if "mask_strength" in specs else "")

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

    def _choice_part(self) -> QWidget:
        part = QWidget()
        layout = row(self.use, self.thumbnail, spacing_px=6)
        layout.addStretch()
        for button in (self.draw, self.seen, self.more):
            layout.addWidget(button)
        part.setLayout(layout)
        return part

    def _menu(self, action: Callable[[str], QAction]) -> QMenu:
        menu = QMenu(self)
        menu.setFont(ui_font(12))
        menu.setToolTipsVisible(True)
        menu.addAction(self.choose)
        menu.addAction(action("region.mask_invert"))
        menu.addAction(action("region.mask_clear"))
        return menu

    def _settings_part(self) -> QWidget:
        part = QWidget()
        for box in (self.timing, self.meaning):
            box.setFont(ui_font(12))
        strength = plain_label("Strength", of=self.strength, kind="dim")
        layout = row(strength, self.strength, plain_label("for", kind="dim"), spacing_px=6)
        layout.addWidget(self.timing)
        layout.addWidget(self.meaning)
        layout.addStretch()
        part.setLayout(layout)
        return part

    def _tie(self) -> None:
        self.use.activated.connect(self._set_used)
        self.choose.triggered.connect(self._choose)
        self.strength.valueChanged.connect(
            lambda percent: self.setting_changed.emit("mask_strength", percent / _PERCENT)
        )
        self.timing.toggled.connect(lambda on: self.setting_changed.emit("mask_sync", on))
        self.meaning.toggled.connect(lambda on: self.setting_changed.emit("mask_clip", on))

    def _show_what_is_used(self, region: Region) -> None:
        """Say of what the model isn't given at all that no mask applies to it."""
        try:
            looks = {look.purpose: look for look in looks_of_region(region)}
        except (PrismDeskError, KeyError):
            return
        is_used = "meaning" not in looks or looks["meaning"].is_used
        self.meaning.setEnabled(is_used)
        if not is_used:
            self.meaning.setToolTip(_NO_MEANING)

    def _show_thumbnail(self, region: Region, *, is_shown: bool) -> None:
        self.thumbnail.setVisible(is_shown)
        if not is_shown:
            return
        project = self._document.project
        stream = picture_of(project)
        picture = (16, 9) if stream is None else (stream.width_px, stream.height_px)
        high = scaled_px(_THUMBNAIL_PX)
        wide, _ = size_within(picture, round(high * picture[0] / picture[1]))
        stills = MaskStills(
            self._document.session.folder,
            region,
            rate_hz=project.rate_hz,
            picture_px=picture,
            longer_side_px=2 * wide,
        )
        try:
            image = grey_image(stills.at(0.0))
        except PrismDeskError:
            self.thumbnail.setVisible(False)
            return
        size = QSize(wide, high)
        self.thumbnail.setPixmap(
            QPixmap.fromImage(image).scaled(
                size,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )

    def _set_used(self) -> None:
        region, wanted = self._region, self.use.value is True
        if region is None:
            return
        has_mask = bool(region.masks or region.drawn_masks)
        if has_mask and region.uses_masks is not wanted:
            self._pending.flush()
            self._document.apply(
                "Mask the picture" if wanted else "Listen to the whole picture",
                lambda p: set_masks_used(p, region.id, uses_masks=wanted),
            )
        elif wanted and not has_mask:
            # There is nothing to use yet: it is drawn first.
            self.use.set_value(False)
            if not self._desktop.actions.action("region.mask").isChecked():
                self._desktop.actions.trigger("region.mask")

    def _choose(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(
            self, "Masks of the picture", str(Path.home()), PICTURES
        )
        if names:
            self.use_masks([Path(name) for name in names])

    def _set_masks(self, region: Region, masks: tuple[str, ...]) -> None:
        self._pending.flush()
        self._document.apply("Mask the picture", lambda p: set_region_masks(p, region.id, masks))


def mask_words_of(region: Region) -> str:
    """Say in a few words what a region's mask is, and whether it is used."""
    words = masks_in_short(region.drawn_masks, len(region.masks))
    is_used = region.sees_picture and region.uses_masks
    return words if is_used or not words else f"{words}, unused"


def _value(
    specs: dict[str, SettingSpec],
    values: dict[str, SettingValue],
    name: str,
    otherwise: SettingValue,
) -> SettingValue:
    return values.get(name, specs[name].default if name in specs else otherwise)
