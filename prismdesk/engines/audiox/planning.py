"""What is decided before a run begins: model, device, stretch, windows, memory needed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.engines.audiox.memory_needs import RunSize, stage_needs
from prismdesk.engines.audiox.model_files import files_of
from prismdesk.engines.audiox.offer import ENGINE_ID, ENGINE_NAME
from prismdesk.engines.audiox.settings import AudioxSettings, read_settings
from prismdesk.engines.audiox.stretch import AudioxStretch, plan_stretch
from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.errors import UnsupportedError
from prismdesk.engines.hosting.chosen_checkpoint import chosen_checkpoint
from prismdesk.engines.hosting.run_plan import RunPlan
from prismdesk.engines.sampling.samplers.kinds import sampler_kind
from prismdesk.engines.weights import catalogue, places

if TYPE_CHECKING:
    from prismdesk.engines.hosting.memory import StageNeeds
    from prismdesk.engines.request import Request
    from prismdesk.engines.sampling.windows import Window
    from prismdesk.engines.weights.model import Model


AudioxPlan = RunPlan[AudioxSettings, AudioxStretch]


def plan_run(request: Request) -> AudioxPlan:
    """Decide everything about a run but how much is done at once.

    Raises:
        UnsupportedError: no take at all, a picture mask, a sampler that can't do the task, or a
            device that isn't there.
        UnknownModelError: there is no such variant.
        WeightsMissingError: its files aren't all here.
        ConfigError: its ``config.json`` can't be used.
        CheckpointError: its weights can't.
        UnusableContextError: the region doesn't lie in the context.
        SettingError: a setting is unknown or out of range.
    """
    _refuse_what_it_cannot(request)
    settings = read_settings(request.settings)
    if request.task is not EngineTask.GENERATE and not sampler_kind(settings.sampler).can_blend:
        raise UnsupportedError(
            f"{settings.sampler} can't keep the sound around a region; choose another sampler."
        )
    checkpoint = chosen_checkpoint(
        ENGINE_ID, request.variant, device=request.machine.device, precision=settings.precision
    )
    stretch, windows = plan_stretch(request, files_of(checkpoint).config, settings)
    size = _size(request, settings, windows)
    return RunPlan(
        settings=settings,
        checkpoint=checkpoint,
        stretch=stretch,
        windows=windows,
        needs=tuple(stage_needs(checkpoint, size)),
    )


def smaller_models(
    request: Request, plan: AudioxPlan
) -> list[tuple[Model, tuple[StageNeeds, ...]]]:
    """Return installed models with smaller weights, largest first, and their needs."""
    own_bytes = plan.checkpoint.model.files["model"].size_bytes
    found = []
    for model in catalogue.models_for(ENGINE_ID):
        state = places.state_of(model)
        if state.is_installed and model.files["model"].size_bytes < own_bytes:
            checkpoint = replace(plan.checkpoint, model=model, files=state.paths)
            size = _size(request, plan.settings, plan.windows)
            found.append((model, tuple(stage_needs(checkpoint, size))))
    return sorted(found, key=lambda one: one[0].files["model"].size_bytes, reverse=True)


def _refuse_what_it_cannot(request: Request) -> None:
    if request.mask is not None:
        raise UnsupportedError(
            f"{ENGINE_NAME} always takes in the whole picture; remove the picture mask, or use "
            "SelVA / MMAudio."
        )
    if request.takes < 1:
        raise UnsupportedError(f"At least one take must be asked for, not {request.takes}.")


def _size(request: Request, settings: AudioxSettings, windows: tuple[Window, ...]) -> RunSize:
    is_kept = request.task is not EngineTask.GENERATE
    return RunSize(
        window_frames=max(window.latent_frames for window in windows),
        has_picture=request.picture is not None,
        has_sound_prompt=settings.audio_prompt == "on"
        or (settings.audio_prompt == "auto" and is_kept),
        has_known_sound=settings.noise_level is not None or is_kept,
    )
