"""The rows below the picture in the mode of masks: tools, edge and brush, key frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from prismdesk.ui.fonts import scaled_px
from prismdesk.ui.icons import IconName
from prismdesk.ui.masks.editing import MaskTool
from prismdesk.ui.masks.key_strip import KeyStrip
from prismdesk.ui.widgets.arranging import rule
from prismdesk.ui.widgets.buttons import action_button, icon_button
from prismdesk.ui.widgets.fields import FigureField
from prismdesk.ui.widgets.labels import ElidedLabel, plain_label

if TYPE_CHECKING:
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.masks.editing import MaskEditing

_TOOLS = (
    "region.mask_rectangle",
    "region.mask_ellipse",
    "region.mask_brush",
    "region.mask_eraser",
)
_KEYS = ("region.mask_previous_key", "region.mask_key_frame", "region.mask_next_key")
_WHOLE = ("region.mask_seen", "region.mask_invert", "region.mask_clear")
_PERCENT = 100


class MaskTools(QWidget):
    """Shows what the mode is set to, and what can be set; hidden while the mode is off.

    Args:
        editing: the mode.
        desktop: colours and actions.
    """

    def __init__(self, editing: MaskEditing, desktop: Desktop) -> None:
        super().__init__()
        self._editing = editing
        self.takes_away = icon_button(
            IconName.MINUS, desktop.theme, "Take away from what is listened to", checkable=True
        )
        self.feather = FigureField("Feather", least=0, most=_PERCENT, unit="%")
        self.feather.setToolTip("How soft the edge is, in per cent of the picture's height.")
        self.brush = FigureField("Brush", least=0.5, most=_PERCENT, decimals=1, unit="%")
        self.brush.setToolTip("How wide the brush is, in per cent of the picture's height.")
        self._feather_words = plain_label("Feather", of=self.feather, kind="dim")
        self._brush_words = plain_label("Brush", of=self.brush, kind="dim")
        self.strip = KeyStrip(editing, desktop.theme)
        self.hint = ElidedLabel()
        self.hint.setProperty("kind", "faint")
        self._lay_out(desktop)
        self.takes_away.clicked.connect(editing.set_takes_away)
        self.feather.valueChanged.connect(self._set_feather)
        self.brush.valueChanged.connect(self._set_brush)
        editing.changed.connect(self.refresh)
        editing.moved.connect(self._say)
        self.refresh()

    def refresh(self) -> None:
        """Show the mode as it is now."""
        editing = self._editing
        self.setVisible(editing.is_on)
        if not editing.is_on:
            return
        chosen, paints = editing.chosen, editing.tool.paints
        self.takes_away.setChecked(editing.takes_away if chosen is None else chosen.takes_away)
        feather = editing.feather if chosen is None else chosen.feather
        self.feather.set_silently(feather * _PERCENT)
        self.brush.set_silently(editing.brush * _PERCENT)
        of_paint = (self.brush, self._brush_words)
        of_shapes = (self.takes_away, self.feather, self._feather_words)
        shown, hidden = (of_paint, of_shapes) if paints else (of_shapes, of_paint)
        # One after the other: with both shown for a moment the panel would be made wider.
        for part in hidden:
            part.hide()
        for part in shown:
            part.show()
        self.updateGeometry()
        self._say()

    def _say(self) -> None:
        editing = self._editing
        if not editing.is_inside:
            words = "The playhead is outside the region"
        elif editing.tool is MaskTool.ERASER:
            words = "Drag to erase; Shift draws straight"
        elif editing.tool.paints:
            words = "Drag to paint; Shift draws straight"
        elif not editing.masks:
            words = "Drag over what is to be listened to"
        elif editing.chosen is None:
            words = "Drag to draw, click a mask to change it"
        elif editing.chosen.is_keyed and not editing.is_at_key_frame:
            words = "A change here sets a key frame"
        else:
            words = ""
        if words != self.hint.text():
            self.hint.setText(words)
            self.hint.setToolTip(words)

    def _lay_out(self, desktop: Desktop) -> None:
        action = desktop.actions.action
        above, below = QHBoxLayout(), QHBoxLayout()
        for row in (above, below):
            row.setContentsMargins(8, 0, 8, 0)
            row.setSpacing(scaled_px(4))
        for action_id in _TOOLS:
            above.addWidget(action_button(action(action_id)))
        above.addWidget(rule(is_vertical=True))
        above.addWidget(self.takes_away)
        for words, field in ((self._brush_words, self.brush), (self._feather_words, self.feather)):
            above.addSpacing(scaled_px(4))
            above.addWidget(words)
            above.addWidget(field)
        above.addWidget(self.hint, 1)
        for action_id in _KEYS:
            below.addWidget(action_button(action(action_id)))
        below.addWidget(self.strip, 1)
        for action_id in _WHOLE:
            below.addWidget(action_button(action(action_id)))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(2)
        column.addLayout(above)
        column.addLayout(below)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _set_feather(self, percent: float) -> None:
        self._editing.set_feather(percent / _PERCENT)

    def _set_brush(self, percent: float) -> None:
        self._editing.set_brush(percent / _PERCENT)
