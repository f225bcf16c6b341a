"""The pages of the preferences: sound, picture, storage, look, models."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget
from shiboken6 import isValid

from prismdesk.session.use_words import USE_NAMES
from prismdesk.ui.cache_in_use import CacheInUse
from prismdesk.ui.fonts import TEXT_SCALES_PERCENT, scaled_px
from prismdesk.ui.icons import IconName
from prismdesk.ui.preference_rows import PreferenceRows
from prismdesk.ui.theme import THEMES
from prismdesk.ui.widgets.buttons import plain_button
from prismdesk.ui.widgets.fields import FigureField
from prismdesk.ui.widgets.labels import ElidedLabel
from prismdesk.ui.widgets.segmented import SegmentedControl

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prismdesk.playback.backend import OutputDevice
    from prismdesk.session.preferences import Preferences
    from prismdesk.ui.cache_in_use import CacheKeeper
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.theme import Theme


class SoundPage(PreferenceRows):
    """Sound device, picture offset, rolls of play-around.

    Args:
        desktop: what every panel needs.
        theme: the colours.
        devices: the sound devices there are; called in a thread of its own.
    """

    def __init__(
        self, desktop: Desktop, theme: Theme, devices: Callable[[], Sequence[OutputDevice]]
    ) -> None:
        super().__init__(desktop.preferences, theme, tell=desktop.messages.error)
        self._background = desktop.background
        self._list_devices = devices
        self._devices: tuple[OutputDevice, ...] = ()
        self._device_field = self.add_choice(
            "output_device",
            "Sound device",
            self._choices(),
            "If it is unplugged, the picture plays on without sound, and the sound comes back "
            "with the device.",
        )
        again = plain_button("Look again", theme)
        again.clicked.connect(self.find_devices)
        self.add_plain("", _beside(again))
        self.add_figure(
            "picture_offset_ms",
            "Picture offset",
            FigureField("Picture offset", least=-500, most=500, step=5, unit="ms"),
            "For displays and devices that lag: more shows the picture later than its sound.",
        )
        for name, title, side in (
            ("pre_roll_seconds", "Pre-roll", "before"),
            ("post_roll_seconds", "Post-roll", "after"),
        ):
            field = FigureField(title, least=0, most=30, step=0.5, decimals=1, unit="s")
            self.add_figure(name, title, field, f"How much play-around plays {side} a cut.")
        self.find_devices()

    def find_devices(self) -> None:
        """Ask again which sound devices there are."""
        self._background.run(
            "Looking for sound devices",
            lambda progress, cancelled: tuple(self._list_devices()),
            done=self._show_devices,
            quiet=True,
        )

    def _show_devices(self, devices: tuple[OutputDevice, ...]) -> None:
        if not isValid(self):  # what works in the background may outlive its page
            return
        self._devices = devices
        self._device_field.set_choices(self._choices())
        self.refresh(self.preferences.now)

    def _choices(self) -> tuple[tuple[object, str], ...]:
        chosen = self.preferences.now.output_device
        there = tuple(
            (device.name, f"{device.name}, {device.rate_hz / 1000:g} kHz")
            for device in self._devices
        )
        gone: tuple[tuple[object, str], ...] = ()
        if chosen not in (None, "null", *(name for name, _ in there)):
            gone = ((chosen, f"{chosen}, not there now"),)
        return ((None, "The system's choice"), *there, *gone, ("null", "No sound"))


class StoragePage(PreferenceRows):
    """Place and size of the cache, and how often the whole project is written.

    Args:
        desktop: what every panel needs.
        theme: the colours.
        cache: measures and empties the cache; None where no project is open.
    """

    def __init__(self, desktop: Desktop, theme: Theme, cache: CacheKeeper | None) -> None:
        super().__init__(desktop.preferences, theme, tell=desktop.messages.error)
        self._place_label = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        choose = plain_button("Choose…", theme)
        choose.clicked.connect(self._choose_folder)
        place = QWidget()
        line = QHBoxLayout(place)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._place_label, 1)
        line.addWidget(choose)
        self.add_control(
            "cache_folder",
            "Cache",
            place,
            lambda folder: self._place_label.setText(folder or "In each project's folder"),
            "Waves, thumbnails and light copies; all of it is made again when needed. Another "
            "place holds for projects opened from now on.",
        )
        self.add_figure(
            "cache_gb", "Size at most", FigureField("Size at most", least=1, most=10_000, unit="GB")
        )
        self.add_plain("In use", CacheInUse(cache, "Empty the cache", theme))
        self.add_figure(
            "autosave_seconds",
            "Write it all every",
            FigureField("Write it all every", least=10, most=3600, step=10, unit="s"),
            "Each edit is on the disk as soon as it is made, so nothing is lost between. Writing "
            "the whole project besides makes opening it faster.",
        )

    def _choose_folder(self) -> None:
        now = self.preferences.now.cache_folder or str(Path.home())
        folder = QFileDialog.getExistingDirectory(self, "Folder for the cache", now)
        if folder:
            self.change("cache_folder", folder)


def picture_page(desktop: Desktop, theme: Theme) -> PreferenceRows:
    """Return the page of light copies and of what is drawn into the picture."""
    rows = PreferenceRows(desktop.preferences, theme, tell=desktop.messages.error)
    rows.add_switch(
        "proxies",
        "Make light copies of films that are slow to play",
        "They are made in the background and shown while it plays; the original is shown "
        "when it stands still, and exported.",
    )
    rows.add_switch("burn_in", "Timecode in the picture")
    rows.add_switch("safe_areas", "Safe areas")
    return rows


def look_page(desktop: Desktop, theme: Theme) -> PreferenceRows:
    """Return the page of theme, text size and motion."""
    rows = PreferenceRows(desktop.preferences, theme, tell=desktop.messages.error)
    themes = SegmentedControl(
        "Theme", [(one.name, one.title, None) for one in THEMES.values()], theme
    )
    themes.chosen.connect(partial(rows.change, "theme"))
    rows.add_control("theme", "Theme", themes, themes.set_value)
    least, most = TEXT_SCALES_PERCENT[0], TEXT_SCALES_PERCENT[-1]
    rows.add_figure(
        "text_scale_percent",
        "Text size",
        FigureField("Text size", least=least, most=most, step=10, unit="%"),
        "Panels and lanes grow along.",
    )
    rows.add_switch(
        "reduce_motion",
        "Reduce motion",
        "Panes, bars and envelopes change at once; playhead and meters still move.",
    )
    return rows


class ModelsPage(PreferenceRows):
    """On what model engines compute, and what they keep of picture and text.

    Args:
        desktop: what every panel needs.
        theme: the colours.
        features: measures and empties what is kept; None where no project is open.
    """

    def __init__(self, desktop: Desktop, theme: Theme, features: CacheKeeper | None) -> None:
        super().__init__(desktop.preferences, theme, tell=desktop.messages.error)
        self._device = self.add_choice(
            "engine_device",
            "Compute on",
            self._devices(),
            "Automatic takes the graphics card if there is one that fits, else the processor, "
            "which takes minutes where a card takes seconds.",
        )
        self.add_choice(
            "engine_offload",
            "Memory",
            (
                ("auto", "Automatic"),
                ("keep", "Keep all networks on the device"),
                ("offload", "One network on the device at a time"),
            ),
            "One at a time needs the least memory, and a little more time for each take.",
        )
        self.add_text(
            "avoid_at_first",
            "Effects avoid",
            "What new regions for effects shall not sound like, apart by commas, where the model "
            "heeds it. Each region shows it as chips; a music bus avoids nothing.",
        )
        self.add_figure(
            "feature_cache_gb",
            "Keep at most",
            FigureField("Keep at most", least=0, most=10_000, unit="GB"),
            "What models saw in the picture and read in prompts is kept with the project's "
            "cache, so that more takes of a region begin at once. The oldest goes first.",
        )
        self.add_plain("In use", CacheInUse(features, "Clear it", theme))
        self.add_choice(
            "new_project_use",
            "New projects are",
            [(str(use), name) for use, name in USE_NAMES.items()],
            "Licences of models are held against it; each project can be set otherwise.",
        )
        policy = plain_button("Licence policy…", theme, icon_name=IconName.SCALES)
        policy.clicked.connect(lambda: desktop.actions.trigger("licence.policy"))
        self.add_plain(
            "Company",
            policy,
            "A file in which a company says itself what models may be used for.",
        )

    def refresh(self, now: Preferences) -> None:
        """Show the preferences in force; a device that was named by hand is offered too."""
        self._device.set_choices(self._devices())
        super().refresh(now)

    def _devices(self) -> tuple[tuple[object, str], ...]:
        known = (
            ("auto", "Automatic"),
            ("cuda", "NVIDIA graphics card"),
            ("mps", "Apple graphics"),
            ("cpu", "Processor only"),
        )
        chosen = self.preferences.now.engine_device
        if chosen in dict(known):
            return known
        return (*known, (chosen, f"NVIDIA graphics card {chosen.removeprefix('cuda:')}"))


def _beside(*widgets: QWidget) -> QWidget:
    strip = QWidget()
    row = QHBoxLayout(strip)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(scaled_px(12))
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch()
    return strip
