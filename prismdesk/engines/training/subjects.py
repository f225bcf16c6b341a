"""The subject of a run out of an installed checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from prismdesk.engines.audiox.networks import DENOISER_NETWORK
from prismdesk.engines.hosting.installed import checksum_of
from prismdesk.engines.hosting.network import Checkpoint
from prismdesk.engines.selva.networks import GENERATOR
from prismdesk.engines.training.audiox_subject import AudioxSubject
from prismdesk.engines.training.selva_subject import SelvaSubject
from prismdesk.engines.training.subject import BaseModel
from prismdesk.progress import ignore_progress

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.engines.training.options import TrainingOptions
    from prismdesk.engines.weights.model import Model
    from prismdesk.progress import FractionDone


def family_of(model: Model) -> str:
    """Return "selva" (MMAudio too) or "audiox": how a model is trained."""
    return "audiox" if model.engine == "audiox" else "selva"


def base_of(
    model: Model, files: dict[str, Path], progress: FractionDone = ignore_progress
) -> BaseModel:
    """Return what a model's own weights are; reads the file once while it stays unchanged."""
    role = DENOISER_NETWORK.role if family_of(model) == "audiox" else GENERATOR.role
    return BaseModel(
        model_id=model.id,
        sha256=checksum_of(files[role], progress),
        licence=model.licence_weights.name,
    )


def training_checkpoint(
    model: Model, files: dict[str, Path], device: torch.device, options: TrainingOptions
) -> Checkpoint:
    """Return a checkpoint as training wants it: the base in bf16 where that is quick."""
    return Checkpoint(
        model=model, files=files, device=device, precision=training_precision(options, device)
    )


def training_precision(options: TrainingOptions, device: torch.device) -> torch.dtype:
    """Return the numbers of the base; what learns has float32 always."""
    if options.precision == "bf16":
        return torch.bfloat16
    is_quick = device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
    return torch.bfloat16 if options.precision == "auto" and is_quick else torch.float32


def low_rank_subject(
    checkpoint: Checkpoint, options: TrainingOptions, base: BaseModel
) -> SelvaSubject | AudioxSubject:
    """Load the network of a checkpoint and put an adapter into it.

    Raises:
        CheckpointError: the file can't be used.
        OptionError: layers are named that the model hasn't got.
    """
    if family_of(checkpoint.model) == "audiox":
        return AudioxSubject(DENOISER_NETWORK.load(checkpoint), options, base)
    return SelvaSubject(GENERATOR.load(checkpoint), options, base)
