"""What a queue of jobs tells of its process's memory, as a test wants it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.jobs.messages import ProcessStatus, WarmUpNews, WarmUpState

if TYPE_CHECKING:
    from collections.abc import Callable

IDLE = ProcessStatus(
    pid=1,
    memory_bytes=100,
    has_torch=True,
    loaded_engine=None,
    running_job_id=None,
    device="RTX 4070",
    device_detail="driver 550",
    device_used_bytes=600_000_000,
    device_total_bytes=12_000_000_000,
)


class FakeQueue:
    """Notes what it is told to do; a warm-up goes as far as a test says."""

    def __init__(self) -> None:
        self.status: ProcessStatus | None = IDLE
        self.is_busy = False
        self.wishes: list[tuple[str, ...]] = []
        self._listeners: list[Callable[[WarmUpNews], None]] = []

    @property
    def has_process(self) -> bool:
        return self.is_busy

    def process_status(self, *, timeout_seconds: float = 5.0) -> ProcessStatus | None:
        return self.status

    def warm_up_model(self, engine: str, variant: str) -> None:
        self.wishes.append(("warm up", engine, variant))
        self.tell(engine, variant, WarmUpState.LOADING)

    def stop_warm_up(self) -> None:
        self.wishes.append(("stop",))

    def unload(self) -> None:
        self.wishes.append(("unload",))
        self.status = IDLE

    def subscribe_to_warm_ups(self, listener: Callable[[WarmUpNews], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(
        self,
        engine: str,
        variant: str,
        state: WarmUpState,
        *,
        fraction: float = 0.0,
        message: str = "",
        model_id: str = "",
    ) -> None:
        """Have listeners hear of a warm-up."""
        news = WarmUpNews(
            engine=engine,
            variant=variant,
            state=state,
            fraction=fraction,
            message=message,
            model_id=model_id,
        )
        for listener in tuple(self._listeners):
            listener(news)

    def load(self, engine: str, variant: str) -> None:
        """Have a model loaded, and say so."""
        self.status = replace(
            IDLE,
            loaded_engine=engine,
            loaded_variant=variant,
            loaded_bytes=800_000_000,
            device_used_bytes=1_400_000_000,
        )
        self.tell(engine, variant, WarmUpState.LOADED, fraction=1.0)
