"""A document over a real session in a folder, and a player that notes what it is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from prismdesk.project.store import ProjectStore
from prismdesk.session.session import Session
from prismdesk.ui.document import Document
from tests.ui.scenes import a_worked_on_project

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.project.model import Project
    from prismdesk.project.timebase import SampleRange
    from prismdesk.ui.messages import Messages


def a_document(folder: Path, messages: Messages, project: Project | None = None) -> Document:
    """Return a document over a project that is stored in ``folder``; its sounds are missing."""
    store = ProjectStore.create(folder, "Harbour", project or a_worked_on_project())
    return Document(Session(store), messages)


@dataclass
class NotedState:
    """What the player says of itself."""

    position_samples: int = 0
    speed: float = 0.0
    is_playing: bool = False


@dataclass
class NotedPlayer:
    """Plays nothing; ``calls`` are what it was asked for, ``now`` is what it answers."""

    now: NotedState = field(default_factory=NotedState)
    calls: list[tuple[object, ...]] = field(default_factory=list)

    def state(self) -> NotedState:
        """Return what a test wants it to say."""
        return self.now

    def play(self, speed: float = 1.0) -> None:
        """Note it."""
        self.calls.append(("play", speed))
        self.now.is_playing = True

    def stop(self) -> None:
        """Note it."""
        self.calls.append(("stop",))
        self.now.is_playing = False

    def shuttle(self, speed: float) -> None:
        """Note it."""
        self.calls.append(("shuttle", speed))
        self.now.is_playing = True

    def seek(self, position_samples: int) -> None:
        """Note it."""
        self.calls.append(("seek", position_samples))
        self.now.position_samples = position_samples

    def scrub(self, position_samples: int) -> None:
        """Note it."""
        self.calls.append(("scrub", position_samples))
        self.now.position_samples = position_samples

    def set_loop(self, span: SampleRange | None) -> None:
        """Note it."""
        self.calls.append(("loop", span))

    def play_span(self, span: SampleRange, *, then_return_to: int | None = None) -> None:
        """Note it."""
        self.calls.append(("span", span, then_return_to))
        self.now.is_playing = True
