"""What was worked out of picture and words, found again by content: here and in the cache."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from prismdesk.engines.request import FeatureStore

    Arrays = dict[str, npt.NDArray[Any]]

_VERSION = 1
"""To be raised whenever the same content would give other features than before."""

_MOST_BYTES = 512 * 2**20


class FeatureMemory:
    """Features of the last runs, in main memory, up to so many bytes; oldest go first."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._kept: OrderedDict[str, Arrays] = OrderedDict()

    def get(self, key: str) -> Arrays | None:
        """Return what was put under a key."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: str, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Keep arrays under a key; they must not be changed afterwards."""
        self._kept[key] = dict(arrays)
        self._kept.move_to_end(key)
        while len(self._kept) > 1 and self.size_bytes > self._most_bytes:
            self._kept.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()

    @property
    def size_bytes(self) -> int:
        """Of all that is kept."""
        return sum(array.nbytes for arrays in self._kept.values() for array in arrays.values())


class Features:
    """Looks in main memory first, then in the request's store; keeps in both.

    Args:
        engine: whose features they are; engines share none.
        memory: of this engine.
        store: of the request.
    """

    def __init__(self, engine: str, memory: FeatureMemory, store: FeatureStore) -> None:
        self._engine = engine
        self._memory = memory
        self._store = store

    def get(self, kind: str, about: Mapping[str, object]) -> Arrays | None:
        """Return what was worked out about something, None if it has to be worked out."""
        key = feature_key(self._engine, kind, about)
        found = self._memory.get(key)
        if found is None:
            found = self._store.get(key)
            if found is not None:
                self._memory.put(key, found)
        return found

    def put(
        self, kind: str, about: Mapping[str, object], arrays: Mapping[str, npt.NDArray[Any]]
    ) -> None:
        """Keep what was worked out."""
        key = feature_key(self._engine, kind, about)
        self._memory.put(key, arrays)
        self._store.put(key, arrays)


def feature_key(engine: str, kind: str, about: Mapping[str, object]) -> str:
    """Return the key of one kind of features about something, told by JSON values.

    Two different contents never share a key: it is a hash of all that decides the features.
    """
    told = json.dumps({"kind": kind, "version": _VERSION, **about}, sort_keys=True)
    return f"{engine}-{kind}-{hashlib.sha256(told.encode('utf-8')).hexdigest()}"
