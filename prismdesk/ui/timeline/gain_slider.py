"""A track's gain as a slider: a drag is one step of the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSlider, QWidget

from prismdesk.project.edits import set_track_gain
from prismdesk.project.lookup import track_of
from prismdesk.ui.timeline.gain_words import gain_words

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QWheelEvent

    from prismdesk.project.ids import TrackId
    from prismdesk.project.model import Project
    from prismdesk.ui.document import Document

LOWEST_DB, HIGHEST_DB = -60.0, 12.0
STEP_DB, PAGE_DB = 0.5, 3.0
_PER_DB = 10


class GainSlider(QSlider):
    """Drag, wheel (0.5 dB a step), arrow keys (0.5 dB), Page keys (3 dB); double click is 0 dB."""

    def __init__(self, document: Document, track_id: TrackId, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._document = document
        self._track_id = track_id
        self._follows = False
        self.setRange(round(LOWEST_DB * _PER_DB), round(HIGHEST_DB * _PER_DB))
        self.setSingleStep(round(STEP_DB * _PER_DB))
        self.setPageStep(round(PAGE_DB * _PER_DB))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip("Gain; double click for 0 dB")
        self.sliderPressed.connect(self._begin)
        self.sliderReleased.connect(self._end)
        self.valueChanged.connect(self._change)

    def show_gain(self, gain_db: float) -> None:
        """Take up the track's gain; what lies outside the slider's range stands at its end."""
        self._follows = True
        self.setValue(round(gain_db * _PER_DB))
        self._follows = False
        self.setAccessibleDescription(gain_words(gain_db))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802  (Qt's name)
        """Set 0 dB."""
        self._apply(0.0)
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802  (Qt's name)
        """Change by 0.5 dB a notch, whether it has the keyboard or not."""
        notches = event.angleDelta().y() / 120
        if notches:
            self._apply(self._gain_now() + STEP_DB * notches)
        event.accept()

    def _gain_now(self) -> float:
        return track_of(self._document.project, self._track_id).gain_db

    def _edit(self, gain_db: float) -> _GainEdit:
        return _GainEdit(self._track_id, gain_db)

    def _apply(self, gain_db: float) -> None:
        gain_db = round(max(LOWEST_DB, min(gain_db, HIGHEST_DB)), 1)
        if not self._document.in_gesture and gain_db != self._gain_now():
            self._document.apply("Set track gain", self._edit(gain_db))

    def _begin(self) -> None:
        if not self._document.in_gesture:
            self._document.begin_gesture("Set track gain")

    def _change(self, value: int) -> None:
        if self._follows:
            return
        if self.isSliderDown() and self._document.in_gesture:
            self._document.preview(self._edit(value / _PER_DB))
        else:
            self._apply(value / _PER_DB)

    def _end(self) -> None:
        if self._document.in_gesture:
            self._document.commit_gesture()


class _GainEdit:
    """Sets a track's gain."""

    def __init__(self, track_id: TrackId, gain_db: float) -> None:
        self._track_id = track_id
        self._gain_db = gain_db

    def __call__(self, project: Project) -> Project:
        """Return the project with the gain."""
        return set_track_gain(project, self._track_id, self._gain_db)
