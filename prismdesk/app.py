"""The composition root of the window: what the whole program shares, and the project it shows."""

from __future__ import annotations

import sys
from functools import cached_property
from typing import TYPE_CHECKING

import prismdesk.before_qt  # noqa: F401  (for what it imports)

# isort: split
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from prismdesk.lasting import made_to_last, may_go
from prismdesk.playback.player import Player
from prismdesk.progress import never_cancelled, raise_if_cancelled
from prismdesk.session.preferences import PreferencesFile
from prismdesk.ui.actions.keymap import keymap_of
from prismdesk.ui.actions.registry import NOTHING_OPEN, Actions
from prismdesk.ui.adapters.shelf import PresetShelf
from prismdesk.ui.adapters.training.bridge import TrainingBridge
from prismdesk.ui.adapters.training.closing import close_training
from prismdesk.ui.adapters.training.under_way import RunsUnderWay
from prismdesk.ui.background import Background
from prismdesk.ui.commands.view_commands import bind_look
from prismdesk.ui.context import Desktop
from prismdesk.ui.crash_door import CrashDoor
from prismdesk.ui.document import Document
from prismdesk.ui.fault_log import FaultLog
from prismdesk.ui.files.commands import FileCommands
from prismdesk.ui.files.drop import FileDrop
from prismdesk.ui.help_commands import HelpCommands
from prismdesk.ui.layout_memory import LayoutMemory
from prismdesk.ui.licences.commands import PolicyCommands
from prismdesk.ui.look import apply_look
from prismdesk.ui.main_window import MainWindow
from prismdesk.ui.messages import MessageKind, Messages
from prismdesk.ui.models.shelf import ModelShelf
from prismdesk.ui.quit_signals import quit_on_signals
from prismdesk.ui.theme import THEMES
from prismdesk.ui.turns import Turns
from prismdesk.ui.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.progress import IsCancelled
    from prismdesk.project.ids import RegionId
    from prismdesk.session.preferences import Preferences
    from prismdesk.session.session import Session
    from prismdesk.ui.export.commands import ExportCommands
    from prismdesk.ui.messages_bar import PastMessage
    from prismdesk.ui.selection import Selection
    from prismdesk.ui.theme import Theme


def run_window(project_path: Path | None, *, cancelled: IsCancelled = never_cancelled) -> int:
    """Show the window until it is closed.

    Args:
        project_path: the project or film to open; None shows the welcome page.
        cancelled: asked once the window itself listens to signals, for one that came before.

    Returns:
        The exit code.

    Raises:
        Cancelled: a signal came before the window did.
    """
    application = make_application()
    faults = FaultLog()
    with quit_on_signals(application):
        raise_if_cancelled(cancelled)
        faults.open()
        with made_to_last():
            desk = Desk(application, shows_welcome=project_path is None)
        door = CrashDoor(
            theme=lambda: desk.theme,
            kept=desk.kept_words,
            leave=desk.quit,
            window=lambda: desk.window,
        )
        door.open()
        try:
            desk.show()
            desk.tell_of_fault(faults.last)
            desk.offer_training()
            if project_path is not None:
                desk.open(project_path)
            else:
                desk.offer_unsaved()
            return application.exec()
        finally:
            desk.close()
            door.close()
            faults.close()


def make_application() -> QApplication:
    """Return the application; the running one if there is one."""
    running = QApplication.instance()
    application = running if isinstance(running, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("PrismDesk")
    application.setOrganizationName("prismdesk")
    return application


class Desk:
    """The window, what the program shares, and the one project that is shown.

    Args:
        application: gets its look from the preferences.
        player: plays; one of its own with the device of the preferences if None.
        preferences: what the user set; read from the user's folder if None.
        shows_welcome: False where ``open`` follows at once; the welcome page comes only if
            nothing can be opened.
    """

    def __init__(
        self,
        application: QApplication,
        *,
        player: Player | None = None,
        preferences: PreferencesFile | None = None,
        shows_welcome: bool = True,
    ) -> None:
        self._application = application
        self._awaits_project = not shows_welcome
        self._preferences = preferences or PreferencesFile()
        now = self._preferences.load()
        self.theme: Theme = THEMES[now.theme]
        apply_look(application, self.theme, text_scale_percent=now.text_scale_percent)
        self._messages = Messages()
        self._background = Background(self._messages)
        self._background.ended.connect(self._look_what_was_opened)
        self._models = ModelShelf()
        self._models.changed.connect(self._messages.look_again)
        self._presets = PresetShelf()
        self._training = TrainingBridge()
        keymap = keymap_of(now.keymap, now.key_overrides)
        self._actions = Actions(self.theme, keymap)
        self._player = player or Player(device=now.output_device)
        self._player.set_offset_ms(now.picture_offset_ms)
        self._before = now
        self._turns = Turns()
        self._document: Document | None = None
        self.workspace: Workspace | None = None
        self._is_closed = False
        self._told: tuple[PastMessage, ...] = ()
        self._build_window()
        self._under_way = RunsUnderWay(self.desktop)
        self._unsubscribe = self._preferences.subscribe(self._follow_preferences)
        self._actions.refused.connect(self._messages.tell)
        if self._preferences.notice:
            self._messages.tell(self._preferences.notice, kind=MessageKind.WARNING)

    @property
    def desktop(self) -> Desktop:
        """What panels are given."""
        return Desktop(
            theme=self.theme,
            messages=self._messages,
            background=self._background,
            actions=self._actions,
            preferences=self._preferences,
            models=self._models,
            presets=self._presets,
            training=self._training,
            turns=self._turns,
        )

    @property
    def document(self) -> Document | None:
        """What is open."""
        return self._document

    @cached_property
    def exports(self) -> ExportCommands:
        """Does exports; built, and bound to their action, when the first is wanted."""
        from prismdesk.ui.export.commands import ExportCommands

        return ExportCommands(
            self.desktop, self._opened, self.window, replace=self._make_with_ambience
        )

    @property
    def position_samples(self) -> int:
        """Where the playhead is; 0 where nothing is open."""
        return self.workspace.transport.position_samples if self.workspace else 0

    @property
    def jobs_running(self) -> int:
        """How many jobs run or wait in the open project."""
        return self.workspace.jobs_running if self.workspace else 0

    def show(self) -> None:
        """Show the window as it was left last time."""
        self.layout.restore_window()
        self.window.show()

    def open(self, path: Path) -> None:
        """Open a project or a film, off the window's thread; what goes wrong is told."""
        self.files.open_files([path])
        self._welcome_unless_opening()

    def offer_unsaved(self) -> None:
        """Offer projects that were never given a name and are still there."""
        self.files.opener.offer_unsaved()

    def offer_training(self) -> None:
        """Offer to go on with training that was under way when the program ended."""
        self._under_way.offer()

    def tell_of_fault(self, report: Path | None) -> None:
        """Tell that the last run ended in a fault, and where its report is; None: it didn't."""
        if report is not None:
            self._messages.tell(
                "PrismDesk ended in a fault last time.",
                f"Every edit up to then is in its project. The report is {report}.",
                kind=MessageKind.WARNING,
            )

    def show_session(self, session: Session) -> None:
        """Take a session over and show it; the one shown before is closed."""
        self._put_away()
        with made_to_last():
            self._document = Document(session, self._messages)
            self._show_workspace()

    def close_document(self) -> None:
        """Close what is open and show the welcome page."""
        self._put_away()
        self._show_welcome()

    def kept_words(self) -> str:
        """Say what of the work is safe, whatever happens now."""
        if self._document is None:
            return "No project was open."
        return f"Every edit of {self._document.project.name} is on the disk."

    def quit(self) -> None:
        """Close the window, if nothing stands against it."""
        self.window.close()

    def close(self) -> None:
        """Close everything; may be called twice."""
        if self._is_closed:
            return
        self._is_closed = True
        self._unsubscribe()
        self.layout.remember()
        if self._is_exporting:
            self.exports.cancel()
        self._put_away()
        self._under_way.close()
        close_training(self._training, self.window)
        self._background.close()
        self._player.close()
        self.window.close()

    def _build_window(self) -> None:
        desktop = self.desktop
        self.window = MainWindow(desktop, self._told)
        self.layout = LayoutMemory(self.window)
        # An export that was under way was waited for; the next is of the new window.
        vars(self).pop("exports", None)
        self._actions.bind("file.export", self._export, enabled=self._why_no_export)
        self.files = FileCommands(
            desktop, self, self.window, is_exporting=lambda: self._is_exporting
        )
        self.policies = PolicyCommands(desktop, self.window)
        self.policies.changed.connect(self._show_licences_anew)
        self._drop = FileDrop(self.window, self.files.open_files, self.theme)
        self._help = HelpCommands(desktop, self.window, self, self._welcome_again)
        self._help.bind_actions()
        bind_look(desktop)
        self._actions.bind("file.quit", self.quit)
        self._actions.bind("help.messages", self.window.messages_bar.show_history)
        self.window.closing.connect(self._may_close)
        if self._document is not None:
            self._show_workspace()
        elif not self._awaits_project:
            self._show_welcome()

    def _look_what_was_opened(self, _: object) -> None:
        # What came of work is told after this signal.
        QTimer.singleShot(0, self._welcome_unless_opening)

    def _welcome_unless_opening(self) -> None:
        is_opening = any(not task.is_quiet for task in self._background.tasks)
        if self._awaits_project and not is_opening and not self._is_closed:
            self._show_welcome()

    def _export(self) -> None:
        self.exports.show_dialog()

    def _why_no_export(self) -> str:
        return NOTHING_OPEN if self._document is None else ""

    @property
    def _is_exporting(self) -> bool:
        return "exports" in vars(self) and self.exports.is_running

    def _make_with_ambience(self, region_ids: tuple[RegionId, ...]) -> None:
        if self.workspace is not None:
            self.workspace.sound.replacing.with_ambience(region_ids)

    def _show_licences_anew(self) -> None:
        if self.workspace is not None:
            self.workspace.sound.inspector.refresh()

    def _welcome_again(self) -> None:
        if self._document is None:
            self._show_welcome()
        else:
            self.files.close()

    def _show_welcome(self) -> None:
        from prismdesk.ui.welcome import WelcomePage

        self._awaits_project = False
        page = WelcomePage(self.desktop)
        page.open_wanted.connect(self.open)
        self.window.show_page(page)
        self.window.status.show_nothing()
        self._actions.refresh()

    def _show_workspace(self) -> None:
        document = self._document
        assert document is not None
        self._awaits_project = False
        self.workspace = Workspace(document, self.desktop, self._player, self.window)
        panels = tuple(self.workspace.panels.values())
        self.window.show_page(self.workspace.page, title=document.project.name, panels=panels)
        self.workspace.place_panels()
        self.layout.restore_panels()
        self._actions.bind("view.reset_layout", self.layout.reset)
        self._actions.refresh()
        self.workspace.start()

    def _put_away(self) -> None:
        self._close_workspace()
        if self._document is not None:
            self._document.close()
            self._document = None

    def _close_workspace(self) -> None:
        if self.workspace is not None:
            self.layout.remember()
            self.workspace.close()
            self.workspace.deleteLater()
            self.workspace = None
            self._actions.unbind_project()
            may_go()

    def _opened(self) -> tuple[Document, Selection] | None:
        if self.workspace is None:
            return None
        return self.workspace.document, self.workspace.selection

    def _may_close(self) -> None:
        if not self._is_closed and not self.files.may_quit():
            self.window.stay()
            return
        QTimer.singleShot(0, self._application.quit)

    def _follow_preferences(self, now: Preferences) -> None:
        before, self._before = self._before, now
        if now.output_device != before.output_device:
            self._player.set_device(now.output_device)
        if now.picture_offset_ms != before.picture_offset_ms:
            self._player.set_offset_ms(now.picture_offset_ms)
        if (now.theme, now.text_scale_percent) != (before.theme, before.text_scale_percent):
            QTimer.singleShot(0, self._change_look)

    def _change_look(self) -> None:
        """Make the window anew in the look of the preferences; the project stays open."""
        if self._is_exporting:
            # The export is the old window's; its end is waited for.
            QTimer.singleShot(1000, self._change_look)
            return
        now = self._preferences.now
        self.theme = THEMES[now.theme]
        apply_look(self._application, self.theme, text_scale_percent=now.text_scale_percent)
        self._actions.set_theme(self.theme)
        position = self.position_samples
        self.layout.remember()
        self._close_workspace()
        old, geometry, dialog = self.window, self.window.saveGeometry(), self._help.dialog
        self._told = old.messages_bar.history
        self._build_window()
        self._help.take_over(dialog)
        self.window.restoreGeometry(geometry)
        self.window.show()
        old.closing.disconnect()
        old.close()
        old.deleteLater()
        if self.workspace is not None:
            self.workspace.transport.move_to(position)
