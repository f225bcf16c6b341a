"""Asks on which regions a take's recipe is to be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
)

from prismdesk.project.ids import RegionId
from prismdesk.session.recipes import apply_recipe, recipe_of, why_not_for
from prismdesk.ui.fonts import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import wrapped_label
from prismdesk.ui.widgets.labels import section_label

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from prismdesk.project.model import Project, Region, Take
    from prismdesk.session.recipes import Recipe
    from prismdesk.ui.document import Document

_REGION = Qt.ItemDataRole.UserRole


class UseRecipeDialog(QDialog):
    """Lists the other regions; those that are ticked are made by the recipe from then on.

    Args:
        document: the project.
        take: whose recipe.
        region: the take's own, which isn't listed.
        parent: the window it belongs to.
    """

    def __init__(self, document: Document, take: Take, region: Region, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Use the recipe of {take.name}")
        self._document = document
        self._recipe = recipe_of(take)
        self.regions = QListWidget()
        self.regions.setFont(ui_font(12))
        self.regions.setAccessibleName("Regions")
        self.regions.setMinimumSize(scaled_px(360), scaled_px(180))
        for other in sorted(document.project.regions, key=lambda one: one.range):
            if other.id != region.id:
                self.regions.addItem(self._item(other))
        self.same_seed = QCheckBox("The same seed too")
        self.masks = QCheckBox("The masks of the picture too")
        self.masks.setChecked(self._recipe.has_masks)
        self.masks.setVisible(self._recipe.has_masks)
        for box in (self.same_seed, self.masks):
            box.setFont(ui_font(12))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.use = buttons.addButton("Use recipe", QDialogButtonBox.ButtonRole.AcceptRole)
        self.use.setProperty("kind", "main")
        for button in buttons.buttons():
            button.setFont(ui_font(12))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setSpacing(scaled_px(8))
        whole.addWidget(wrapped_label(recipe_words(self._recipe)))
        whole.addWidget(section_label("On these regions", of=self.regions))
        whole.addWidget(self.regions, 1)
        whole.addWidget(self.masks)
        whole.addWidget(self.same_seed)
        hint = "Place, task, name and takes of a region stay; its prompt and settings are replaced."
        whole.addWidget(wrapped_label(hint, kind="faint"))
        whole.addWidget(buttons)
        self.use.setDefault(True)
        self.regions.itemChanged.connect(self._follow_ticks)
        self._follow_ticks()

    def tick(self, region_id: RegionId) -> None:
        """Tick a region, if the recipe can be used on it."""
        for item in self._items():
            can_tick = item.flags() & Qt.ItemFlag.ItemIsUserCheckable
            if item.data(_REGION) == region_id and can_tick:
                item.setCheckState(Qt.CheckState.Checked)
                self.regions.setCurrentItem(item)

    @property
    def ticked(self) -> tuple[RegionId, ...]:
        """The regions that are ticked, along the film."""
        checked = Qt.CheckState.Checked
        return tuple(
            RegionId(item.data(_REGION)) for item in self._items() if item.checkState() == checked
        )

    def accept(self) -> None:
        """Use the recipe, as one edit, and close."""
        region_ids, recipe = self.ticked, self._recipe
        with_seed = self.same_seed.isChecked()
        with_masks = self._recipe.has_masks and self.masks.isChecked()
        super().accept()

        def change(project: Project) -> Project:
            for region_id in region_ids:
                project = apply_recipe(
                    project, region_id, recipe, with_seed=with_seed, with_masks=with_masks
                )
            return project

        count = len(region_ids)
        where = f"on {count} regions" if count > 1 else "on a region"
        self._document.apply(f"Recipe of {recipe.name} {where}", change)

    def _items(self) -> list[QListWidgetItem]:
        return [self.regions.item(number) for number in range(self.regions.count())]

    def _item(self, region: Region) -> QListWidgetItem:
        when = self._document.times.timecode(region.range.start_samples)
        name = region.name or f"{region.task} region"
        reason = why_not_for(region, self._recipe)
        item = QListWidgetItem(f"{when}  {name}" + (f": {reason}" if reason else ""))
        item.setData(_REGION, region.id)
        if reason:
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            item.setToolTip(reason)
            return item
        item.setFlags(
            Qt.ItemFlag.ItemIsUserCheckable
            | Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
        )
        item.setCheckState(Qt.CheckState.Unchecked)
        return item

    def _follow_ticks(self, *_: object) -> None:
        has_any = bool(self.ticked)
        self.use.setEnabled(has_any)
        self.use.setToolTip("" if has_any else "Tick a region first.")
        self.use.setAccessibleDescription(self.use.toolTip())


def recipe_words(recipe: Recipe) -> str:
    """Return a recipe in one line: engine, prompt, settings, adapters."""
    words = [recipe.engine + (f" {recipe.variant}" if recipe.variant else "")]
    words += [f"“{recipe.prompt}”"] if recipe.prompt else []
    words += [f"without “{recipe.negative_prompt}”"] if recipe.negative_prompt else []
    words += [f"{name.replace('_', ' ')} {value}" for name, value in recipe.settings]
    words += [f"{name} {strength:.2f}" for name, strength in recipe.adapters]
    return " · ".join(words)
