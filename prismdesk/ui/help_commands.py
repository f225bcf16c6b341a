"""Preferences and the Help menu: dialogs that belong to the program rather than to a project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from prismdesk.playback.player import list_devices
from prismdesk.session.cache_care import (
    cache_size_bytes,
    clear_features,
    clear_unneeded,
    features_size_bytes,
)
from prismdesk.ui.about import AboutDialog
from prismdesk.ui.guide_page import GuidePage
from prismdesk.ui.keyboard.key_page import KeyPage
from prismdesk.ui.preferences_dialog import PreferencesDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QDialog, QWidget

    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document


class HoldsDocument(Protocol):
    """Knows what is open."""

    @property
    def document(self) -> Document | None:
        """The open project."""


class ProjectCache:
    """The open project's cache, measured and emptied off the window's thread."""

    def __init__(self, document: Document, desktop: Desktop) -> None:
        self._document = document
        self._desktop = desktop

    def measure(self, done: Callable[[int], object]) -> None:
        """Call ``done`` with how many bytes it holds."""
        session = self._document.session
        self._desktop.background.run(
            "Measuring the cache", lambda *_: self.size_bytes(session), done=done, quiet=True
        )

    def empty(self, done: Callable[[], object]) -> None:
        """Delete what the open project plays without, then call ``done``."""
        session = self._document.session

        def finished(freed_bytes: int) -> None:
            self._desktop.messages.tell(
                f"{freed_bytes / 1e6:.1f} MB of the cache are free.", self.what_stays
            )
            done()

        self._desktop.background.run(
            "Emptying the cache", lambda *_: self.clear(session), done=finished, quiet=True
        )

    what_stays = "The sounds that this project plays are kept; the rest is made again when needed."
    size_bytes = staticmethod(cache_size_bytes)
    clear = staticmethod(clear_unneeded)


class ProjectFeatures(ProjectCache):
    """What model engines worked out of the open project's picture and prompts."""

    what_stays = "Takes are kept; picture and prompts are looked at again for the next ones."
    size_bytes = staticmethod(features_size_bytes)
    clear = staticmethod(clear_features)


class HelpCommands:
    """Binds preferences, keys, guide, welcome and about.

    Args:
        desktop: what dialogs need.
        window: their parent.
        holder: knows the open project, whose cache the preferences show.
        show_welcome: shows the first page again.
    """

    def __init__(
        self,
        desktop: Desktop,
        window: QWidget,
        holder: HoldsDocument,
        show_welcome: Callable[[], object],
    ) -> None:
        self._desktop = desktop
        self._window = window
        self._holder = holder
        self._show_welcome = show_welcome
        self.dialog: QDialog | None = None

    def bind_actions(self) -> None:
        """Give the commands to their keys and menus."""
        bind = self._desktop.actions.bind
        bind("file.preferences", self.show_preferences)
        bind("help.keys", self.show_keys)
        bind("help.guide", lambda: self._show(GuidePage(self._desktop.theme, self._window)))
        bind("help.about", lambda: self._show(AboutDialog(self._desktop.theme, self._window)))
        bind("help.welcome", self._show_welcome)

    def show_preferences(self) -> None:
        """Open the preferences."""
        document = self._holder.document
        cache = None if document is None else ProjectCache(document, self._desktop)
        features = None if document is None else ProjectFeatures(document, self._desktop)
        self._show(
            PreferencesDialog(
                self._desktop,
                devices=list_devices,
                cache=cache,
                features=features,
                parent=self._window,
            )
        )

    def show_keys(self) -> None:
        """Open the list of keys."""
        desktop = self._desktop
        self._show(
            KeyPage(
                desktop.actions, desktop.theme, change=self.show_preferences, parent=self._window
            )
        )

    def take_over(self, dialog: QDialog | None) -> None:
        """Have a dialog of the window before; it stays open over this one."""
        if dialog is not None and dialog.isVisible():
            place = dialog.pos()
            dialog.setParent(self._window, dialog.windowFlags())
            dialog.move(place)
            dialog.show()
            self.dialog = dialog

    def _show(self, dialog: QDialog) -> None:
        if self.dialog is not None:
            self.dialog.close()
            self.dialog.deleteLater()
        self.dialog = dialog
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()
