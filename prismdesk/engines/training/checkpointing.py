"""Checkpoints: written whole or not at all, gone on from exactly, and few enough for the disk."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError
from safetensors.torch import save_file

from prismdesk.engines.loading.checkpoint_error import CheckpointError
from prismdesk.engines.loading.safetensors_file import read_own_file
from prismdesk.engines.training.failures import OtherRunError, TrainingError
from prismdesk.engines.training.options import to_mapping
from prismdesk.engines.training.run_files import ADAPTER_FILE, TRAINER_FACTS, TRAINER_TENSORS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from torch import Tensor

    from prismdesk.engines.training.optimising import Optimiser
    from prismdesk.engines.training.options import TrainingOptions
    from prismdesk.engines.training.run_files import CheckpointFiles, RunFolder
    from prismdesk.engines.training.subject import TrainingSubject

_FORMAT = 1
_FIXED, _PARAMETER = "fixed/", "parameter/"
_MAY_CHANGE = (
    "steps",
    "save_every",
    "keep_checkpoints",
    "example_count",
    "example_steps",
    "reweight",
    "gradient_checkpointing",
)
"""Options that don't change what the steps so far have learned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainerFacts:
    """Where a run stands, besides its tensors.

    Attributes:
        step: steps done.
        smoothed: running mean of the loss, None before the first step.
        base_loss: held-out loss of the base, None without held-out pairs.
        loss: held-out loss here, None without held-out pairs.
    """

    step: int = 0
    smoothed: float | None = None
    base_loss: float | None = None
    loss: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunIdentity:
    """What a run can't change on the way: options, model and pairs."""

    options: TrainingOptions
    base_sha256: str
    pairs: Sequence[str]

    def as_mapping(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "options": to_mapping(self.options),
            "base_sha256": self.base_sha256,
            "pairs": list(self.pairs),
        }


def write_checkpoint(
    folder: RunFolder,
    subject: TrainingSubject,
    optimiser: Optimiser,
    facts: TrainerFacts,
    identity: RunIdentity,
) -> None:
    """Write the preset so far and everything that is needed to go on.

    Raises:
        OSError: the disk gave up; no half checkpoint is left, older ones are untouched.
    """
    with folder.writing_checkpoint(facts.step) as place:
        subject.write(place / ADAPTER_FILE, step=facts.step)
        tensors = {_FIXED + name: tensor for name, tensor in subject.fixed().items()}
        for group in subject.groups():
            for name, parameter in group.parameters.items():
                tensors[_PARAMETER + name] = parameter.detach()
        tensors.update(optimiser.tensors())
        whole = {name: tensor.cpu().contiguous() for name, tensor in tensors.items()}
        try:
            save_file(whole, place / TRAINER_TENSORS)
        except SafetensorError as error:
            raise OSError(str(error)) from error
        told = {"format": _FORMAT, **asdict(facts), "run": identity.as_mapping()}
        (place / TRAINER_FACTS).write_text(json.dumps(told), encoding="utf-8")


def read_checkpoint(
    files: CheckpointFiles,
    subject: TrainingSubject,
    optimiser: Optimiser,
    identity: RunIdentity,
) -> TrainerFacts:
    """Bring subject and optimiser to where a checkpoint left them, to the bit.

    Raises:
        TrainingError: the checkpoint is damaged.
        OtherRunError: the run is another one now.
    """
    try:
        told = json.loads(files.trainer_facts.read_text(encoding="utf-8"))
        tensors, _ = read_own_file(files.trainer_tensors)
        facts = TrainerFacts(**{name: told[name] for name in TrainerFacts.__slots__})
        _check_same(told["run"], identity)
        subject.restore_fixed(_under(tensors, _FIXED))
        with torch.no_grad():
            for group in subject.groups():
                for name, parameter in group.parameters.items():
                    parameter.copy_(tensors[_PARAMETER + name])
        optimiser.restore(tensors, facts.step)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, CheckpointError) as error:
        raise TrainingError(
            f"The checkpoint {files.folder} is damaged; delete its {TRAINER_FACTS} to go on from "
            "the one before."
        ) from error
    return facts


def prune(folder: RunFolder, keep: int, losses: Mapping[int, float]) -> None:
    """Let older checkpoints keep only their presets; the newest and the best stay whole.

    Args:
        folder: of the run.
        keep: how many of the newest stay whole.
        losses: of checkpoints, by step.
    """
    whole = [one for one in folder.checkpoint_files() if one.is_resumable]
    best = min((one.step for one in whole if one.step in losses), key=losses.get, default=None)  # type: ignore[arg-type]  # all are in it
    for one in whole[: max(0, len(whole) - keep)]:
        if one.step != best:
            # Without its facts a checkpoint isn't resumable, so a kill in between does no harm.
            _forget(one.trainer_facts)
            _forget(one.trainer_tensors)


def _forget(path: Path) -> None:
    path.unlink(missing_ok=True)


def _under(tensors: Mapping[str, Tensor], start: str) -> dict[str, Tensor]:
    return {
        name.removeprefix(start): tensor
        for name, tensor in tensors.items()
        if name.startswith(start)
    }


def _check_same(began: Mapping[str, Any], identity: RunIdentity) -> None:
    now = identity.as_mapping()
    for name, value in began["options"].items():
        if name not in _MAY_CHANGE and name in now["options"] and now["options"][name] != value:
            raise OtherRunError(
                f"This run began with {name} = {value} and can't go on with "
                f"{now['options'][name]}; begin a new run for that."
            )
    for name, words in (("base_sha256", "another model"), ("pairs", "other pairs")):
        if began[name] != now[name]:
            raise OtherRunError(f"This run began with {words}, so it can't go on; begin a new run.")
