"""The card of the engine that is part of the program and needs no weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel

from prismdesk.session.model_words import MENDING
from prismdesk.ui.icons import IconName, icon_pixmap
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import column, row, wrapped_label
from prismdesk.ui.widgets.buttons import plain_button
from prismdesk.ui.widgets.labels import ElidedLabel, Pill

if TYPE_CHECKING:
    from prismdesk.engines.capabilities import Capabilities
    from prismdesk.ui.theme import Theme

PURPOSE = MENDING


class AmbienceCard(QFrame):
    """Shows Ambience beside the models; ``use_wanted`` gives it to the selected region.

    Args:
        engine: what it offers.
        theme: colours.
    """

    use_wanted = Signal()

    def __init__(self, engine: Capabilities, theme: Theme) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.engine = engine
        name = ElidedLabel(engine.name)
        name.setFont(ui_font(13, bold=True))
        self.state = Pill("Ready", theme, icon_name=IconName.CHECK_CIRCLE, kind="good")
        mark = QLabel()
        ratio = self.devicePixelRatioF()
        mark.setPixmap(
            icon_pixmap(IconName.CHECK_CIRCLE, theme.good, size_px=16, pixel_ratio=ratio)
        )
        terms = row(mark, wrapped_label("Part of PrismDesk. Any use."), spacing_px=6)
        terms.setAlignment(mark, Qt.AlignmentFlag.AlignTop)
        terms.setStretch(1, 1)
        self.use = plain_button("Use for selected region", theme)
        self.use.setAccessibleName(f"Use for selected region ({engine.name})")
        self.use.clicked.connect(self.use_wanted)
        amount = ElidedLabel("Nothing to get")
        amount.setFont(ui_font(11))
        amount.setProperty("kind", "dim")
        foot = row(amount, self.use, spacing_px=4)
        foot.setStretch(0, 1)
        head = row(name, self.state)
        head.setStretch(0, 1)
        whole = column(spacing_px=4)
        margin = scaled_px(12)
        whole.setContentsMargins(margin, 10, margin, 10)
        whole.addLayout(head)
        whole.addWidget(
            wrapped_label("The project's own rate and channels · any length", kind="faint")
        )
        whole.addWidget(wrapped_label(engine.summary, kind="dim"))
        whole.addSpacing(2)
        whole.addLayout(terms)
        whole.addSpacing(2)
        whole.addWidget(wrapped_label("Runs on the processor and takes no GPU memory.", kind="dim"))
        whole.addStretch()
        whole.addLayout(foot)
        self.setLayout(whole)
        self.setAccessibleName(f"{engine.name}: Ready, nothing to get")

    def matches(self, words: str) -> bool:
        """Whether it is what somebody looks for."""
        text = f"{self.engine.name} {self.engine.summary}".casefold()
        return all(word in text for word in words.casefold().split())

    def show_region(self, why_not: str) -> None:
        """Show why the selected region can't be made with it ("" if it can)."""
        self.use.setEnabled(not why_not)
        self.use.setToolTip(why_not or "Have the selected region made with it.")
        self.use.setAccessibleDescription(why_not)
