"""Making a model of weight files of the user's own: what they are, and the description of them."""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from prismdesk.engines.weights.choices import own_folder
from prismdesk.engines.weights.custom import CUSTOM_FILE_NAME, read_custom_model
from prismdesk.engines.weights.one_look import note_change
from prismdesk.engines.weights.published import published_models
from prismdesk.engines.weights.recognition import recognise
from prismdesk.engines.weights.tensor_names import stored_tensors
from prismdesk.errors import InputError, WorkError
from prismdesk.progress import raise_if_cancelled
from prismdesk.project.store.durable import write_atomically
from prismdesk.session.models import add_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from prismdesk.engines.weights.model import Model
    from prismdesk.progress import FractionDone, IsCancelled

_WEIGHT_SUFFIXES = (".pth", ".pt", ".ckpt", ".bin", ".safetensors")
_MARK = ".added-by-prismdesk"
"""Lies in folders that ``add_own_checkpoint`` made, and that may be deleted therefore."""
_MOST_FILES = 50
_BLOCK_BYTES = 8 << 20
# What a file is, as it is recognised, and the role that it then has.
_ROLES = (
    ("a generator of", "generator"),
    ("the generator", "generator"),
    ("the video encoder", "sync"),
    ("the Synchformer", "sync"),
    ("the VAE", "vae"),
    ("a VAE", "vae"),
    ("the vocoder", "vocoder"),
    ("a CLIP model under", ""),
    ("a CLIP model", "clip"),
    ("an autoencoder", "vae"),
    ("an AudioX model", "model"),
)
_MAIN_ROLES = ("generator", "model")


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file, what it is in words, and its role in a checkpoint; "" if it has none."""

    path: Path
    what: str
    role: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What can be made of files.

    Attributes:
        files: those that were looked at.
        bases: published checkpoints it can be a kind of; the likeliest first.
        name: proposed for it.
        described: the model, where the files are described already.
    """

    files: tuple[FoundFile, ...]
    bases: tuple[Model, ...]
    name: str
    described: Model | None = None

    @property
    def used(self) -> tuple[FoundFile, ...]:
        """The files that become part of it."""
        return tuple(file for file in self.files if file.role)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTerms:
    """What the user says of the terms of weights; ``licence`` is empty where nothing is stated."""

    licence: str = ""
    where_stated: str = ""
    allows_commercial_use: bool = False
    credit: str = ""


def examine(paths: Sequence[Path], progress: FractionDone, cancelled: IsCancelled) -> Proposal:
    """Look at weight files, or at all in a folder, and say what they can be.

    Args:
        paths: files, or one folder.
        progress: told the share of files that were looked at.
        cancelled: asked before each.

    Raises:
        InputError: nothing can be made of them; one sentence says why.
        Cancelled: as told.
    """
    folder = paths[0] if len(paths) == 1 and paths[0].is_dir() else None
    if folder is not None and (folder / CUSTOM_FILE_NAME).is_file():
        model = read_custom_model(folder)
        files = tuple(
            FoundFile(file.custom_path, role, role)
            for role, file in model.files.items()
            if file.custom_path is not None
        )
        return Proposal(files, (model,), model.name, described=model)
    chosen = _weight_files(folder) if folder is not None else list(paths)
    found = []
    for index, path in enumerate(chosen):
        raise_if_cancelled(cancelled)
        found.append(_found(path))
        progress((index + 1) / len(chosen))
    return _proposal(_once_each(found), folder)


def add_own_checkpoint(
    proposal: Proposal,
    *,
    base: Model,
    name: str,
    terms: OwnTerms,
    progress: FractionDone,
    cancelled: IsCancelled,
) -> Model:
    """Describe a checkpoint, so that it is a model from now on.

    Its files are linked into this program's folder for weights, or copied if they lie on another
    disk; those chosen stay where they are. What it lacks is its base's.

    Raises:
        InputError: the name is taken or empty, or the description would be wrong.
        WorkError: it can't be written.
        Cancelled: as told; nothing is left.
    """
    if proposal.described is not None and proposal.described.custom_folder is not None:
        add_folder(proposal.described.custom_folder)
        return proposal.described
    if not name.strip():
        raise InputError("Give the model a name.")
    folder = own_folder() / _slug(name)
    if folder.exists():
        raise InputError(f"There is a model called {name.strip()} already; choose another name.")
    try:
        folder.mkdir(parents=True)
        _bring(proposal.used, folder, progress, cancelled)
        description = json.dumps(_description(proposal, base, name, terms), indent=2)
        (folder / _MARK).touch()
        write_atomically(folder / CUSTOM_FILE_NAME, description.encode())
        note_change()
        return read_custom_model(folder)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise WorkError(f"{folder} can't be written ({error.strerror}).") from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def chosen_base(proposal: Proposal, text: str) -> Model:
    """Return the base that a text names, the likeliest without one.

    Raises:
        InputError: the files can't be of that one.
    """
    if not text:
        return proposal.bases[0]
    for model in proposal.bases:
        if text.casefold() in (
            model.id.casefold(),
            model.variant.casefold(),
            model.name.casefold(),
        ):
            return model
    known = ", ".join(model.id for model in proposal.bases)
    raise InputError(f'The files can\'t be of "{text}"; choose one of: {known}.')


def is_kept_here(model: Model) -> bool:
    """Whether a model of the user's own was put into this program's folder by ``add``."""
    folder = model.custom_folder
    return folder is not None and (folder / _MARK).is_file()


def remove_own_checkpoint(model: Model) -> int:
    """Delete the folder of a model of the user's own; the files it was made of stay.

    Returns:
        How many bytes are free again; what is linked elsewhere still takes its room.

    Raises:
        InputError: it lies in a folder of the user's, where nothing is deleted.
        WorkError: it can't be deleted.
    """
    folder = model.custom_folder
    if folder is None or not is_kept_here(model):
        raise InputError(
            f"{model.name} is a checkpoint of yours in {folder}, where PrismDesk deletes nothing; "
            "forget the folder that you added to look into it no more."
        )
    try:
        statuses = [path.stat() for path in folder.iterdir()]
        shutil.rmtree(folder)
        note_change()
    except OSError as error:
        raise WorkError(f"{folder} can't be deleted ({error.strerror}).") from error
    return sum(status.st_size for status in statuses if status.st_nlink == 1)


def _weight_files(folder: Path) -> list[Path]:
    try:
        entries = sorted(path for path in folder.iterdir() if path.is_file())
    except OSError as error:
        raise InputError(f"{folder} can't be read ({error.strerror}).") from error
    found = [path for path in entries if path.suffix.lower() in _WEIGHT_SUFFIXES][:_MOST_FILES]
    if not found:
        raise InputError(f"There is no weight file in {folder}; choose the folder they lie in.")
    return found


def _found(path: Path) -> FoundFile:
    what = recognise(stored_tensors(path))
    if what is None:
        return FoundFile(path, "no file of a model that PrismDesk knows", "")
    return FoundFile(
        path, what, next((role for words, role in _ROLES if what.startswith(words)), "")
    )


def _once_each(found: Iterable[FoundFile]) -> tuple[FoundFile, ...]:
    """Give each role to the first file that has it."""
    taken: set[str] = set()
    kept = []
    for file in found:
        kept.append(replace(file, role="") if file.role in taken else file)
        taken.add(file.role)
    return tuple(kept)


def _proposal(files: tuple[FoundFile, ...], folder: Path | None) -> Proposal:
    main = next((file for file in files if file.role in _MAIN_ROLES), None)
    if main is None:
        told = "; ".join(f"{file.path.name} is {file.what}" for file in files[:3])
        raise InputError(
            f"{told}. Choose the generator of SelVA or MMAudio, or the model of AudioX."
        )
    if main.role == "model":
        files = (*files, *_config_beside(main.path))
    bases = _bases(main, files)
    stem = folder.name if folder is not None else main.path.stem
    return Proposal(files, bases, re.sub(r"[_\s]+", " ", stem).strip()[:60] or "My model")


def _config_beside(model_path: Path) -> tuple[FoundFile, ...]:
    for name in ("config.json", "model_config.json", f"{model_path.stem}.json"):
        path = model_path.with_name(name)
        if path.is_file():
            return (FoundFile(path, "the configuration of AudioX", "config"),)
    return ()


def _bases(main: FoundFile, files: tuple[FoundFile, ...]) -> tuple[Model, ...]:
    published = published_models()
    if main.role == "model":
        return tuple(model for model in published if model.family == "audiox")
    variant = main.what.removeprefix("the generator ").partition(" of ")[0]
    bases = [model for model in published if model.engine == "selva" and model.variant == variant]
    if not bases:
        raise InputError(
            f"{main.path.name} is {main.what}; PrismDesk knows no model of these sizes, so "
            f"describe it in a {CUSTOM_FILE_NAME} beside it."
        )
    sync = next((file.what for file in files if file.role == "sync"), "")
    family = {"the video encoder of SelVA": "selva", "the Synchformer": "mmaudio"}.get(sync, "")
    likely = family or ("mmaudio" if "mmaudio" in main.path.name.casefold() else "selva")
    fitting = [model for model in bases if not family or model.family == family]
    if not fitting:
        raise InputError(
            f"{main.path.name} and the file that is {sync} belong to different models; choose "
            "files of one."
        )
    return tuple(sorted(fitting, key=lambda model: model.family != likely))


def _description(proposal: Proposal, base: Model, name: str, terms: OwnTerms) -> dict[str, object]:
    return {
        "format": 1,
        "engine": base.engine,
        "family": base.family,
        "variant": _slug(name),
        "name": name.strip(),
        "summary": f"Your own, made from {base.name}.",
        "base": base.id,
        "licence_weights": terms.licence.strip(),
        "where_stated": terms.where_stated.strip(),
        "allows_commercial_use": terms.allows_commercial_use and bool(terms.licence.strip()),
        "credit": terms.credit.strip(),
        "files": {file.role: file.path.name for file in proposal.used},
    }


def _bring(
    files: Sequence[FoundFile], folder: Path, progress: FractionDone, cancelled: IsCancelled
) -> None:
    """Link files into a folder; copy them where that can't be done."""
    whole_bytes = max(1, sum(file.path.stat().st_size for file in files))
    done_bytes = 0
    for file in files:
        target = folder / file.path.name
        source = file.path.resolve()
        try:
            os.link(source, target)
            done_bytes += source.stat().st_size
        except OSError:
            with source.open("rb") as reading, target.open("wb") as writing:
                while block := reading.read(_BLOCK_BYTES):
                    raise_if_cancelled(cancelled)
                    writing.write(block)
                    done_bytes += len(block)
                    progress(done_bytes / whole_bytes)
        progress(done_bytes / whole_bytes)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:60] or "model"
