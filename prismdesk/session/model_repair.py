"""Finding and deleting damaged weight files, so that they can be fetched anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.weights.removal import remove_damaged
from prismdesk.errors import InputError
from prismdesk.session.models import verify_model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prismdesk.engines.weights.model import Model
    from prismdesk.engines.weights.verification import FileCheck
    from prismdesk.progress import IsCancelled


def damaged_files_of(
    model: Model, report: Callable[[str, float], None], cancelled: IsCancelled
) -> tuple[FileCheck, ...]:
    """Read a model's files again and return those that are not what they should be.

    Raises:
        InputError: a file can't be read.
        Cancelled: as told.
    """
    return tuple(check for check in verify_model(model, report, cancelled) if not check.is_good)


def remove_damaged_files(model: Model, damaged: tuple[FileCheck, ...]) -> tuple[Path, ...]:
    """Delete damaged files that were fetched, and return them.

    Raises:
        InputError: they are in folders of the user's, where nothing is deleted.
        WorkError: one can't be deleted.
    """
    removed = remove_damaged(damaged)
    if not removed and any(check.path is not None for check in damaged):
        names = ", ".join(str(check.path) for check in damaged if check.path is not None)
        raise InputError(
            f"{names} of {model.name} is damaged, in a folder of yours where PrismDesk deletes "
            "nothing; put the right file in its place."
        )
    return removed
