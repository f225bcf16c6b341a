"""Signals and requests for the tests of the ambience engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy.signal import lfilter

from prismdesk.engines.ambience.engine import AmbienceEngine
from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.request import Request

if TYPE_CHECKING:
    from prismdesk.engines.contract import Progress
    from prismdesk.engines.sound import Sound

RATE_HZ = 16_000
Block = npt.NDArray[np.float32]


def noise_bed(seconds: float, *, channels: int = 1, seed: int = 1, pole: float = 0.8) -> Block:
    """Low-passed noise at about -23 dB RMS."""
    generator = np.random.default_rng(seed)
    white = generator.standard_normal((channels, round(seconds * RATE_HZ)))
    shaped = lfilter([1.0], [1.0, -pole], white, axis=1)
    return np.asarray(0.07 * shaped / shaped.std(), np.float32)


def tone(seconds: float, frequency_hz: float, *, amplitude: float = 0.1) -> Block:
    """A sine in one channel."""
    moments = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return np.asarray(amplitude * np.sin(2 * np.pi * frequency_hz * moments + 0.3), np.float32)[
        None
    ]


def seconds(value: float) -> int:
    """Samples in so many seconds."""
    return round(value * RATE_HZ)


def request_for(
    sound: Block,
    start: int,
    end: int,
    *,
    task: EngineTask = EngineTask.INPAINT,
    rate_hz: int = RATE_HZ,
    seed: int = 0,
    takes: int = 1,
    prompt: str = "",
    valid: npt.NDArray[np.bool_] | None = None,
    **settings: bool | float | str,
) -> Request:
    """Ask for [start, end) of a sound, whose samples there are wiped out first."""
    context = sound.copy()
    context[:, start:end] = 0.0
    return Request(
        task=task,
        context=context,
        valid=np.ones(sound.shape[1], bool) if valid is None else valid,
        rate_hz=rate_hz,
        region_start_samples=start,
        region_end_samples=end,
        seed=seed,
        takes=takes,
        prompt=prompt,
        settings=dict(settings),
    )


def run(request: Request) -> tuple[Sound, ...]:
    """All takes of a request."""
    return AmbienceEngine().run(request, ignore, lambda: False).sounds


def fill(sound: Block, start: int, end: int, **more: bool | float | str) -> Block:
    """The first take's audio."""
    return run(request_for(sound, start, end, **more))[0].audio  # type: ignore[arg-type]


def ignore(progress: Progress) -> None:
    """Take progress and do nothing."""


def level_db(sound: npt.NDArray[np.floating]) -> float:
    """RMS level in dB re full scale."""
    return float(10 * np.log10(np.mean(np.square(sound.astype(np.float64))) + 1e-20))


def snr_db(wanted: npt.NDArray[np.floating], got: npt.NDArray[np.floating]) -> float:
    """Signal to error ratio in dB."""
    error = wanted.astype(np.float64) - got
    return level_db(wanted) - level_db(error)
