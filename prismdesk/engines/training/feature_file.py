"""Features of a film's picture as other trainers of SelVA keep them: ``X.npz`` beside ``X.wav``.

A file holds ``sync_features`` and ``clip_features`` (float32, frames by width) of eight seconds,
and may hold ``prompt``, ``duration`` and ``variant``; none of them depends on the generator, so
that any variant can use them. ``prompts.txt`` beside it may say ``X.npz: words`` line by line.
"""

from __future__ import annotations

import zipfile
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from prismdesk.engines.training.pair_input import PairInputError

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt


PROMPTS_FILE = "prompts.txt"
CLIP_FEATURES, SYNC_FEATURES, PROMPT = "clip_features", "sync_features", "prompt"

_MOST_MEMBER_BYTES = 64 << 20
_UNREADABLE = (
    OSError,
    ValueError,
    KeyError,
    EOFError,
    NotImplementedError,
    zipfile.BadZipFile,
    zlib.error,
)


def read_features(path: Path) -> dict[str, npt.NDArray[np.float32]]:
    """Return the features in a file, each (frames, width).

    Raises:
        PairInputError: it can't be read, is too large, or holds what can't be features.
    """
    found = {}
    for name, array in _members(path, (CLIP_FEATURES, SYNC_FEATURES)).items():
        features = array[0] if array.ndim == 3 and len(array) == 1 else array
        is_usable = features.ndim == 2 and features.size and features.dtype.kind == "f"
        if not is_usable or not np.isfinite(features).all():
            raise PairInputError(
                f"The {name} in {path} are no features of a film; extract them again."
            )
        found[name] = np.ascontiguousarray(features, np.float32)
    return found


def stored_prompt(path: Path) -> str:
    """Return the words in a file of features, "" if there are none.

    Raises:
        PairInputError: the file can't be read.
    """
    found = _members(path, (PROMPT,)).get(PROMPT)
    is_text = found is not None and found.size == 1 and found.dtype.kind in "US"
    return str(found.reshape(-1)[0]).strip() if found is not None and is_text else ""


def _members(path: Path, names: tuple[str, ...]) -> dict[str, npt.NDArray[Any]]:
    """Read some arrays of a file; never anything that could run."""
    try:
        with zipfile.ZipFile(path) as packed:
            sizes = {one.filename.removesuffix(".npy"): one.file_size for one in packed.infolist()}
        wanted = [name for name in names if name in sizes]
        if any(sizes[name] > _MOST_MEMBER_BYTES for name in wanted):
            raise PairInputError(f"{path} is too large for the features of a clip.")
        with np.load(path, allow_pickle=False) as arrays:
            return {name: np.asarray(arrays[name]) for name in wanted}
    except _UNREADABLE as error:
        raise PairInputError(
            f"{path} holds no features that can be read; extract them again."
        ) from error
