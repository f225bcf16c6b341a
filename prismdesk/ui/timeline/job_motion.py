"""Moves what jobs show from one state to the next: drafts cross-fade, bars run on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from prismdesk.ui.timeline.job_look import blended

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.project.ids import RegionId
    from prismdesk.ui.timeline.job_look import JobLook

DRAFT_MS, BAR_MS = 150, 120
_STEP_MS = 16


@dataclass(frozen=True, slots=True)
class _Way:
    before: JobLook | None
    after: JobLook
    began_ms: int


def look_between(before: JobLook | None, after: JobLook, elapsed_ms: float) -> JobLook:
    """Return what is shown some time after a look has changed.

    Args:
        before: what was shown then; None where nothing was.
        after: what will be shown.
        elapsed_ms: since then. A draft takes 150 ms, the bar 120 ms, eased out.
    """
    envelope, fraction = after.envelope, after.fraction
    draft = min(elapsed_ms / DRAFT_MS, 1.0)
    if envelope is not None and draft < 1.0:
        envelope = blended(before.envelope if before else None, envelope, draft)
    bar = min(elapsed_ms / BAR_MS, 1.0)
    if fraction is not None and before is not None and before.fraction is not None and bar < 1.0:
        fraction = before.fraction + (fraction - before.fraction) * (1 - (1 - bar) ** 2)
    return replace(after, envelope=envelope, fraction=fraction)


class JobMotion(QObject):
    """Keeps ``shown`` up to date; ``changed`` carries the id of a region to be drawn again.

    Args:
        is_still: whether motion shall be reduced: then all changes at once.
        parent: owns it.
    """

    changed = Signal(object)

    def __init__(self, is_still: Callable[[], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shown: dict[RegionId, JobLook] = {}
        self._is_still = is_still
        self._ways: dict[RegionId, _Way] = {}
        self._clock = QElapsedTimer()
        self._clock.start()
        self._timer = QTimer(self)
        self._timer.setInterval(_STEP_MS)
        self._timer.timeout.connect(self._step)

    def set_look(self, region_id: RegionId, look: JobLook | None) -> None:
        """Show another look; None takes it away at once."""
        before = self.shown.get(region_id)
        if look is None:
            self.shown.pop(region_id, None)
            self._ways.pop(region_id, None)
        elif self._is_still() or (look.envelope is None and before is None):
            self.shown[region_id] = look
            self._ways.pop(region_id, None)
        else:
            self._ways[region_id] = _Way(before, look, self._clock.elapsed())
            self.shown[region_id] = look_between(before, look, 0)
            self._timer.start()
        self.changed.emit(region_id)

    def _step(self) -> None:
        now = self._clock.elapsed()
        for region_id, way in list(self._ways.items()):
            elapsed = now - way.began_ms
            self.shown[region_id] = look_between(way.before, way.after, elapsed)
            if elapsed >= max(DRAFT_MS, BAR_MS):
                del self._ways[region_id]
            self.changed.emit(region_id)
        if not self._ways:
            self._timer.stop()
