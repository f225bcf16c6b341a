"""The head of the inspector: which region, where it lies, how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QActionGroup, QIcon
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QToolButton, QWidget

from prismdesk.project.edits import rename_region, set_region_status
from prismdesk.project.lookup import track_of
from prismdesk.project.model import RegionStatus, Task
from prismdesk.ui.icons import IconName, icon, icon_pixmap
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import column, make_title_field, row, show_icon
from prismdesk.ui.widgets.buttons import icon_button
from prismdesk.ui.widgets.labels import ElidedLabel, caption
from prismdesk.ui.widgets.own_style import set_own_style

if TYPE_CHECKING:
    from prismdesk.project.model import Region
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.pending_edits import PendingEdits
    from prismdesk.ui.timeline.job_look import JobLook

TASK_ICONS = {
    Task.GENERATE: IconName.GENERATE,
    Task.INPAINT: IconName.INPAINT,
    Task.CONTINUE: IconName.CONTINUE,
}
STATUS_LOOKS = {
    RegionStatus.OPEN: (IconName.CIRCLE_DASHED, "Open"),
    RegionStatus.QUEUED: (IconName.CLOCK, "Queued"),
    RegionStatus.MAKING: (IconName.SPINNER, "Making"),
    RegionStatus.REVIEW: (IconName.EYE, "Review"),
    RegionStatus.DONE: (IconName.CHECK_CIRCLE, "Done"),
}
_STORED = (RegionStatus.OPEN, RegionStatus.REVIEW, RegionStatus.DONE)


class RegionHeader(QWidget):
    """Names the region, sets its status, goes to its neighbours.

    Args:
        document: the project.
        desktop: colours and actions.
        pending: what is being typed.
    """

    def __init__(self, document: Document, desktop: Desktop, pending: PendingEdits) -> None:
        super().__init__()
        self._document = document
        self._desktop = desktop
        self._pending = pending
        self._region: Region | None = None
        theme = desktop.theme
        self._tile = QLabel()
        self._tile.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._tile.setFixedSize(scaled_px(34), scaled_px(34))
        self.name = QLineEdit()
        self.name.setFont(ui_font(15, bold=True))
        self.name.setPlaceholderText("Name this region")
        self.name.setAccessibleName("Name of the region")
        make_title_field(self.name, theme)
        self._where = ElidedLabel()
        self._where.setFont(ui_font(11))
        self._where.setProperty("kind", "dim")
        self.status = QToolButton()
        self.status.setFont(ui_font(11))
        self.status.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.status.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.status.setObjectName("status")
        self._menu = QMenu(self)
        self._statuses = QActionGroup(self)
        self._fill_menu()
        self.status.setMenu(self._menu)
        trigger = desktop.actions.trigger
        self.previous = icon_button(
            IconName.CARET_LEFT, theme, "Region before", lambda: trigger("region.previous")
        )
        self.next = icon_button(
            IconName.CARET_RIGHT, theme, "Next region", lambda: trigger("region.next")
        )
        self._count = caption("", kind="dim")
        words = column(spacing_px=0)
        words.addWidget(self.name)
        words.addWidget(self._where)
        layout = row(self._tile, spacing_px=10)
        layout.addLayout(words, 1)
        for part in (self.status, self.previous, self._count, self.next):
            layout.addWidget(part)
        layout.setContentsMargins(scaled_px(14), 8, scaled_px(14), 8)
        self.setLayout(layout)
        self.name.textEdited.connect(self._type_name)
        self.name.editingFinished.connect(pending.flush)
        self.name.returnPressed.connect(self.name.clearFocus)

    @property
    def region_id(self) -> str | None:
        """The region that is shown."""
        return self._region.id if self._region else None

    def show_region(self, region: Region, look: JobLook | None) -> None:
        """Show a region, and what its job says of it."""
        self._region = region
        if not self._pending.has("name"):
            self.name.setText(region.name)
            self.name.setCursorPosition(0)
        self._show_tile(region)
        self._show_where(region)
        self._show_status(region, look)
        regions = sorted(self._document.project.regions, key=lambda one: one.range)
        place = [one.id for one in regions].index(region.id) + 1
        self._count.setText(f"{place} of {len(regions)}")
        for button in (self.previous, self.next):
            button.setEnabled(len(regions) > 1)

    def _show_tile(self, region: Region) -> None:
        colours = self._desktop.theme.task(region.task)
        ratio = self.devicePixelRatioF()
        name = TASK_ICONS[region.task]
        self._tile.setPixmap(icon_pixmap(name, colours.wave, size_px=20, pixel_ratio=ratio))
        set_own_style(
            self._tile,
            f"background: {colours.body}; border: 1px solid {colours.wave}; border-radius: 4px;",
        )
        self._tile.setAccessibleName(f"Task: {region.task}")

    def _show_where(self, region: Region) -> None:
        times, span = self._document.times, region.range
        track = track_of(self._document.project, region.track_id)
        self._where.setText(
            f"{track.name} · {times.timecode(span.start_samples)} to "
            f"{times.timecode(span.end_samples)} · {times.length_words(span.length_samples)}"
        )

    def _show_status(self, region: Region, look: JobLook | None) -> None:
        status = look.status if look is not None else region.status
        name, words = STATUS_LOOKS[status]
        if look is not None and look.has_failed:
            name, words = IconName.WARNING, look.words
        theme = self._desktop.theme
        show_icon(self.status, name, f"Status: {words}", theme)
        # A name for readers; beside the icon stand the words alone.
        self.status.setText(words)
        radius = self.status.fontMetrics().height() // 2 + 4
        set_own_style(
            self.status,
            f"#status {{ border-radius: {radius}px; padding: 2px 10px; min-height: 0; }}",
        )
        for action in self._statuses.actions():
            action.setChecked(action.data() == region.status)

    def _fill_menu(self) -> None:
        self._menu.setFont(ui_font(12))
        for status in _STORED:
            name, words = STATUS_LOOKS[status]
            action = self._menu.addAction(QIcon(icon(name, self._desktop.theme)), words)
            action.setCheckable(True)
            action.setData(status)
            self._statuses.addAction(action)
            action.triggered.connect(lambda _=False, status=status: self._set_status(status))

    def _set_status(self, status: RegionStatus) -> None:
        if self._region is not None:
            region_id = self._region.id
            self._document.apply(
                f"Status {status}", lambda p: set_region_status(p, region_id, status)
            )

    def _type_name(self, words: str) -> None:
        if self._region is not None:
            region_id = self._region.id
            self._pending.put(
                "name",
                lambda: self._document.apply(
                    "Rename region", lambda p: rename_region(p, region_id, words.strip())
                ),
            )

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Be as high as two lines."""
        return QSize(scaled_px(400), super().sizeHint().height())
