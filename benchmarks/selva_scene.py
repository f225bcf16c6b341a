"""A film, a region and a stopwatch for the benchmark of SelVA and MMAudio."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil
import torch

from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.request import MachineOptions, Request
from prismdesk.engines.selva import making
from prismdesk.engines.selva.stages import picture_timing, words
from prismdesk.media.film_stretch import film_stretch
from tests.media_files import PictureSpec, make_film

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path
    from types import TracebackType

RATE_HZ = 48_000
SELVA_STAGES: Mapping[str, tuple[object, str]] = {
    "words": (words, "clip_states"),
    "picture meaning": (making, "picture_meaning"),
    "picture timing": (picture_timing, "picture_timing"),
    "known sound": (making, "known_latent"),
    "sampling": (making, "sample_latents"),
    "decoding": (making, "decoded"),
    "placing": (making, "as_sounds"),
}
_WATCH_SECONDS = 0.02


class Stopwatch:
    """Times the stages of a run, and the most memory that each takes.

    On a graphics processor that is what torch has allocated there; else what the process holds.

    Args:
        device: that is worked on.
        places: module and function of each stage.
    """

    def __init__(
        self, device: torch.device, places: Mapping[str, tuple[object, str]] = SELVA_STAGES
    ) -> None:
        self._device = device
        self._places = places
        self._kept: list[tuple[object, str, Any]] = []
        self._began = 0.0
        self.stages: dict[str, tuple[float, int]] = {}
        self.elapsed_seconds = 0.0

    def __enter__(self) -> Stopwatch:
        for stage, (place, name) in self._places.items():
            function = getattr(place, name)
            self._kept.append((place, name, function))
            setattr(place, name, self._timed(stage, function))
        self._began = time.perf_counter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._wait()
        self.elapsed_seconds = time.perf_counter() - self._began
        for place, name, function in self._kept:
            setattr(place, name, function)

    @property
    def seconds(self) -> float:
        """All stages together."""
        return sum(seconds for seconds, _ in self.stages.values())

    @contextmanager
    def stage(self, name: str, *, keeps_best: bool = False) -> Iterator[None]:
        """Time what is done inside: all of a stage's parts together, or the quickest of them."""
        self._wait()
        began = time.perf_counter()
        with _peak_memory(self._device) as peak:
            yield
            self._wait()
        took = time.perf_counter() - began
        before, most = self.stages.get(name, (took if keeps_best else 0.0, 0))
        total = min(before, took) if keeps_best else before + took
        self.stages[name] = (total, max(most, peak[0]))

    def _timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any, **named: Any) -> Any:
            with self.stage(stage):
                return function(*arguments, **named)

        return timed

    def _wait(self) -> None:
        if self._device.type == "cuda":
            torch.cuda.synchronize(self._device)


@contextmanager
def _peak_memory(device: torch.device) -> Iterator[list[int]]:
    peak = [0]
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
        yield peak
        peak[0] = torch.cuda.max_memory_allocated(device)
        return
    process, is_over = psutil.Process(), threading.Event()

    def watch() -> None:
        while True:
            peak[0] = max(peak[0], process.memory_info().rss)
            if is_over.wait(_WATCH_SECONDS):
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        is_over.set()
        watcher.join()


def film_of_noise(path: Path, *, seconds: float) -> Path:
    """Write a film of 640 x 360 pixels at 25 frames a second."""
    spec = PictureSpec(
        rate=Fraction(25), frames=round(seconds * 25), width_px=640, height_px=360, codec="libx264"
    )
    return make_film(path, picture=spec)


def region_of(
    film: Path,
    *,
    seconds: float,
    variant: str,
    settings: dict[str, Any],
    machine: MachineOptions,
    takes: int,
) -> Request:
    """Ask for the sound of so many seconds of a film."""
    samples = round((seconds + 1.0) * RATE_HZ)
    return Request(
        task=EngineTask.GENERATE,
        context=np.zeros((2, samples), np.float32),
        valid=np.ones(samples, bool),
        rate_hz=RATE_HZ,
        region_start_samples=0,
        region_end_samples=round(seconds * RATE_HZ),
        prompt="footsteps on gravel",
        picture=film_stretch(
            film,
            start_seconds=Fraction(0),
            end_seconds=Fraction(samples, RATE_HZ),
        ),
        variant=variant,
        settings=settings,
        machine=machine,
        takes=takes,
    )
