"""The row of tools below the opened takes: A and B, level-match, loop, comp."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from prismdesk.ui.icons import IconName, icon
from prismdesk.ui.takes.heard import Hear
from prismdesk.ui.takes.levels import signed
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.turns import WhenSeen
from prismdesk.ui.widgets.arranging import key_words, rule
from prismdesk.ui.widgets.buttons import main_button, quiet_button
from prismdesk.ui.widgets.fields import FigureField
from prismdesk.ui.widgets.labels import ElidedLabel, caption
from prismdesk.ui.widgets.segmented import SegmentedControl

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from prismdesk.ui.context import Desktop
    from prismdesk.ui.takes.audition import Audition

HEIGHT_PX = 36
_LONGEST_ROLL_SECONDS = 30.0


class TakesTools(QWidget):
    """One row, as high as its text asks for; ``closed`` follows "Close takes".

    Args:
        audition: what is heard.
        desktop: colours, keys, the roll to begin with.
    """

    closed = Signal()

    def __init__(self, audition: Audition, desktop: Desktop) -> None:
        super().__init__()
        self._audition = audition
        self._desktop = desktop
        theme = desktop.theme
        self.setAccessibleName("Tools for takes")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.ab = SegmentedControl("Heard", (("A", "A", None), ("B", "B", None)), theme)
        self.ab.chosen.connect(self._hear)
        self.level_match = self._toggle("Level-match", None)
        self.level_match.toggled.connect(audition.set_level_matched)
        self._gain = caption("", kind="dim")
        self.choose = main_button("Choose B", theme, icon_name=IconName.CHECK)
        self.choose.clicked.connect(lambda: audition.choose_heard())
        self.loop = self._toggle("Loop", IconName.LOOP)
        self.before = self._roll("Seconds before the region", "pre_roll_seconds")
        self.after = self._roll("Seconds after the region", "post_roll_seconds")
        self.loop.toggled.connect(self._set_loop)
        self.comp = self._toggle("Comp by swipe", IconName.SCISSORS)
        self.comp.setToolTip("Drag over the takes to put one together from parts of them.")
        self.comp.toggled.connect(audition.set_comping)
        self.close_takes = quiet_button("Close takes", theme, icon_name=IconName.CARET_UP)
        self.close_takes.clicked.connect(lambda: self.closed.emit())
        self._keys = ElidedLabel()
        self._keys.setFont(ui_font(11))
        self._keys.setProperty("kind", "faint")
        self._lay_out()
        self._seen = WhenSeen(self, self.refresh, desktop.turns)
        audition.changed.connect(self._seen.want)
        self.refresh()

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Be 36 px high, more with larger text."""
        hint = super().sizeHint()
        return QSize(hint.width(), max(scaled_px(HEIGHT_PX), hint.height()))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Leave the keys out where there is no room for them."""
        layout = self.layout()
        needed = layout.sizeHint().width() if layout is not None else 0
        if self._keys.isHidden():
            needed += self._keys.sizeHint().width()
        self._keys.setVisible(needed <= event.size().width())

    def refresh(self) -> None:
        """Show what is heard and how loud it is made."""
        audition = self._audition
        region, chosen, other = audition.region, audition.chosen, audition.b_take
        self.setEnabled(region is not None and bool(region.takes))
        if audition.heard is Hear.NO_TAKE:
            b_words = "None"
        elif audition.is_b_heard and audition.current is not None:
            b_words = audition.current.name
        else:
            b_words = other.name if other else "–"
        a_words = chosen.name if chosen else ("Comp" if region and region.comp else "None")
        self.ab.button("A").setText(f"A  {a_words}")
        self.ab.button("B").setText(f"B  {b_words}")
        self.ab.button("B").setEnabled(other is not None or audition.is_b_heard)
        bold = QFontMetrics(ui_font(12, bold=True))
        for button in (self.ab.button("A"), self.ab.button("B")):
            # Bold when it is chosen: the width is the same for both.
            button.setMinimumWidth(bold.horizontalAdvance(button.text()) + scaled_px(24))
        self.ab.set_value("B" if audition.is_b_heard else "A")
        self.choose.setVisible(audition.is_b_heard)
        self.choose.setText(f"Choose {b_words}")
        for button, is_on in (
            (self.level_match, audition.is_level_matched),
            (self.loop, audition.loop_roll_seconds is not None),
            (self.comp, audition.is_comping),
        ):
            button.blockSignals(True)
            button.setChecked(is_on)
            button.blockSignals(False)
        self._show_gain()
        actions = self._desktop.actions
        following, before = (
            key_words(actions.action(one)) for one in ("takes.next", "takes.previous")
        )
        self._keys.setText(f"Next take {following} · Previous {before}")

    def _show_gain(self) -> None:
        audition = self._audition
        other = audition.current if audition.is_b_heard else audition.b_take
        self._gain.setVisible(audition.is_level_matched)
        if audition.levels is None:
            self._gain.setText("Measuring…")
        elif other is not None:
            self._gain.setText(f"B {signed(audition.gain_db(other.id))} dB")

    def _toggle(self, words: str, name: IconName | None) -> QPushButton:
        made = QPushButton(words)
        made.setCheckable(True)
        made.setAutoDefault(False)
        made.setFont(ui_font(12))
        if name is not None:
            made.setIcon(icon(name, self._desktop.theme))
            made.setIconSize(QSize(scaled_px(16), scaled_px(16)))
        return made

    def _roll(self, name: str, preference: str) -> FigureField:
        made = FigureField(
            name, least=0, most=_LONGEST_ROLL_SECONDS, step=0.5, decimals=1, unit="s"
        )
        made.setValue(getattr(self._desktop.preferences.now, preference))
        made.valueChanged.connect(lambda _: self._set_loop(self.loop.isChecked()))
        return made

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(scaled_px(10), 4, scaled_px(10), 4)
        layout.setSpacing(8)
        for part in (
            self.close_takes,
            rule(is_vertical=True),
            self.ab,
            self.choose,
            self.level_match,
            self._gain,
            rule(is_vertical=True),
            self.loop,
            caption("before", kind="dim"),
            self.before,
            caption("after", kind="dim"),
            self.after,
            rule(is_vertical=True),
            self.comp,
        ):
            layout.addWidget(part)
        layout.addWidget(self._keys, 1)

    def _hear(self, which: object) -> None:
        if (which == "B") != self._audition.is_b_heard:
            self._audition.toggle_ab()
        self.refresh()

    def _set_loop(self, is_on: bool) -> None:
        roll = (self.before.value(), self.after.value())
        self._audition.loop(roll if is_on else None)
