"""What lasts as long as the program, kept out of the way of Python's collector of cycles.

Importing, and building a window, make hundreds of thousands of objects that stay. While they are
made the collector goes through all of them again and again, which is a quarter of the time that
such a start takes. And each full collection afterwards goes through them once more, for a tenth of
a second and longer in which no thread of the process runs: seen as a picture that stands still.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def made_to_last() -> Iterator[None]:
    """Collect nothing in this block, and set aside for good what there is at its end.

    For what is done once, on one thread, and makes little that isn't kept: rubbish in cycles is
    set aside too. Blocks may lie in others.
    """
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_collecting:
            gc.enable()


def may_go() -> None:
    """Let what was set aside be collected again: much of it isn't wanted any more."""
    gc.unfreeze()
