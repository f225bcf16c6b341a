"""The action that exports, and the export that is under way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from prismdesk.errors import PrismDeskError
from prismdesk.media.export.request import LicencesRefusedError
from prismdesk.session.delivery import DeliverySource
from prismdesk.session.replacing import refused_region_ids
from prismdesk.ui.export.dialog import ExportDialog, show_in_folder
from prismdesk.ui.export.presets import from_records, to_record, with_preset
from prismdesk.ui.export.runs import ExportRun
from prismdesk.ui.export.scope import ExportScope
from prismdesk.ui.messages import MessageKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from prismdesk.project.ids import RegionId
    from prismdesk.session.delivery import Delivery
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.export.presets import ExportPreset
    from prismdesk.ui.selection import Selection

_KEPT_AS = "export_presets"


class ExportCommands(QObject):
    """Binds ``file.export``: one export at a time, in the background.

    It outlives documents: an export goes on when its project is closed.

    Args:
        desktop: what every panel may need.
        opened: gives what is open, None without a project.
        window: the dialog's parent.
        replace: makes regions again with Ambience.
    """

    def __init__(
        self,
        desktop: Desktop,
        opened: Callable[[], tuple[Document, Selection] | None],
        window: QWidget,
        *,
        replace: Callable[[tuple[RegionId, ...]], object] = lambda _: None,
    ) -> None:
        super().__init__(window)
        self._desktop = desktop
        self._opened = opened
        self._window = window
        self._replace = replace
        self._run: ExportRun | None = None
        self.dialog: ExportDialog | None = None
        desktop.actions.bind("file.export", self.show_dialog, enabled=self._can_show)

    @property
    def is_running(self) -> bool:
        """Whether an export is under way."""
        return self._run is not None and not self._run.is_over

    def cancel(self) -> None:
        """Stop what is under way."""
        if self._run is not None:
            self._run.cancel()

    def show_dialog(self) -> None:
        """Show the export that is under way, or ask what to export."""
        opened = self._opened()
        if self.dialog is not None:
            self.dialog.raise_()
            return
        if self.is_running and self._run is not None:
            self._show(ExportScope.of_source(self._run.source)).show_run(self._run)
        elif opened is not None:
            document, selection = opened
            scope = ExportScope.of(document.session, selection.span, selection.region_id)
            self._show(scope)

    def _show(self, scope: ExportScope) -> ExportDialog:
        dialog = ExportDialog(scope, self._own_presets(), self._desktop.theme, self._window)
        dialog.wanted.connect(self._start)
        dialog.preset_added.connect(self._keep_preset)
        dialog.refused_shown.connect(self._show_refused)
        dialog.replacement_wanted.connect(self._replace)
        dialog.finished.connect(self._forget_dialog)
        self.dialog = dialog
        dialog.open()
        return dialog

    def _can_show(self) -> bool | str:
        if self._opened() is None and not self.is_running:
            return "Open a project first."
        return True

    def _start(self, delivery: Delivery) -> None:
        opened = self._opened()
        if opened is None or self.dialog is None:
            return
        source = DeliverySource.of(opened[0].session)
        run = ExportRun(source, delivery, self._desktop.background, self)
        run.ended.connect(self._tell_end)
        self._run = run
        self.dialog.show_run(run)
        self._desktop.actions.refresh()

    def _tell_end(self) -> None:
        """Say how it ended, unless the dialog shows it."""
        run = self._run
        if run is None or self.dialog is not None:
            return
        name = run.delivery.out.name
        messages = self._desktop.messages
        if run.delivered is not None:
            file = run.delivered.files[0]
            messages.tell(
                f"{name} is ready.",
                f"All of it was read back and compared; it lies in {file.parent}.",
                kind=MessageKind.GOOD,
                buttons=(
                    ("Show report", lambda: self._show_report(run)),
                    ("Show in folder", lambda: show_in_folder(file)),
                ),
            )
        elif run.refused:
            refused = LicencesRefusedError(run.refused, run.source.project.use)
            regions = tuple(dict.fromkeys(clip.region.id for clip in run.refused))
            messages.tell(
                "Export stopped before writing.",
                refused.told,
                kind=MessageKind.ERROR,
                buttons=(
                    ("Show them", self._show_refused),
                    ("Make them again with Ambience", lambda: self._replace(regions)),
                ),
                stands=self._has_refused,
            )
        elif run.error:
            messages.tell("Export stopped.", run.error, kind=MessageKind.ERROR)

    def _has_refused(self) -> bool:
        opened = self._opened()
        return opened is not None and bool(refused_region_ids(opened[0].session.project))

    def _show_refused(self) -> None:
        self._desktop.actions.trigger("takes.next_refused")

    def _show_report(self, run: ExportRun) -> None:
        if self.dialog is None:
            self._show(ExportScope.of_source(run.source)).show_run(run)

    def _own_presets(self) -> tuple[ExportPreset, ...]:
        kept = self._desktop.preferences.now.model_extra or {}
        return from_records(kept.get(_KEPT_AS))

    def _keep_preset(self, preset: ExportPreset) -> None:
        presets = with_preset(self._own_presets(), preset)
        try:
            self._desktop.preferences.change(**{_KEPT_AS: [to_record(one) for one in presets]})
        except PrismDeskError as error:
            self._desktop.messages.error(error)

    def _forget_dialog(self) -> None:
        self.dialog = None
