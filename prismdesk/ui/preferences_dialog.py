"""The preferences: every change is in force at once, and each can be put back."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from prismdesk.ui.fonts import TEXT_SCALES_PERCENT, scaled_px, ui_font
from prismdesk.ui.keyboard.editor import KeyboardEditor
from prismdesk.ui.preference_rows import PreferenceRows
from prismdesk.ui.theme import THEMES
from prismdesk.ui.widgets.buttons import plain_button
from prismdesk.ui.widgets.fields import FigureField
from prismdesk.ui.widgets.labels import ElidedLabel, caption, plain_label
from prismdesk.ui.widgets.segmented import SegmentedControl

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prismdesk.playback.backend import OutputDevice
    from prismdesk.session.preferences import Preferences
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.theme import Theme

SECTIONS = ("Sound", "Picture", "Storage", "Keys", "Look", "Models")

_ENGINE_DEVICES = (
    ("auto", "The fastest there is"),
    ("cuda", "NVIDIA GPU (CUDA)"),
    ("mps", "Apple GPU (Metal)"),
    ("cpu", "Processor"),
)


class CacheKeeper(Protocol):
    """Knows the cache in use; both methods may work in threads of their own."""

    def measure(self, done: Callable[[int], object]) -> object:
        """Call ``done`` on the window's thread with how many bytes the cache holds."""

    def empty(self, done: Callable[[], object]) -> object:
        """Delete what can be made again, then call ``done`` on the window's thread."""


class PreferencesDialog(QDialog):
    """Shows the preferences by section; stays open beside the window.

    Args:
        desktop: what every panel needs.
        devices: the sound devices there are; called in a thread of its own.
        cache: measures and empties the cache; None where no project is open.
        parent: the window it belongs to.
    """

    def __init__(
        self,
        desktop: Desktop,
        *,
        devices: Callable[[], Sequence[OutputDevice]],
        cache: CacheKeeper | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self._list_devices = devices
        self._devices: tuple[OutputDevice, ...] = ()
        self._cache = cache
        self._pages: list[PreferenceRows] = []
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
        self.find_devices()

    def show_section(self, name: str) -> None:
        """Go to a section."""
        self.sections.setCurrentRow(SECTIONS.index(name))

    def find_devices(self) -> None:
        """Ask again which sound devices there are."""
        self._desktop.background.run(
            "Looking for sound devices",
            lambda progress, cancelled: tuple(self._list_devices()),
            done=self._show_devices,
            quiet=True,
        )

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
        self._pages = []
        while (old := self.stack.widget(0)) is not None:
            self.stack.removeWidget(old)
            old.deleteLater()
        self.setFont(ui_font(12))
        self.sections.setFont(ui_font(12))
        self._foot.setFont(ui_font(11))
        self._close_button.setFont(ui_font(12))
        self.sections.setFixedWidth(self.sections.sizeHintForColumn(0) + scaled_px(40))
        self.resize(scaled_px(820), scaled_px(560))
        for page in (
            self._sound_page(),
            self._picture_page(),
            self._storage_page(),
            self._keys_page(),
            self._look_page(),
            self._models_page(),
        ):
            self.stack.addWidget(_scrolled(page))
        self._refresh()

    def _rows(self) -> PreferenceRows:
        rows = PreferenceRows(
            self._desktop.preferences, self._theme, tell=self._desktop.messages.error
        )
        self._pages.append(rows)
        return rows

    def _sound_page(self) -> QWidget:
        rows = self._rows()
        self._device_field = rows.add_choice(
            "output_device",
            "Sound device",
            self._device_choices(),
            "If it is unplugged, the picture plays on without sound, and the sound comes back "
            "with the device.",
        )
        again = plain_button("Look again", self._theme)
        again.clicked.connect(self.find_devices)
        rows.add_plain("", _beside(again))
        rows.add_figure(
            "picture_offset_ms",
            "Picture offset",
            FigureField("Picture offset", least=-500, most=500, step=5, unit="ms"),
            "For displays and devices that lag: more shows the picture later than its sound.",
        )
        for name, title in (("pre_roll_seconds", "Pre-roll"), ("post_roll_seconds", "Post-roll")):
            field = FigureField(title, least=0, most=30, step=0.5, decimals=1, unit="s")
            rows.add_figure(name, title, field, f"How much play-around plays {_side(name)} a cut.")
        return rows

    def _picture_page(self) -> QWidget:
        rows = self._rows()
        rows.add_switch(
            "proxies",
            "Make light copies of films that are slow to play",
            "They are made in the background and shown while it plays; the original is shown "
            "when it stands still, and exported.",
        )
        rows.add_switch("burn_in", "Timecode in the picture")
        rows.add_switch("safe_areas", "Safe areas")
        return rows

    def _storage_page(self) -> QWidget:
        rows = self._rows()
        place = QWidget()
        line = QHBoxLayout(place)
        line.setContentsMargins(0, 0, 0, 0)
        label = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        choose = plain_button("Choose…", self._theme)
        choose.clicked.connect(self._choose_cache_folder)
        line.addWidget(label, 1)
        line.addWidget(choose)
        rows.add_control(
            "cache_folder",
            "Cache",
            place,
            lambda folder: label.setText(folder or "In each project's folder"),
            "Waves, thumbnails and light copies; all of it is made again when needed. Another "
            "place holds for projects opened from now on.",
        )
        rows.add_figure(
            "cache_gb", "Size at most", FigureField("Size at most", least=1, most=10_000, unit="GB")
        )
        self._size_label = plain_label("")
        self._empty_button = plain_button("Empty the cache", self._theme)
        self._empty_button.clicked.connect(self._empty_cache)
        rows.add_plain("In use", _beside(self._size_label, self._empty_button))
        self._measure_cache()
        rows.add_figure(
            "autosave_seconds",
            "Write it all every",
            FigureField("Write it all every", least=10, most=3600, step=10, unit="s"),
            "Each edit is on the disk as soon as it is made, so nothing is lost between. Writing "
            "the whole project besides makes opening it faster.",
        )
        return rows

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

    def _look_page(self) -> QWidget:
        rows = self._rows()
        themes = SegmentedControl(
            "Theme", [(theme.name, theme.title, None) for theme in THEMES.values()], self._theme
        )
        themes.chosen.connect(partial(rows.change, "theme"))
        rows.add_control("theme", "Theme", themes, themes.set_value)
        rows.add_figure(
            "text_scale_percent",
            "Text size",
            FigureField(
                "Text size",
                least=TEXT_SCALES_PERCENT[0],
                most=TEXT_SCALES_PERCENT[-1],
                step=10,
                unit="%",
            ),
            "Panels and lanes grow along.",
        )
        rows.add_switch(
            "reduce_motion",
            "Reduce motion",
            "Panes, bars and envelopes change at once; playhead and meters still move.",
        )
        return rows

    def _models_page(self) -> QWidget:
        rows = self._rows()
        rows.add_choice(
            "engine_device",
            "Models compute on",
            _ENGINE_DEVICES,
            "Holds for the next job. Ambience, the built-in engine, always uses the processor.",
        )
        return rows

    def _device_choices(self) -> tuple[tuple[object, str], ...]:
        chosen = self._desktop.preferences.now.output_device
        there = tuple(
            (device.name, f"{device.name}, {device.rate_hz / 1000:g} kHz")
            for device in self._devices
        )
        gone: tuple[tuple[object, str], ...] = ()
        if chosen not in (None, "null", *(name for name, _ in there)):
            gone = ((chosen, f"{chosen}, not there now"),)
        return ((None, "The system's choice"), *there, *gone, ("null", "No sound"))

    def _show_devices(self, devices: tuple[OutputDevice, ...]) -> None:
        if not isValid(self):  # what works in the background may outlive its dialog
            return
        self._devices = devices
        self._device_field.set_choices(self._device_choices())
        self._refresh()

    def _choose_cache_folder(self) -> None:
        now = self._desktop.preferences.now.cache_folder or str(Path.home())
        folder = QFileDialog.getExistingDirectory(self, "Folder for the cache", now)
        if folder:
            self._pages[0].change("cache_folder", folder)

    def _measure_cache(self) -> None:
        if not isValid(self):
            return
        self._empty_button.setEnabled(False)
        if self._cache is None:
            self._size_label.setText("No project is open.")
            self._empty_button.setToolTip("Open a project first.")
        else:
            self._size_label.setText("Being measured…")
            self._cache.measure(self._show_cache_size)

    def _show_cache_size(self, size_bytes: int) -> None:
        if not isValid(self):
            return
        words = size_words(size_bytes)
        self._size_label.setText(words)
        self._empty_button.setText(f"Empty the cache, {words}")
        self._empty_button.setEnabled(size_bytes > 0)

    def _empty_cache(self) -> None:
        if self._cache is not None:
            self._empty_button.setEnabled(False)
            self._cache.empty(self._measure_cache)

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
        for page in self._pages:
            page.refresh(now)


def size_words(size_bytes: int) -> str:
    """Return a size as a user reads it, in decimal units."""
    for unit, size in (("GB", 1e9), ("MB", 1e6)):
        if size_bytes >= size:
            return f"{size_bytes / size:.1f} {unit}"
    return f"{size_bytes / 1000:.0f} kB"


def _side(name: str) -> str:
    return "before" if name.startswith("pre") else "after"


def _scrolled(page: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(page)
    return area


def _beside(*widgets: QWidget) -> QWidget:
    strip = QWidget()
    row = QHBoxLayout(strip)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(scaled_px(12))
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch()
    return strip
