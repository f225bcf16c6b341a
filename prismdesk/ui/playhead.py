"""The one position that picture, timeline and figures share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from prismdesk.ui.project_view import ProjectView


class Playhead(QObject):
    """A position in samples, always inside the film; ``moved`` tells of each change."""

    moved = Signal(object)

    def __init__(self, view: ProjectView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._position_samples = 0

    @property
    def position_samples(self) -> int:
        """Where it stands."""
        return self._position_samples

    def move_to(self, samples: int) -> None:
        """Move to a sample, or to the nearest place inside the film."""
        samples = max(0, min(samples, self._view.end_samples - 1))
        if samples != self._position_samples:
            self._position_samples = samples
            self.moved.emit(samples)

    def step_frames(self, frames: int) -> None:
        """Move by whole frames, to the beginning of one."""
        here = self._view.frame_at(self._position_samples)
        if frames < 0 and self._position_samples > self._view.frame_start(here):
            # Inside a frame, the first step back goes to where it begins.
            frames += 1
        there = max(0, min(here + frames, self._view.last_frame()))
        self.move_to(self._view.frame_start(there))

    def step_seconds(self, seconds: int) -> None:
        """Move by whole seconds."""
        self.move_to(self._position_samples + seconds * self._view.project.rate_hz)

    def go_to_start(self) -> None:
        """Move to the first frame."""
        self.move_to(0)

    def go_to_end(self) -> None:
        """Move to the last frame."""
        self.move_to(self._view.frame_start(self._view.last_frame()))
