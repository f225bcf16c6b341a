"""A hash of everything one take is made from: the same key, the same sound."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from prismdesk.engines.request import PictureSource, Request

    Hashable = npt.NDArray[np.float32] | npt.NDArray[np.float64] | npt.NDArray[np.bool_]


def request_key(request: Request, *, seed: int, engine: str, engine_version: str) -> str:
    """Return the SHA-256 of a request for one take, in hexadecimal.

    Arrays count with their shape and bytes, so the context's every sample matters; the picture
    counts by its own key. The number of takes does not count: the second take of seed 7 is the
    first of seed 8. Nor does the machine that it is made on, or what adapters are called, where
    they lie and in which order they come.
    """
    values = {
        "engine": [engine, engine_version],
        "task": request.task.value,
        "rate_hz": request.rate_hz,
        "region": [request.region_start_samples, request.region_end_samples],
        "handles": [request.head_samples, request.tail_samples],
        "prompts": [request.prompt, request.negative_prompt],
        "picture": None if request.picture is None else request.picture.key,
        "has": [request.mask is not None, request.source is not None],
        "seed": seed,
        "settings": sorted(request.settings.items()),
        "variant": request.variant,
        "adapters": sorted((one.sha256, one.strength) for one in request.adapters),
    }
    digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode())
    _add(digest, request.context)
    _add(digest, request.valid)
    if request.mask is not None:
        _add(digest, request.mask.weights)
    if request.source is not None:
        _add(digest, request.source)
    return digest.hexdigest()


def input_keys(request: Request) -> tuple[tuple[str, str], ...]:
    """Return what an engine heard and saw as (name, hash) pairs, one by one.

    So that who makes a take again can say which of it is another now.
    """
    keys = [("context", array_key(request.context, request.valid))]
    if request.picture is not None:
        keys += picture_keys(request.picture)
    if request.mask is not None:
        keys.append(("mask", array_key(request.mask.weights)))
    if request.source is not None:
        keys.append(("source", array_key(request.source)))
    return tuple(keys)


def picture_keys(picture: PictureSource) -> list[tuple[str, str]]:
    """Return the hashes of a stretch of film and of its cuts, where regions are divided."""
    return [("picture", picture.key), ("cuts", array_key(np.array(picture.cuts_seconds)))]


def array_key(*arrays: Hashable) -> str:
    """Return a hash of arrays, shapes included, in hexadecimal."""
    digest = hashlib.sha256()
    for array in arrays:
        _add(digest, array)
    return digest.hexdigest()


def _add(digest: hashlib._Hash, array: Hashable) -> None:
    digest.update(repr(array.shape).encode())
    digest.update(np.ascontiguousarray(array).data)
