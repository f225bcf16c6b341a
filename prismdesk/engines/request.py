"""What an engine is asked for, and what it may look at and use while it works.

Positions are samples at the request's rate.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt

    from prismdesk.engines.capabilities import EngineTask, SettingValue
    from prismdesk.engines.sound import AudioBlock, Sound
    from prismdesk.progress import IsCancelled

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
