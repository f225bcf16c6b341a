"""How far an export is: the step under way, a bar, the time left, a card for each step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from prismdesk.ui.export.words import duration_words
from prismdesk.ui.icons import IconName, icon_pixmap
from prismdesk.ui.labels import icon_label, label
from prismdesk.ui.theme import scaled_px
from prismdesk.ui.widgets.share_bar import ShareBar

if TYPE_CHECKING:
    from prismdesk.session.delivery import DeliveryStep
    from prismdesk.ui.export.runs import ExportRun
    from prismdesk.ui.theme import Theme

_BAR_STEPS = 1000


class ProgressPanel(QWidget):
    """Shows one export under way."""

    def __init__(self, run: ExportRun, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self.title = label("", size_px=15, bold=True)
        self._step = label("", kind="dim")
        self.figures = label("", bold=True)
        self.bar = ShareBar("Export")
        self.bar.setRange(0, _BAR_STEPS)
        # The words change often: with their room kept, nothing beside them moves.
        _keep_room(self.title, *(step.name for step in run.steps))
        _keep_room(self.figures, "100 %   59 min 59 s left")
        self.figures.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._cards = [_StepCard(step, theme) for step in run.steps]
        head = QHBoxLayout()
        head.setSpacing(scaled_px(8))
        head.addWidget(self.title)
        head.addWidget(self._step)
        head.addStretch(1)
        head.addWidget(self.figures)
        cards = QHBoxLayout()
        cards.setSpacing(scaled_px(12))
        for card in self._cards:
            cards.addWidget(card, 1)
        words = label(
            "You can go on working: what is edited now is not in this export. "
            "It is written under a working name and renamed at the end.",
            kind="dim",
            wraps=True,
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(scaled_px(12))
        column.addLayout(head)
        column.addWidget(self.bar)
        column.addLayout(cards)
        column.addWidget(words)
        run.progressed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show how far it is now."""
        run = self._run
        now = run.step_now()
        self.title.setText(run.steps[now].name)
        self._step.setText(f"step {now + 1} of {len(run.steps)}")
        left = "" if run.seconds_left is None else f"   {duration_words(run.seconds_left)} left"
        self.figures.setText(f"{run.fraction * 100:.0f} %{left}")
        self.bar.setValue(round(run.fraction * _BAR_STEPS))
        for index, card in enumerate(self._cards):
            card.show_share(run.share_of(card.step), is_now=index == now)


def _keep_room(one: QLabel, *words: str) -> None:
    metrics = QFontMetrics(one.font())
    one.setMinimumWidth(max(metrics.horizontalAdvance(some) for some in words) + 2)


class _StepCard(QFrame):
    def __init__(self, step: DeliveryStep, theme: Theme) -> None:
        super().__init__()
        self.step = step
        self._theme = theme
        self._icon = icon_label(IconName.CIRCLE, theme.faint)
        self._words = label("", size_px=11, kind="dim")
        self.setObjectName("stepCard")
        head = QHBoxLayout()
        head.setSpacing(scaled_px(8))
        head.addWidget(self._icon)
        head.addWidget(label(step.name, size_px=13, bold=True, wraps=True), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[scaled_px(10)] * 4)
        column.addLayout(head)
        column.addWidget(self._words)

    def show_share(self, share: float, *, is_now: bool) -> None:
        """Show how much of the step is done."""
        theme = self._theme
        if share >= 1.0:
            name, colour, words = IconName.CHECK_CIRCLE, theme.good, "done"
        elif is_now:
            name, colour, words = IconName.SPINNER, theme.accent, f"{share * 100:.0f} %"
        else:
            name, colour, words = IconName.CIRCLE, theme.faint, "waits"
        self._icon.setPixmap(icon_pixmap(name, colour, pixel_ratio=2))
        self._words.setText(words)
        self.setAccessibleName(f"{self.step.name}: {words}")
        outline = theme.accent if is_now else theme.line
        fill = theme.raised
        self.setStyleSheet(
            f"#stepCard {{ background: {fill}; border: 1px solid {outline}; border-radius: 4px; }}"
        )
