"""The root of every error that a user may read.

A message is one sentence: what is wrong, where, and what to do. Code that catches
``PrismDeskError`` shows the message as it is; anything else that escapes is a bug.
"""

from __future__ import annotations


class PrismDeskError(Exception):
    """Something that the user can understand and act on; the message is one sentence."""


class InputError(PrismDeskError):
    """What the user gave (a file, a time, an option) can't be used as it is."""


class WorkError(PrismDeskError):
    """The work itself failed although the input was right: disk full, a codec that gave up."""


class Cancelled(PrismDeskError):  # noqa: N818  (an outcome, not an error; the field's word)
    """The user asked for the work to stop; nothing half written was left behind."""

    def __init__(self, message: str = "Cancelled.") -> None:
        super().__init__(message)
