"""Functions that want to be told of something, each safe from the others' faults."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")

_log = logging.getLogger(__name__)


class Listeners(Generic[_T]):
    """Those who listen to one kind of news.

    They may come and go from any thread; they are called on the thread that tells.

    Args:
        what: what they listen to, for the log.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._listeners: list[Callable[[_T], None]] = []

    def add(self, listener: Callable[[_T], None]) -> Callable[[], None]:
        """Have a function called with all news from now on.

        Returns:
            A function that ends this.
        """
        self._listeners = [*self._listeners, listener]

        def remove() -> None:
            self._listeners = [other for other in self._listeners if other is not listener]

        return remove

    def tell(self, news: _T) -> None:
        """Call each with the news; what one raises is logged."""
        for listener in self._listeners:
            try:
                listener(news)
            except Exception:  # noqa: BLE001  (one listener's fault is not the jobs')
                _log.exception("a listener to %s failed", self._what)
