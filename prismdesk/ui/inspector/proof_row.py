"""What stands for a region: its null test and its seams, as badges that lead to the figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from prismdesk.ui.icons import IconName, icon
from prismdesk.ui.takes.seam_words import badge_words, verdict_tip
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import column
from prismdesk.ui.widgets.flow_layout import FlowLayout
from prismdesk.ui.widgets.labels import section_label
from prismdesk.ui.widgets.own_style import set_own_style

if TYPE_CHECKING:
    from prismdesk.project.ids import RegionId
    from prismdesk.ui.takes.audition import Audition
    from prismdesk.ui.takes.seam_watch import SeamWatch
    from prismdesk.ui.theme import Theme
    from prismdesk.ui.turns import Turns


class Badge(QPushButton):
    """A pill that can be pressed: a state in words and icon, and where its figures are.

    Args:
        theme: the colours.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setObjectName("badge")
        self.setFont(ui_font(11))
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def show_state(self, text: str, icon_name: IconName, kind: str, tip: str) -> None:
        """Show another state; ``kind`` is "", "good", "warning" or "error"."""
        theme = self._theme
        colours = {"good": theme.good, "warning": theme.warning, "error": theme.error}
        colour, outline = colours.get(kind, theme.text), colours.get(kind, theme.line_strong)
        self.setText(text)
        self.setIcon(icon(icon_name, theme, colour=colour))
        self.setIconSize(QSize(scaled_px(14), scaled_px(14)))
        radius = self.fontMetrics().height() // 2 + 3
        set_own_style(
            self,
            f"#badge {{ color: {colour}; background: transparent; border: 1px solid {outline};"
            f" border-radius: {radius}px; padding: 2px {scaled_px(8)}px; min-height: 0; }}"
            f"#badge:hover {{ background: {theme.hover}; }}",
        )
        self.setToolTip(tip)
        self.setAccessibleName(text)
        self.setAccessibleDescription(tip)


class ProofRow(QWidget):
    """The badges of the selected region; none while no take is heard in it.

    ``null_test_wanted`` and ``seams_wanted`` follow when a badge is pressed.

    Args:
        audition: its region is shown.
        watch: what was measured of the seams.
        theme: the colours.
        turns: in which it is refreshed after others.
    """

    null_test_wanted = Signal()
    seams_wanted = Signal()

    def __init__(self, audition: Audition, watch: SeamWatch, theme: Theme, turns: Turns) -> None:
        super().__init__()
        self._audition = audition
        self._watch = watch
        self._turns = turns
        self._passed: dict[RegionId, bool] = {}
        self.null_test, self.seams = Badge(theme), Badge(theme)
        self.null_test.clicked.connect(lambda: self.null_test_wanted.emit())
        self.seams.clicked.connect(lambda: self.seams_wanted.emit())
        layout = column(section_label("Proof"), spacing_px=6)
        badges = FlowLayout()
        badges.addWidget(self.null_test)
        badges.addWidget(self.seams)
        layout.addLayout(badges)
        self.setLayout(layout)
        watch.measured.connect(self._refresh_soon)
        audition.changed.connect(self._refresh_soon)
        self.refresh()

    def set_passed(self, region_id: RegionId, *, passed: bool | None) -> None:
        """Take note of what a region's last null test found; None if it speaks of it no more."""
        self._passed.pop(region_id, None)
        if passed is not None:
            self._passed[region_id] = passed
        self.refresh()

    def refresh(self) -> None:
        """Show what is known now."""
        region = self._audition.region
        self.setVisible(region is not None and bool(region.comp))
        passed = None if region is None else self._passed.get(region.id)
        if passed is None:
            self.null_test.show_state(
                "Null test",
                IconName.SHIELD_CHECK,
                "",
                "Show that nothing changed outside the region; not tested since its last change.",
            )
        elif passed:
            self.null_test.show_state(
                "Identical outside", IconName.SHIELD_CHECK, "good", "Show the figures."
            )
        else:
            self.null_test.show_state(
                "Differs outside", IconName.WARNING, "error", "Show the figures."
            )
        self._show_seams()

    def _refresh_soon(self) -> None:
        self._turns.add(self.refresh, self)

    def _show_seams(self) -> None:
        report = self._watch.report()
        if report is None or report.seams is None:
            words = self._watch.failure or "The seams are being measured."
            self.seams.show_state("Seams …", IconName.ACTIVITY, "", words)
            return
        seams = report.seams
        kind = "" if seams.is_within else "warning"
        name = IconName.ACTIVITY if seams.is_within else IconName.WARNING
        self.seams.show_state(badge_words(seams), name, kind, verdict_tip(seams))
