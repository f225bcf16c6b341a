"""What can be wrong with a project, an edit, or a time that the user typed."""

from __future__ import annotations

from prismdesk.errors import InputError


class TimecodeError(InputError):
    """A text is no timecode, or names a frame that doesn't exist at this rate."""


class PositionError(InputError):
    """A text is no position in the film."""


class EditError(InputError):
    """An edit can't be made; the project is unchanged, and the message says why."""


class InconsistentProject(InputError):  # noqa: N818  (a state of the project, not a kind of mistake)
    """A project breaks a rule; the message says which and where."""
