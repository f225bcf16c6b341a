"""Undo and redo: a list of project values with labels, and a position in it.

::

    steps      New project │ Split clip │ Trim end │ Set gain
    position                               ▲ project

Undo and redo move the position; a new edit drops the steps after it. Step 0 is the state that
the history begins with and can't be undone. "Saved" is a position too, not a flag. A gesture (a
drag) previews freely and becomes one step, or none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prismdesk.project.model import Project


class HistoryError(InputError):
    """There is nothing to undo or redo, or a gesture is in the way."""


class Step:
    """One state with the label of the edit that led to it, e.g. ``Split clip``.

    The project may be given as a function that is called when it is first asked for: a history
    read from the disk only rebuilds the states that are visited.
    """

    __slots__ = ("_load", "_project", "label", "made_utc")

    def __init__(self, label: str, project: Project | Callable[[], Project], made_utc: str = ""):
        self.label = label
        self.made_utc = made_utc
        self._project: Project | None = None if callable(project) else project
        self._load: Callable[[], Project] | None = project if callable(project) else None

    @property
    def project(self) -> Project:
        """The state; what the loading function raises comes through."""
        if self._project is None:
            assert self._load is not None
            self._project = self._load()
            self._load = None
        return self._project


class History:
    """Steps, a position among them, and where the last save was.

    Args:
        steps: at least one; the first is the state that can't be undone.
        position: index of the current step; the last if None.
        saved_position: index of the step that is on disk as the project file, None if no step is.
    """

    def __init__(
        self,
        steps: Sequence[Step],
        *,
        position: int | None = None,
        saved_position: int | None = None,
    ) -> None:
        if not steps:
            raise ValueError("a history has at least one step")
        self._steps = list(steps)
        self._position = len(steps) - 1 if position is None else position
        self._saved_position = saved_position
        self._gesture: tuple[str, Project] | None = None

    @classmethod
    def of(cls, project: Project, label: str = "New project") -> History:
        """Return a history that begins with the project, unsaved."""
        return cls([Step(label, project)])

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps, oldest first, undone ones included."""
        return tuple(self._steps)

    @property
    def position(self) -> int:
        """Index of the current step."""
        return self._position

    @property
    def project(self) -> Project:
        """What is to be shown: the preview during a gesture, else the current step's state."""
        return self._gesture[1] if self._gesture else self._steps[self._position].project

    @property
    def can_undo(self) -> bool:
        """Whether a step lies before the current one and no gesture is under way."""
        return self._gesture is None and self._position > 0

    @property
    def can_redo(self) -> bool:
        """Whether an undone step lies after the current one and no gesture is under way."""
        return self._gesture is None and self._position + 1 < len(self._steps)

    @property
    def label_of_undo(self) -> str | None:
        """Label of the edit that ``undo`` would take back, or None."""
        return self._steps[self._position].label if self.can_undo else None

    @property
    def label_of_redo(self) -> str | None:
        """Label of the edit that ``redo`` would bring back, or None."""
        return self._steps[self._position + 1].label if self.can_redo else None

    def labels(self) -> tuple[str, ...]:
        """Return the labels of all steps, oldest first."""
        return tuple(step.label for step in self._steps)

    def record(self, label: str, project: Project, made_utc: str = "") -> None:
        """Add a state after the current one; undone steps are dropped."""
        self.refuse_during_gesture()
        del self._steps[self._position + 1 :]
        if self._saved_position is not None and self._saved_position > self._position:
            self._saved_position = None
        self._steps.append(Step(label, project, made_utc))
        self._position += 1

    def undo(self) -> Project:
        """Go back one step and return its state.

        Raises:
            HistoryError: there is none, or a gesture is under way.
        """
        return self._move(-1, "undo")

    def redo(self) -> Project:
        """Go forward one step and return its state.

        Raises:
            HistoryError: there is none, or a gesture is under way.
        """
        return self._move(1, "redo")

    def begin_gesture(self, label: str) -> None:
        """Start previewing what will become one step.

        Raises:
            HistoryError: a gesture is under way already.
        """
        self.refuse_during_gesture()
        self._gesture = (label, self._steps[self._position].project)

    def refuse_during_gesture(self) -> None:
        """Raise ``HistoryError`` if a gesture is under way."""
        if self._gesture is not None:
            raise HistoryError(f"“{self._gesture[0]}” is under way; finish or cancel it first.")

    @property
    def gesture_label(self) -> str | None:
        """Label of the gesture under way, or None."""
        return self._gesture[0] if self._gesture else None

    @property
    def project_before_gesture(self) -> Project:
        """The current step's state, which previews start from."""
        return self._steps[self._position].project

    def preview(self, project: Project) -> None:
        """Show a state without recording it."""
        label, _ = self._current_gesture()
        self._gesture = (label, project)

    def commit(self, label: str | None = None) -> Project:
        """End the gesture: its last preview becomes one step, unless nothing changed."""
        begun_as, project = self._current_gesture()
        self._gesture = None
        if project != self.project:
            self.record(label or begun_as, project)
        return self.project

    def cancel(self) -> Project:
        """End the gesture as if it had never begun; return the state before it."""
        self._current_gesture()
        self._gesture = None
        return self.project

    @property
    def saved_position(self) -> int | None:
        """Index of the step that the project file holds, or None."""
        return self._saved_position

    @property
    def is_saved(self) -> bool:
        """Whether the project file holds the current step."""
        return self._gesture is None and self._saved_position == self._position

    def mark_saved(self) -> None:
        """Note that the project file now holds the current step."""
        self._saved_position = self._position

    def forget_oldest(self, count: int) -> None:
        """Drop the first steps; the first one left can't be undone any more.

        Raises:
            ValueError: the current step would be among them.
        """
        if not 0 <= count <= self._position:
            raise ValueError(f"can't forget {count} steps at position {self._position}")
        del self._steps[:count]
        self._position -= count
        if self._saved_position is not None:
            saved = self._saved_position - count
            self._saved_position = saved if saved >= 0 else None

    def _move(self, by: int, verb: str) -> Project:
        self.refuse_during_gesture()
        target = self._position + by
        if not 0 <= target < len(self._steps):
            raise HistoryError(f"There is nothing to {verb}.")
        project = self._steps[target].project  # may fail to load; the position stays then
        self._position = target
        return project

    def _current_gesture(self) -> tuple[str, Project]:
        if self._gesture is None:
            raise HistoryError("No gesture is under way.")
        return self._gesture
