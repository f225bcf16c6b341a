"""One look at the disk for work that asks many times within moments.

What is installed, and what may be used, is looked up whenever somebody asks, so that it is true.
Each look takes dozens of calls of the system, and each call may hand the interpreter to another
thread: a panel that asks ten times would hold the window up for as long as a picture takes.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_T = TypeVar("_T")


class _Seen(threading.local):
    """What one thread has seen within its block, by the function that looked."""

    found: dict[object, object] | None = None


_seen = _Seen()


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

    @wraps(look)
    def found() -> _T:
        known = _seen.found
        if known is None:
            return look()
        if look not in known:
            known[look] = look()
        return cast("_T", known[look])

    return found
