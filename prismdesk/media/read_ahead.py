"""Lets one thread make blocks while another uses them."""

from __future__ import annotations

from contextlib import contextmanager
from queue import Empty, Queue
from threading import Event, Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

Item = TypeVar("Item")

_DEPTH = 4


@contextmanager
def read_ahead(items: Generator[Item, None, None]) -> Iterator[Iterator[Item]]:
    """Give the items of a generator that runs in a thread of its own, a few items ahead.

    What it raises is raised here. When the block is left, the generator is closed and its
    thread has ended.
    """
    made: Queue[tuple[Item | None, BaseException | None, bool]] = Queue(_DEPTH)
    is_over = Event()

    def make() -> None:
        try:
            for item in items:
                made.put((item, None, False))
                if is_over.is_set():
                    break
            made.put((None, None, True))
        except BaseException as error:  # noqa: BLE001 (raised again by the thread that waits)
            made.put((None, error, True))
        finally:
            items.close()

    def given() -> Iterator[Item]:
        while True:
            item, error, is_last = made.get()
            if error is not None:
                raise error
            if is_last:
                return
            yield item  # type: ignore[misc]  # None only beside the last

    thread = Thread(target=make, name="read ahead", daemon=True)
    thread.start()
    try:
        yield given()
    finally:
        is_over.set()
        while thread.is_alive():
            try:
                made.get(timeout=0.02)
            except Empty:
                continue
        thread.join()
