"""Keeps the loudness of a region's takes measured, off the window's thread."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from prismdesk.ui.takes.levels import TakeLevels, measure_takes

if TYPE_CHECKING:
    from prismdesk.project.model import Region
    from prismdesk.ui.background import BackgroundTask
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document


class LevelWatch(QObject):
    """Measures anew when takes came or the region's edges moved; not during a gesture.

    ``measured`` follows when ``levels`` are others.

    Args:
        document: the project.
        desktop: long work.
        parent: owns it.
    """

    measured = Signal()

    def __init__(self, document: Document, desktop: Desktop, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._desktop = desktop
        self._levels: TakeLevels | None = None
        self._task: BackgroundTask[TakeLevels] | None = None
        self._wanted: object = None
        self._region_id = ""

    @property
    def levels(self) -> TakeLevels | None:
        """How loud the takes of the region are; None until it is known."""
        return self._levels

    def follow(self, region: Region | None) -> None:
        """Know the levels of a region's takes; the last region wanted counts."""
        region_id = region.id if region is not None else ""
        if region_id != self._region_id:
            self._region_id, self._levels, self._wanted = region_id, None, None
        wanted = (region.range, [take.path for take in region.takes]) if region else None
        if self._document.in_gesture or wanted == self._wanted:
            return
        self._wanted = wanted
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if region is not None and region.takes:
            self._measure(region)

    def _measure(self, region: Region) -> None:
        project, sounds = self._document.project, self._document.session.sounds
        self._task = self._desktop.background.run(
            f"Measuring the takes of {region.name or 'the region'}",
            lambda _, cancelled: measure_takes(project, region, sounds, cancelled=cancelled),
            done=partial(self._keep, self._wanted),
            failed=lambda _: None,
            quiet=True,
        )

    def _keep(self, wanted: object, levels: TakeLevels) -> None:
        if wanted is self._wanted:
            self._levels, self._task = levels, None
            self.measured.emit()
