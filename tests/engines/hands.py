"""A user's hands on a run, for tests of engines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prismdesk.engines.sound import Sound


@dataclass
class BusyHands:
    """Hears after some steps, and has enough after one.

    Attributes:
        hear_at: after which steps.
        enough_at: from which on; 0 for never.
        enough_after: after so many steps of all takes; 0 for never.
        heard: what was delivered: sound, step, steps.
        reasons: why nothing was.
    """

    hear_at: tuple[int, ...] = ()
    enough_at: int = 0
    enough_after: int = 0
    heard: list[tuple[Sound, int, int]] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    _step: int = 0
    _steps_seen: int = 0

    def hear_wanted(self, step: int) -> bool:
        """Want it at some steps."""
        self._step = step
        self._steps_seen += 1
        return step in self.hear_at

    def deliver(self, sound: Sound, step: int, steps: int) -> None:
        """Keep what is heard."""
        self.heard.append((sound, step, steps))

    def cannot_hear(self, reason: str) -> None:
        """Keep why."""
        self.reasons.append(reason)

    def enough(self) -> bool:
        """Have enough from that step on."""
        return (0 < self.enough_at <= self._step) or (0 < self.enough_after <= self._steps_seen)
