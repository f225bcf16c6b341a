"""How a training run ends early for a reason that people can do something about."""

from __future__ import annotations

from prismdesk.errors import InputError, WorkError


class TrainingError(WorkError):
    """Training ended early; the message says why, what is kept and what to do."""


class OtherRunError(InputError):
    """A run can't go on with other options, another model or other pairs than it began with."""
