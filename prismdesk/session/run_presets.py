"""A checkpoint of a training run made a preset of the library."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from prismdesk.adapters.sidecar import Sidecar
from prismdesk.adapters.training_set import TrainingSet, TrainingSetError, read_set
from prismdesk.engines.adapting.facts import content_sha256
from prismdesk.errors import InputError, WorkError
from prismdesk.session.preset_import import import_preset
from prismdesk.session.preset_names import checked_name
from prismdesk.session.presets import library

if TYPE_CHECKING:
    from prismdesk.adapters.card import Preset
    from prismdesk.engines.training.run_files import CheckpointFiles
    from prismdesk.session.training_runs import RunOverview

Form = Literal["better", "trained", "reweighted"]

_MOST_LICENCES = 4


@dataclass(frozen=True, slots=True)
class UsedCheckpoint:
    """A checkpoint that is in the library.

    Attributes:
        preset: as which.
        is_new: whether it was put there just now.
    """

    preset: Preset
    is_new: bool


def use_checkpoint(
    run: RunOverview, step: int | None = None, name: str = "", form: Form = "better"
) -> UsedCheckpoint:
    """Put a checkpoint into the library, with its example, trigger and where its sound is from.

    Args:
        run: any, also one that goes on or has failed.
        step: of the checkpoint; None for the one of the smallest held-out loss, else the newest.
        name: of the preset; empty is the run's, with the step where that is taken.
        form: where singular values were reweighted after training, which of both.

    Raises:
        InputError: there is no such checkpoint, or the name can't be.
        WorkError: the disk refused.
    """
    files = checkpoint_of(run, step)
    adapter = adapter_of(files, form)
    known = _preset_of(adapter)
    if known is not None:
        return UsedCheckpoint(known, is_new=False)
    name = checked_name(name or _free_name(run, files.step))
    try:
        with tempfile.TemporaryDirectory(prefix="prismdesk-") as scratch:
            source = Path(scratch) / f"{name}.safetensors"
            shutil.copyfile(adapter, source)
            example = _example(run, files.step)
            if example is not None:
                shutil.copyfile(example, source.with_suffix(".wav"))
            preset = import_preset(source, name=name, card=_card(run, files.step))
    except OSError as error:
        raise WorkError(
            f"The checkpoint can't be put into the library: {error.strerror or error}."
        ) from error
    return UsedCheckpoint(preset, is_new=True)


def checkpoint_of(run: RunOverview, step: int | None) -> CheckpointFiles:
    """Return the checkpoint of a step, or the one to prefer.

    Raises:
        InputError: there is none; the message names those there are.
    """
    files = {one.step: one for one in run.folder.checkpoint_files()}
    if not files:
        raise InputError(
            f"{run.name} has no checkpoint yet; the first comes at step {run.options.save_every}."
        )
    if step is None:
        best = run.folder.course().best_checkpoint()
        return files.get(best.step if best is not None else -1, files[max(files)])
    if step not in files:
        there = ", ".join(str(one) for one in files)
        raise InputError(f"{run.name} has no checkpoint of step {step}; there are {there}.")
    return files[step]


def adapter_of(files: CheckpointFiles, form: Form) -> Path:
    """Return a checkpoint's adapter as it was trained, reweighted, or the better of both.

    Raises:
        InputError: nothing was reweighted there.
    """
    if form == "better":
        return files.better
    if form == "trained":
        return files.adapter
    if not files.reweighted.is_file():
        raise InputError(
            f"The checkpoint of step {files.step} wasn't reweighted; only the last one is, where "
            "the run's option 'reweight' says so."
        )
    return files.reweighted


def preset_of_checkpoint(files: CheckpointFiles) -> Preset | None:
    """Return the preset of the library that a checkpoint was made, None if it was not yet."""
    return _preset_of(files.better)


def _preset_of(adapter: Path) -> Preset | None:
    wanted = content_sha256(adapter)
    return next((one for one in library().presets() if one.content_sha256 == wanted), None)


def _card(run: RunOverview, step: int) -> Sidecar:
    training_set = _set_of(run)
    pairs = training_set.of_split("train") if training_set is not None else ()
    licences = tuple(dict.fromkeys(pair.licence for pair in pairs if pair.licence))
    is_stated = bool(pairs) and all(pair.licence for pair in pairs)
    trigger = training_set.trigger.strip() if training_set is not None else ""
    return Sidecar(
        description=run.note or None,
        trigger=trigger or None,
        licence=licences[0] if is_stated and len(licences) == 1 else None,
        sound_from=_sound_from(training_set, licences, is_stated=is_stated),
        notes=f"Step {step} of the run {run.name}.",
        base_model=run.model_id,
    )


def _sound_from(
    training_set: TrainingSet | None, licences: tuple[str, ...], *, is_stated: bool
) -> str | None:
    if training_set is None:
        return None
    told = ", ".join(licences[:_MOST_LICENCES])
    if not told:
        return f"The set {training_set.name}, licence not stated"
    return f"The set {training_set.name}: {told}" + ("" if is_stated else ", some not stated")


def _set_of(run: RunOverview) -> TrainingSet | None:
    """Return the set as it was when the run was made."""
    try:
        return read_set(run.folder.path)
    except TrainingSetError:
        return None


def _example(run: RunOverview, step: int) -> Path | None:
    found = [one for one in run.folder.course().examples if one.step == step]
    path = run.folder.path / found[0].path if found else None
    is_inside = path is not None and path.resolve().is_relative_to(run.folder.path.resolve())
    return path if path is not None and is_inside and path.is_file() else None


def _free_name(run: RunOverview, step: int) -> str:
    taken = {preset.name.casefold() for preset in library().scan()}
    names = (run.name, f"{run.name} step {step}")
    free = next((name for name in names if name.casefold() not in taken), "")
    number = 2
    while not free:
        wish = f"{names[1]} {number}"
        free, number = (wish if wish.casefold() not in taken else ""), number + 1
    return free
