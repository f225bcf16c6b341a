"""What is done in the training process: importable without torch, like the contract of engines.

Arrays, numbers and folders go in; files in those folders come out, and reports on the way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from prismdesk.engines.request import MachineOptions, NoFeatureStore

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from prismdesk.engines.contract import DeviceMemory
    from prismdesk.engines.request import FeatureStore
    from prismdesk.engines.sound import AudioBlock
    from prismdesk.engines.training.pair_input import PairInput
    from prismdesk.engines.training.run_files import RunFolder
    from prismdesk.progress import IsCancelled

Wish = Literal["go", "pause", "stop", "give way"]
"""What is wanted of a run at its next step: to go on; to keep all it needs to go on later and
end; to keep what it has learned and end; to leave the device to others until "go"."""

EndOfRun = Literal["finished", "paused", "stopped", "skipped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkReport:
    """How far the work is.

    Attributes:
        words: what is being done: "Encoding harbour steps", "Training".
        fraction: of the whole work, 0 to 1.
        step, steps: of training; 0 of 0 elsewhere.
        seconds_left: None until it can be known.
        memory: of the device, or None.
        gives_way: whether it waits because others need the device.
    """

    words: str
    fraction: float = 0.0
    step: int = 0
    steps: int = 0
    seconds_left: float | None = None
    memory: DeviceMemory | None = None
    gives_way: bool = False


class PairLoader(Protocol):
    """One pair of a set, read only when it is needed."""

    @property
    def key(self) -> str:
        """Names the pair in its set."""

    @property
    def split(self) -> Literal["train", "hold out"]:
        """What it is used for."""

    @property
    def prompt(self) -> str:
        """The words that it is trained with."""

    def load(self, cancelled: IsCancelled) -> PairInput:
        """Return sound, picture, mask and words.

        Raises:
            PrismDeskError: a file can't be read any more.
            Cancelled: as told.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkSurroundings:
    """What all kinds of work are given.

    Attributes:
        machine: on what it computes.
        features: where what was worked out of picture and text is kept.
        wanted: asked at every step.
        report: told how far it is.
        find_onsets: finds the samples where hits begin in a sound of a rate; None measures none.
    """

    wanted: Callable[[], Wish]
    report: Callable[[WorkReport], None]
    machine: MachineOptions = field(default_factory=MachineOptions)
    features: FeatureStore = field(default_factory=NoFeatureStore)
    find_onsets: Callable[[AudioBlock, int], Sequence[int]] | None = None

    def is_unwanted(self) -> bool:
        """Whether work that can't be interrupted is to end, as ``IsCancelled`` asks."""
        return self.wanted() in ("pause", "stop")


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterTold:
    """An adapter by its file and what people call it; ``path`` is None for the base alone."""

    name: str
    path: Path | None
    strength: float = 1.0


class TrainingWork(Protocol):
    """What the training process can do; made by ``engines.training.work:create_work``."""

    def encode(
        self,
        model_id: str,
        pairs: Sequence[PairLoader],
        shared: Path,
        index: Path,
        around: WorkSurroundings,
    ) -> None:
        """Encode pairs that aren't in the shared folder yet, and list all in a run's folder.

        Raises:
            PrismDeskError: a pair, the model or the disk stands against it.
            Cancelled: no longer wanted; what is encoded stays.
        """

    def train(self, folder: RunFolder, model_id: str, around: WorkSurroundings) -> EndOfRun:
        """Begin a run whose pairs are encoded, or go on with it.

        Raises:
            PrismDeskError: the model, the options, the memory or the disk stands against it; every
                checkpoint that was written stays usable.
        """

    def convert(
        self, source: Path, target: Path, alpha: float | None, model_id: str, title: str
    ) -> None:
        """Write an adapter of any known form as one of the library's files.

        Raises:
            PrismDeskError: it can't be used as it is; says what to tell or do.
        """

    def merge(
        self,
        model_id: str,
        adapters: Sequence[AdapterTold],
        folder: Path,
        name: str,
        around: WorkSurroundings,
    ) -> None:
        """Write a checkpoint of one's own with adapters in its weights.

        Raises:
            PrismDeskError: one doesn't fit, or the disk gave up; nothing half written stays.
            Cancelled: no longer wanted; nothing stays.
        """

    def compare(
        self,
        model_id: str,
        adapters: Sequence[AdapterTold],
        index: Path,
        out: Path,
        steps: int,
        seed: int,
        around: WorkSurroundings,
    ) -> None:
        """Make the same clips with each adapter and the same noise, measure, and write it down.

        Raises:
            PrismDeskError: something can't be used.
            Cancelled: no longer wanted; what is made stays.
        """
