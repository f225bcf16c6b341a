"""A network with a low-rank adapter in it: what both families' subjects have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import nullcontext
from typing import TYPE_CHECKING, Generic, TypeVar

import torch

from prismdesk.engines.nets.fusable import FusableNetwork
from prismdesk.engines.training.adapter_file import description_of, write_learned
from prismdesk.engines.training.block_checkpointing import recompute_blocks
from prismdesk.engines.training.encoded_index import EncodedSetError
from prismdesk.engines.training.low_rank_layers import LowRankLayers
from prismdesk.engines.training.subject import LearnedGroup

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from torch import Tensor, nn

    from prismdesk.engines.training.draws import Draws
    from prismdesk.engines.training.encoded_set import EncodedPair
    from prismdesk.engines.training.options import TrainingOptions
    from prismdesk.engines.training.subject import BaseModel

NetworkT = TypeVar("NetworkT", bound=FusableNetwork)


class LowRankSubject(ABC, Generic[NetworkT]):
    """A base whose weights stay, and an adapter in it that learns.

    Args:
        network: the base; it is unfused, and has to stay so.
        targets: ends of the names of the layers that learn.
        options: of the run.
        base: what the base is.
    """

    family: str
    betas: tuple[float, float]

    def __init__(
        self,
        network: NetworkT,
        targets: Sequence[str],
        options: TrainingOptions,
        base: BaseModel,
    ) -> None:
        network.unfuse()
        network.requires_grad_(requires_grad=False)
        self.network = network
        self.options = options
        self.base = base
        self.targets = tuple(targets)
        self.device = next(network.parameters()).device
        # A few tensors of a 16-bit network keep 32 bits; the others tell.
        types = {parameter.dtype for parameter in network.parameters()}
        self.precision = min(types, key=lambda dtype: dtype.itemsize)
        self.layers = LowRankLayers(network, targets, options)
        if options.gradient_checkpointing:
            recompute_blocks(self._blocks())

    @abstractmethod
    def _blocks(self) -> Iterable[nn.Module]:
        """Return the blocks that the network consists of."""

    @abstractmethod
    def _loss(self, pairs: Sequence[EncodedPair], draws: Draws) -> Tensor:
        """Return the mean loss of a batch, []."""

    def groups(self) -> list[LearnedGroup]:
        """Return A of all layers, and B of all layers."""
        down = {f"{name}.lora_A": one for name, one in self.layers.down().items()}
        up = {f"{name}.lora_B": one for name, one in self.layers.up().items()}
        return [
            LearnedGroup(parameters=down),
            LearnedGroup(parameters=up, lr_ratio=self.options.lora_plus_ratio, is_up=True),
        ]

    def loss(self, pairs: Sequence[EncodedPair], draws: Draws) -> Tensor:
        """Return the mean loss of a batch, []; see ``TrainingSubject``."""
        self.network.train(draws.is_training)
        drawing: AbstractContextManager[None] = nullcontext()
        if draws.is_training and self.options.dropout_used > 0:
            drawing = draws.for_layers(self.device)
        is_half = self.precision == torch.bfloat16
        with drawing, torch.autocast(self.device.type, torch.bfloat16, enabled=is_half):
            return self._loss(pairs, draws)

    def after_step(self) -> None:
        """Leave everything as it is: an adapter has no bounds."""

    def fixed(self) -> dict[str, Tensor]:
        """Return the adapter's start values; see ``TrainingSubject``."""
        return self.layers.fixed()

    def restore_fixed(self, tensors: Mapping[str, Tensor]) -> None:
        """Take the adapter's start values back; see ``TrainingSubject``."""
        self.layers.restore_fixed(tensors)

    def write(self, path: Path, *, step: int) -> None:
        """Write the adapter.

        Raises:
            OSError: the disk gave up.
        """
        about = description_of(
            self.family, self.base, self.options, step=step, targets=self.targets
        )
        write_learned(path, self.layers.learned(), about)

    def move_to(self, device: torch.device) -> None:
        """Bring the network to a device."""
        self.network.to(device)
        self.device = device


def stacked(rows: Sequence[Tensor], name: str) -> Tensor:
    """Return tensors as one batch, float32.

    Raises:
        EncodedSetError: they differ in shape.
    """
    shapes = {tuple(row.shape) for row in rows}
    if len(shapes) > 1:
        raise EncodedSetError(
            f"The pairs of the set were encoded to different sizes of '{name}' "
            f"({' and '.join(str(shape) for shape in sorted(shapes))}); encode the set again."
        )
    return torch.stack([row.float() for row in rows])
