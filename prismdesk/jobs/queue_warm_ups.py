"""Models that are loaded before a job needs them, as a queue asks for them and tells of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.jobs.listeners import Listeners
from prismdesk.jobs.messages import WarmUp, WarmUpNews, WarmUpState

if TYPE_CHECKING:
    from prismdesk.jobs.current_process import CurrentProcess
    from prismdesk.jobs.messages import Workplace


class QueueWarmUps:
    """The warm-up under way, if there is one, and those who listen.

    Runs on the queue's own thread; listeners may come and go from any.

    Args:
        process: where models are loaded.
    """

    def __init__(self, process: CurrentProcess) -> None:
        self.listeners: Listeners[WarmUpNews] = Listeners("warm-ups")
        self._process = process
        self._under_way: tuple[str, str] | None = None

    def begin(self, engine: str, variant: str, workplace: Workplace) -> None:
        """Have the process load a model."""
        self._under_way = (engine, variant)
        self._process.send(WarmUp(engine=engine, variant=variant, workplace=workplace))

    def refuse(self, engine: str, variant: str) -> None:
        """Tell that a model isn't loaded now."""
        self.tell(WarmUpNews(engine=engine, variant=variant, state=WarmUpState.STOPPED))

    def tell(self, news: WarmUpNews) -> None:
        """Pass news on to all who listen."""
        is_loading = news.state is WarmUpState.LOADING
        self._under_way = (news.engine, news.variant) if is_loading else None
        self.listeners.tell(news)

    def end_with_process(self) -> None:
        """Tell that a warm-up, if one was under way, ended with its process."""
        if self._under_way is not None:
            engine, variant = self._under_way
            self.tell(
                WarmUpNews(
                    engine=engine,
                    variant=variant,
                    state=WarmUpState.FAILED,
                    message="The model's process stopped while it was loaded; it starts again "
                    "with the next job.",
                )
            )
