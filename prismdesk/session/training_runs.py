"""Training runs: where they are kept, how one is planned and made, and which there are."""

from __future__ import annotations

import os
import re
import shutil
import tomllib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

import prismdesk
from prismdesk.adapters.training_set import SET_FILE, TrainingSetError, read_set
from prismdesk.engines.training.memory_needs import trained_size, what_would_fit
from prismdesk.engines.training.options import (
    TrainingOptions,
    from_mapping,
    options_for,
    to_mapping,
)
from prismdesk.engines.training.run_files import RunFolder, RunFolderError
from prismdesk.engines.weights.catalogue import model_of
from prismdesk.engines.weights.places import state_of
from prismdesk.errors import InputError, WorkError
from prismdesk.jobs.training.run_lock import is_under_way
from prismdesk.project.instants import utc_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prismdesk.engines.training.run_files import RunState
    from prismdesk.engines.weights.model import Model

_FAMILY_OF_ENGINE = {"selva": "selva", "audiox": "audiox"}
_MAX_CONFIG_BYTES = 1 << 20
_CONFIG_KEYS = frozenset({"name", "base", "set", "note", "options"})
_PAIRS_WANTED = 3
_USABLE_SHARE = 0.92
"""Of a graphics card's memory; the rest is the desktop's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunWish:
    """What is to be trained.

    Attributes:
        name: of the run, and of the preset that comes of it.
        set_folder: the training set.
        model_id: the base.
        options: how.
        note: of the user.
        sweep: name of the sweep that it belongs to, or "".
    """

    name: str
    set_folder: Path
    model_id: str
    options: TrainingOptions
    note: str = ""
    sweep: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOverview:
    """One run as a list shows it.

    Attributes:
        folder: its files.
        name: of it.
        model_id: the base.
        set_folder: the training set.
        note: of the user.
        sweep: the sweep that it belongs to, or "".
        created_utc: when it was made.
        options: how it trains.
        state: how far it is.
    """

    folder: RunFolder
    name: str
    model_id: str
    set_folder: Path
    note: str
    sweep: str
    created_utc: str
    options: TrainingOptions
    state: RunState

    @property
    def is_usable(self) -> bool:
        """Whether there is a checkpoint to use."""
        return bool(self.folder.checkpoint_files())

    @property
    def can_go_on(self) -> bool:
        """Whether it isn't done, so that it can go on if it doesn't already."""
        return self.state.status != "finished"


def training_root() -> Path:
    """Return where runs and sets are kept: ``PRISMDESK_TRAINING``, else the user's own folder."""
    set_folder = os.environ.get("PRISMDESK_TRAINING")
    if set_folder:
        return Path(set_folder)
    return platformdirs.user_data_path("prismdesk", appauthor=False) / "training"


def runs_root() -> Path:
    """Return the folder of runs."""
    return training_root() / "runs"


def sets_root() -> Path:
    """Return the folder of training sets that have no other place."""
    return training_root() / "sets"


def all_runs() -> tuple[RunOverview, ...]:
    """Return every run that can be read, the newest first."""
    root = runs_root()
    folders = [path for path in root.iterdir() if path.is_dir()] if root.is_dir() else []
    found = []
    for path in folders:
        try:
            found.append(overview(RunFolder(path)))
        except InputError:
            continue  # half made, or of a newer version
    return tuple(sorted(found, key=lambda run: (run.created_utc, run.name), reverse=True))


def overview(folder: RunFolder) -> RunOverview:
    """Return a run as it stands.

    Raises:
        RunFolderError: its description can't be read.
        OptionError: an option isn't known.
        UnknownModelError: its base isn't known any more.
    """
    said = folder.description()
    model_id = str(said.get("base", ""))
    family = str(said.get("family", "")) or family_of(model_of(model_id))
    return RunOverview(
        folder=folder,
        name=str(said.get("name", folder.path.name)),
        model_id=model_id,
        set_folder=Path(str(said.get("set", ""))),
        note=str(said.get("note", "")),
        sweep=str(said.get("sweep", "")),
        created_utc=str(said.get("created_utc", "")),
        options=folder.options(family),
        state=_state_now(folder),
    )


def _state_now(folder: RunFolder) -> RunState:
    """Return how far a run is; one whose process is gone doesn't train, whatever it wrote last."""
    state = folder.state()
    if state.status not in ("encoding", "training") or is_under_way(folder.path):
        return state
    newest = folder.newest_resumable()
    where = "its beginning" if newest is None else f"step {newest.step}"
    sentence = f"It was broken off at step {state.step}; it can go on from {where}."
    return replace(state, status="paused", sentence=sentence, seconds_left=None)


def find_run(text: str) -> RunOverview:
    """Return a run by its folder, or the newest of a name.

    Raises:
        InputError: there is none; the message names those there are.
    """
    path = Path(text)
    if (path / "run.toml").is_file():
        return overview(RunFolder(path.resolve()))
    runs = all_runs()
    wanted = text.strip().casefold()
    for run in runs:
        if wanted in (run.name.casefold(), run.folder.path.name.casefold()):
            return run
    there = ", ".join(dict.fromkeys(run.name for run in runs)) or "none yet"
    raise InputError(f'There is no training run "{text}"; there are: {there}.')


def family_of(model: Model) -> str:
    """Return "selva" (MMAudio too) or "audiox".

    Raises:
        InputError: models of its engine can't be trained.
    """
    try:
        return _FAMILY_OF_ENGINE[model.engine]
    except KeyError:
        raise InputError(f"{model.name} can't be trained; choose SelVA or AudioX.") from None


def usual_options(
    model: Model, pair_count: int, memory_bytes: int | None, *, method: str = "lora"
) -> TrainingOptions:
    """Return the usual options for a model, a set of so many pairs and a machine."""
    family = family_of(model)
    options = options_for(family, model.variant, pair_count, memory_bytes, method=method)
    if memory_bytes is None:
        return options
    free_bytes = int(_USABLE_SHARE * memory_bytes)
    return what_would_fit(trained_size(model, method), options, free_bytes) or options


def read_config(path: Path, memory_bytes: int | None = None) -> RunWish:
    """Read what is to be trained from a TOML file.

    ``name``, ``base`` and ``set`` (relative to the file) say what; ``[options]`` says how, and
    what it leaves out is as usual for the set and the machine.

    Raises:
        InputError: it can't be read, or says what isn't known; names the key.
    """
    try:
        if path.stat().st_size > _MAX_CONFIG_BYTES:
            raise InputError(f"{path} is too large to describe a training run.")
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror or error}.") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is no TOML file: {error}.") from error
    unknown = sorted(set(values) - _CONFIG_KEYS)
    if unknown:
        known = ", ".join(sorted(_CONFIG_KEYS))
        raise InputError(f"{path} says '{unknown[0]}', which isn't known; there are {known}.")
    return wish_of(values, path.parent, path.stem, memory_bytes, where=str(path))


def wish_of(
    values: Mapping[str, Any],
    folder: Path,
    name: str,
    memory_bytes: int | None,
    *,
    where: str,
) -> RunWish:
    """Return what a table of a file wants trained; ``folder`` is what its set is relative to.

    Raises:
        InputError: a key is missing or can't be what it is.
    """
    for key in ("base", "set"):
        if not isinstance(values.get(key), str) or not values[key]:
            raise InputError(f"{where} doesn't say '{key}'; write {key} = \"…\".")
    given = values.get("options", {})
    if not isinstance(given, dict):
        raise InputError(f"The options in {where} are no table; write [options].")
    model = model_of(values["base"])
    set_folder = (folder / values["set"]).resolve()
    pairs = len(read_set(set_folder).of_split("train"))
    method = str(given.get("method", "lora"))
    usual = usual_options(model, pairs, memory_bytes, method=method)
    return RunWish(
        name=str(values.get("name", "") or name),
        set_folder=set_folder,
        model_id=model.id,
        options=from_mapping(given, start=usual),
        note=str(values.get("note", "")),
    )


def doubts_about(wish: RunWish) -> tuple[str, ...]:
    """Return what speaks against a run without forbidding it, a sentence each.

    Raises:
        InputError: the run can't be made at all.
    """
    model = model_of(wish.model_id)
    family_of(model)
    state = state_of(model)
    if not state.is_installed:
        raise InputError(
            f"{model.name} isn't here whole; get it with: prismdesk models get {model.id}"
        )
    training_set = read_set(wish.set_folder)
    train, held_out = training_set.of_split("train"), training_set.of_split("hold out")
    if not train:
        raise TrainingSetError(
            f"The set {training_set.name} has nothing to train on; add clips to it."
        )
    doubts = []
    if len(train) < _PAIRS_WANTED:
        doubts.append(f"{len(train)} clips are few: the preset will repeat them.")
    if not held_out:
        doubts.append("No clip is held out, so only the clips trained on can be measured.")
    if not any(pair.licence for pair in train):
        doubts.append("No clip says under which licence its sound is; the preset won't either.")
    return tuple(doubts)


def make_run(wish: RunWish) -> RunFolder:
    """Create a run's folder; nothing is trained yet.

    Raises:
        InputError: the run can't be made.
        WorkError: the disk refused; nothing is left.
    """
    doubts_about(wish)
    model = model_of(wish.model_id)
    training_set = read_set(wish.set_folder)
    root = runs_root()
    folder = RunFolder(root / _free_name(root, wish.name))
    try:
        folder.make(
            {
                "name": wish.name,
                "base": model.id,
                "family": family_of(model),
                "set": str(wish.set_folder),
                "set_name": training_set.name,
                "note": wish.note,
                "sweep": wish.sweep,
                "created_utc": utc_text(datetime.now(UTC)),
                "made_with": f"PrismDesk {prismdesk.__version__}",
                "options": to_mapping(wish.options),
            }
        )
        shutil.copyfile(wish.set_folder / SET_FILE, folder.path / SET_FILE)
        folder.update_state(steps=wish.options.steps)
    except OSError as error:
        shutil.rmtree(folder.path, ignore_errors=True)
        raise WorkError(
            f"The run can't be kept in {root}: {error.strerror or error}; make room, or set "
            "PRISMDESK_TRAINING to a folder on another disk."
        ) from error
    return folder


def remove_run(folder: RunFolder) -> None:
    """Delete a run with its checkpoints and examples; presets made of it stay.

    Raises:
        RunFolderError: it is no run of the folder of runs.
        WorkError: the disk refused.
    """
    if folder.path.resolve().parent != runs_root().resolve() or not folder.run_toml.is_file():
        raise RunFolderError(f"{folder.path} is no training run of this program; nothing is done.")
    try:
        shutil.rmtree(folder.path)
    except OSError as error:
        raise WorkError(f"{folder.path} can't be deleted: {error.strerror or error}.") from error


def _free_name(root: Path, name: str) -> str:
    stem = re.sub(r"[^\w.-]+", "-", name.strip(), flags=re.ASCII).strip("-.")[:60] or "run"
    taken = {path.name.casefold() for path in root.iterdir()} if root.is_dir() else set()
    if stem.casefold() not in taken:
        return stem
    number = 2
    while f"{stem}-{number}".casefold() in taken:
        number += 1
    return f"{stem}-{number}"
