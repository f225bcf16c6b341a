"""The line over the cards that says how many models the open project refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel

from prismdesk.session.model_words import plural
from prismdesk.ui.icons import IconName, icon_pixmap
from prismdesk.ui.theme import scaled_px
from prismdesk.ui.widgets.arranging import row, wrapped_label
from prismdesk.ui.widgets.buttons import plain_button

if TYPE_CHECKING:
    from prismdesk.project.model import ProjectUse
    from prismdesk.ui.theme import Theme


class RefusalBanner(QFrame):
    """Shown while any model is refused; ``next_region_wanted`` goes to a region that holds one.

    Args:
        theme: colours.
    """

    next_region_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("refusalBanner")
        self.setStyleSheet(
            f"#refusalBanner {{ background: {theme.warning_fill}; "
            f"border: 1px solid {theme.warning}; border-radius: 4px; }}"
        )
        mark = QLabel()
        ratio = self.devicePixelRatioF()
        mark.setPixmap(icon_pixmap(IconName.SCALES, theme.warning, size_px=16, pixel_ratio=ratio))
        self.words = wrapped_label()
        self.show_regions = plain_button("Show the regions", theme)
        self.show_regions.clicked.connect(self.next_region_wanted)
        line = row(mark, self.words, self.show_regions, spacing_px=8)
        line.setContentsMargins(scaled_px(10), 6, scaled_px(10), 6)
        line.setStretch(1, 1)
        line.setAlignment(mark, Qt.AlignmentFlag.AlignTop)
        self.setLayout(line)
        self.setVisible(False)

    def show_refusals(self, refused: int, models: int, regions: int, use: ProjectUse) -> None:
        """Show how many models are refused, and how many regions still hold their takes."""
        self.setVisible(bool(refused))
        verb = "is" if refused == 1 else "are"
        words = (
            f"{refused} of {plural(models, 'model')} {verb} refused in this {use.value} project. "
            "Their weights forbid it, or nothing is stated."
        )
        if regions:
            holds = "holds" if regions == 1 else "hold"
            words += (
                f" {plural(regions, 'region')} still {holds} takes made with them: export will "
                "stop at those."
            )
        self.words.setText(words)
        self.show_regions.setVisible(bool(regions))
        self.show_regions.setText(
            "Show the region" if regions == 1 else f"Show the {regions} regions"
        )
