"""Requests, films and runs for the tests of the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.request import Request
from prismdesk.engines.selva.engine import SelvaEngine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prismdesk.engines.contract import Progress
    from prismdesk.engines.request import PictureFit
    from prismdesk.engines.sound import Sound
    from prismdesk.progress import IsCancelled

RATE_HZ = 48_000
SELVA = "custom-selva-tiny-16k-untrained"
MMAUDIO = "custom-mmaudio-tiny-16k-untrained"
QUICK = {"steps": 2}


class MovingSquare:
    """A film of a square that moves over a ground of changing colours, counting its reads."""

    def __init__(self, seconds: float = 8.0, *, rate_hz: float = 30.0, seed: int = 0) -> None:
        self.frame_times_seconds = np.arange(round(seconds * rate_hz)) / rate_hz
        self.key = f"square-{seconds}-{rate_hz}-{seed}"
        self.cuts_seconds: tuple[float, ...] = ()
        self.size_px = (64, 36)
        self.reads = 0
        self.frames_read = 0
        self._seed = seed

    def read(
        self,
        times_seconds: npt.NDArray[np.float64],
        *,
        width_px: int,
        height_px: int,
        fit: PictureFit,
        cancelled: IsCancelled,
    ) -> npt.NDArray[np.uint8]:
        """Draw the frames."""
        assert fit in ("squash", "crop")
        assert not cancelled()
        self.reads += 1
        self.frames_read += len(times_seconds)
        frames = np.zeros((len(times_seconds), height_px, width_px, 3), np.uint8)
        for frame, t in zip(frames, times_seconds, strict=True):
            frame[:] = np.random.default_rng([self._seed, int(t * 3)]).integers(0, 255, 3)
            # What a crop leaves out would have shown more of the way.
            speed = 7.0 if fit == "squash" else 12.0
            left = int(t * speed * width_px / 16) % width_px
            frame[: height_px // 2, left : left + 1 + width_px // 8] = 255
        return frames


class KeptInMemory:
    """A store of features that only grows."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, npt.NDArray[Any]]] = {}

    def get(self, key: str) -> dict[str, npt.NDArray[Any]] | None:
        """Return what was put."""
        return self.kept.get(key)

    def put(self, key: str, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Keep it."""
        self.kept[key] = dict(arrays)


def noise(channels: int, samples: int, *, seed: int = 1) -> npt.NDArray[np.float32]:
    """White noise at about -26 dBFS."""
    generator = np.random.default_rng(seed)
    return np.asarray(0.05 * generator.standard_normal((channels, samples)), np.float32)


def a_request(
    start_seconds: float = 1.0,
    end_seconds: float = 2.0,
    *,
    context_seconds: float = 4.0,
    rate_hz: int = RATE_HZ,
    channels: int = 1,
    **fields: Any,
) -> Request:
    """A region in noise; few steps."""
    samples = round(context_seconds * rate_hz)
    given: dict[str, Any] = {
        "task": EngineTask.GENERATE,
        "context": noise(channels, samples),
        "valid": np.ones(samples, bool),
        "rate_hz": rate_hz,
        "region_start_samples": round(start_seconds * rate_hz),
        "region_end_samples": round(end_seconds * rate_hz),
        "prompt": "a dog barks",
        "seed": 7,
        "variant": SELVA,
        "settings": dict(QUICK),
    }
    return Request(**(given | fields))


def made(request: Request, engine: SelvaEngine | None = None) -> tuple[Sound, ...]:
    """Run a request to its end."""
    return (engine or SelvaEngine()).run(request, ignore, lambda: False).sounds


def first(request: Request, engine: SelvaEngine | None = None) -> npt.NDArray[np.float32]:
    """The samples of the first take."""
    return made(request, engine)[0].audio


def ignore(progress: Progress) -> None:
    """Take a report and do nothing."""


def difference(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> float:
    """How far two sounds are apart, as a share of the first."""
    return float(np.linalg.norm(one - other) / np.linalg.norm(one))
