"""What stands where a run would be while there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from prismdesk.ui.fonts import scaled_px
from prismdesk.ui.icons import IconName
from prismdesk.ui.widgets.arranging import column, row
from prismdesk.ui.widgets.buttons import plain_button
from prismdesk.ui.widgets.labels import caption, plain_label

if TYPE_CHECKING:
    from prismdesk.ui.theme import Theme


class NothingPage(QWidget):
    """One line of fact, one of what will be here, one button; ``new_wanted`` follows it."""

    new_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        fact = plain_label("Nothing was trained yet.", kind="dim")
        later = caption(
            "Curves, sounds of each checkpoint and the set are shown here while a preset learns.",
            wraps=True,
        )
        for label in (fact, later):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.new = plain_button("Train new…", theme, icon_name=IconName.TRAIN)
        self.new.clicked.connect(self.new_wanted)
        layout = column(spacing_px=scaled_px(8))
        layout.addStretch()
        layout.addWidget(fact)
        layout.addWidget(later)
        layout.addLayout(row(None, self.new, None))
        layout.addStretch()
        layout.setContentsMargins(scaled_px(24), 0, scaled_px(24), 0)
        self.setLayout(layout)
