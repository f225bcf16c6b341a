"""The engine process that a queue has at the moment, if it has one."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from prismdesk.jobs.client import EngineClient
from prismdesk.jobs.messages import AskStatus, ProcessStatus, Ready

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prismdesk.jobs.messages import (
        Failed,
        Finished,
        FromProcess,
        HeardSoFar,
        JobProgress,
        SavedElsewhere,
        Stopped,
        ToProcess,
        WarmUpNews,
    )

    WorkNews = JobProgress | HeardSoFar | Finished | SavedElsewhere | Failed | Stopped | WarmUpNews


class CurrentProcess:
    """Starts, speaks with and ends one engine process after another, all for one queue.

    Methods run on the queue's own thread, except where they say otherwise. What a process sends
    that is no longer the current one is dropped.

    Args:
        log_path: where processes write their log.
        engine_source: ``module:function`` making an engine of an id.
        grace_seconds: how long a process may take to end by itself.
        post: has a function called on the queue's own thread.
        on_news: called there with what the process sends of jobs and warm-ups.
        on_end: called there with the exit code of a process that ended unasked.
    """

    def __init__(
        self,
        log_path: Path,
        *,
        engine_source: str,
        grace_seconds: float,
        post: Callable[[Callable[[], None]], None],
        on_news: Callable[[WorkNews], None],
        on_end: Callable[[int], None],
    ) -> None:
        self._log_path = log_path
        self._engine_source = engine_source
        self._grace_seconds = grace_seconds
        self._post = post
        self._on_news = on_news
        self._on_end = on_end
        self._client: EngineClient | None = None
        self._answered = threading.Condition()
        self._answers = 0
        self._status: ProcessStatus | None = None

    @property
    def client(self) -> EngineClient | None:
        """The process's other end of the line; to be read from any thread."""
        return self._client

    def start(self) -> None:
        """Have a process.

        Raises:
            OSError: none can be started.
        """
        if self._client is not None:
            return
        client = EngineClient(
            log_path=self._log_path,
            on_message=lambda message: self._post(lambda: self._receive(client, message)),
            on_end=lambda code: self._post(lambda: self._has_ended(client, code)),
            engine_source=self._engine_source,
        )
        self._client = client

    def send(self, message: ToProcess) -> None:
        """Send a message; without a process it is lost."""
        if self._client is not None:
            self._client.send(message)

    def end(self) -> None:
        """End the process now, whatever it does; ``on_end`` tells when it has."""
        if self._client is not None:
            self._client.end()

    def stop(self) -> None:
        """Be without a process, letting one that is there end by itself if it does in time."""
        client, self._client = self._client, None
        if client is not None:
            client.stop(grace_seconds=self._grace_seconds)

    def ask_status(self, device: str) -> None:
        """Ask for the status, to come to ``wait_for_status``."""
        if self._client is None:
            self._answer(None)
        self.send(AskStatus(device=device))

    @property
    def answers(self) -> int:
        """How many statuses have come, that of no process among them; from any thread."""
        with self._answered:
            return self._answers

    def wait_for_status(self, after: int, timeout_seconds: float) -> ProcessStatus | None:
        """Return a status that came lately, None if there is no process or no answer in time.

        From any thread but the queue's own; one answer does for all who wait.

        Args:
            after: ``answers`` before this one was asked for.
            timeout_seconds: how long to wait.
        """
        with self._answered:
            has_come = self._answered.wait_for(lambda: self._answers > after, timeout_seconds)
            return self._status if has_come else None

    def _receive(self, client: EngineClient, message: FromProcess) -> None:
        if client is not self._client or isinstance(message, Ready):
            return
        if isinstance(message, ProcessStatus):
            self._answer(message)
        else:
            self._on_news(message)

    def _answer(self, status: ProcessStatus | None) -> None:
        with self._answered:
            self._answers += 1
            self._status = status
            self._answered.notify_all()

    def _has_ended(self, client: EngineClient, returncode: int) -> None:
        if client is self._client:
            self._client = None
            self._on_end(returncode)
