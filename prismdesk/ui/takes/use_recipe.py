"""Asks on which regions a take's recipe is to be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from prismdesk.adapters.reference import name_in
from prismdesk.engines.catalogue import capabilities_of
from prismdesk.errors import PrismDeskError
from prismdesk.session.recipes import apply_recipe, recipe_of, why_not_for
from prismdesk.ui.fonts import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import column, wrapped_label
from prismdesk.ui.widgets.labels import caption, section_label

if TYPE_CHECKING:
    from prismdesk.project.ids import RegionId
    from prismdesk.project.model import Project, Region, Take
    from prismdesk.session.recipes import Recipe
    from prismdesk.ui.document import Document


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
        self.regions: dict[RegionId, QCheckBox] = {}
        for other in sorted(document.project.regions, key=lambda one: one.range):
            if other.id != region.id:
                self.regions[other.id] = self._box(other)
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
        whole.addWidget(section_label("On these regions"))
        whole.addWidget(self._list(), 1)
        whole.addWidget(self.masks)
        whole.addWidget(self.same_seed)
        hint = "Place, task, name and takes of a region stay; its prompt and settings are replaced."
        whole.addWidget(wrapped_label(hint, kind="faint"))
        whole.addWidget(buttons)
        self.use.setDefault(True)
        self._follow_ticks()

    def tick(self, region_id: RegionId) -> None:
        """Tick a region, if the recipe can be used on it."""
        box = self.regions[region_id]
        box.setChecked(box.isEnabled())

    @property
    def ticked(self) -> tuple[RegionId, ...]:
        """The regions that are ticked, along the film."""
        return tuple(region_id for region_id, box in self.regions.items() if box.isChecked())

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

    def _box(self, region: Region) -> QCheckBox:
        when = self._document.times.timecode(region.range.start_samples)
        name = region.name or f"{region.task} region"
        box = QCheckBox(f"{when}  {name}")
        box.setFont(ui_font(12))
        box.setMinimumHeight(scaled_px(24))
        if reason := why_not_for(region, self._recipe):
            box.setEnabled(False)
            box.setToolTip(reason)
            box.setAccessibleDescription(reason)
        box.toggled.connect(self._follow_ticks)
        return box

    def _list(self) -> QScrollArea:
        rows = column(spacing_px=2)
        for box in self.regions.values():
            rows.addWidget(box)
            if reason := box.toolTip():
                why = caption(reason, wraps=True)
                why.setContentsMargins(scaled_px(24), 0, 0, scaled_px(4))
                rows.addWidget(why)
        rows.addStretch()
        inside = QWidget()
        inside.setLayout(rows)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setMinimumSize(scaled_px(380), scaled_px(160))
        return scroll

    def _follow_ticks(self, *_: object) -> None:
        has_any = bool(self.ticked)
        self.use.setEnabled(has_any)
        self.use.setToolTip("" if has_any else "Tick a region first.")
        self.use.setAccessibleDescription(self.use.toolTip())


def recipe_words(recipe: Recipe) -> str:
    """Return a recipe in one line: engine, prompt, settings, adapters."""
    try:
        engine = capabilities_of(recipe.engine).name
    except PrismDeskError:
        engine = recipe.engine
    words = [f"{engine} {recipe.variant}".rstrip()]
    words += [f"“{recipe.prompt}”"] if recipe.prompt else []
    words += [f"without “{recipe.negative_prompt}”"] if recipe.negative_prompt else []
    words += [f"{name.replace('_', ' ')} {value}" for name, value in recipe.settings]
    words += [f"{name_in(name)} {strength:.2f}" for name, strength in recipe.adapters]
    return " · ".join(words)
