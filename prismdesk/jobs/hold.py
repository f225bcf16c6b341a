"""Whether the jobs that wait are held back: by the user, or because a disk is full."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Hold:
    """Holds the next job back; every method may be called from any thread.

    Args:
        go_on: called when jobs may start again: it must only pass that on.
    """

    def __init__(self, go_on: Callable[[], None]) -> None:
        self._go_on = go_on
        self._is_paused = False
        self._is_for_room = False

    @property
    def is_paused(self) -> bool:
        """Whether no further job starts."""
        return self._is_paused

    def pause(self) -> None:
        """Start no further job until ``resume``: it is the user's wish, whatever was before."""
        self._is_paused = True
        self._is_for_room = False

    def resume(self) -> None:
        """Go on, whatever the reason was."""
        self._is_paused = False
        self._is_for_room = False
        self._go_on()

    def pause_for_room(self) -> None:
        """Start no further job until there is room; a pause that the user made stays the user's."""
        if not self._is_paused:
            self._is_paused = self._is_for_room = True

    def resume_with_room(self) -> None:
        """Go on if it was for lack of room."""
        if self._is_for_room:
            self._is_for_room = self._is_paused = False
            self._go_on()
