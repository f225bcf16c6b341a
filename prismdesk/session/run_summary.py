"""What came of a training run, in figures: for lists, sweeps and files."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import fmean, pstdev
from typing import TYPE_CHECKING, Any

from prismdesk.engines.training.options import to_mapping

if TYPE_CHECKING:
    from prismdesk.engines.training.course import Course
    from prismdesk.session.training_runs import RunOverview


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """The figures of one run; None where nothing was measured.

    Attributes:
        name: of the run.
        status: as in its state.
        step: steps done.
        final_loss: smoothed, at the end.
        lowest_loss: smoothed.
        lowest_at_step: where that was.
        spread: standard deviation of the smoothed loss over the last quarter.
        held_out_loss: at the best checkpoint.
        base_loss: held-out loss of the base.
        best_step: the checkpoint of the smallest held-out loss.
        losses: of each checkpoint by step.
        mean_gradient_norm, largest_gradient_norm: before clipping.
        seconds: of all steps together.
        metrics: of the examples at the best checkpoint, their means by name.
        sentence: why it failed, or what people should know.
    """

    name: str
    status: str
    step: int
    final_loss: float | None = None
    lowest_loss: float | None = None
    lowest_at_step: int | None = None
    spread: float | None = None
    held_out_loss: float | None = None
    base_loss: float | None = None
    best_step: int | None = None
    losses: dict[int, float] = field(default_factory=dict)
    mean_gradient_norm: float | None = None
    largest_gradient_norm: float | None = None
    seconds: float = 0.0
    metrics: dict[str, float] = field(default_factory=dict)
    sentence: str = ""


def summary_of(run: RunOverview, course: Course | None = None) -> RunSummary:
    """Return the figures of a run as it stands; ``course`` where it was read already."""
    course = run.folder.course() if course is None else course
    steps = course.steps
    best = course.best_checkpoint()
    lowest = min(steps, key=lambda one: one.smoothed, default=None)
    last_quarter = [one.smoothed for one in steps[-max(1, len(steps) // 4) :]] if steps else []
    held_out = {one.step: one for one in course.held_out}
    at_best = held_out.get(best.step) if best is not None else None
    norms = [one.gradient_norm for one in steps]
    return RunSummary(
        name=run.name,
        status=run.state.status,
        step=max(run.state.step, steps[-1].step if steps else 0),
        final_loss=steps[-1].smoothed if steps else None,
        lowest_loss=lowest.smoothed if lowest is not None else None,
        lowest_at_step=lowest.step if lowest is not None else None,
        spread=pstdev(last_quarter) if len(last_quarter) > 1 else None,
        held_out_loss=at_best.loss if at_best is not None else None,
        base_loss=course.held_out[-1].base_loss if course.held_out else None,
        best_step=best.step if best is not None else None,
        losses={one.step: one.loss for one in course.checkpoints},
        mean_gradient_norm=fmean(norms) if norms else None,
        largest_gradient_norm=max(norms, default=None),
        seconds=_seconds(course),
        metrics=_metrics(course, best.step if best is not None else None),
        sentence=run.state.sentence,
    )


def as_node(run: RunOverview, summary: RunSummary) -> dict[str, Any]:
    """Return a run's summary with its options, as JSON values."""
    node = {name: getattr(summary, name) for name in RunSummary.__slots__}
    node["losses"] = {str(step): loss for step, loss in summary.losses.items()}
    return {"options": to_mapping(run.options), "base": run.model_id, **node}


def _seconds(course: Course) -> float:
    """Return how long the steps took; a record may stand for several."""
    total, before = 0.0, 0
    for one in course.steps:
        total += one.seconds * (one.step - before)
        before = one.step
    return total


def _metrics(course: Course, step: int | None) -> dict[str, float]:
    found: dict[str, list[float]] = {}
    for example in course.examples:
        if example.step == step:
            for name, value in example.metrics.items():
                found.setdefault(name, []).append(value)
    return {name: fmean(values) for name, values in found.items()}
