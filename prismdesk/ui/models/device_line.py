"""The line above the cards: what computes, how full its memory is, what is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QLabel, QSizePolicy, QWidget

from prismdesk.errors import WorkError
from prismdesk.session.model_words import size_words
from prismdesk.ui.icons import IconName, icon_pixmap
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import column, row
from prismdesk.ui.widgets.buttons import plain_button
from prismdesk.ui.widgets.labels import ElidedLabel

if TYPE_CHECKING:
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.models.device_watch import DeviceNow, DeviceWatch
    from prismdesk.ui.theme import Theme

_BAR_PX = 9
_MARGIN_PX = 14
_WIDEST_BAR_PX = 560


class MemoryTrough(QWidget):
    """A bar of a device's memory: what others use, what the loaded model takes, what is free.

    Args:
        theme: colours.
        height_px: of the bar.
    """

    def __init__(self, theme: Theme, *, height_px: int = _BAR_PX) -> None:
        super().__init__()
        self._theme = theme
        self._height_px = height_px
        self._others = self._ours = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_device(self, now: DeviceNow) -> None:
        """Show how full the memory is."""
        total = max(1, now.total_bytes)
        ours = min(now.loaded_bytes, now.used_bytes)
        self._ours, self._others = ours / total, (now.used_bytes - ours) / total
        self.setAccessibleName("Memory of the device")
        self.setAccessibleDescription(device_words(now))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return room for a bar."""
        return QSize(scaled_px(120), scaled_px(self._height_px))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return room for a short bar."""
        return QSize(scaled_px(48), scaled_px(self._height_px))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Paint the trough and what fills it."""
        painter, theme = QPainter(self), self._theme
        inside = self.rect().adjusted(1, 1, -1, -1)
        painter.fillRect(inside, QColor(theme.field))
        others, ours = (round(share * inside.width()) for share in (self._others, self._ours))
        top, height = inside.top(), inside.height()
        painter.fillRect(QRect(inside.left(), top, others, height), QColor(theme.recorded_peak))
        painter.fillRect(QRect(inside.left() + others, top, ours, height), QColor(theme.accent))
        painter.setPen(QColor(theme.line_strong))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))


class DeviceLine(QWidget):
    """Shows the device, frees its memory, and says whether a model is loaded at the start.

    Args:
        watch: knows the device.
        desktop: colours and preferences.
    """

    def __init__(self, watch: DeviceWatch, desktop: Desktop) -> None:
        super().__init__()
        self._watch = watch
        self._desktop = desktop
        theme = desktop.theme
        self._mark = QLabel()
        self._mark.setPixmap(
            icon_pixmap(IconName.CPU, theme.dim, size_px=24, pixel_ratio=self.devicePixelRatioF())
        )
        self.name, self.detail = QLabel(), QLabel()
        self.name.setFont(ui_font(12, bold=True))
        self.detail.setProperty("kind", "faint")
        self.detail.setFont(ui_font(11))
        self.trough = MemoryTrough(theme)
        self.others, self.ours, self.free = QLabel(), ElidedLabel(), QLabel()
        for label in (self.others, self.ours, self.free):
            label.setFont(ui_font(11))
            label.setProperty("kind", "dim")
        # It asks for the room of its text, and ends in … only where the line has less.
        self.ours.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._ours_mark = _square(theme.accent)
        self.unload = plain_button("Unload", theme)
        self.unload.clicked.connect(self._press)
        self.at_start = QCheckBox("Warm up the last model at start")
        self.at_start.setFont(ui_font(12))
        self.at_start.setToolTip("Load the model used last as soon as a project is open.")
        self.at_start.setChecked(desktop.preferences.now.warm_up_at_start)
        self.at_start.toggled.connect(self._remember)
        self._lay_out(theme)
        watch.changed.connect(self.refresh)
        watch.add_viewer(self)
        self.refresh()

    def refresh(self) -> None:
        """Show what is known now."""
        now, warming = self._watch.now, self._watch.warming
        self.name.setText(_capital(now.name) or "Asking…")
        place = f"{size_words(now.total_bytes)}" if now.total_bytes else ""
        self.detail.setText(", ".join(word for word in (place, now.detail) if word))
        ours = min(now.loaded_bytes, now.used_bytes)
        self.others.setText(f"In use {size_words(now.used_bytes - ours)}")
        self.free.setText(f"Free {size_words(max(0, now.total_bytes - now.used_bytes))}")
        self.trough.show_device(now)
        if warming is not None:
            self.ours.setText(f"Loading, {100 * warming.fraction:.0f} %")
        else:
            self.ours.setText(f"{now.loaded_name} {size_words(now.loaded_bytes)}")
        is_loaded = bool(now.loaded_bytes) or warming is not None
        self._ours_mark.setVisible(is_loaded)
        self.ours.setVisible(is_loaded)
        self.unload.setText("Unload" if warming is None else "Stop loading")
        reason = self._watch.why_not_unload()
        self.unload.setEnabled(not reason)
        self.unload.setToolTip(reason or "Free the memory that the loaded model takes.")
        self.unload.setAccessibleDescription(reason)

    def set_compact(self, is_compact: bool) -> None:
        """Take less room: the words beside the tick go into its tool tip."""
        words = "At start" if is_compact else "Warm up the last model at start"
        self.at_start.setText(words)
        self.at_start.setAccessibleName("Warm up the last model at start")
        for label in (self.detail, self.others, self.free, self._others_mark):
            label.setVisible(not is_compact)

    def _press(self) -> None:
        if self._watch.warming is not None:
            self._watch.stop()
        else:
            self._watch.unload()

    def _remember(self, is_wanted: bool) -> None:
        try:
            self._desktop.preferences.change(warm_up_at_start=is_wanted)
        except WorkError as error:
            self._desktop.messages.error(error)

    def _lay_out(self, theme: Theme) -> None:
        self.name.setMinimumWidth(scaled_px(70))
        names = column(self.name, self.detail, spacing_px=1)
        self._others_mark = _square(theme.recorded_peak)
        legend = row(self._others_mark, self.others, spacing_px=5)
        legend.addSpacing(6)
        legend.addWidget(self._ours_mark)
        legend.addWidget(self.ours, 1)
        legend.addSpacing(6)
        legend.addWidget(self.free)
        bars = column(self.trough, spacing_px=3)
        bars.addLayout(legend)
        figures = QWidget()
        figures.setLayout(bars)
        figures.setMaximumWidth(scaled_px(_WIDEST_BAR_PX))
        line = row(self._mark, spacing_px=10)
        line.addLayout(names)
        # No share of the room for either before all words have theirs.
        line.addWidget(figures)
        line.addStretch()
        line.addWidget(self.unload)
        line.addWidget(self.at_start)
        margin = scaled_px(_MARGIN_PX)
        line.setContentsMargins(margin, 6, margin, 6)
        for part in (self._mark, self.unload, self.at_start):
            line.setAlignment(part, Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(line)


class DeviceCorner(QWidget):
    """The same in the status bar: name, figures, a short bar, what is loaded.

    Args:
        theme: colours.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        mark = QLabel()
        mark.setPixmap(
            icon_pixmap(IconName.CPU, theme.dim, size_px=14, pixel_ratio=self.devicePixelRatioF())
        )
        self.words, self.loaded = QLabel(), ElidedLabel()
        # The status line is never what makes the window wider than the screen.
        self.loaded.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        for label in (self.words, self.loaded):
            label.setFont(ui_font(11))
            label.setStyleSheet(f"color: {theme.dim};")
        self.trough = MemoryTrough(theme, height_px=7)
        self.trough.setFixedWidth(scaled_px(64))
        line = row(mark, self.words, self.trough, self.loaded, spacing_px=6)
        line.setContentsMargins(10, 0, 6, 0)
        # The status bar hides and shows the corner itself, where a menu tells about its entries.
        self._inside = QWidget()
        self._inside.setLayout(line)
        self.setLayout(row(self._inside))
        self.show_nothing()

    def show_nothing(self) -> None:
        """Be empty."""
        self._inside.setVisible(False)

    def show_watch(self, watch: DeviceWatch) -> None:
        """Show what is known now."""
        now, warming = watch.now, watch.warming
        self._inside.setVisible(now.is_asked)
        used, total = size_words(now.used_bytes), size_words(now.total_bytes)
        self.words.setText(f"{_capital(now.name)} · {used} of {total}")
        self.trough.show_device(now)
        loaded = f"{now.loaded_name} loaded" if now.loaded_name else ""
        if warming is not None:
            loaded = f"Loading, {100 * warming.fraction:.0f} %"
        self.loaded.setText(loaded)
        self.loaded.setVisible(bool(loaded))
        self.setToolTip(device_words(now))


def device_words(now: DeviceNow) -> str:
    """Say in a sentence how full a device is and what is loaded there."""
    used, total = size_words(now.used_bytes), size_words(now.total_bytes)
    loaded = (
        f"{now.loaded_name} is loaded and takes {size_words(now.loaded_bytes)}"
        if now.loaded_name
        else "no model is loaded"
    )
    return f"{_capital(now.name)}: {used} of {total} are in use; {loaded}."


def _square(colour: str) -> QFrame:
    square = QFrame()
    size = scaled_px(8)
    square.setFixedSize(size, size)
    square.setStyleSheet(f"background: {colour};")
    return square


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
