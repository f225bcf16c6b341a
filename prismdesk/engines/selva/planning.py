"""What is decided before a run begins: model, device, stretch, windows, memory needed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.engines.errors import UnsupportedError
from prismdesk.engines.hosting.chosen_checkpoint import chosen_checkpoint
from prismdesk.engines.hosting.run_plan import RunPlan
from prismdesk.engines.sampling.windows import Window, plan_windows
from prismdesk.engines.selva.fitting_sizes import check_sizes
from prismdesk.engines.selva.looks import sees_meaning
from prismdesk.engines.selva.memory_needs import RunSize, stage_needs
from prismdesk.engines.selva.offer import ENGINE_ID
from prismdesk.engines.selva.settings import SelvaSettings, read_settings
from prismdesk.engines.selva.stages.conditioning import GRID_SECONDS
from prismdesk.engines.selva.stretch import SelvaStretch, plan_stretch
from prismdesk.engines.weights import catalogue, places

if TYPE_CHECKING:
    from prismdesk.engines.hosting.memory import StageNeeds
    from prismdesk.engines.hosting.network import Checkpoint
    from prismdesk.engines.request import Request
    from prismdesk.engines.weights.model import Model


SelvaPlan = RunPlan[SelvaSettings, SelvaStretch]


def plan_run(request: Request) -> SelvaPlan:
    """Decide everything about a run but how much is done at once.

    Raises:
        UnsupportedError: no take at all, or a device that isn't there.
        UnknownModelError: there is no such variant.
        WeightsMissingError: its files aren't all here.
        CheckpointError: its networks don't fit each other.
        UnusableContextError: the region doesn't lie in the context.
        SettingError: a setting is unknown or out of range.
    """
    _refuse_what_it_cannot(request)
    settings = read_settings(request.settings)
    checkpoint = chosen_checkpoint(
        ENGINE_ID, request.variant, device=request.machine.device, precision=settings.precision
    )
    check_sizes(checkpoint.model)
    stretch = plan_stretch(
        request,
        model_rate_hz=checkpoint.model.native_rate_hz,
        is_natural=settings.work_length == "natural",
    )
    windows = _windows(request, settings, stretch)
    size = _size(request, settings, checkpoint, stretch, windows)
    return RunPlan(
        settings=settings,
        checkpoint=checkpoint,
        stretch=stretch,
        windows=windows,
        needs=tuple(stage_needs(checkpoint, size)),
    )


def smaller_models(request: Request, plan: SelvaPlan) -> list[tuple[Model, tuple[StageNeeds, ...]]]:
    """Return installed models with a smaller generator, largest first, and their needs."""
    own_bytes = plan.checkpoint.model.files["generator"].size_bytes
    found = []
    for model in catalogue.models_for(ENGINE_ID):
        state = places.state_of(model)
        if state.is_installed and model.files["generator"].size_bytes < own_bytes:
            checkpoint = replace(plan.checkpoint, model=model, files=state.paths)
            size = _size(request, plan.settings, checkpoint, plan.stretch, plan.windows)
            found.append((model, tuple(stage_needs(checkpoint, size))))
    return sorted(found, key=lambda one: one[0].files["generator"].size_bytes, reverse=True)


def _refuse_what_it_cannot(request: Request) -> None:
    if request.takes < 1:
        raise UnsupportedError(f"At least one take must be asked for, not {request.takes}.")


def _windows(
    request: Request, settings: SelvaSettings, stretch: SelvaStretch
) -> tuple[Window, ...]:
    frames = stretch.lengths.latent_frames
    if settings.long == "single":
        return (Window(0, frames, 0.0, 0),)
    return plan_windows(
        frames,
        latent_rate_hz=stretch.latent_rate_hz,
        overlap_seconds=settings.window_overlap_seconds,
        grid_seconds=GRID_SECONDS,
        cuts_seconds=stretch.cuts_seconds(request),
    )


def _size(
    request: Request,
    settings: SelvaSettings,
    checkpoint: Checkpoint,
    stretch: SelvaStretch,
    windows: tuple[Window, ...],
) -> RunSize:
    has_picture = request.picture is not None
    return RunSize(
        window_seconds=max(window.latent_frames for window in windows) / stretch.latent_rate_hz,
        has_meaning=has_picture and sees_meaning(settings, checkpoint.model),
        has_timing=has_picture,
        has_known_sound=settings.strength < 1.0 or request.task.value != "generate",
    )
