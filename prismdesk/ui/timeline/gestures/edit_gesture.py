"""A drag that edits the project: previewed while it lasts, one step of the history at its end."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.project.model import Project
    from prismdesk.ui.timeline.gestures.hands import Hands
    from prismdesk.ui.timeline.pointer import Pointer


class EditGesture(ABC):
    """What edits by dragging have in common; the history isn't touched before the first move.

    Subclasses answer ``edit_at``: the edit that a pointer stands for, and the figure to show. An
    edit that can't be leaves the last one that could, and the reason beside the pointer.
    """

    label = ""

    def __init__(self, hands: Hands) -> None:
        self.hands = hands
        self._has_begun = False

    @abstractmethod
    def edit_at(self, pointer: Pointer) -> tuple[Callable[[Project], Project], str]:
        """Return the edit of the state before the gesture, and the figure."""

    def move(self, pointer: Pointer) -> None:
        """Show what the pointer stands for."""
        if not self._has_begun:
            self.hands.document.begin_gesture(self.label)
            self._has_begun = True
        edit, figure = self.edit_at(pointer)
        why_not = self.hands.document.preview(edit)
        self.hands.say(pointer, why_not or figure)

    def finish(self, pointer: Pointer) -> None:
        """Make the last preview a step."""
        if self._has_begun:
            self.hands.document.commit_gesture()
        self.hands.rest()

    def cancel(self) -> None:
        """Go back to exactly the state before."""
        if self._has_begun:
            self.hands.document.cancel_gesture()
        self.hands.rest()
