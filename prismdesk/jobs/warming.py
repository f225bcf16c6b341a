"""Loading a model ahead of a job, and what is loaded, as the engine process tells it."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from prismdesk.engines.contract import Holding, WarmsUp
from prismdesk.engines.errors import EngineError, OutOfMemoryError, WeightsDamagedError
from prismdesk.errors import Cancelled, PrismDeskError
from prismdesk.jobs.messages import WarmUp, WarmUpNews, WarmUpState

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.engines.contract import Engine, Progress, ReportProgress
    from prismdesk.progress import IsCancelled

_log = logging.getLogger(__name__)


class WarmUps:
    """The warm-ups of one process: which is wanted, and how the one at work stands.

    Args:
        tell: sends news to the window; from any thread.
        is_abandoned: whether the process has lost the window.
    """

    def __init__(self, tell: Callable[[WarmUpNews], None], is_abandoned: IsCancelled) -> None:
        self._tell = tell
        self._is_abandoned = is_abandoned
        self._lock = threading.Lock()
        self._wanted: WarmUp | None = None

    def want(self, warm_up: WarmUp) -> None:
        """Have this one done, instead of any before it."""
        with self._lock:
            self._wanted = warm_up

    def stop(self) -> None:
        """Have none done: a job came, or nobody wants it any more."""
        with self._lock:
            self._wanted = None

    def do(
        self,
        warm_up: WarmUp,
        loaded_engine: Callable[[str, ReportProgress, IsCancelled], Engine],
    ) -> bool:
        """Do a warm-up on this thread, and tell how it goes; return whether it went well."""

        def is_unwanted() -> bool:
            return self._wanted is not warm_up or self._is_abandoned()

        told = 0.0

        def report(progress: Progress) -> None:
            nonlocal told
            told = max(told, progress.fraction)
            self._send(warm_up, WarmUpState.LOADING, fraction=told)

        if is_unwanted():
            self._send(warm_up, WarmUpState.STOPPED)
            return True
        self._send(warm_up, WarmUpState.LOADING)
        try:
            engine = loaded_engine(warm_up.engine, report, is_unwanted)
            if isinstance(engine, WarmsUp):
                machine = warm_up.workplace.machine
                engine.warm_up(warm_up.variant, machine, report, is_unwanted)
        except Cancelled:
            self._send(warm_up, WarmUpState.STOPPED)
        except Exception as error:  # noqa: BLE001  (the door where any engine's error is told)
            _log.info("warm-up failed", exc_info=True)
            damaged = error.model_id if isinstance(error, WeightsDamagedError) else ""
            self._send(warm_up, WarmUpState.FAILED, message=_sentence(error), model_id=damaged)
            return isinstance(error, OutOfMemoryError)
        else:
            self._send(warm_up, WarmUpState.LOADED, fraction=1.0)
        finally:
            with self._lock:
                if self._wanted is warm_up:
                    self._wanted = None
        return True

    def _send(
        self,
        warm_up: WarmUp,
        state: WarmUpState,
        *,
        fraction: float = 0.0,
        message: str = "",
        model_id: str = "",
    ) -> None:
        self._tell(
            WarmUpNews(
                engine=warm_up.engine,
                variant=warm_up.variant,
                state=state,
                fraction=fraction,
                message=message,
                model_id=model_id,
            )
        )


def holding_of(engine: Engine | None) -> Holding:
    """Return what an engine has loaded; nothing where it doesn't say."""
    return engine.holding if isinstance(engine, WarmsUp) else Holding()


def _sentence(error: Exception) -> str:
    if isinstance(error, (EngineError, PrismDeskError)):
        return str(error)
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return "Memory ran out while the model was loaded; it still works, in smaller pieces."
    return f"The model could not be loaded ahead ({type(error).__name__}); the log says more."
