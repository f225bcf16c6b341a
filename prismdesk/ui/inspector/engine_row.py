"""Which engine makes the sound, in which variant, under which licence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from prismdesk.engines.catalogue import available_engines, variant_of
from prismdesk.session.licence_statements import NONE_NEEDED, statements_of
from prismdesk.session.licences import verdict_of
from prismdesk.ui.icons import IconName, icon, icon_pixmap
from prismdesk.ui.theme import scaled_px
from prismdesk.ui.widgets.arranging import column, row, set_kind, wrapped_label
from prismdesk.ui.widgets.buttons import KeyButton
from prismdesk.ui.widgets.fields import ChoiceField
from prismdesk.ui.widgets.labels import caption

if TYPE_CHECKING:
    from prismdesk.engines.capabilities import Capabilities
    from prismdesk.project.model import Region
    from prismdesk.ui.making import Making
    from prismdesk.ui.models.shelf import ModelShelf
    from prismdesk.ui.theme import Theme


_LEAST_LETTERS = 8


def licence_words(region: Region, engine: Capabilities) -> str:
    """Return the licence line of what a region, which isn't refused, is made with."""
    said = statements_of(engine.id, region.variant, region.sounding_adapters)
    needs_none = all(one.licence == NONE_NEEDED and not one.said_by for one in said)
    if needs_none and not engine.needs_torch:
        return f"Needs no weights; code under {engine.licence_code or 'its own licence'}."
    return f"{verdict_of(said)} Fits this project."


def _share_width(field: ChoiceField) -> None:
    """Let a field take its share of the row's width, and cut a longer name with …."""
    field.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    field.setSizeAdjustPolicy(ChoiceField.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    field.setMinimumContentsLength(_LEAST_LETTERS)


class EngineRow(QWidget):
    """Chooses engine and variant; ``chosen`` carries both.

    An engine that can't do the region's task is greyed out, with the reason as its tooltip.

    Args:
        making: knows what is refused.
        models: shows where weights are got from that are missed.
        theme: colours.
    """

    chosen = Signal(str, str)

    def __init__(self, making: Making, models: ModelShelf, theme: Theme) -> None:
        super().__init__()
        self._making = making
        self._models = models
        self._missed_id = ""
        self._theme = theme
        self.engine = ChoiceField("Engine")
        self.engine.setIconSize(QSize(scaled_px(16), scaled_px(16)))
        self.engine.activated.connect(lambda _: self._choose())
        self.variant = ChoiceField("Variant")
        self.variant.activated.connect(lambda _: self._choose_variant())
        for field in (self.engine, self.variant):
            _share_width(field)
        self._mark = QLabel()
        self.licence = wrapped_label()
        self.licence.setFont(caption("").font())
        self.get = KeyButton("Get weights…", theme, kind="small", icon_name=IconName.DOWNLOAD)
        self.get.clicked.connect(lambda: self._models.want_terms(self._missed_id))
        layout = column(spacing_px=4)
        choices = row(self.engine, self.variant)
        choices.setStretch(0, 1)
        choices.setStretch(1, 1)
        layout.addLayout(choices)
        line = row(self._mark, self.licence, self.get, spacing_px=4)
        self._mark.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.licence.setAlignment(Qt.AlignmentFlag.AlignTop)
        line.setAlignment(self.get, Qt.AlignmentFlag.AlignTop)
        line.setStretch(1, 1)
        layout.addLayout(line)
        self.setLayout(layout)

    def show_region(self, region: Region, engine: Capabilities) -> None:
        """Show who makes the region's sound, and whether it can."""
        self._fill_engines(region)
        self.engine.set_value(engine.id)
        self.variant.setVisible(bool(engine.variants))
        self._fill_variants(engine)
        variant = variant_of(engine, region.variant)
        if variant is not None:
            self.variant.set_value(variant.id)
        refusal = self._making.refusals.of(region)
        words = refusal or licence_words(region, engine)
        missed = self._making.refusals.missed_weights(region, refusal)
        self._missed_id = missed.model.id if missed is not None else ""
        self.get.setVisible(missed is not None)
        self.get.setAccessibleName(f"Get weights of {missed.model.name}" if missed else "")
        set_kind(self.licence, "warning" if refusal else "faint")
        self.licence.setText(words if missed is None else missed.words)
        self.licence.setToolTip("" if missed is None else words)
        name = IconName.PROHIBIT if refusal else IconName.SCALES
        colour = self._theme.warning if refusal else self._theme.faint
        ratio = self.devicePixelRatioF()
        self._mark.setPixmap(icon_pixmap(name, colour, size_px=14, pixel_ratio=ratio))
        self.engine.setAccessibleDescription(words)

    def _fill_engines(self, region: Region) -> None:
        self.engine.clear()
        for number, offer in enumerate(available_engines()):
            self.engine.addItem(icon(IconName.CPU, self._theme), offer.name, offer.id)
            reason = self._making.refusals.of_engine(region, offer.id)
            self.engine.setItemData(number, reason or offer.summary, Qt.ItemDataRole.ToolTipRole)
            model = self.engine.model()
            if reason and isinstance(model, QStandardItemModel):
                model.item(number).setEnabled(False)

    def _fill_variants(self, engine: Capabilities) -> None:
        """Offer an engine's variants; those that can't be used now are grey, with the reason."""
        self.variant.clear()
        for number, offer in enumerate(engine.variants):
            self.variant.addItem(offer.name, offer.id)
            words = offer.why_not or offer.summary
            self.variant.setItemData(number, words, Qt.ItemDataRole.ToolTipRole)
            model = self.variant.model()
            if offer.why_not and isinstance(model, QStandardItemModel):
                model.item(number).setEnabled(False)

    def _choose(self) -> None:
        self.chosen.emit(str(self.engine.value), "")

    def _choose_variant(self) -> None:
        self.chosen.emit(str(self.engine.value), str(self.variant.value))
