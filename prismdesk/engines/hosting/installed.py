"""The model that a request names and its files, found again quickly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.engines.weights import catalogue, identity, places
from prismdesk.engines.weights.choices import choices_path, own_folder
from prismdesk.engines.weights.custom import CUSTOM_FILE_NAME
from prismdesk.progress import never_cancelled

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.engines.weights.model import Model
    from prismdesk.progress import FractionDone, IsCancelled

    Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A model all of whose files are here, by role."""

    model: Model
    files: dict[str, Path]


_found: dict[tuple[str, str], tuple[InstalledModel, Stamp]] = {}
_checksums: dict[tuple[str, int, int], str] = {}


def installed_model(engine: str, variant: str) -> InstalledModel:
    """Return a model of an engine and where its files are; without a name the first that is here.

    What was found stays good while those very files lie there unchanged, and the user's folders
    are the same.

    Raises:
        UnknownModelError: no model has this name.
        WeightsMissingError: files are missing; the message says how to get them.
    """
    found = _found.get((engine, variant))
    if found is not None and _stamp(found[0]) == found[1]:
        return found[0]
    model = _named(engine, variant)
    installed = InstalledModel(model, places.files_of(model))
    if variant:
        _found[engine, variant] = installed, _stamp(installed)
    return installed


def checksum_of(
    path: Path, progress: FractionDone, cancelled: IsCancelled = never_cancelled
) -> str:
    """Return a file's SHA-256, or a folder's; read once while it stays unchanged."""
    key = _state(path)
    if key not in _checksums:
        _checksums[key] = identity.sha256_of(path, progress, cancelled)
    return _checksums[key]


def _named(engine: str, variant: str) -> Model:
    if variant:
        return catalogue.model_of(variant, engine)
    models = catalogue.models_for(engine)
    states = places.states_of(models)
    usable = (model for model, state in zip(models, states, strict=True) if state.is_installed)
    return next(usable, models[0])


def _stamp(installed: InstalledModel) -> Stamp:
    watched = [choices_path(), *installed.files.values()]
    if installed.model.custom_folder is not None:
        watched.append(installed.model.custom_folder / CUSTOM_FILE_NAME)
    return ((str(own_folder()), 0, 0), *(_state(path) for path in watched))


def _state(path: Path) -> tuple[str, int, int]:
    """What changes when a file is written anew, or any file of a folder."""
    try:
        status = path.stat()
        if not path.is_dir():
            return str(path), status.st_size, status.st_mtime_ns
        inside = [part.stat() for part in path.iterdir() if part.is_file()]
    except OSError:
        return str(path), -1, -1
    changed_ns = max((part.st_mtime_ns for part in inside), default=0)
    return str(path), sum(part.st_size for part in inside), changed_ns
