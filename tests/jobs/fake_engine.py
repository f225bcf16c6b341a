"""An engine that does what its prompt says, for tests only. Runs in the engine process."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import subprocess
import sys
import time
from itertools import repeat
from typing import TYPE_CHECKING

import numpy as np

from prismdesk.engines.capabilities import (
    Capabilities,
    EngineInput,
    EngineTask,
    SettingSpec,
    Variant,
)
from prismdesk.engines.contract import Phase, Progress, Result, iterate_seeds
from prismdesk.engines.errors import OutOfMemoryError, UnsupportedError
from prismdesk.engines.sound import Sound
from prismdesk.errors import WorkError
from prismdesk.progress import raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prismdesk.engines.contract import ReportProgress
    from prismdesk.engines.request import PictureSource, Request
    from prismdesk.progress import IsCancelled

SOURCE = "tests.jobs.fake_engine:create_engine"
STEPS = 5
FROM_STORE = 0.25
"""Added to what it makes of a picture that it has seen before."""


def create_engine(engine_id: str) -> FakeEngine:
    if engine_id not in ("fake", "never loaded"):
        raise UnsupportedError(f"There is no engine called {engine_id}.")
    return FakeEngine(engine_id)


class FakeEngine:
    def __init__(self, engine_id: str) -> None:
        self.capabilities = Capabilities(
            id=engine_id,
            name="Fake",
            version="1.2",
            summary="Does as it is told.",
            tasks=frozenset(EngineTask),
            inputs=frozenset(EngineInput),
            licence_weights="CC0",
            settings=(
                SettingSpec(
                    name="strength",
                    label="Strength",
                    help="",
                    default=1.0,
                    minimum=0.05,
                    maximum=1.0,
                ),
            ),
            variants=(
                Variant(id="open", name="Open", licence_weights="CC0"),
                Variant(
                    id="unpaid",
                    name="Unpaid",
                    licence_weights="CC-BY-NC",
                    allows_commercial_use=False,
                ),
            ),
        )
        self.prepared = 0

    def prepare(self, progress: ReportProgress) -> None:
        self.prepared += 1
        progress(Progress(phase=Phase.LOADING, fraction=0.5))
        while self.capabilities.id == "never loaded":
            time.sleep(0.01)
            progress(Progress(phase=Phase.LOADING, fraction=0.6))

    def release(self) -> None:
        pass

    def run(self, request: Request, progress: ReportProgress, cancelled: IsCancelled) -> Result:
        ended_at = 0
        for step in _steps(request.prompt):
            raise_if_cancelled(cancelled)
            progress(
                Progress(
                    phase=Phase.STEP,
                    step=step + 1,
                    steps=STEPS,
                    fraction=(step + 1) / STEPS,
                    envelope=(0.5,),
                )
            )
            time.sleep(0.05)
            if request.hands.hear_wanted(step + 1):
                self._let_hear(request, step + 1)
            if step + 1 < STEPS and request.hands.enough():
                ended_at = step + 1
                break
        _BEHAVIOURS.get(request.prompt, _do_nothing)(cancelled)
        length = request.region_end_samples - request.region_start_samples
        if request.prompt == "too short":
            length -= 1
        return Result(
            sounds=tuple(
                self._sound(request, length, seed, ended_at)
                for seed in iterate_seeds(request.seed, request.takes)
            ),
            weights=(("fake.safetensors", "00ff"),),
        )

    def _let_hear(self, request: Request, step: int) -> None:
        if request.prompt in ("silent so far", "silent until enough"):
            request.hands.cannot_hear("There is nothing to hear yet.")
            return
        length = request.region_end_samples - request.region_start_samples
        request.hands.deliver(self._sound(request, length, step), step, STEPS)

    def _sound(self, request: Request, length: int, seed: int, ended_at: int = 0) -> Sound:
        level = 1e-3 * seed if request.prompt != "not a number" else np.nan
        total = request.head_samples + length + request.tail_samples
        audio = np.full((request.context.shape[0], total), level, np.float32)
        if request.picture is not None:
            audio += _brightness(request, request.picture)
        if request.source is not None:
            assert request.source.shape == (request.context.shape[0], length)
            audio[:, request.head_samples : request.head_samples + length] += request.source
        return Sound(
            audio=audio,
            seed=seed,
            seam_samples=7,
            head_samples=request.head_samples,
            tail_samples=request.tail_samples,
            notes=(
                f"prepared {self.prepared} times in process {os.getpid()}",
                *_what_it_got(request),
            ),
            proposed_gain_db=-3.5 if request.prompt == "loud" else None,
            settings_used=(("stop_at_step", ended_at),) if ended_at else (),
        )


def _steps(prompt: str) -> Iterator[int]:
    """All steps; told so, the third again and again until somebody does something."""
    if prompt not in ("until enough", "silent until enough"):
        yield from range(STEPS)
        return
    yield from (0, 1)
    yield from repeat(2)


def _brightness(request: Request, picture: PictureSource) -> float:
    """How bright the picture is on the average, from the store if it was worked out before."""
    kept = request.features.get(picture.key)
    if kept is not None:
        return float(kept["brightness"]) + FROM_STORE
    times = picture.frame_times_seconds
    assert np.all(np.diff(times) > 0)
    pixels = picture.read(times, width_px=32, height_px=24, fit="squash", cancelled=lambda: False)
    assert pixels.shape == (len(times), 24, 32, 3)
    assert pixels.dtype == np.uint8
    brightness = np.array(pixels.mean() / 255)
    request.features.put(picture.key, {"brightness": brightness, "times": times})
    return float(brightness)


def _what_it_got(request: Request) -> tuple[str, ...]:
    notes = [f"on {request.machine.device}, {request.machine.offload}"]
    if request.settings:
        notes.append(f"settings {request.settings}")
    if (picture := request.picture) is not None:
        first_seconds = picture.frame_times_seconds[0]
        notes.append(
            f"picture {picture.size_px} of {len(picture.frame_times_seconds)} frames from "
            f"{first_seconds:.3f} with cuts at {picture.cuts_seconds}"
        )
    if (mask := request.mask) is not None:
        assert mask.weights.dtype == np.float32
        assert 0 <= mask.weights.min() <= mask.weights.max() <= 1
        notes.append(f"mask {mask.weights.shape} of {mask.weights.mean():.3f}")
    return tuple(notes)


def _do_nothing(cancelled: IsCancelled) -> None:
    pass


def _until_cancelled(cancelled: IsCancelled) -> None:
    while True:
        raise_if_cancelled(cancelled)
        time.sleep(0.01)


def _ignore_cancel(cancelled: IsCancelled) -> None:
    while True:
        time.sleep(1)


def _hold_interpreter(cancelled: IsCancelled) -> None:
    # PyDLL, unlike CDLL, keeps the interpreter's lock: no other thread runs meanwhile.
    ctypes.PyDLL(None).sleep(600)


def _start_child_and_hang(cancelled: IsCancelled) -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    sys.stderr.write(f"child {child.pid}\n")
    sys.stderr.flush()
    _ignore_cancel(cancelled)


def _print_and_die(cancelled: IsCancelled) -> None:
    os.write(1, b"last words\n")
    os._exit(3)


def _kill_self(cancelled: IsCancelled) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _segfault(cancelled: IsCancelled) -> None:
    ctypes.string_at(0)


def _use_up_memory(cancelled: IsCancelled) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, hard))
    np.ones(8 << 30, np.uint8)


def _lack_memory(cancelled: IsCancelled) -> None:
    raise OutOfMemoryError("It needs 9 GB and 4 are free.", ("the small variant",))


def _fail(cancelled: IsCancelled) -> None:
    raise KeyError("no such thing")


def _find_disk_full(cancelled: IsCancelled) -> None:
    raise WorkError("The disk is full.")


def _write_noise(cancelled: IsCancelled) -> None:
    sys.stdout.write("printed to standard output\n")
    os.write(1, b"not a message\n")


_BEHAVIOURS: dict[str, Callable[[IsCancelled], None]] = {
    "until cancelled": _until_cancelled,
    "ignore cancel": _ignore_cancel,
    "hold interpreter": _hold_interpreter,
    "start child": _start_child_and_hang,
    "exit": _print_and_die,
    "kill": _kill_self,
    "segfault": _segfault,
    "use up memory": _use_up_memory,
    "lack memory": _lack_memory,
    "fail": _fail,
    "disk full": _find_disk_full,
    "print": _write_noise,
}
