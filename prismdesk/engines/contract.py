"""The contract between PrismDesk and whatever makes sound.

An engine is small enough to write in an afternoon: plain-data capabilities, ``prepare``,
``run``, ``release``. Importable without torch. Arrays are float32 shaped (channels, samples),
full scale 1.0; positions are samples at the request's rate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from prismdesk.engines.capabilities import Capabilities
    from prismdesk.engines.request import MachineOptions, Request
    from prismdesk.engines.sound import Sound
    from prismdesk.progress import IsCancelled


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceMemory:
    """How full the memory is of what an engine computes on, with all else that lies there.

    ``device`` is its name as people know it: "RTX 4070", "processor".
    """

    device: str
    used_bytes: int
    total_bytes: int


class Phase(StrEnum):
    """Named phases, so that progress is honest about what it is doing."""

    LOADING = "loading"
    PICTURE_FEATURES = "picture features"
    ANALYSING = "analysing"
    STEP = "step"
    DECODING = "decoding"
    WRITING = "writing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is.

    ``step`` of ``steps`` counts within the phase; ``fraction`` is of the whole run, 0 to 1;
    ``seconds_left`` is None until it can be known; ``envelope`` is the peak envelope of the
    sound so far over the region, 0 to 1, or None. ``memory`` is that of the device, or None.
    """

    phase: Phase
    step: int = 0
    steps: int = 0
    fraction: float = 0.0
    seconds_left: float | None = None
    envelope: tuple[float, ...] | None = None
    memory: DeviceMemory | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeOn:
    """On what a result was made: what decides the last bits of its samples, beside the request.

    Attributes:
        device: what computed, by name, e.g. ``NVIDIA GeForce RTX 4070``, ``processor (AVX2)``.
        precision: of the numbers, e.g. ``fp32``, ``bf16``.
        libraries: (name, version) of the libraries that computed.
        at_once: (name, count) of what was worked on together, as sums are rounded in the order
            in which they are taken: threads, pictures, takes.
    """

    device: str
    precision: str
    libraries: tuple[tuple[str, str], ...] = ()
    at_once: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The takes of one request, in order, with what made them.

    ``weights`` are (file name, SHA-256) pairs; ``licence`` is that of the weights.
    ``allows_commercial_use`` is None where the engine's capabilities say it; ``made_on`` is None
    where the engine doesn't say it.
    """

    sounds: tuple[Sound, ...]
    weights: tuple[tuple[str, str], ...] = ()
    licence: str = ""
    allows_commercial_use: bool | None = None
    made_on: MadeOn | None = None


ReportProgress = Callable[[Progress], None]


class Engine(Protocol):
    """A sound maker. All calls come from one thread of the engine process."""

    @property
    def capabilities(self) -> Capabilities:
        """What it offers; cheap and constant."""

    def prepare(self, progress: ReportProgress) -> None:
        """Load what is needed for runs; called again after ``release``."""

    def run(self, request: Request, progress: ReportProgress, cancelled: IsCancelled) -> Result:
        """Make ``request.takes`` sounds.

        Raises:
            EngineError: one of the classes below; ``prismdesk.errors.Cancelled`` once
                ``cancelled()`` answered True.
        """

    def release(self) -> None:
        """Free memory and devices; ``prepare`` brings them back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What an engine has loaded: of which variant, how many bytes, and on how full a device."""

    variant: str = ""
    loaded_bytes: int = 0
    memory: DeviceMemory | None = None


@runtime_checkable
class WarmsUp(Protocol):
    """An engine that can load a variant's networks before any request; the methods are optional."""

    @property
    def holding(self) -> Holding:
        """What is loaded now; may be asked from any thread."""

    def warm_up(
        self,
        variant: str,
        machine: MachineOptions,
        progress: ReportProgress,
        cancelled: IsCancelled,
    ) -> None:
        """Load the networks of a variant, as many as fit the memory.

        Raises:
            EngineError: as ``run``; ``prismdesk.errors.Cancelled`` as told. What is loaded by
                then stays.
        """


class EngineFactory(Protocol):
    """Makes an engine; called inside the engine process only."""

    def __call__(self) -> Engine:
        """Return a new engine that has loaded nothing yet."""


def iterate_seeds(first_seed: int, takes: int) -> Iterator[int]:
    """Yield the seed of each take: the first is the request's own, the rest count on from it."""
    for index in range(takes):
        yield (first_seed + index) % 2**32
