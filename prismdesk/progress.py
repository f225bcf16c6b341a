"""How long work tells how far it is, and learns that it is no longer wanted."""

from __future__ import annotations

from collections.abc import Callable

from prismdesk.errors import Cancelled

FractionDone = Callable[[float], None]
"""Called with the share of the work that is done, 0.0 to 1.0, never falling."""

IsCancelled = Callable[[], bool]
"""Asked often (at least every 100 ms of work); True means stop as soon as possible."""


def ignore_progress(fraction: float) -> None:
    """Take a fraction and do nothing with it: the default where nobody watches."""


def never_cancelled() -> bool:
    """Answer that the work is still wanted: the default where nobody can cancel."""
    return False


def raise_if_cancelled(cancelled: IsCancelled) -> None:
    """Raise ``Cancelled`` if the work is no longer wanted."""
    if cancelled():
        raise Cancelled
