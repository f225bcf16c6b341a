"""The picture's panel: what film it is, the picture, and how it is shown."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from prismdesk.ui.fonts import ui_font
from prismdesk.ui.icons import IconName
from prismdesk.ui.picture.full_screen import FullScreenPicture
from prismdesk.ui.picture.surface import PictureSurface, PictureZoom, ShownPicture
from prismdesk.ui.widgets.buttons import icon_button
from prismdesk.ui.widgets.fields import ChoiceField
from prismdesk.ui.widgets.labels import ElidedLabel, plain_label

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from PySide6.QtCore import QSize
    from PySide6.QtGui import QImage

    from prismdesk.ui.theme import Theme
    from prismdesk.ui.times import Times

_ZOOMS = ((PictureZoom.FIT, "Fit"), (PictureZoom.HALF, "50 %"), (PictureZoom.WHOLE, "100 %"))


def rate_words(rate: Fraction) -> str:
    """Return a rate of pictures as people write it: 24 fps, 23.976 fps."""
    return f"{float(rate):.3f}".rstrip("0").rstrip(".") + " fps"


class Viewer(QWidget):
    """Shows pictures with their timecode and shot; a sentence where there are none.

    ``resized`` tells that pictures of another size are wanted (``wanted_px``).
    ``burn_in_wanted`` and ``safe_areas_wanted`` carry what the user switched on or off; what is
    shown follows ``set_burn_in`` and ``set_safe_areas``. ``full_screen_changed`` tells of the
    picture on the whole screen.

    Args:
        times: the project's way of counting, for the timecode.
        theme: the colours.
    """

    resized = Signal()
    burn_in_wanted = Signal(bool)
    safe_areas_wanted = Signal(bool)
    full_screen_changed = Signal(bool)

    def __init__(self, times: Times, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._times = times
        self._theme = theme
        self._cuts: Sequence[int] | None = None
        self._film_words: list[str] = []
        self._is_proxied = False
        self._shown = ShownPicture()
        self._full_screen: FullScreenPicture | None = None
        self.surface = PictureSurface(self._shown, theme)
        self._facts = ElidedLabel()
        self._zoom = ChoiceField("Size of the picture", _ZOOMS)
        self._burn_in = self._toggle(IconName.CAPTIONS, "Timecode in the picture")
        self._safe_areas = self._toggle(IconName.FRAME_CORNERS, "Safe areas")
        self._whole = self._toggle(IconName.CORNERS_OUT, "Picture on the whole screen")
        self._more_buttons = QHBoxLayout()
        self._below_picture = QVBoxLayout()
        self._lay_out()
        self.surface.resized.connect(self._on_resized)
        self._zoom.activated.connect(self._choose_zoom)
        self._burn_in.clicked.connect(self.burn_in_wanted)
        self._safe_areas.clicked.connect(self.safe_areas_wanted)
        self._whole.clicked.connect(self.toggle_full_screen)
        self._burn_in.setChecked(self._shown.burn_in)

    def add_button(self, button: QToolButton) -> None:
        """Put a button of somebody else beside the viewer's own."""
        self._more_buttons.addWidget(button)

    def add_below(self, tools: QWidget) -> None:
        """Put somebody else's tools between the picture and the buttons."""
        self._below_picture.addWidget(tools)

    def set_film(self, name: str, size_px: tuple[int, int], rate: Fraction) -> None:
        """Say which film it is; ``size_px`` as coded, until ``set_film_size`` says how shown."""
        self._film_words = [name, "", rate_words(rate)]
        self._set_film_px(size_px)

    def set_film_size(self, size: QSize) -> None:
        """Take the film's size as it is shown: upright, in square pixels."""
        self._set_film_px((size.width(), size.height()))

    def set_proxied(self, is_proxied: bool) -> None:
        """Say in the heading whether a proxy is shown while playing."""
        self._is_proxied = is_proxied
        self._show_facts()

    def set_times(self, times: Times) -> None:
        """Count timecode another way from the next picture on."""
        self._times = times

    def set_cuts(self, cuts_samples: Sequence[int] | None) -> None:
        """Label shots by where they begin; None where that isn't known."""
        self._cuts = cuts_samples

    def show_frame(self, image: QImage, shown_samples: int, is_exact: bool = True) -> None:
        """Show a picture with its own timecode, which may not be that of the playhead yet."""
        self._shown.image, self._shown.words = image, ""
        self._shown.timecode = self._times.timecode(shown_samples)
        is_known = self._cuts is not None
        number = bisect_right(self._cuts or (), shown_samples) + 1
        self._shown.shot = f"Shot {number}" if is_known else ""
        self._refresh()

    def show_words(self, words: str) -> None:
        """Say why there is no picture."""
        self._shown.image, self._shown.words = None, words
        self._refresh()

    @property
    def shown(self) -> ShownPicture:
        """What is to be seen now; to be read only."""
        return self._shown

    @property
    def heading(self) -> str:
        """The line over the picture: name, size, rate, and whether a proxy is played."""
        words = [*self._film_words, "proxy while playing" if self._is_proxied else ""]
        return "   ".join(word for word in words if word)

    def set_burn_in(self, is_on: bool) -> None:
        """Paint the timecode into the picture or not."""
        self._shown.burn_in = is_on
        self._burn_in.setChecked(is_on)
        self._refresh()

    def set_safe_areas(self, is_on: bool) -> None:
        """Outline safe areas or not."""
        self._shown.safe_areas = is_on
        self._safe_areas.setChecked(is_on)
        self._refresh()

    def set_zoom(self, zoom: PictureZoom) -> None:
        """Show the picture as large as fits, or at a share of its own size."""
        self._zoom.set_value(zoom)
        self.surface.set_zoom(zoom)

    def wanted_px(self) -> tuple[int, int]:
        """Return the box, in device pixels, that pictures should fit into."""
        boxes = [self.surface.wanted_px()]
        if self._full_screen is not None:
            boxes.append(self._full_screen.surface.wanted_px())
        return max(width for width, _ in boxes), max(height for _, height in boxes)

    @property
    def is_full_screen(self) -> bool:
        """Whether the picture is on a whole screen, too."""
        return self._full_screen is not None

    @property
    def full_screen_surface(self) -> PictureSurface | None:
        """Where the picture is on a whole screen, until that is closed; None if it isn't."""
        return None if self._full_screen is None else self._full_screen.surface

    def toggle_full_screen(self) -> None:
        """Show the picture on a whole screen, the second if there is one, or no longer."""
        if self._full_screen is not None:
            self._full_screen.close()
            return
        window = FullScreenPicture(self._shown, self._theme, self)
        window.surface.resized.connect(self.resized)
        window.closed.connect(self._forget_full_screen)
        self._full_screen = window
        window.open()
        self._tell_full_screen()

    def _forget_full_screen(self) -> None:
        if self._full_screen is not None:
            self._full_screen.deleteLater()
            self._full_screen = None
            self._tell_full_screen()

    def _tell_full_screen(self) -> None:
        self._whole.setChecked(self.is_full_screen)
        self.full_screen_changed.emit(self.is_full_screen)
        self.resized.emit()

    def _toggle(self, name: IconName, words: str) -> QToolButton:
        return icon_button(name, self._theme, words, checkable=True)

    def _lay_out(self) -> None:
        heading = QHBoxLayout()
        heading.setContentsMargins(14, 6, 14, 6)
        heading.setSpacing(12)
        title = plain_label("Picture")
        title.setFont(ui_font(12, bold=True))
        self._facts.setFont(ui_font(11))
        self._facts.setProperty("kind", "faint")
        heading.addWidget(title)
        heading.addWidget(self._facts, 1)
        self._facts.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        below = QHBoxLayout()
        below.setContentsMargins(8, 2, 8, 2)
        below.setSpacing(4)
        below.addWidget(self._zoom)
        below.addStretch()
        below.addLayout(self._more_buttons)
        for button in (self._burn_in, self._safe_areas, self._whole):
            below.addWidget(button)
        around = QHBoxLayout()
        around.setContentsMargins(8, 0, 8, 0)
        around.addWidget(self.surface)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(heading)
        column.addLayout(around, 1)
        column.addLayout(self._below_picture)
        column.addLayout(below)

    def _set_film_px(self, film_px: tuple[int, int]) -> None:
        self._shown.film_px = film_px
        if self._film_words:
            self._film_words[1] = f"{film_px[0]} × {film_px[1]}"
        self._show_facts()
        self._on_resized()
        self._refresh()

    def _show_facts(self) -> None:
        self._facts.setText(self.heading)

    def _choose_zoom(self) -> None:
        zoom = self._zoom.value
        if isinstance(zoom, PictureZoom):
            self.surface.set_zoom(zoom)

    def _on_resized(self) -> None:
        percent = self.surface.zoom_percent()
        if self.surface.zoom is PictureZoom.FIT:
            self._zoom.setItemText(0, "Fit" if percent is None else f"Fit {percent} %")
        self.resized.emit()

    def _refresh(self) -> None:
        self.surface.refresh()
        if self._full_screen is not None:
            self._full_screen.surface.refresh()
