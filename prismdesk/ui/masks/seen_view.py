"""Shows what the region's model sees of the film at the playhead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from prismdesk.errors import PrismDeskError
from prismdesk.session.seen_picture import SeenPicture, looks_of_region, seen_pictures
from prismdesk.ui.fonts import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import wrapped_label
from prismdesk.ui.widgets.buttons import plain_button
from prismdesk.ui.widgets.labels import plain_label

if TYPE_CHECKING:
    from typing import Any

    import numpy as np
    import numpy.typing as npt
    from PySide6.QtGui import QCloseEvent, QShowEvent

    from prismdesk.engines.picture.seen import Look
    from prismdesk.ui.background import BackgroundTask
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.masks.editing import MaskEditing

_SIDE_PX = 224
_PAUSE_MS = 40
_TITLES = {"timing": "Timing", "meaning": "Meaning"}
_HELP = {
    "timing": "When things happen is read from this picture.",
    "meaning": "What there is to be heard is read from this picture.",
}
_UNUSED = "Not used: set “Picture meaning” to picture, and the model is given it."


def pixels_image(pixels: npt.NDArray[np.uint8]) -> QImage:
    """Return RGB pixels, uint8 (height, width, 3), as an image of its own."""
    height, width, _ = pixels.shape
    data = pixels.tobytes()
    return QImage(data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def look_words(look: Look) -> str:
    """Say how an encoder looks: "224 × 224, squashed, 25 a second"."""
    shape = "squashed" if look.geometry == "squash" else "middle cropped"
    return f"{look.size_px} × {look.size_px}, {shape}, {look.rate_hz:g} a second"


class SeenView(QDialog):
    """Two pictures side by side that follow the playhead; it stays open beside the window.

    Args:
        editing: the region and the playhead.
        desktop: colours and long work.
        parent: the window.
    """

    def __init__(self, editing: MaskEditing, desktop: Desktop, parent: QWidget) -> None:
        super().__init__(parent)
        self._editing = editing
        self._desktop = desktop
        self._task: BackgroundTask[Any] | None = None
        self._is_behind = False
        self.setWindowTitle("What the model sees")
        self.panes = {purpose: _Pane(purpose) for purpose in ("timing", "meaning")}
        self.words = wrapped_label(kind="dim")
        close = plain_button("Close", desktop.theme)
        close.clicked.connect(self.close)
        close.setAutoDefault(False)
        side_by_side = QHBoxLayout()
        side_by_side.setSpacing(scaled_px(16))
        for pane in self.panes.values():
            side_by_side.addWidget(pane, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.words, 1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setSpacing(scaled_px(12))
        column.addLayout(side_by_side, 1)
        column.addLayout(foot)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._look)
        editing.changed.connect(self.refresh)
        editing.transport.moved.connect(self.refresh)

    def refresh(self) -> None:
        """Look again soon."""
        if self.isVisible() and not self._pause.isActive():
            self._pause.start()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  (Qt's name)
        """Look at once."""
        super().showEvent(event)
        self.refresh()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  (Qt's name)
        """Look no more."""
        self._pause.stop()
        if self._task is not None:
            self._task.forget()
            self._task = None
        super().closeEvent(event)

    def _look(self) -> None:
        if self._task is not None:
            # One after the other: the last position is looked at when the work under way ends.
            self._is_behind = True
            return
        document, region = self._editing.document, self._editing.region
        film = document.session.film_path()
        if region is None or film is None:
            self._say("Select a region of a film.")
            return
        try:
            looks = looks_of_region(region)
        except PrismDeskError as error:
            self._say(str(error))
            return
        folder, rate_hz = document.session.folder, document.project.rate_hz
        position = self._editing.transport.position_samples
        self._task = self._desktop.background.run(
            "Looking as the model does",
            lambda _, cancelled: seen_pictures(
                folder,
                film,
                region,
                looks,
                rate_hz=rate_hz,
                position_samples=position,
                cancelled=cancelled,
            ),
            done=self._show,
            failed=self._fail,
            quiet=True,
        )

    def _show(self, pictures: tuple[SeenPicture, ...]) -> None:
        for picture in pictures:
            self.panes[picture.look.purpose].show_picture(picture)
        region = self._editing.region
        self.words.setText(self._note(any(picture.is_masked for picture in pictures)))
        self.setAccessibleDescription("" if region is None else f"Region {region.name}")
        self._go_on()

    def _note(self, is_masked: bool) -> str:
        region = self._editing.region
        if region is None:
            return ""
        if not region.sees_picture:
            return "The region doesn't look at the film now; this is what it would see."
        if not self._editing.is_inside:
            return "The playhead is outside the region; its nearest end is shown."
        if is_masked:
            return "What the mask leaves out is turned grey before the model sees it."
        return "The whole picture is listened to."

    def _fail(self, error: PrismDeskError) -> None:
        self._say(str(error))
        self._go_on()

    def _say(self, words: str) -> None:
        for pane in self.panes.values():
            pane.show_nothing()
        self.words.setText(words)

    def _go_on(self) -> None:
        self._task = None
        if self._is_behind:
            self._is_behind = False
            self.refresh()


class _Pane(QWidget):
    """One picture with its title and figures."""

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self._purpose = purpose
        self.title = plain_label(_TITLES[purpose])
        self.title.setFont(ui_font(12, bold=True))
        self.figures = plain_label("", kind="dim")
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setMinimumSize(scaled_px(_SIDE_PX), scaled_px(_SIDE_PX))
        self.picture.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.picture.setAccessibleName(f"Picture for {_TITLES[purpose].lower()}")
        self.note = wrapped_label(_HELP[purpose], kind="faint")
        # Both notes take two lines, so that the pictures stand side by side whatever they say.
        self.note.setMinimumHeight(2 * self.note.fontMetrics().lineSpacing())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(scaled_px(4))
        column.addWidget(self.title)
        column.addWidget(self.figures)
        column.addWidget(self.picture, 1)
        column.addWidget(self.note)
        self.image = QImage()

    def show_picture(self, picture: SeenPicture) -> None:
        look = picture.look
        self.image = pixels_image(picture.pixels)
        side = min(self.picture.width(), self.picture.height())
        self.picture.setPixmap(
            QPixmap.fromImage(self.image).scaled(
                QSize(side, side),
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.FastTransformation
                if side >= 2 * self.image.width()
                else Qt.TransformationMode.SmoothTransformation,
            )
        )
        self.picture.setEnabled(look.is_used)
        self.figures.setText(look_words(look))
        self.note.setText(_HELP[self._purpose] if look.is_used else _UNUSED)
        masked = ", masked" if picture.is_masked else ""
        self.picture.setAccessibleDescription(f"Frame {picture.number + 1} of the region{masked}")

    def show_nothing(self) -> None:
        self.image = QImage()
        self.picture.clear()
        self.figures.setText("")
