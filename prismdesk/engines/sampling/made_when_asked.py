"""A row of things that are made when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar, overload

MadeT = TypeVar("MadeT")


class MadeWhenAsked(Sequence[MadeT]):
    """What windows need at every step, prepared when a window is first worked on.

    Args:
        make: makes the one of an index.
        count: how many there are.
        kept_at_most: of longer rows each is made anew whenever it is asked for, so that memory
            stays constant.
    """

    def __init__(self, make: Callable[[int], MadeT], count: int, *, kept_at_most: int) -> None:
        self._make = make
        self._count = count
        self._keeps = count <= kept_at_most
        self._kept: dict[int, MadeT] = {}

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> MadeT: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[MadeT]: ...
    def __getitem__(self, index: int | slice) -> MadeT | Sequence[MadeT]:
        """Return the one of an index."""
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(self._count))]
        if index in self._kept:
            return self._kept[index]
        made = self._make(range(self._count)[index])
        if self._keeps:
            self._kept[index] = made
        return made
