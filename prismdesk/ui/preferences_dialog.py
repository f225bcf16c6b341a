"""The preferences: every change is in force at once, and each can be put back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from prismdesk.ui.fonts import scaled_px, ui_font
from prismdesk.ui.keyboard.editor import KeyboardEditor
from prismdesk.ui.preference_pages import (
    ModelsPage,
    SoundPage,
    StoragePage,
    look_page,
    picture_page,
)
from prismdesk.ui.preference_rows import PreferenceRows
from prismdesk.ui.theme import THEMES
from prismdesk.ui.widgets.buttons import plain_button
from prismdesk.ui.widgets.labels import caption

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prismdesk.playback.backend import OutputDevice
    from prismdesk.session.preferences import Preferences
    from prismdesk.ui.cache_in_use import CacheKeeper
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.theme import Theme

SECTIONS = ("Sound", "Picture", "Models", "Storage", "Keys", "Look")


class PreferencesDialog(QDialog):
    """Shows the preferences by section; stays open beside the window.

    Args:
        desktop: what every panel needs.
        devices: the sound devices there are; called in a thread of its own.
        cache: measures and empties the cache; None where no project is open.
        features: likewise what model engines keep of picture and text.
        parent: the window it belongs to.
    """

    def __init__(
        self,
        desktop: Desktop,
        *,
        devices: Callable[[], Sequence[OutputDevice]],
        cache: CacheKeeper | None = None,
        features: CacheKeeper | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self._devices = devices
        self._cache = cache
        self._features = features
        self.pages: list[PreferenceRows] = []
        self.setWindowTitle("Preferences")
        self.sections = QListWidget()
        self.sections.setAccessibleName("Sections")
        self.sections.setProperty("kind", "sections")
        self.stack = QStackedWidget()
        self._foot = caption("Changes are in force at once.", kind="dim")
        self._close_button = plain_button("Close", self._theme)
        self._close_button.clicked.connect(self.close)
        self._lay_out()
        self._build()
        self.sections.currentRowChanged.connect(self.stack.setCurrentIndex)
        self.sections.setCurrentRow(0)
        self._look_now = self._look(desktop.preferences.now)
        self._end = desktop.preferences.subscribe(self._changed)
        self.finished.connect(lambda _: self._end())

    def show_section(self, name: str) -> None:
        """Go to a section."""
        self.sections.setCurrentRow(SECTIONS.index(name))

    @property
    def _theme(self) -> Theme:
        return THEMES[self._desktop.preferences.now.theme]

    @staticmethod
    def _look(now: Preferences) -> tuple[str, int]:
        return now.theme, now.text_scale_percent

    def _lay_out(self) -> None:
        self.sections.addItems(list(SECTIONS))
        foot = QHBoxLayout()
        foot.addWidget(self._foot, 1)
        foot.addWidget(self._close_button)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.sections)
        middle.addWidget(self.stack, 1)
        column = QVBoxLayout(self)
        column.addLayout(middle, 1)
        column.addLayout(foot)

    def _build(self) -> None:
        """Make all pages in the present theme and text size."""
        while (old := self.stack.widget(0)) is not None:
            self.stack.removeWidget(old)
            old.deleteLater()
        self.setFont(ui_font(12))
        self.sections.setFont(ui_font(12))
        self._foot.setFont(ui_font(11))
        self._close_button.setFont(ui_font(12))
        self.sections.setFixedWidth(self.sections.sizeHintForColumn(0) + scaled_px(40))
        self.resize(scaled_px(820), scaled_px(560))
        desktop, theme = self._desktop, self._theme
        pages = (
            SoundPage(desktop, theme, self._devices),
            picture_page(desktop, theme),
            ModelsPage(desktop, theme, self._features),
            StoragePage(desktop, theme, self._cache),
            self._keys_page(),
            look_page(desktop, theme),
        )
        self.pages = [page for page in pages if isinstance(page, PreferenceRows)]
        for page in pages:
            self.stack.addWidget(_scrolled(page))
        self._refresh()

    def _keys_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(*(scaled_px(16),) * 4)
        self.keys = KeyboardEditor(
            self._desktop.actions,
            self._desktop.preferences,
            self._theme,
            tell=self._desktop.messages.error,
        )
        column.addWidget(self.keys)
        return page

    def _changed(self, now: Preferences) -> None:
        if not isValid(self):  # it went with the window it belonged to
            self._end()
            return
        if self._look(now) == self._look_now:
            self._refresh()
            return
        self._look_now = self._look(now)
        # The control that changed the look is still being clicked; it is replaced afterwards.
        QTimer.singleShot(0, self, self._rebuild)

    def _rebuild(self) -> None:
        focused = self.focusWidget()
        name = focused.objectName() if focused is not None else ""
        section = self.sections.currentRow()
        self._build()
        self.sections.setCurrentRow(section)
        self.stack.setCurrentIndex(section)
        same = self.stack.findChild(QWidget, name) if name else None
        if same is not None:
            same.setFocus(Qt.FocusReason.OtherFocusReason)

    def _refresh(self) -> None:
        now = self._desktop.preferences.now
        for page in self.pages:
            page.refresh(now)


def _scrolled(page: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(page)
    return area
