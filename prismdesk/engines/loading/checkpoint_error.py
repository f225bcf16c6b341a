"""The error of every weight file that can't be used."""

from __future__ import annotations

from prismdesk.engines.errors import EngineError
from prismdesk.errors import InputError


class CheckpointError(EngineError, InputError):
    """A weight file can't be used; the message says what it is and what to do."""
