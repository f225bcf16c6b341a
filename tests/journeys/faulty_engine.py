"""The engine of SelVA and MMAudio, to which something happens: for tests of what that costs.

What shall happen stands in the file that ``PRISMDESK_TEST_FAULT`` names, and happens once:
``die PHASE`` ends the process in the middle of a phase; ``limit MEGABYTES`` leaves the process
only so much more address space from the moment that it samples; ``lose PHASE`` has every kernel
of the networks fail from then on with what torch says of a lost GPU, as a lost one does.
"""

from __future__ import annotations

import os
import resource
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from prismdesk.engines.catalogue import create_engine
from prismdesk.engines.contract import Phase
from prismdesk.jobs import work
from prismdesk.jobs.take_files import write_take

if TYPE_CHECKING:
    from prismdesk.engines.capabilities import Capabilities
    from prismdesk.engines.contract import Engine, Progress, ReportProgress, Result
    from prismdesk.engines.request import Request
    from prismdesk.progress import IsCancelled

SOURCE = "tests.journeys.faulty_engine:create"
FAULT_VARIABLE = "PRISMDESK_TEST_FAULT"


def create(engine_id: str) -> Engine:
    """Make the engine; called in the engine process."""
    vars(work)["write_take"] = _dying_after_a_take
    return FaultyEngine(create_engine(engine_id))


class FaultyEngine:
    """Passes everything on until its fault happens."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def capabilities(self) -> Capabilities:
        return self._engine.capabilities

    def prepare(self, progress: ReportProgress) -> None:
        self._engine.prepare(progress)

    def run(self, request: Request, progress: ReportProgress, cancelled: IsCancelled) -> Result:
        def report(now: Progress) -> None:
            progress(now)
            kind, what = _fault()
            if kind == "die" and what == now.phase and now.phase is not Phase.WRITING:
                _die()
            if kind == "lose" and what == now.phase:
                _lose_device()
            if kind == "limit" and now.phase is Phase.STEP:
                _limit_memory(int(what))

        return self._engine.run(request, report, cancelled)

    def release(self) -> None:
        self._engine.release()


def _dying_after_a_take(*given: Any, **named: Any) -> Any:
    written = write_take(*given, **named)
    if _fault() == ("die", Phase.WRITING):
        _die()
    return written


def _fault() -> tuple[str, str]:
    try:
        kind, _, what = Path(os.environ[FAULT_VARIABLE]).read_text().partition(" ")
    except FileNotFoundError:
        return "", ""
    return kind, what


def _die() -> None:
    Path(os.environ[FAULT_VARIABLE]).unlink()
    os.kill(os.getpid(), signal.SIGKILL)


def _lose_device() -> None:
    Path(os.environ[FAULT_VARIABLE]).unlink()
    import torch
    from torch.nn import functional

    def fail(*_: object, **__: object) -> None:
        raise torch.AcceleratorError(
            "CUDA error: unspecified launch failure\nCUDA kernel errors might be asynchronously "
            "reported at some other API call, so the stacktrace below might be incorrect."
        )

    for kernel in ("linear", "conv1d", "conv2d", "conv_transpose1d", "layer_norm"):
        setattr(functional, kernel, fail)
    torch.conv1d = torch.conv_transpose1d = fail  # type: ignore[assignment]  # it is gone


def _limit_memory(more_megabytes: int) -> None:
    Path(os.environ[FAULT_VARIABLE]).unlink()
    most = psutil.Process().memory_info().vms + more_megabytes * 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
