"""Features that another tool worked out of a film, which lie beside a sound as ``X.npz``."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from prismdesk.adapters.training_set import FEATURES
from prismdesk.engines.training.feature_file import SYNC_FEATURES, read_features
from prismdesk.engines.training.pair_input import PairInputError
from prismdesk.media.errors import reading, writing
from prismdesk.project.store.durable import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.session.training_sets_parts import FilePart

FEATURE_SECONDS = 8.0
"""How much of a clip such features tell of, counted from its start."""

_HASH_DIGITS = 12


def keep_features(part: FilePart, folder: Path, key: str) -> str:
    """Copy the features of a whole sound into a set; return their path there, "" for none.

    A part of a sound has none, and a file of that name that holds no features is passed over.

    Raises:
        MediaError: it can't be read.
        MediaWorkError: the disk refused.
    """
    source = part.path.with_suffix(".npz")
    if part.start_seconds or part.end_seconds not in (0.0, FEATURE_SECONDS):
        return ""
    try:
        if not source.is_file() or SYNC_FEATURES not in read_features(source):
            return ""
    except PairInputError:
        return ""
    with reading(source):
        data = source.read_bytes()
    name = f"{FEATURES}/{key}-{hashlib.sha256(data).hexdigest()[:_HASH_DIGITS]}.npz"
    path = folder / name
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, data)
    return name
