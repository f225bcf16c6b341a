"""What can go wrong between a project and the disk; every message is one sentence."""

from __future__ import annotations

from prismdesk.errors import InputError, WorkError


class StoreError(InputError):
    """A project can't be opened, made or changed as asked."""


class FormatError(StoreError):
    """A project's data breaks the format; the message names the field.

    Args:
        problem: what is wrong, beginning with the field's path, without a full stop.
    """

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class NewerFormatError(StoreError):
    """The project was written by a newer program; nothing on disk is touched."""


class LockedError(StoreError):
    """The project is open elsewhere; the message says by which program and since when."""


class StoreWorkError(WorkError):
    """The disk refused: full, read-only, unplugged. The project on disk is as it was before."""
