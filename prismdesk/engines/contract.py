"""The contract between PrismDesk and whatever makes sound.

An engine is small enough to write in an afternoon: plain-data capabilities, ``prepare``,
``run``, ``release``. Importable without torch. Arrays are float32 shaped (channels, samples),
full scale 1.0; positions are samples at the request's rate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from prismdesk.errors import InputError, PrismDeskError

if TYPE_CHECKING:
    from pathlib import Path

AudioBlock = npt.NDArray[np.float32]
"""float32 (channels, samples), full scale 1.0."""

SettingValue = bool | int | float | str


class EngineTask(StrEnum):
    """What an engine may be asked for."""

    GENERATE = "generate"
    INPAINT = "inpaint"
    CONTINUE = "continue"


class EngineInput(StrEnum):
    """What an engine can listen to or look at."""

    TEXT = "text"
    NEGATIVE_TEXT = "negative_text"
    PICTURE = "picture"
    PICTURE_MASK = "picture_mask"
    AUDIO_CONTEXT = "audio_context"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingSpec:
    """One setting: its control, range and unit are built from this by inspector and command line.

    ``choices`` is empty for numbers and switches; the type is that of ``default``. An advanced
    setting is shown only to those who ask for more.
    """

    name: str
    label: str
    help: str
    default: SettingValue
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""
    choices: tuple[str, ...] = ()
    is_advanced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One checkpoint of an engine, as plain data.

    ``id`` is what a region stores and the command line takes. ``why_not`` is empty if the
    variant can be used now, else the sentence that says what is missing and how to get it.
    """

    id: str
    name: str
    summary: str = ""
    native_rate_hz: int | None = None
    native_channels: int | None = None
    licence_code: str = ""
    licence_weights: str = ""
    allows_commercial_use: bool = True
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What an engine offers, as plain data.

    ``why_not`` gives for each task that the engine lacks the sentence to show for it.
    ``native_rate_hz`` and ``native_channels`` are None where any will do;
    ``natural_length_seconds`` is None where any length is natural.
    """

    id: str
    name: str
    version: str
    summary: str
    tasks: frozenset[EngineTask]
    inputs: frozenset[EngineInput]
    settings: tuple[SettingSpec, ...] = ()
    variants: tuple[Variant, ...] = ()
    native_rate_hz: int | None = None
    native_channels: int | None = None
    natural_length_seconds: float | None = None
    context_seconds: float = 10.0
    licence_code: str = ""
    licence_weights: str = ""
    allows_commercial_use: bool = True
    takes_adapters: bool = False
    needs_torch: bool = False
    why_not: tuple[tuple[EngineTask, str], ...] = ()


PictureFit = Literal["squash", "crop"]
"""How a frame of another shape fills a size: distorted, or scaled to fill it and cut equally."""


class PictureSource(Protocol):
    """The film over the stretch of the context; decoded only when read.

    Times are seconds from the start of the context; a frame on screen at the context's start may
    have begun before it, at a time below zero.
    """

    @property
    def key(self) -> str:
        """A hash of all that decides the pixels: the encoded pictures and their times."""

    @property
    def frame_times_seconds(self) -> npt.NDArray[np.float64]:
        """When each frame of the stretch begins, ascending."""

    @property
    def cuts_seconds(self) -> tuple[float, ...]:
        """Where new shots begin inside the stretch, ascending; empty if not known."""

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height as shown, upright, with square pixels."""

    def read(
        self,
        times_seconds: npt.NDArray[np.float64],
        *,
        width_px: int,
        height_px: int,
        fit: PictureFit,
        cancelled: IsCancelled,
    ) -> npt.NDArray[np.uint8]:
        """Return the frames on screen at ascending times: uint8 (frames, height, width, 3) RGB.

        Raises:
            PrismDeskError: the film can't be read any more.
            Cancelled: as told.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureMask:
    """Which part of the picture to listen to.

    ``weights`` is float32 (frames, height, width), 0 (leave out) to 1 (listen), spread over the
    whole picture; one frame is a still mask, several follow each other evenly over the region.
    """

    weights: npt.NDArray[np.float32]


class FeatureStore(Protocol):
    """Where an engine keeps what it worked out of picture and text, found again by content."""

    def get(self, key: str) -> dict[str, npt.NDArray[Any]] | None:
        """Return what was put under a key, None if nothing (or nothing whole) is there."""

    def put(self, key: str, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Keep arrays under a key; whether there was room or not, the work goes on."""


class NoFeatureStore:
    """Keeps nothing."""

    def get(self, key: str) -> dict[str, npt.NDArray[Any]] | None:
        """Find nothing."""
        return None

    def put(self, key: str, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Keep nothing."""


DEVICE_PATTERN = r"auto|cpu|mps|cuda(:[0-9]{1,3})?"
"""What ``MachineOptions.device`` may be, as a regular expression for all of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineOptions:
    """On what an engine works: the user's choice for this machine, no part of the request's key.

    ``device`` is ``auto``, ``cpu``, ``mps``, ``cuda`` or ``cuda:N``. ``offload`` says whether
    networks wait in main memory until they are needed: ``auto`` decides by the memory free.
    """

    device: str = "auto"
    offload: Literal["auto", "keep", "offload"] = "auto"


class RunHands(Protocol):
    """What the user does to a run while it goes on; asked after each step, so cheap.

    Nothing of it changes what is made of the steps that are taken: a run that was listened to
    gives the samples of one that wasn't, one that was ended those of the same ``stop_at_step``.
    """

    def hear_wanted(self, step: int) -> bool:
        """Whether the sound so far is wanted now; each wish is answered True once.

        After True the engine calls ``deliver`` or ``cannot_hear``, then goes on. ``step`` counts
        from 1.
        """

    def deliver(self, sound: Sound, step: int, steps: int) -> None:
        """Take the predicted clean sound of the first take, over the whole region."""

    def cannot_hear(self, reason: str) -> None:
        """Take one sentence that says why there is nothing to hear."""

    def enough(self) -> bool:
        """Whether sampling is to end with this step, its predicted clean sound being the take."""


class NoHands:
    """Wants nothing."""

    def hear_wanted(self, step: int) -> bool:
        """Want nothing."""
        return False

    def deliver(self, sound: Sound, step: int, steps: int) -> None:
        """Drop it."""

    def cannot_hear(self, reason: str) -> None:
        """Drop it."""

    def enough(self) -> bool:
        """Let it go on."""
        return False


LEAST_STRENGTH, MOST_STRENGTH = -1.0, 2.0
"""Of an adapter: 0 is the base, 1 what was trained, below 0 the opposite of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterOnRun:
    """An adapter that a request is to be made with.

    Attributes:
        reference: what people and projects call it; never decides what is heard.
        path: of its file or folder.
        sha256: of its content (see ``engines.adapting.facts``); another content is refused.
        strength: from ``LEAST_STRENGTH`` to ``MOST_STRENGTH``.
    """

    reference: str
    path: Path
    sha256: str
    strength: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Everything an engine needs for one region.

    ``context`` is the sound around and inside the region as it stands on the lanes, float32
    (channels, samples); the region is context[:, region_start_samples:region_end_samples]. For
    CONTINUE the region may reach past the sound: the context then holds zeros there.
    ``valid`` marks samples of the context that really exist on the lanes (True) against places
    where there is no clip at all (False); the region itself is always to be replaced.
    ``head_samples``/``tail_samples``: extra sound wanted before and after the region (handles).
    ``source`` is a sound to vary, (channels of the context, region length), or None.
    """

    task: EngineTask
    context: AudioBlock
    valid: npt.NDArray[np.bool_]
    rate_hz: int
    region_start_samples: int
    region_end_samples: int
    prompt: str = ""
    negative_prompt: str = ""
    picture: PictureSource | None = None
    mask: PictureMask | None = None
    source: AudioBlock | None = None
    seed: int = 0
    takes: int = 1
    settings: dict[str, SettingValue] = field(default_factory=dict)
    variant: str = ""
    adapters: tuple[AdapterOnRun, ...] = ()
    head_samples: int = 0
    tail_samples: int = 0
    features: FeatureStore = field(default_factory=NoFeatureStore)
    machine: MachineOptions = field(default_factory=MachineOptions)
    hands: RunHands = field(default_factory=NoHands)


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
class Sound:
    """One take as the engine made it.

    ``audio`` is (channels of the context, head + region length + tail) at the request's rate.
    ``seam_samples`` is 0 where the sound already joins its surroundings at both ends, else the
    length of the fades the program should lay inside the region.
    ``notes`` are short sentences on how it was made (method chosen, sources used).
    ``proposed_gain_db`` would bring it to the level of its surroundings; it is not applied.
    ``settings_used`` are settings that it was made with other than those of the request; with
    them the same request gives the same samples again (``stop_at_step`` of an ended sampling).
    ``batch_seeds`` are the seeds of all takes that were computed together with this one, its own
    among them, in order; empty where each was made by itself.
    """

    audio: AudioBlock
    seed: int
    seam_samples: int = 0
    head_samples: int = 0
    tail_samples: int = 0
    notes: tuple[str, ...] = ()
    proposed_gain_db: float | None = None
    settings_used: tuple[tuple[str, SettingValue], ...] = ()
    batch_seeds: tuple[int, ...] = ()


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
IsCancelled = Callable[[], bool]


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


class EngineError(PrismDeskError):
    """Making sound failed; the message is one sentence for the user."""


class UnsupportedError(EngineError, InputError):
    """The engine can't do this task or take this input; the message says which engines can."""


class AdapterRefusedError(EngineError, InputError):
    """An adapter can't be used, or not with this model; the message says why."""


class UnusableContextError(EngineError, InputError):
    """The sound around the region doesn't give the engine enough to work with."""


class WeightsMissingError(EngineError):
    """Weights aren't installed; the message says how to get them."""


class SmallerWay(StrEnum):
    """In which way work is made smaller."""

    OFFLOAD = "offload"
    VARIANT = "variant"
    PRECISION = "precision"
    ONE_TAKE = "one take"
    SHORTER = "shorter"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallerWork:
    """Work that would fit the memory, as something that can be done.

    ``value`` is the id of the variant, the precision, or the region's seconds; ``words`` name it
    within a sentence.
    """

    way: SmallerWay
    words: str
    value: str = ""


class WeightsDamagedError(EngineError):
    """A weight file isn't what it was published as; ``model_id`` says whose it is."""

    def __init__(self, message: str, model_id: str = "") -> None:
        super().__init__(message)
        self.model_id = model_id


class OutOfMemoryError(EngineError):
    """Memory ran out.

    Attributes:
        would_fit: in words, what smaller work would fit, largest first.
        smaller: the same as data.
        needed_bytes: what the work takes at least, 0 if that isn't known.
        free_bytes: what was free for it.
        device: on what, as people name it.
    """

    def __init__(
        self,
        message: str,
        would_fit: tuple[str, ...] = (),
        *,
        smaller: tuple[SmallerWork, ...] = (),
        needed_bytes: int = 0,
        free_bytes: int = 0,
        device: str = "",
    ) -> None:
        super().__init__(message)
        self.would_fit = would_fit or tuple(work.words for work in smaller)
        self.smaller = smaller
        self.needed_bytes = needed_bytes
        self.free_bytes = free_bytes
        self.device = device


class CrashedError(EngineError):
    """The engine process ended unexpectedly; ``log_tail`` holds its last lines."""

    def __init__(self, message: str, log_tail: str = "") -> None:
        super().__init__(message)
        self.log_tail = log_tail


class EngineFactory(Protocol):
    """Makes an engine; called inside the engine process only."""

    def __call__(self) -> Engine:
        """Return a new engine that has loaded nothing yet."""


def iterate_seeds(first_seed: int, takes: int) -> Iterator[int]:
    """Yield the seed of each take: the first is the request's own, the rest count on from it."""
    for index in range(takes):
        yield (first_seed + index) % 2**32
