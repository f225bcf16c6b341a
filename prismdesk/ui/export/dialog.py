"""The export dialog: presets and settings, then the work, then the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QInputDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from prismdesk.ui.export.form import ExportForm
from prismdesk.ui.export.presets import BUILT_IN, ExportPreset, fit_name
from prismdesk.ui.export.progress_panel import ProgressPanel
from prismdesk.ui.export.report_page import ReportPage
from prismdesk.ui.icons import IconName
from prismdesk.ui.labels import icon_label, label
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.times import Times
from prismdesk.ui.two_line_delegate import TwoLineDelegate
from prismdesk.ui.widgets.buttons import main_button, plain_button, quiet_button

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from prismdesk.ui.export.runs import ExportRun
    from prismdesk.ui.export.scope import ExportScope
    from prismdesk.ui.theme import Theme

_SIZE_PX = (1080, 690)


class ExportDialog(QDialog):
    """Asks what to export, shows it being made, and what came of it.

    ``wanted`` sends the ``Delivery`` when the user starts it; whoever starts it calls
    ``show_run``. ``preset_added`` sends an ``ExportPreset`` to be kept.

    Args:
        scope: what can be exported.
        presets: the user's own, shown after those that ship.
        theme: the colours.
    """

    wanted = Signal(object)
    preset_added = Signal(object)
    refused_shown = Signal()
    """The user wants to see what doesn't fit; the dialog closes."""
    replacement_wanted = Signal(object)
    """The ids of regions to be made again with Ambience; the dialog closes."""

    def __init__(
        self,
        scope: ExportScope,
        presets: Sequence[ExportPreset],
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._scope = scope
        self._theme = theme
        self.run: ExportRun | None = None
        self._pages = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)
        self.form = ExportForm(scope, theme)
        self.presets = QListWidget()
        self.export_button = main_button("Export", theme, icon_name=IconName.EXPORT)
        self.save_preset = quiet_button("Save as preset…", theme, icon_name=IconName.PLUS)
        self.why_not = label("", kind="dim", wraps=True)
        self._pages.addWidget(self._settings_page())
        self._fill_presets((*BUILT_IN, *presets))
        self.presets.setMinimumWidth(self.presets.sizeHintForColumn(0) + scaled_px(24))
        self._tie()
        self.presets.setCurrentRow(self._first_possible())
        self.presets.setFocus()
        self._fit()

    def show_run(self, run: ExportRun) -> None:
        """Show an export under way, and its report once it is there."""
        self.run = run
        summary = self.form.summary() if run.delivery == self._delivery_shown() else None
        page = _RunPage(run, summary or _summary_of(run), self._theme)
        page.go_on.clicked.connect(self.reject)
        page.cancel.clicked.connect(run.cancel)
        self._show_page(page)
        page.go_on.setFocus()
        run.ended.connect(self._show_end)
        if run.is_over:
            self._show_end()

    def _delivery_shown(self) -> object:
        return None if self.form.why_not() else self.form.delivery()

    def _settings_page(self) -> QWidget:
        self.presets.setFont(ui_font(12))
        self.presets.setAccessibleName("Presets")
        self.presets.setItemDelegate(TwoLineDelegate(self._theme, self.presets))
        self.presets.setSpacing(2)
        self.presets.setFrameShape(QFrame.Shape.NoFrame)
        side = QVBoxLayout()
        side.setContentsMargins(*[scaled_px(12)] * 4)
        side.addWidget(label("Presets", kind="dim", bold=True))
        side.addWidget(self.presets, 1)
        side.addWidget(self.save_preset)
        area = QScrollArea()
        area.setWidget(self.form)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        self.form.setContentsMargins(0, 0, scaled_px(8), 0)
        cancel = plain_button("Cancel", self._theme)
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.setSpacing(scaled_px(8))
        foot.addWidget(self.why_not, 1)
        foot.addWidget(self.export_button)
        foot.addWidget(cancel)
        main = QVBoxLayout()
        main.setContentsMargins(*[scaled_px(16)] * 4)
        main.setSpacing(scaled_px(12))
        main.addWidget(area, 1)
        main.addLayout(foot)
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(side, 1)
        row.addWidget(_line(self._theme))
        row.addLayout(main, 3)
        return page

    def _fill_presets(self, presets: Sequence[ExportPreset]) -> None:
        for preset in presets:
            item = QListWidgetItem(f"{preset.name}\n{preset.about}")
            item.setData(Qt.ItemDataRole.UserRole, preset)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{preset.name}: {preset.about}")
            reason = self._scope.why_not(preset.kind)
            if reason:
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEnabled)
                item.setToolTip(reason)
                item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, reason)
            self.presets.addItem(item)

    def _first_possible(self) -> int:
        for row in range(self.presets.count()):
            if self.presets.item(row).flags() & Qt.ItemFlag.ItemIsEnabled:
                return row
        return 0

    def _tie(self) -> None:
        self.presets.currentItemChanged.connect(self._take_preset)
        self.presets.itemActivated.connect(lambda _: self._start())
        self.form.changed.connect(self._refresh)
        self.form.show_refused.clicked.connect(self._show_refused)
        self.form.replace_refused.clicked.connect(self._replace_refused)
        self.export_button.setDefault(True)
        self.export_button.clicked.connect(self._start)
        self.save_preset.setAutoDefault(False)
        self.save_preset.clicked.connect(self._ask_preset_name)

    def _take_preset(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.form.take_preset(item.data(Qt.ItemDataRole.UserRole))

    def _refresh(self) -> None:
        reason = self.form.why_not()
        self.export_button.setEnabled(not reason)
        self.export_button.setToolTip(reason)
        self.export_button.setAccessibleDescription(reason)
        self.why_not.setText(reason)

    def _start(self) -> None:
        if not self.form.why_not():
            self.wanted.emit(self.form.delivery())

    def _show_refused(self) -> None:
        self.reject()
        self.refused_shown.emit()

    def _replace_refused(self) -> None:
        regions = self.form.refused_regions()
        self.reject()
        self.replacement_wanted.emit(regions)

    def _ask_preset_name(self) -> None:
        dialog = QInputDialog(self)
        dialog.setWindowTitle("Save as preset")
        dialog.setLabelText("Name of the preset")
        dialog.setTextEchoMode(QLineEdit.EchoMode.Normal)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.textValueSelected.connect(self.add_preset)
        dialog.open()

    def add_preset(self, name: str) -> None:
        """Keep the settings as a preset of the user's own."""
        fit = fit_name(name)
        if fit:
            preset = self.form.as_preset(fit)
            self.preset_added.emit(preset)
            self._fill_presets((preset,))

    def _show_end(self) -> None:
        run = self.run
        if run is None:
            return
        if run.delivered is not None:
            page = _DonePage(run, self._theme)
            page.close_button.clicked.connect(self.reject)
            self._show_page(page)
            page.show_button.setFocus()
            return
        # Cancelled, or it couldn't be made: back to the settings, with the sentence.
        self._pages.setCurrentIndex(0)
        words = "Cancelled. Nothing was written." if run.is_cancelled else run.error
        self._refresh()
        self.why_not.setText(words)
        self.export_button.setFocus()

    def _show_page(self, page: QWidget) -> None:
        while self._pages.count() > 1:
            if (old := self._pages.widget(1)) is not None:
                self._pages.removeWidget(old)
                old.deleteLater()
        self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)

    def _fit(self) -> None:
        wanted = QSize(*(scaled_px(side) for side in _SIZE_PX))
        screen = QGuiApplication.primaryScreen()
        if screen is not None:
            wanted = wanted.boundedTo(screen.availableSize() * 0.95)
        self.resize(wanted)


class _RunPage(QWidget):
    """The settings, which stay as they are, and the progress."""

    def __init__(self, run: ExportRun, summary: list[tuple[str, str]], theme: Theme) -> None:
        super().__init__()
        lock = QHBoxLayout()
        lock.addWidget(icon_label(IconName.LOCK, theme.dim))
        lock.addWidget(label("Settings stay as they are while the export runs.", kind="dim"))
        lock.addStretch(1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(scaled_px(16))
        grid.setVerticalSpacing(scaled_px(10))
        grid.setColumnStretch(1, 1)
        for row, (name, words) in enumerate(summary):
            grid.addWidget(label(name, kind="dim"), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label(words, wraps=True), row, 1)
        self.go_on = main_button("Go on in the background", theme)
        self.cancel = plain_button("Cancel export", theme, icon_name=IconName.CLOSE)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.go_on)
        foot.addWidget(self.cancel)
        inside = QWidget()
        upper = QVBoxLayout(inside)
        upper.addLayout(lock)
        upper.addLayout(grid)
        upper.addStretch(1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[scaled_px(16)] * 4)
        column.setSpacing(scaled_px(12))
        column.addWidget(area, 1)
        column.addWidget(_line(theme, lies=True))
        column.addWidget(ProgressPanel(run, theme))
        column.addLayout(foot)


class _DonePage(QWidget):
    """The report, and what to do with it."""

    def __init__(self, run: ExportRun, theme: Theme) -> None:
        super().__init__()
        assert run.delivered is not None
        delivered = run.delivered
        self.copy_button = quiet_button("Copy report", theme, icon_name=IconName.COPY)
        self.show_button = main_button("Show in folder", theme, icon_name=IconName.FOLDER)
        self.close_button = plain_button("Close", theme)
        self.copy_button.clicked.connect(
            lambda: QGuiApplication.clipboard().setText(delivered.report.to_text())
        )
        self.show_button.clicked.connect(lambda: show_in_folder(delivered.files[0]))
        foot = QHBoxLayout()
        foot.setSpacing(scaled_px(8))
        foot.addWidget(self.copy_button)
        foot.addStretch(1)
        foot.addWidget(self.show_button)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[scaled_px(16)] * 4)
        column.setSpacing(scaled_px(12))
        column.addWidget(ReportPage(delivered, Times(run.source.project), theme), 1)
        column.addLayout(foot)


def show_in_folder(path: Path) -> None:
    """Open the folder of a file in the system's file browser."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))


def _summary_of(run: ExportRun) -> list[tuple[str, str]]:
    return [("File", str(run.delivery.out))]


def _line(theme: Theme, *, lies: bool = False) -> QFrame:
    line = QFrame()
    line.setProperty("kind", "rule")
    if lies:
        line.setFixedHeight(1)
    else:
        line.setFixedWidth(1)
    return line
