"""On which regions a preset is to be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem

from prismdesk.session.preset_fit import fits
from prismdesk.ui.adapters.use import has_preset
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import column, row, wrapped_label
from prismdesk.ui.widgets.buttons import main_button, plain_button

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from prismdesk.adapters.card import Preset
    from prismdesk.project.model import Project, Region
    from prismdesk.ui.theme import Theme

_ID = Qt.ItemDataRole.UserRole


class RegionChoice(QDialog):
    """Lists the regions, those ticked whose model fits; ``chosen`` carries ids of the ticked.

    Args:
        preset: what is to be used.
        project: whose regions are listed.
        theme: colours.
        parent: the panel.
    """

    chosen = Signal(tuple)

    def __init__(
        self, preset: Preset, project: Project, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Use {preset.name}")
        self.setMinimumSize(scaled_px(420), scaled_px(320))
        self.list = QListWidget()
        self.list.setFont(ui_font(12))
        self.list.setAccessibleName("Regions")
        for region in project.regions:
            self.list.addItem(_item(region, preset))
        self.list.itemChanged.connect(self._show_count)
        self.list.setCurrentRow(0)
        words = wrapped_label(
            "Each gets it last in its stack, at the preset's favourite strength; all as one step.",
            kind="dim",
        )
        self.use = main_button("Use", theme)
        self.use.setDefault(True)
        self.use.clicked.connect(self.accept)
        cancel = plain_button("Cancel", theme)
        cancel.clicked.connect(self.reject)
        whole = column(words, spacing_px=12)
        margin = scaled_px(16)
        whole.setContentsMargins(margin, margin, margin, margin)
        whole.addWidget(self.list, 1)
        whole.addLayout(row(None, cancel, self.use))
        self.setLayout(whole)
        self._show_count()

    def ticked(self) -> tuple[str, ...]:
        """Return the ids of the regions that are ticked."""
        items = (self.list.item(number) for number in range(self.list.count()))
        return tuple(item.data(_ID) for item in items if item.checkState() == Qt.CheckState.Checked)

    def accept(self) -> None:
        """Tell what is ticked."""
        if ids := self.ticked():
            self.chosen.emit(ids)
            super().accept()

    def _show_count(self, _: object = None) -> None:
        count = len(self.ticked())
        self.use.setText(f"Use on {count} {'region' if count == 1 else 'regions'}")
        self.use.setEnabled(bool(count))
        self.use.setToolTip("" if count else "Tick a region first.")


def _item(region: Region, preset: Preset) -> QListWidgetItem:
    has_it = has_preset(region, preset)
    misfit = fits(preset, region.engine, region.variant) if region.engine else ""
    note = "has it already" if has_it else misfit and "made with another model"
    name = region.name or f"{region.task.value} {region.id}"
    item = QListWidgetItem(f"{name}  ({note})" if note else name)
    item.setData(_ID, region.id)
    item.setToolTip(misfit)
    flags = Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable
    if has_it:
        item.setFlags(flags)
        item.setCheckState(Qt.CheckState.Unchecked)
    else:
        item.setFlags(flags | Qt.ItemFlag.ItemIsEnabled)
        item.setCheckState(Qt.CheckState.Unchecked if misfit else Qt.CheckState.Checked)
    return item
