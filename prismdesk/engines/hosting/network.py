"""The files of one checkpoint and the networks in them, told apart from how they are loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import torch

from prismdesk.engines.loading.filling import fill
from prismdesk.engines.loading.state_file import read_state

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from torch import Tensor

    from prismdesk.engines.loading.published import Published
    from prismdesk.engines.weights.model import Model

    ModuleT = TypeVar("ModuleT", bound=torch.nn.Module)

NetworkT = TypeVar("NetworkT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The files of a model on this machine, and how their networks are wanted.

    Attributes:
        model: what it is.
        files: where each file is, by role.
        device: where the networks work.
        precision: numbers of the large networks; those that make sound keep float32.
    """

    model: Model
    files: dict[str, Path]
    device: torch.device
    precision: torch.dtype

    def sizes(self, part: str) -> dict[str, Any]:
        """The sizes of a part's network, as a copy."""
        return dict(self.model.hyper_parameters[part])

    def file_bytes(self, role: str) -> int:
        """How large a file is; of a folder, its weights."""
        path = self.files[role]
        if path.is_dir():
            return sum(part.stat().st_size for part in path.glob("*.safetensors"))
        return path.stat().st_size


@dataclass(frozen=True, slots=True, kw_only=True)
class Network(Generic[NetworkT]):
    """One network of a checkpoint.

    Attributes:
        name: in progress and messages.
        role: of the file it is in.
        keeps_float32: whether it works in float32 whatever precision is wanted.
        load: reads it to the checkpoint's device.
        stored: of a network that adapters change: its parameters as the file has them, by the
            network's own names.
        is_tuned: whether presets may bring tensors of their own for it.
    """

    name: str
    role: str
    load: Callable[[Checkpoint], NetworkT]
    keeps_float32: bool = False
    stored: Callable[[Checkpoint], Mapping[str, Tensor]] | None = None
    is_tuned: bool = False

    def pretrained(self, checkpoint: Checkpoint) -> Callable[[str], Tensor | None] | None:
        """Return what gives a parameter as the file has it; None if the network has it so itself.

        The file is mapped when the first one is asked for.
        """
        stored = self.stored
        if stored is None or checkpoint.precision == torch.float32:
            return None
        found: dict[str, Tensor] = {}

        def parameter(name: str) -> Tensor | None:
            if not found:
                found.update(stored(checkpoint))
            return found.get(name)

        return parameter


def filled(
    checkpoint: Checkpoint,
    role: str,
    published: Published[ModuleT],
    *,
    precision: torch.dtype | None = None,
    names: Callable[[str], bool] | None = None,
) -> ModuleT:
    """Return a network filled from one of the checkpoint's files.

    Args:
        checkpoint: whose files, device and precision are taken.
        role: of the file.
        published: how its tensors become the network.
        precision: another one than the checkpoint's.
        names: which of the file's tensors are read; all by default.

    Raises:
        CheckpointError: the file can't be used.
    """
    path = checkpoint.files[role]
    return fill(
        published,
        read_state(path, names=names),
        where=str(path),
        device=checkpoint.device,
        dtype=precision or checkpoint.precision,
    )
