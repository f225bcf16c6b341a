"""One look at the disk for work that asks many times within moments.

What is installed, and what may be used, is looked up whenever somebody asks, so that it is true.
Each look takes dozens of calls of the system, and each call may hand the interpreter to another
thread: a panel that asks ten times would hold the window up for as long as a picture takes, and
ten panels that ask in ten turns of its event loop no less.
"""

from __future__ import annotations

import os
import threading
import time
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOMENTS_SECONDS = 0.25
"""How old something may be that is looked up in a block: what the disk says without our doing is
seen this much later."""

_PLACES_ARE_NAMED_BY = (
    "PRISMDESK_MODELS",
    "PRISMDESK_POLICY",
    "HF_HUB_CACHE",
    "HF_HOME",
    "HOME",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
)

_T = TypeVar("_T")


class _Look(NamedTuple):
    began_seconds: float
    circumstances: object
    found: object


class _Seen(threading.local):
    """What one thread has seen, by the function that looked: within its block, and lately."""

    def __init__(self) -> None:
        self.found: dict[object, object] | None = None
        self.lately: dict[object, _Look] = {}


_seen = _Seen()
_changes = 0


@contextmanager
def one_look() -> Iterator[None]:
    """Have what is ``looked_up`` looked up once at most in this thread, while the block lasts.

    For work that ends within moments and changes nothing that is looked up. Blocks may lie in
    others; the outermost one counts.
    """
    if _seen.found is not None:
        yield
        return
    _seen.found = {}
    try:
        yield
    finally:
        _seen.found = None


def looked_up(look: Callable[[], _T]) -> Callable[[], _T]:
    """Make a function remember what it found within a block of ``one_look``, and only there."""
    return _remembering(look, look)


def looked_up_lately(look: Callable[[], _T]) -> Callable[[], _T]:
    """Make a function remember what it found within a block, and from one block to the next.

    Between blocks it is remembered for a quarter of a second, unless ``note_change`` is called.
    """
    return _remembering(look, lambda: _lately(look))


def note_change() -> None:
    """Say that this program has changed what is looked up: files, choices, preferences."""
    global _changes
    _changes += 1
    if _seen.found is not None:
        _seen.found.clear()


def _remembering(look: Callable[[], _T], find: Callable[[], _T]) -> Callable[[], _T]:
    @wraps(look)
    def found() -> _T:
        known = _seen.found
        if known is None:
            return look()
        if look not in known:
            known[look] = find()
        return cast("_T", known[look])

    return found


def _lately(look: Callable[[], _T]) -> _T:
    now_seconds = time.monotonic()
    circumstances = (_changes, *map(os.environ.get, _PLACES_ARE_NAMED_BY))
    before = _seen.lately.get(look)
    if (
        before is not None
        and before.circumstances == circumstances
        and now_seconds - before.began_seconds < MOMENTS_SECONDS
    ):
        return cast("_T", before.found)
    found = look()
    _seen.lately[look] = _Look(now_seconds, circumstances, found)
    return found
