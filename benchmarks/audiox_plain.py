"""The plain path of AudioX: the same networks, as they are written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from benchmarks.selva_scene import Stopwatch
from prismdesk.engines.adapting.application import WithAdapters
from prismdesk.engines.audiox import making
from prismdesk.engines.audiox.checkpoint import DENOISER
from prismdesk.engines.audiox.denoiser.checkpoint import denoiser_checkpoint
from prismdesk.engines.audiox.denoiser.guidance import PlainGuidedDenoiser
from prismdesk.engines.audiox.denoiser.v_denoiser import VDenoiser
from prismdesk.engines.audiox.networks import DECODER
from prismdesk.engines.audiox.planning import plan_run
from prismdesk.engines.audiox.run_state import RunState
from prismdesk.engines.audiox.stages import words
from prismdesk.engines.audiox.stages.fusing import StretchTokens, fused
from prismdesk.engines.audiox.stages.picture import picture_tokens
from prismdesk.engines.audiox.stages.sound_prompt import sound_tokens
from prismdesk.engines.hosting.features import FeatureMemory, Features
from prismdesk.engines.hosting.memory import ladder
from prismdesk.engines.hosting.residency import Residence
from prismdesk.engines.hosting.run_monitor import RunMonitor
from prismdesk.engines.hosting.surroundings import read_surroundings
from prismdesk.engines.loading.filling import fill
from prismdesk.engines.sampling.flow import draw_noise
from prismdesk.engines.sampling.graphed import run_plainly
from prismdesk.engines.sampling.samplers.sample import sample
from prismdesk.engines.sampling.sigmas import polyexponential_sigmas
from prismdesk.engines.sampling.step_noise import BrownianNoise

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

    from prismdesk.engines.audiox.denoiser.network import DenoisingNetwork
    from prismdesk.engines.audiox.stages.fusing import Told
    from prismdesk.engines.request import Request

AUDIOX_STAGES: Mapping[str, tuple[object, str]] = {
    "words": (words, "word_tokens"),
    "picture": (making, "picture_tokens"),
    "sound prompt": (making, "sound_tokens"),
    "known sound": (making, "known_latents"),
    "fusing": (making, "fused"),
    "sampling": (making, "sample_latents"),
    "decoding": (making, "decoded"),
    "placing": (making, "as_sounds"),
}


@torch.no_grad()
def plain_stages(request: Request, device: torch.device) -> Stopwatch:
    """Sample and decode one window of a take on the plain path; time both."""
    run = _state(request, device)
    around = read_surroundings(request, run.stretch, run.settings.placement, model_channels=2)
    tokens = StretchTokens(
        words=words.word_tokens(run, request.prompt),
        unwanted=None,
        pictures=picture_tokens(run),
        sounds=sound_tokens(run, around),
    )
    told = fused(run, tokens)[0].of_takes(0, 1)
    files = run.files
    network = fill(
        denoiser_checkpoint(run.config.diffusion, fused=False),
        files.parts[DENOISER],
        where=str(files.model_path),
        device=device,
        dtype=run.checkpoint.precision,
    )
    watch = Stopwatch(device, AUDIOX_STAGES)
    with watch.stage("sampling"):
        latents = _sampled(run, told, network)
    with run.using(DECODER) as decoder, watch.stage("decoding"):
        decoder.decode(latents).cpu()
    return watch


def _sampled(run: RunState, told: Told, network: DenoisingNetwork) -> Tensor:
    settings, device = run.settings, run.checkpoint.device
    velocity = PlainGuidedDenoiser(
        network,
        told.conditions(device),
        settings.guidance,
        settings.guidance_rescale,
    )
    frames, channels = run.windows[0].latent_frames, run.config.io_channels
    seeds = [run.request.seed]
    sigmas = polyexponential_sigmas(settings.steps, *settings.levels)
    noise = draw_noise(seeds, frames, channels).mT.to(device)
    return sample(
        settings.sampler,
        VDenoiser(velocity),
        noise * float(sigmas[0]),
        sigmas,
        step_noise=BrownianNoise(seeds, (channels, frames)),
    )


def _state(request: Request, device: torch.device) -> RunState:
    plan = plan_run(request)
    return RunState(
        request=request,
        settings=plan.settings,
        checkpoint=plan.checkpoint,
        residence=Residence(),
        features=Features("audiox", FeatureMemory(), request.features),
        monitor=RunMonitor(lambda progress: None, lambda: False, {}),
        stretch=plan.stretch,
        windows=plan.windows,
        needs=plan.needs,
        memory=next(ladder(device, 1, "keep")),
        evaluate=run_plainly,
        adapters=WithAdapters(),
    )
