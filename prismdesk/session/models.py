"""What window and command line both do with models: list, accept, fetch, check, add, remove."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.engines.weights.catalogue import all_models, custom_models
from prismdesk.engines.weights.choices import (
    AcceptedLicence,
    Choices,
    FetchedFile,
    choices_path,
    read_checked_choices,
    read_choices,
)
from prismdesk.engines.weights.custom import CUSTOM_FILE_NAME, read_custom_model
from prismdesk.engines.weights.download import get, partials_of
from prismdesk.engines.weights.one_look import note_change
from prismdesk.engines.weights.places import files_in, state_of, states_of
from prismdesk.engines.weights.verification import verify
from prismdesk.errors import InputError, WorkError
from prismdesk.project.store.durable import write_atomically

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.engines.weights.download import Fetched, GetProgress
    from prismdesk.engines.weights.model import Model
    from prismdesk.engines.weights.places import ModelState
    from prismdesk.engines.weights.verification import FileCheck
    from prismdesk.progress import IsCancelled

_one_writer = threading.Lock()


class LicenceNotAcceptedError(InputError):
    """The terms of a model's weights have to be accepted before they are fetched."""


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A checkpoint, what of it is here, and whether its terms were accepted.

    ``partial_bytes`` is how much of its missing files earlier attempts to fetch them left behind.
    """

    model: Model
    state: ModelState
    is_accepted: bool
    partial_bytes: int = 0


@dataclass(frozen=True, slots=True)
class AddedFolder:
    """What adding a folder brought.

    Attributes:
        folder: as it is kept.
        files: how many of its files are used now.
        installed: checkpoints that are complete now and were not before.
        wrong: sentences on files of the right name that can't be the right file.
    """

    folder: Path
    files: int
    installed: tuple[Model, ...]
    wrong: tuple[str, ...]


def list_models() -> tuple[ListedModel, ...]:
    """Return every checkpoint with its state, published ones first."""
    models = all_models()
    choices = read_choices()
    return tuple(
        ListedModel(model, state, _is_accepted(model, choices), _partial_bytes(state))
        for model, state in zip(models, states_of(models), strict=True)
    )


def model_problems() -> tuple[str, ...]:
    """Return a sentence for every custom checkpoint, folder or file of choices that is broken."""
    gone = (
        f"The folder {folder} that was added is not there; bring it back, or forget it with "
        f"`prismdesk models remove {folder}`."
        for folder in added_folders()
        if not folder.is_dir()
    )
    return (*checkpoint_problems(), *gone)


def checkpoint_problems() -> tuple[str, ...]:
    """Return a sentence for every custom checkpoint that is broken, and for damaged choices."""
    problems = custom_models()[1]
    if not read_checked_choices()[1]:
        return problems
    return (
        *problems,
        f"{choices_path()} is damaged, so added folders and accepted licences are not known; "
        "it is put aside when you next change something.",
    )


def added_folders() -> tuple[Path, ...]:
    """Return the folders that the user added, in the order they are looked into."""
    return tuple(map(Path, read_choices().folders))


def is_accepted(model: Model) -> bool:
    """Whether the user accepted the terms of a model's weights as they stand now."""
    return _is_accepted(model, read_choices())


def accept_licence(model: Model) -> None:
    """Keep that the user accepted the terms of a model's weights.

    Raises:
        WorkError: it can't be written down.
    """
    if is_accepted(model):
        return
    entry = AcceptedLicence(model=model.id, licence=_terms(model), date=_now())
    _change(lambda choices: choices.model_copy(update={"accepted": (*choices.accepted, entry)}))


def get_model(
    model: Model, report: Callable[[GetProgress], None], cancelled: IsCancelled
) -> ModelState:
    """Fetch what of a checkpoint is missing, and return its state then.

    Raises:
        LicenceNotAcceptedError: its terms were not accepted.
        InputError: files are missing that nobody publishes.
        DownloadError: one sentence says why and what to do.
        Cancelled: as told; what was read is kept for the next time.
    """
    state = state_of(model)
    if state.is_installed:
        return state
    own = [file.file_name for file in state.missing if not file.repository]
    if own:
        raise InputError(
            f"{model.name} lacks {', '.join(own)}, which nobody publishes; put the files where "
            f"{Path(str(model.custom_folder)) / CUSTOM_FILE_NAME} names them."
        )
    if not is_accepted(model):
        raise LicenceNotAcceptedError(
            f"The terms of {model.name} have to be accepted before its files are fetched; read "
            f"them with `prismdesk models show {model.id}`, then accept them with "
            f"`prismdesk models get {model.id} --accept-licence`."
        )
    get(state.missing, report, cancelled, _note)
    return state_of(model)


def verify_model(
    model: Model, report: Callable[[str, float], None], cancelled: IsCancelled
) -> tuple[FileCheck, ...]:
    """Read every file of a checkpoint again and compare it with its checksums.

    Raises:
        InputError: a file can't be read.
        Cancelled: as told.
    """
    noted = {one.path: one.sha256 for one in read_choices().fetched}
    return verify(model, noted, report, cancelled)


def add_folder(folder: Path) -> AddedFolder:
    """Have weight files looked for in a folder too, from now on.

    Raises:
        InputError: it is no folder, its custom checkpoint is wrong, or nothing usable lies in it.
        WorkError: it can't be written down.
    """
    folder = Path(os.path.abspath(folder.expanduser()))  # noqa: PTH100  (links stay as they are)
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder; name the folder that the weight files are in.")
    if (folder / CUSTOM_FILE_NAME).is_file():
        read_custom_model(folder)
    before = {one.model.id for one in list_models() if one.state.is_installed}
    known = read_choices().folders
    if str(folder) not in known:
        _change(lambda now: now.model_copy(update={"folders": (*now.folders, str(folder))}))
    listed = list_models()
    used = {path for one in listed for path in files_in(folder, one.model, one.state)}
    wrong = {
        file.path: f"{file.path} has {file.size_bytes} bytes and can't be {file.file.file_name}"
        for one in listed
        for file in one.state.wrong
        if file.path.is_relative_to(folder)
    }
    has_custom = any(
        one.model.custom_folder is not None and one.model.custom_folder.is_relative_to(folder)
        for one in listed
    )
    if not used and not has_custom and str(folder) not in known:
        forget_folder(folder)
        raise InputError(
            f"Nothing in {folder} (three folders deep) is a weight file that PrismDesk knows"
            + (f": {next(iter(wrong.values()))}" if wrong else "")
            + f"; add the folder with the published files, or one with {CUSTOM_FILE_NAME}."
        )
    installed = tuple(
        one.model for one in listed if one.state.is_installed and one.model.id not in before
    )
    return AddedFolder(folder, len(used), installed, tuple(wrong.values()))


def forget_folder(folder: Path) -> bool:
    """Look into a folder no more; nothing in it is touched. Returns whether it had been added.

    Raises:
        WorkError: it can't be written down.
    """
    wanted = os.path.abspath(folder.expanduser())  # noqa: PTH100  (links stay as they are)
    folders = read_choices().folders
    kept = tuple(one for one in folders if one not in (wanted, str(folder)))
    if kept == folders:
        return False
    _change(lambda now: now.model_copy(update={"folders": kept}))
    return True


def kept_bytes(model: Model) -> tuple[int, int]:
    """Return how many bytes of a model are on the disk, begun files too, and how many it has."""
    state = state_of(model)
    return state.present_bytes + _partial_bytes(state), state.present_bytes + state.missing_bytes


def _partial_bytes(state: ModelState) -> int:
    published = (file for file in state.missing if file.repository)
    return sum(_size_of(partial) for file in published for partial in partials_of(file))


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # gone meanwhile


def _note(fetched: Fetched) -> None:
    entry = FetchedFile(
        path=str(fetched.path), sha256=fetched.sha256, revision=fetched.revision, date=_now()
    )

    def with_entry(choices: Choices) -> Choices:
        others = tuple(one for one in choices.fetched if one.path != entry.path)
        return choices.model_copy(update={"fetched": (*others, entry)})

    _change(with_entry)


def _is_accepted(model: Model, choices: Choices) -> bool:
    terms = _terms(model)
    return any(one.model == model.id and one.licence == terms for one in choices.accepted)


def _terms(model: Model) -> str:
    """Name all terms that hold for a model, so that other terms have to be accepted anew."""
    return "; ".join(sorted({f"{one.id}: {one.name}" for one in model.licences}))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _change(edit: Callable[[Choices], Choices]) -> None:
    path = choices_path()
    with _one_writer:
        choices, is_damaged = read_checked_choices()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if is_damaged:
                with suppress(FileNotFoundError):
                    os.replace(path, path.with_name("models-damaged.json"))  # noqa: PTH105  (as where files are written)
            write_atomically(path, edit(choices).model_dump_json(indent=2).encode())
            note_change()
        except OSError as error:
            raise WorkError(f"{path} can't be written ({error.strerror}).") from error
