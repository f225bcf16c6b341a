"""Requests and runs for the tests of the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prismdesk.engines.audiox.engine import AudioxEngine
from tests.engines.selva.asking import a_request, ignore

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from prismdesk.engines.request import Request
    from prismdesk.engines.sound import Sound

RATE_HZ = 48_000
BASE = "custom-audiox-tiny-base-untrained"
MAF = "custom-audiox-tiny-maf-untrained"
MMDIT = "custom-audiox-tiny-maf-mmdit-untrained"
ALL = (BASE, MAF, MMDIT)
QUICK = {"steps": 2, "sampler": "dpmpp-2m"}


def asked(
    start_seconds: float = 1.0,
    end_seconds: float = 2.0,
    *,
    settings: dict[str, Any] | None = None,
    **fields: Any,
) -> Request:
    """A region in noise on a stereo track; two steps."""
    given: dict[str, Any] = {"variant": BASE, "channels": 2, "rate_hz": RATE_HZ}
    quick = {**QUICK, **(settings or {})}
    return a_request(start_seconds, end_seconds, settings=quick, **(given | fields))


def made(request: Request, engine: AudioxEngine | None = None) -> tuple[Sound, ...]:
    """Run a request to its end."""
    return (engine or AudioxEngine()).run(request, ignore, lambda: False).sounds


def first(request: Request, engine: AudioxEngine | None = None) -> npt.NDArray[np.float32]:
    """The samples of the first take."""
    return made(request, engine)[0].audio
