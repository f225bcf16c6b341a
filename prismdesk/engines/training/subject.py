"""What a run trains: the face that methods and families show to the trainer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import torch
    from torch import Tensor, nn

    from prismdesk.engines.training.draws import Draws
    from prismdesk.engines.training.encoded_set import EncodedPair


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseModel:
    """The model that is trained on.

    Attributes:
        model_id: in the catalogue, e.g. "selva-small_16k".
        sha256: of the weight file that is trained on.
        licence: of its weights, as it is known in the catalogue.
    """

    model_id: str
    sha256: str
    licence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedGroup:
    """Parameters that share a learning rate.

    Attributes:
        parameters: float32, by names that stay the same from run to run.
        lr_ratio: of their learning rate to the run's.
        is_up: whether they are the upward halves of low-rank layers.
    """

    parameters: Mapping[str, nn.Parameter]
    lr_ratio: float = 1.0
    is_up: bool = False


class TrainingSubject(Protocol):
    """A network with something in it that learns.

    Attributes:
        family: "selva" or "audiox".
        device: where the network works.
        betas: of AdamW.
    """

    family: str
    device: torch.device
    betas: tuple[float, float]

    def groups(self) -> Sequence[LearnedGroup]:
        """Return all that learns, in a fixed order."""
        ...

    def loss(self, pairs: Sequence[EncodedPair], draws: Draws) -> Tensor:
        """Return the mean loss of a batch, [], with gradients.

        While measuring (``draws.is_training`` is false) nothing is left out or disturbed.
        """
        ...

    def after_step(self) -> None:
        """Bring what has learned back into its bounds, if it has any."""
        ...

    def fixed(self) -> dict[str, Tensor]:
        """Return what doesn't learn but is needed to go on: start values and the like."""
        ...

    def restore_fixed(self, tensors: Mapping[str, Tensor]) -> None:
        """Take back what ``fixed`` returned, before the parameters are filled."""
        ...

    def write(self, path: Path, *, step: int) -> None:
        """Write what was learned so far as a preset's file.

        Raises:
            OSError: the disk gave up.
        """
        ...

    def move_to(self, device: torch.device) -> None:
        """Bring network and parameters to a device; every bit stays the same."""
        ...
