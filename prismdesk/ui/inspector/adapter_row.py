"""One preset in a region's stack: on or off, how strongly, in which place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QMenu, QSizePolicy, QSlider, QToolButton, QWidget

from prismdesk.adapters.reference import name_in
from prismdesk.ui.icons import IconName, icon_pixmap
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import column, row, wrapped_label
from prismdesk.ui.widgets.buttons import KeyButton, icon_button
from prismdesk.ui.widgets.fields import FigureField
from prismdesk.ui.widgets.labels import ElidedLabel

if TYPE_CHECKING:
    from prismdesk.ui.inspector.adapter_look import AdapterLook
    from prismdesk.ui.theme import Theme

LEAST, MOST = -1.0, 2.0
_PER_ONE = 100


class AdapterRow(QWidget):
    """Shows one; each wish of the user is a signal.

    Args:
        reference: of the preset.
        theme: colours.
    """

    switched = Signal(bool)
    strength_changed = Signal(float)
    removed = Signal()
    moved = Signal(int)
    shown = Signal()
    base_wanted = Signal()
    library_wanted = Signal()

    def __init__(self, reference: str, theme: Theme) -> None:
        super().__init__()
        self.reference = reference
        self._theme = theme
        self._favourite = 1.0
        name = name_in(reference)
        self.is_on = QCheckBox()
        self.is_on.setAccessibleName(f"{name} on")
        self.name = ElidedLabel(name)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(round(LEAST * _PER_ONE), round(MOST * _PER_ONE))
        self.slider.setSingleStep(5)
        self.slider.setPageStep(25)
        self.slider.setMinimumWidth(scaled_px(60))
        self.slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.slider.setAccessibleName(f"Strength of {name}")
        self.figure = FigureField(
            f"Strength of {name}", least=LEAST, most=MOST, step=0.05, decimals=2
        )
        self.figure.setFixedWidth(scaled_px(54))
        self.more = icon_button(IconName.DOTS, theme, f"More of {name}")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.remove = icon_button(
            IconName.CLOSE, theme, f"Take {name} off", lambda: self.removed.emit()
        )
        for button in (self.more, self.remove):
            button.setProperty("kind", "tiny")
        self._mark = QLabel()
        self.problem = wrapped_label()
        self.problem.setFont(ui_font(11))
        self.use_base = KeyButton("", theme, kind="small")
        self.remove_it = KeyButton("Remove it", theme, kind="small")
        self.place = wrapped_label("In this project, not in the library")
        self.place.setFont(ui_font(11))
        self.place.setProperty("kind", "faint")
        self.bring_in = KeyButton("Bring it in", theme, kind="small")
        self.bring_in.setAccessibleName(f"Bring {name} into the library")
        self.bring_in.setToolTip("Copy it into the library, so that other projects can use it.")
        self._menu = self._make_menu(name)
        self.more.setMenu(self._menu)
        self._lay_out()
        self._tie()

    def show_state(self, strength: float, *, is_on: bool, is_typed: bool) -> None:
        """Show what the region says.

        Args:
            strength: −1 to 2.
            is_on: whether takes are made with it.
            is_typed: whether another strength was set a moment ago, which is kept then.
        """
        self.is_on.blockSignals(True)
        self.is_on.setChecked(is_on)
        self.is_on.blockSignals(False)
        self.is_on.setToolTip("On: takes are made with it." if is_on else "Off: it is only kept.")
        if not is_typed:
            self._show_strength(strength)
        for part in (self.slider, self.figure):
            part.setEnabled(is_on)
            part.setToolTip("" if is_on else "Switch it on first.")
        self.name.setProperty("kind", "" if is_on else "faint")
        self.name.style().polish(self.name)

    def show_place(self, *, is_first: bool, is_last: bool) -> None:
        """Show whether it can be moved."""
        self._up.setEnabled(not is_first)
        self._down.setEnabled(not is_last)

    def show_look(self, look: AdapterLook | None) -> None:
        """Show how it stands with the model; None while that isn't known."""
        problem = "" if look is None else look.problem
        base = None if look is None else look.base
        self._problem_part.setVisible(bool(problem))
        self.problem.setText(problem)
        self.use_base.setVisible(base is not None)
        self.use_base.setText("" if base is None else f"Use {base.name}")
        colour, ratio = self._theme.error, self.devicePixelRatioF()
        self._mark.setPixmap(icon_pixmap(IconName.PROHIBIT, colour, size_px=14, pixel_ratio=ratio))
        preset = None if look is None else look.preset
        is_in_project = look is not None and look.is_in_project
        self._place_part.setVisible(is_in_project)
        self._show_card.setEnabled(preset is not None and not is_in_project)
        self._show_card.setToolTip("Bring it into the library first." if is_in_project else "")
        if look is not None:
            self.name.setText(look.name)
        if preset is not None:
            self._favourite = preset.strength
            words = f"Favourite strength, {preset.strength:.2f}".replace("-", "−")
            self._reset.setText(words)
        place = f"{self.place.text()}." if is_in_project else ""
        told = (f"{self.name.text()}.", place, problem)
        self.setAccessibleName(" ".join(one for one in told if one))

    def _make_menu(self, name: str) -> QMenu:
        menu = QMenu(self)
        menu.setFont(ui_font(12))
        menu.setToolTipsVisible(True)
        self._reset = menu.addAction("Favourite strength")
        menu.addSeparator()
        self._up = menu.addAction("Move up")
        self._down = menu.addAction("Move down")
        menu.addSeparator()
        self._show_card = menu.addAction("Show its card")
        menu.addAction(f"Take {name} off").triggered.connect(lambda: self.removed.emit())
        return menu

    def _lay_out(self) -> None:
        self.slider.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        line = row(
            self.is_on, self.name, self.slider, self.figure, self.more, self.remove, spacing_px=4
        )
        line.setStretch(1, 4)
        line.setStretch(2, 3)
        self._problem_part = QWidget()
        told = row(self._mark, self.problem, spacing_px=5)
        told.setStretch(1, 1)
        problem = column(spacing_px=4)
        problem.addLayout(told)
        problem.addLayout(row(self.use_base, self.remove_it, None, spacing_px=6))
        problem.setContentsMargins(scaled_px(20), 0, 0, scaled_px(4))
        self._problem_part.setLayout(problem)
        self._problem_part.setVisible(False)
        self._place_part = QWidget()
        place = row(self.place, self.bring_in, spacing_px=6)
        place.setStretch(0, 1)
        place.setContentsMargins(scaled_px(20), 0, 0, scaled_px(4))
        self._place_part.setLayout(place)
        self._place_part.setVisible(False)
        whole = column(spacing_px=2)
        whole.addLayout(line)
        whole.addWidget(self._place_part)
        whole.addWidget(self._problem_part)
        self.setLayout(whole)

    def _tie(self) -> None:
        self.is_on.toggled.connect(self.switched)
        self.slider.valueChanged.connect(self._follow_slider)
        self.figure.valueChanged.connect(self._follow_figure)
        self.remove_it.clicked.connect(self.removed)
        self.use_base.clicked.connect(self.base_wanted)
        self.bring_in.clicked.connect(self.library_wanted)
        self._reset.triggered.connect(lambda: self.figure.setValue(self._favourite))
        self._up.triggered.connect(lambda: self.moved.emit(-1))
        self._down.triggered.connect(lambda: self.moved.emit(1))
        self._show_card.triggered.connect(self.shown)

    def _show_strength(self, strength: float) -> None:
        self.slider.blockSignals(True)
        self.slider.setValue(round(strength * _PER_ONE))
        self.slider.blockSignals(False)
        self.figure.set_silently(strength)

    def _follow_slider(self, value: int) -> None:
        self.figure.set_silently(value / _PER_ONE)
        self.strength_changed.emit(value / _PER_ONE)

    def _follow_figure(self, strength: float) -> None:
        self.slider.blockSignals(True)
        self.slider.setValue(round(strength * _PER_ONE))
        self.slider.blockSignals(False)
        self.strength_changed.emit(round(strength, 2))
