"""Weight files that changed since they were published or fetched: found before they are loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.errors import EngineError, WeightsDamagedError
from prismdesk.engines.hosting.installed import checksum_of, installed_model
from prismdesk.engines.weights.known_sums import known_sums
from prismdesk.errors import InputError
from prismdesk.progress import FractionDone, IsCancelled, ignore_progress, never_cancelled

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.engines.hosting.network import Checkpoint
    from prismdesk.engines.loading.checkpoint_error import CheckpointError
    from prismdesk.engines.weights.model import Model


def require_undamaged(
    checkpoint: Checkpoint,
    role: str,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> None:
    """Compare a file's checksum with the one that is known of it, if one is.

    Files are read for it once while they stay unchanged.

    Raises:
        WeightsDamagedError: it is another.
        Cancelled: as told.
    """
    model = checkpoint.model
    expected = tuple(known_sums(model.files[role], checkpoint.files[role]))
    for index, (path, known) in enumerate(expected):

        def tell(part: float, index: int = index) -> None:
            progress((index + part) / len(expected))

        if checksum_of(path, tell, cancelled) != known:
            raise damaged(model, path)


def damage_behind(error: CheckpointError, engine: str, variant: str) -> EngineError:
    """Return the error for a file that can't be used: published ones must be damaged.

    Files of the user's own may never have been right, so their error stays as it is.
    """
    try:
        model = installed_model(engine, variant).model
    except (EngineError, InputError):
        return error
    if model.custom_folder is not None:
        return error
    return WeightsDamagedError(str(error), model.id)


def damaged(model: Model, path: Path) -> WeightsDamagedError:
    """Return the error for a file whose checksum is another than it should be."""
    return WeightsDamagedError(
        f"{path.name} of {model.name} is damaged: its checksum differs from the published one, "
        f"so it was not loaded; get it again with `prismdesk models repair {model.id}`.",
        model.id,
    )
