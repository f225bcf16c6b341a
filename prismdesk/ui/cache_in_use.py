"""How much a cache holds, and the button that empties it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from prismdesk.session.model_words import size_words
from prismdesk.ui.widgets.arranging import row
from prismdesk.ui.widgets.buttons import plain_button
from prismdesk.ui.widgets.labels import plain_label

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.ui.theme import Theme


class CacheKeeper(Protocol):
    """Knows a cache; both methods may work in threads of their own."""

    def measure(self, done: Callable[[int], object]) -> object:
        """Call ``done`` on the window's thread with how many bytes the cache holds."""

    def empty(self, done: Callable[[], object]) -> object:
        """Delete what can be made again, then call ``done`` on the window's thread."""


class CacheInUse(QWidget):
    """Measures a cache when it is made and after it was emptied.

    Args:
        cache: what is measured; None where no project is open.
        verb: on the button, e.g. "Empty the cache".
        theme: the colours.
    """

    def __init__(self, cache: CacheKeeper | None, verb: str, theme: Theme) -> None:
        super().__init__()
        self._cache = cache
        self._verb = verb
        self._size = plain_label("")
        self.button = plain_button(verb, theme)
        self.button.clicked.connect(self._empty)
        self.setLayout(row(self._size, self.button, None, spacing_px=12))
        self._measure()

    def _measure(self) -> None:
        if not isValid(self):  # what works in the background may outlive its page
            return
        self.button.setEnabled(False)
        if self._cache is None:
            self._size.setText("No project is open.")
            self.button.setToolTip("Open a project first.")
        else:
            self._size.setText("Being measured…")
            self._cache.measure(self._show_size)

    def _show_size(self, size_bytes: int) -> None:
        if not isValid(self):
            return
        words = size_words(size_bytes)
        self._size.setText(words)
        self.button.setText(f"{self._verb}, {words}")
        self.button.setEnabled(size_bytes > 0)

    def _empty(self) -> None:
        if self._cache is not None:
            self.button.setEnabled(False)
            self._cache.empty(self._measure)
