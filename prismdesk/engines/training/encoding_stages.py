"""What an encoder of a family of models offers, so that sets of both are encoded by one loop."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt
    from torch import Tensor

    from prismdesk.engines.hosting.run import HostedRun
    from prismdesk.engines.sound import AudioBlock
    from prismdesk.engines.training.pair_input import PairInput, PairWindow


class EncodingJob(Protocol):
    """One window of a pair on its way."""

    @property
    def run(self) -> HostedRun:
        """The run over the window."""

    @property
    def tensors(self) -> dict[str, Tensor]:
        """What there is so far, as the file of an encoded pair holds it."""

    def wave(self) -> AudioBlock:
        """Return the sound as it was encoded, (channels, samples) at the model's rate."""


JobT = TypeVar("JobT", bound=EncodingJob)


@dataclass(frozen=True, slots=True)
class EncodingStage(Generic[JobT]):
    """One step for all windows, before the next one begins.

    Attributes:
        words: what is encoded, in progress.
        cost: how long it takes beside the others.
        work: does it for one window.
    """

    words: str
    cost: float
    work: Callable[[JobT], None]


class Encoder(Protocol[JobT]):
    """Encodes windows of pairs for one model.

    Attributes:
        family: of the model, as encoded pairs name it.
    """

    family: str

    def natural_seconds(self) -> float:
        """How long a window is."""

    def begin(self, pair: PairInput, window: PairWindow) -> JobT:
        """Return the job of a window; nothing is worked out yet."""

    def roles(self, job: JobT) -> list[str]:
        """The files that decide what is encoded."""

    def about(self, job: JobT) -> dict[str, object]:
        """All that decides what is encoded besides the files, as JSON values."""

    @property
    def stages(self) -> tuple[EncodingStage[JobT], ...]:
        """In order."""


def digest(array: npt.NDArray[Any] | None) -> str:
    """Return a hash of an array's content, its type and shape; empty for None."""
    if array is None:
        return ""
    told = f"{array.dtype} {array.shape} ".encode()
    return hashlib.sha256(told + np.ascontiguousarray(array).tobytes()).hexdigest()
