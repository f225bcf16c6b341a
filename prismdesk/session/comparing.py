"""Several presets on the same clips with the same noise, and the page that shows how they do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.adapters.evaluation_report import write_report
from prismdesk.adapters.training_set import read_set
from prismdesk.engines.weights.catalogue import model_of
from prismdesk.errors import InputError, WorkError
from prismdesk.jobs.training.messages import CompareTask
from prismdesk.session.adapter_wishes import parted
from prismdesk.session.preset_fit import unusable, why_unfit
from prismdesk.session.presets import find_preset
from prismdesk.session.run_presets import checkpoint_of
from prismdesk.session.training_runs import find_run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prismdesk.adapters.evaluation_plan import EvaluationPlan

BASE = "base"
"""What the model alone is called among those compared."""
_RUN_MARK = "@step"


def compare_task(
    model_id: str,
    wanted: Sequence[str],
    set_folder: Path,
    out: Path,
    *,
    steps: int = 25,
    seed: int = 42,
) -> CompareTask:
    """Return the work of comparing presets, checkpoints of runs and the base.

    Args:
        model_id: the base.
        wanted: each ``base``, a preset, or ``RUN@step500``; with ``:STRENGTH`` behind it.
        set_folder: the set whose held-out clips are made.
        out: a folder for sounds, figures and the page.
        steps: of sampling.
        seed: of the noise.

    Raises:
        InputError: one of them can't be found or doesn't belong to the model.
    """
    model = model_of(model_id)
    read_set(set_folder)
    if len(wanted) < 2:
        raise InputError("Comparing takes two at least; add base or another preset.")
    adapters = tuple(_adapter(text, model.engine, model.id) for text in wanted)
    names = [name for name, _, _ in adapters]
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        raise InputError(f'"{twice}" is compared with itself; name it once.')
    return CompareTask(
        model_id=model.id,
        adapters=adapters,
        set_folder=str(set_folder.resolve()),
        out=str(out.absolute()),
        steps=steps,
        seed=seed,
    )


def planned_task(plan: EvaluationPlan, model_id: str = "") -> CompareTask:
    """Return the work that a description of a comparison asks for.

    Args:
        plan: as it was read.
        model_id: the base, where the description doesn't say.

    Raises:
        InputError: the base or the set isn't known.
    """
    if not (plan.model or model_id):
        raise InputError(f'{plan.name} doesn\'t say on which model; add "model", or --model.')
    read_set(plan.set_folder)
    return CompareTask(
        model_id=model_of(plan.model or model_id).id,
        adapters=tuple(
            (one.id, "" if one.path is None else str(one.path.absolute()), one.strength)
            for one in plan.adapters
        ),
        set_folder=str(plan.set_folder.resolve()),
        out=str(plan.out.absolute()),
        steps=plan.steps,
        seed=plan.seed,
    )


def finish_comparison(task: CompareTask, title: str) -> Path:
    """Write the page of a comparison that is done, and return where it is.

    Raises:
        EvaluationError: a sound is missing.
        WorkError: the disk refused.
    """
    try:
        return write_report(Path(task.out), title)
    except OSError as error:
        raise WorkError(f"{task.out} can't be written: {error.strerror or error}.") from error


def _adapter(text: str, engine: str, model_id: str) -> tuple[str, str, float]:
    name, said = parted(text)
    if name.casefold() == BASE:
        if said is not None:
            raise InputError(f"{text} can't be: the model alone has no strength; write {BASE}.")
        return BASE, "", 1.0
    strength = 1.0 if said is None else said
    shown = name if strength == 1.0 else f"{name} at {strength:g}"
    if _RUN_MARK in name:
        run_name, _, step = name.rpartition(_RUN_MARK)
        if not step.isdecimal():
            raise InputError(f'"{text}" names no step; write RUN{_RUN_MARK}500.')
        return shown, str(checkpoint_of(find_run(run_name), int(step)).better), strength
    preset = find_preset(name)
    if reason := unusable(preset) or why_unfit(preset, engine, model_id):
        raise InputError(reason)
    return shown, str(preset.path.absolute()), strength
