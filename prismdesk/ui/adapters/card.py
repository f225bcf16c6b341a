"""The card of one preset: what it sounds like, whether it fits, how strongly it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QSlider, QWidget

from prismdesk.ui.adapters.card_words import (
    alphas_offered,
    facts_line,
    origin_line,
    spoken,
    state_of_card,
    use_line,
)
from prismdesk.ui.adapters.example_wave import ExampleWave
from prismdesk.ui.icons import IconName, icon_pixmap
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import column, row, set_kind, show_icon, wrapped_label
from prismdesk.ui.widgets.buttons import KeyButton, icon_button
from prismdesk.ui.widgets.labels import ElidedLabel

if TYPE_CHECKING:
    from prismdesk.adapters.card import Preset
    from prismdesk.ui.adapters.card_words import CardState
    from prismdesk.ui.adapters.listing import Entry
    from prismdesk.ui.context import Desktop

HEIGHT_PX = 222
_WAVE_PX = 54
_PER_ONE = 100
_LEAST, _MOST = -100, 200
_STEP, _PAGE = 5, 25
_WRITE_AFTER_MS = 500


class PresetCard(QFrame):
    """Shows an entry of the library; each wish of the user is a signal.

    The card itself takes the keyboard: Enter uses it, Space plays it, the arrows go to others.

    ``menu_wanted`` carries where the menu is to open, in the card's own terms.

    Args:
        desktop: colours and long work.
    """

    play_wanted = Signal()
    star_wanted = Signal()
    use_wanted = Signal()
    menu_wanted = Signal(object)
    picked = Signal()
    moved = Signal(int, int)
    strength_chosen = Signal(float)
    alpha_chosen = Signal(object)
    base_wanted = Signal()

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._theme = theme = desktop.theme
        self._entry: Entry | None = None
        self._state: CardState | None = None
        self._is_picked = False
        self.setProperty("kind", "card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.installEventFilter(self)
        self.play = icon_button(IconName.PLAY, theme, "Play the example", self.play_wanted.emit)
        self.wave = ExampleWave(desktop, height_px=_WAVE_PX - 12)
        self.no_example = QLabel("No example")
        self.name = ElidedLabel()
        self.name.setFont(ui_font(13, bold=True))
        self.star = icon_button(IconName.STAR, theme, "Star", self.star_wanted.emit)
        self._mark = QLabel()
        self.state = ElidedLabel()
        self.chip = ElidedLabel()
        self.facts = QLabel()
        self.origin = ElidedLabel()
        self.detail = wrapped_label(kind="dim")
        self.detail.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.strength = QSlider(Qt.Orientation.Horizontal)
        self.figure = QLabel()
        self.used = ElidedLabel()
        self.alphas = tuple(self._small_button("") for _ in range(2))
        self.other_alpha = self._small_button("Other…")
        self.choose_base = self._small_button("Choose…")
        self.more = icon_button(IconName.DOTS, theme, "More", self._want_menu)
        self._writing = QTimer(self)
        self._writing.setSingleShot(True)
        self._writing.setInterval(_WRITE_AFTER_MS)
        self._writing.timeout.connect(self._choose_strength)
        self._style_parts()
        self._lay_out()
        self._tie()

    @property
    def entry(self) -> Entry | None:
        """What it shows."""
        return self._entry

    @property
    def preset(self) -> Preset | None:
        """The preset that it shows."""
        return None if self._entry is None else self._entry.preset

    @property
    def tab_chain(self) -> tuple[QWidget, ...]:
        """The card and its controls, in the order in which Tab goes through them."""
        asked = (*self.alphas, self.other_alpha, self.choose_base)
        return (self, self.play, self.star, self.strength, *asked, self.more)

    @property
    def card_state(self) -> CardState | None:
        """How that stands."""
        return self._state

    def show_entry(self, entry: Entry, model_name: str) -> None:
        """Show a preset, held against the selected region's model."""
        self.write_now()
        self._entry, preset = entry, entry.preset
        self._state = state = state_of_card(entry, model_name)
        self.name.setText(preset.name)
        self._show_star(preset.is_favourite)
        self._show_state(state)
        self.chip.setText(", ".join(preset.trigger_words))
        self.chip.setVisible(bool(preset.trigger_words))
        self.facts.setText(facts_line(preset))
        self.origin.setText(origin_line(preset))
        for part in (self.facts, self.origin):
            part.setVisible(preset.facts is not None)
        self.used.setText(use_line(entry))
        self.wave.show_file(preset.example)
        has_example = preset.example is not None
        self.play.setEnabled(has_example)
        self.wave.setVisible(has_example)
        self.no_example.setVisible(not has_example)
        self._show_strength(preset.strength)
        self.setAccessibleName(spoken(entry, state))
        self.setToolTip(preset.description or "")

    def show_picked(self, is_picked: bool) -> None:
        """Show whether it is the one that is meant."""
        if is_picked != self._is_picked:
            self._is_picked = is_picked
            self.update()

    def show_heard(self, is_heard: bool, fraction: float | None = None) -> None:
        """Show whether its example is played, and how far it is."""
        name = IconName.STOP if is_heard else IconName.PLAY
        words = "Stop" if is_heard else "Play the example"
        if not self.play.isEnabled():
            words = "It has no listening example: put a WAV of the same name beside its file."
        if self.play.toolTip() != words:
            show_icon(self.play, name, words, self._theme)
        self.wave.show_played(fraction if is_heard else None)

    def write_now(self) -> None:
        """Tell the strength that was set a moment ago."""
        if self._writing.isActive():
            self._writing.stop()
            self._choose_strength()

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Be as high as all others."""
        return QSize(scaled_px(240), scaled_px(HEIGHT_PX))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Outline the card that is meant, and ring the one with the keyboard."""
        super().paintEvent(event)
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(1, 1, self.width() - 2, self._head.height(), QColor(theme.lane))
        if not (self._is_picked or self.hasFocus()):
            return
        width = theme.focus_ring_px if self.hasFocus() else 1
        painter.setPen(QPen(QColor(theme.accent), width))
        inset = (width + 1) // 2
        painter.drawRoundedRect(self.rect().adjusted(inset, inset, -inset, -inset), 4, 4)

    def mousePressEvent(self, event: object) -> None:  # noqa: N802  (Qt's name)
        """Be the one that is meant."""
        self.picked.emit()

    def mouseDoubleClickEvent(self, event: object) -> None:  # noqa: N802  (Qt's name)
        """Be used."""
        self.use_wanted.emit()

    def contextMenuEvent(self, event: object) -> None:  # noqa: N802  (Qt's name)
        """Open the menu."""
        self._want_menu()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Do what the key says; the arrows go to other cards."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.use_wanted.emit()
        elif key == Qt.Key.Key_Space:
            if self.play.isEnabled():
                self.play_wanted.emit()
        elif key == Qt.Key.Key_Menu:
            self._want_menu()
        elif key in _MOVES:
            self.moved.emit(*_MOVES[key])
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's name)
        """Keep the card's own keys from the actions that have them elsewhere."""
        if (
            watched is self
            and event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            and (event.key() in _MOVES or event.key() in _OWN_KEYS)
        ):
            event.accept()
            return True
        return False

    def _want_menu(self) -> None:
        self.menu_wanted.emit(self.more.mapTo(self, self.more.rect().bottomLeft()))

    def _small_button(self, text: str) -> QPushButton:
        return KeyButton(text, self._theme, kind="small")

    def _style_parts(self) -> None:
        for label in (self.no_example, self.origin, self.used, self.facts):
            label.setFont(ui_font(11))
            label.setProperty("kind", "faint")
        self.detail.setFont(ui_font(11))
        self.play.setProperty("kind", "round")
        self.chip.setFont(ui_font(11))
        self.chip.setProperty("kind", "chip")
        self.chip.setContentsMargins(scaled_px(5), 0, scaled_px(5), 0)
        self.chip.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.strength.setRange(_LEAST, _MOST)
        self.strength.setSingleStep(_STEP)
        self.strength.setPageStep(_PAGE)
        self.strength.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.strength.setAccessibleName("Favourite strength")
        self.strength.setToolTip("At which strength regions get it at first, −1 to 2")
        self.figure.setFont(ui_font(12))
        self.figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def _lay_out(self) -> None:
        self._head = QWidget()
        head = row(self.play, self.wave, self.no_example, spacing_px=6)
        head.setStretch(1, 1)
        head.setStretch(2, 1)
        head.setContentsMargins(scaled_px(10), scaled_px(6), scaled_px(10), scaled_px(6))
        self._head.setLayout(head)
        self._head.setFixedHeight(scaled_px(_WAVE_PX))
        title = row(self.name, self.star, spacing_px=4)
        title.setStretch(0, 1)
        state = row(self._mark, self.state, spacing_px=5)
        state.setStretch(1, 1)
        known = row(self.chip, self.facts, None, spacing_px=6)
        self._strength_row = QWidget()
        words = QLabel("Strength")
        words.setFont(ui_font(11))
        words.setProperty("kind", "dim")
        slider = row(words, self.strength, self.figure, spacing_px=6)
        slider.setStretch(1, 1)
        self._strength_row.setLayout(slider)
        foot = row(self.used, *self.alphas, self.other_alpha, self.choose_base, self.more)
        foot.setSpacing(4)
        foot.setStretch(0, 1)
        body = column(spacing_px=4)
        margin = scaled_px(12)
        body.setContentsMargins(margin, scaled_px(6), scaled_px(8), scaled_px(6))
        for line in (title, state, known):
            body.addLayout(line)
        body.addWidget(self.origin)
        body.addStretch(1)
        body.addWidget(self.detail)
        body.addWidget(self._strength_row)
        body.addLayout(foot)
        whole = column(self._head, spacing_px=0)
        whole.setContentsMargins(1, 1, 1, 1)
        whole.addLayout(body, 1)
        self.setLayout(whole)

    def _tie(self) -> None:
        self.strength.valueChanged.connect(self._follow_slider)
        self.strength.sliderReleased.connect(self.write_now)
        for number, button in enumerate(self.alphas):
            button.clicked.connect(self._offered(number))
        self.other_alpha.clicked.connect(lambda: self.alpha_chosen.emit(None))
        self.choose_base.clicked.connect(self.base_wanted)

    def _offered(self, number: int) -> object:
        def choose() -> None:
            if self.preset is not None:
                self.alpha_chosen.emit(float(alphas_offered(self.preset)[number]))

        return choose

    def _show_star(self, is_favourite: bool) -> None:
        name = IconName.STAR_FILL if is_favourite else IconName.STAR
        colour = self._theme.warning if is_favourite else None
        words = "Take the star away" if is_favourite else "Star"
        show_icon(self.star, name, words, self._theme, colour=colour)

    def _show_state(self, state: CardState) -> None:
        theme = self._theme
        colours = {"good": theme.good, "warning": theme.warning, "error": theme.error}
        colour = colours.get(state.kind, theme.dim)
        ratio = self.devicePixelRatioF()
        self._mark.setPixmap(icon_pixmap(state.icon, colour, size_px=14, pixel_ratio=ratio))
        self.state.setText(state.words)
        self.detail.setText(state.detail)
        self.detail.setToolTip(state.detail)
        self.detail.setVisible(bool(state.detail))
        set_kind(self.detail, "dim" if state.can_be_used else "")
        preset = self.preset
        offered = alphas_offered(preset) if preset is not None else (1, 2)
        for button, alpha in zip(self.alphas, offered, strict=True):
            button.setText(str(alpha))
            button.setAccessibleName(f"Alpha {alpha}")
            button.setVisible(state.asks_alpha)
        self.other_alpha.setVisible(state.asks_alpha)
        self.choose_base.setVisible(state.asks_base)
        self._strength_row.setVisible(state.can_be_used and not state.detail)

    def _show_strength(self, strength: float) -> None:
        self.strength.blockSignals(True)
        self.strength.setValue(round(strength * _PER_ONE))
        self.strength.blockSignals(False)
        self._show_figure()

    def _show_figure(self) -> None:
        words = f"{self.strength.value() / _PER_ONE:.2f}".replace("-", "−")
        self.figure.setText(words)
        self.strength.setAccessibleDescription(words)
        self.figure.setMinimumWidth(self.figure.fontMetrics().horizontalAdvance("−0.00"))

    def _follow_slider(self, _: int) -> None:
        self._show_figure()
        self._writing.start()

    def _choose_strength(self) -> None:
        self._writing.stop()
        strength = self.strength.value() / _PER_ONE
        if self.preset is not None and strength != self.preset.strength:
            self.strength_chosen.emit(strength)


_MOVES = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_OWN_KEYS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Menu})
