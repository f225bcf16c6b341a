"""The plain path of SelVA and MMAudio: the same networks, as they are written down."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import torch

from benchmarks.selva_scene import Stopwatch
from prismdesk.engines.adapting.application import WithAdapters
from prismdesk.engines.hosting.features import FeatureMemory, Features
from prismdesk.engines.hosting.memory import ladder
from prismdesk.engines.hosting.residency import Residence
from prismdesk.engines.hosting.run_monitor import RunMonitor
from prismdesk.engines.loading.filling import fill
from prismdesk.engines.loading.state_file import read_state
from prismdesk.engines.sampling.flow import draw_noise, step_times
from prismdesk.engines.sampling.graphed import run_plainly
from prismdesk.engines.selva.generator.checkpoint import generator_checkpoint
from prismdesk.engines.selva.generator.config import GeneratorConfig
from prismdesk.engines.selva.generator.guidance import TwoPassVelocity
from prismdesk.engines.selva.networks import VAE_DECODER, VOCODER
from prismdesk.engines.selva.planning import SelvaPlan, plan_run
from prismdesk.engines.selva.run_state import RunState
from prismdesk.engines.selva.stages import picture_timing, words
from prismdesk.engines.selva.stages.conditioning import StretchFeatures, window_conditions
from prismdesk.engines.selva.stages.picture_meaning import picture_meaning

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.request import Request
    from prismdesk.engines.selva.generator.conditions import Conditions, Prepared
    from prismdesk.engines.selva.generator.network import Generator


@torch.no_grad()
def plain_stages(request: Request, device: torch.device, *, rounds: int) -> Stopwatch:
    """Make a take on the plain path, with nothing loaded or known before; time its stages.

    Sampling and decoding are done so many times, and the quickest of each counts.
    """
    plan = plan_run(request)
    run = _state(request, plan)
    watch = Stopwatch(device)
    with watch:
        features = StretchFeatures(
            words=words.clip_states(run, request.prompt),
            unwanted=words.clip_states(run, ""),
            meaning=_timed(watch, run, "picture meaning"),
            timing=picture_timing.picture_timing(run),
        )
        with watch.stage("loading"):
            generator = _plain_generator(plan)
            with run.using(VAE_DECODER), run.using(VOCODER):
                pass
        for _ in range(rounds):
            with watch.stage("sampling", keeps_best=True):
                latent = _sampled(run, generator, features)
                latent = generator.unnormalise(latent).float()
            with watch.stage("decoding", keeps_best=True):
                _decoded(run, latent)
    return watch


def _timed(watch: Stopwatch, run: RunState, stage: str) -> Tensor | None:
    with watch.stage(stage):
        return picture_meaning(run)


def _state(request: Request, plan: SelvaPlan) -> RunState:
    device = plan.checkpoint.device
    return RunState(
        request=request,
        settings=plan.settings,
        checkpoint=plan.checkpoint,
        residence=Residence(),
        features=Features("selva", FeatureMemory(0), request.features),
        monitor=RunMonitor(lambda progress: None, lambda: False, {}),
        stretch=plan.stretch,
        windows=plan.windows,
        needs=plan.needs,
        memory=next(ladder(device, 1, "keep")),
        evaluate=run_plainly,
        adapters=WithAdapters(),
    )


def _plain_generator(plan: SelvaPlan) -> Generator:
    checkpoint = plan.checkpoint
    path = checkpoint.files["generator"]
    return fill(
        generator_checkpoint(GeneratorConfig(**checkpoint.sizes("generator")), fused=False),
        read_state(path),
        where=str(path),
        device=checkpoint.device,
        dtype=checkpoint.precision,
    )


def _sampled(run: RunState, generator: Generator, features: StretchFeatures) -> Tensor:
    device = run.checkpoint.device
    conditions = window_conditions(run, run.windows[0], features)
    frames = run.stretch.lengths.latent_frames
    latent = draw_noise([run.request.seed], frames, generator.config.latent_dim).to(device)
    for t, following in pairwise(step_times(run.settings.steps)):
        prepared = partial(_prepared, generator, conditions, device=device, frames=frames)
        velocity = TwoPassVelocity(
            generator,
            prepared(is_empty=False, text=features.words),
            prepared(is_empty=True, text=features.unwanted),
            run.settings.guidance,
        )
        latent = latent + (following - t) * velocity(latent, t)
    return latent


def _prepared(
    generator: Generator,
    conditions: Conditions,
    *,
    device: torch.device,
    frames: int,
    is_empty: bool,
    text: Tensor | None,
) -> Prepared:
    clip = None if is_empty or conditions.clip is None else conditions.clip.to(device)
    sync = None if is_empty or conditions.sync is None else conditions.sync.to(device)
    placed = type(conditions)(
        clip=clip,
        sync=sync,
        text=None if text is None else text.to(device),
        batch=1,
        clip_frames=conditions.clip_frames,
        sync_frames=conditions.sync_frames,
    )
    return generator.prepare(placed, latent_frames=frames)


def _decoded(run: RunState, latent: Tensor) -> Tensor:
    with (
        run.using(VAE_DECODER) as decoder,
        run.using(VOCODER) as vocoder,
    ):
        return vocoder.plain(decoder.decode(latent.transpose(1, 2))).cpu()
