"""The noise schedule, masks, and sound and frames on their way in and out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from prismdesk.engines.audiox.audio_io import fitted, joined_pcm, prompt_window
from prismdesk.engines.audiox.denoiser.v_denoiser import scalings
from prismdesk.engines.audiox.frame_choice import counted_frame_ids
from prismdesk.engines.audiox.masks import MaskArguments, keep_by_step, moved, region_mask
from prismdesk.engines.sampling.sigmas import polyexponential_sigmas

if TYPE_CHECKING:
    from torch import Tensor

    from tests.conformance.case_file import Case
    from tests.conformance.components import Runner

_FIELDS = {
    "cropfrom": "crop_from_percent",
    "pastefrom": "paste_from_percent",
    "pasteto": "paste_to_percent",
    "maskstart": "mask_start_percent",
    "maskend": "mask_end_percent",
    "softnessL": "softness_left_percent",
    "softnessR": "softness_right_percent",
    "marination": "marination",
}


def mask_arguments(published: dict[str, Any]) -> MaskArguments:
    """Return the arguments under this program's names."""
    return MaskArguments(**{_FIELDS[name]: value for name, value in published.items()})


def _sigmas(case: Case) -> dict[str, Tensor]:
    arguments = {name: value for name, value in case.call.items() if name != "op"}
    sigmas = polyexponential_sigmas(**arguments)
    each = [scalings(sigma) for sigma in sigmas.tolist()]
    names = ("c_skip", "c_out", "c_in", "t")
    return {"sigmas": sigmas} | {
        name: torch.tensor([getattr(one, name) for one in each]) for name in names
    }


def _mask(case: Case) -> dict[str, Tensor]:
    arguments = mask_arguments(case.call["mask_args"])
    mask = region_mask(case.call["latent_length"], arguments)
    if case.operation == "crop_paste":
        return {"latents": moved(case.inputs["latents"], arguments), "mask": mask}
    return {"mask": mask, "keep": keep_by_step(mask, case.call["steps"])}


def _io(case: Case) -> dict[str, Tensor]:
    call, audio = case.call, case.inputs.get("audio")
    if audio is None:
        ids = counted_frame_ids(
            source_hz=call["fps"],
            frame_count=call["total_frames"],
            start_seconds=call["seek_time"],
            duration_seconds=call["duration"],
            target_hz=call["target_fps"],
        )
        return {"ids": torch.from_numpy(ids)}
    if case.operation == "output_pcm":
        return {"pcm": joined_pcm(audio)}
    if case.operation == "prepare_audio":
        return {"audio": fitted(audio, call["target_length"], call["target_channels"])}
    window = prompt_window(
        audio,
        rate_hz=call["sample_rate"],
        start_seconds=call["seconds_start"],
        length_seconds=call["seconds_total"],
    )
    return {"audio": window}


RUNNERS: dict[str, Runner] = {"audiox.sigmas": _sigmas, "audiox.mask": _mask, "audiox.io": _io}
