"""Samplers around AudioX's denoisers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.audiox.denoiser.v_denoiser import VDenoiser
from prismdesk.engines.audiox.masks import KeepBlend, keep_by_step, moved, region_mask
from prismdesk.engines.sampling.samplers.sample import sample
from prismdesk.engines.sampling.sigmas import polyexponential_sigmas
from prismdesk.engines.sampling.step_noise import GivenNoise
from tests.conformance.components.audiox_denoisers import guided_denoiser_of
from tests.conformance.components.audiox_sigmas import mask_arguments

if TYPE_CHECKING:
    from torch import Tensor

    from tests.conformance.case_file import Case
    from tests.conformance.components import Runner


def _sample(case: Case) -> dict[str, Tensor]:
    call, given = case.call, case.inputs
    noise, known = given["noise"], given.get("init_data")
    sigmas = polyexponential_sigmas(
        call["steps"], call["sigma_min"], call["sigma_max"], call.get("rho", 1.0)
    )
    start, blend = noise * sigmas[0], None
    if known is not None and "mask_args" in call:
        arguments = mask_arguments(call["mask_args"])
        keep = keep_by_step(region_mask(noise.shape[-1], arguments), call["steps"])
        blend = KeepBlend(
            known=moved(known, arguments), keep=keep, noise=GivenNoise(given["inpaint_noise"])
        )
        start = blend.start(noise, float(sigmas[0]))
    elif known is not None:
        start = start + known
    latents = sample(
        call["sampler_type"],
        VDenoiser(guided_denoiser_of(case, noise.shape[-1])),
        start,
        sigmas,
        step_noise=GivenNoise(given["step_noise"]) if "step_noise" in given else None,
        blend=blend,
    )
    return {"latents": latents}


RUNNERS: dict[str, Runner] = {"audiox.sampler": _sample}
