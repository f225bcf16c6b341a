"""What a denoiser can't be asked for."""

from __future__ import annotations

from prismdesk.engines.errors import EngineError
from prismdesk.errors import InputError


class DenoiserError(EngineError, InputError):
    """A denoiser is asked for a length or given a condition that it can't take."""
