"""Training leaves the device to sound that is being made, if the user wants that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from prismdesk.jobs.bridge import JobBridge
    from prismdesk.ui.context import Desktop


class GivingWay(QObject):
    """Watches a project's jobs, and has training wait while one is made or waits to be.

    Args:
        jobs: of the project.
        desktop: has the training, and the user's wish.
        parent: owns this.
    """

    def __init__(self, jobs: JobBridge, desktop: Desktop, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._desktop = desktop
        jobs.job_changed.connect(self._look)
        jobs.job_gone.connect(self._look)
        jobs.paused_changed.connect(self._look)
        self._unsubscribe = desktop.preferences.subscribe(self._look)
        self._look()

    def close(self) -> None:
        """Let training go on: the project is closed, and makes no sound any more."""
        self._unsubscribe()
        self._desktop.training.give_way(False)

    def _look(self, _: object = None) -> None:
        is_making = self._jobs.running() is not None
        waits = any(job.state.is_underway for job in self._jobs.jobs())
        is_needed = is_making or (waits and not self._jobs.is_paused)
        wanted = self._desktop.preferences.now.training_gives_way
        self._desktop.training.give_way(wanted and is_needed)
