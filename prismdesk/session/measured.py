"""How long engines took on this machine: measured with each job, asked for before the next."""

from __future__ import annotations

import json
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from statistics import median
from typing import TYPE_CHECKING

from platformdirs import user_state_path
from pydantic import TypeAdapter

from prismdesk.engines.contract import Phase
from prismdesk.jobs.states import JobState
from prismdesk.project.store.durable import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.project.model import Settings

_KEPT_RUNS = 12
_MOST_BYTES = 1 << 20
_USUAL_STEPS = 25.0
# Less sound than this takes no less time: a click of a millisecond is a job, too.
_LEAST_WORK = 1.0


@dataclass(frozen=True, slots=True)
class Run:
    """One job: seconds of sound times takes and steps, and what loading and making took."""

    work: float
    loading_seconds: float
    making_seconds: float


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a variant of an engine is here: seconds to load, and per unit of work."""

    loading_seconds: float
    seconds_per_work: float

    def seconds(self, work: float) -> float:
        """Return how long so much work takes once the engine is loaded."""
        return self.seconds_per_work * max(work, _LEAST_WORK)


def work_of(sound_seconds: float, takes: int, settings: Settings) -> float:
    """Return how much work a job is, in seconds of sound made with the usual number of steps."""
    steps = dict(settings).get("steps", _USUAL_STEPS)
    is_number = isinstance(steps, int | float) and not isinstance(steps, bool)
    return sound_seconds * takes * (float(steps) / _USUAL_STEPS if is_number else 1.0)


class Measured:
    """The runs of this machine's user, in a small file that may be deleted.

    Any thread may use it. It can't fail: what isn't known, or can't be read, isn't there.

    Args:
        path: of the file; None takes the user's folder for state.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or user_state_path("prismdesk", appauthor=False) / "measured.json"
        self._lock = threading.Lock()

    def pace(self, engine: str, variant: str) -> Pace | None:
        """Return how fast a variant is here, None if it never ran."""
        with self._lock:
            runs = self._read().get(_key(engine, variant), ())
        paces = [run.making_seconds / max(run.work, _LEAST_WORK) for run in runs if run.work > 0]
        if not paces:
            return None
        # Of a variant that was loaded already nothing is learned about loading.
        loading = [run.loading_seconds for run in runs if run.loading_seconds > 0.2]
        return Pace(median(loading) if loading else 0.0, median(paces))

    def add(self, engine: str, variant: str, run: Run) -> None:
        """Note one more run."""
        with self._lock, suppress(OSError):
            runs = self._read()
            key = _key(engine, variant)
            runs[key] = (*runs.get(key, ()), run)[-_KEPT_RUNS:]
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path, _form().dump_json(runs))

    def _read(self) -> dict[str, tuple[Run, ...]]:
        try:
            if self._path.stat().st_size > _MOST_BYTES:
                return {}
            return _form().validate_json(self._path.read_bytes())
        except (OSError, ValueError):
            return {}


class RunMeter:
    """Measures the jobs of a queue; ``follow`` is its listener."""

    def __init__(self, measured: Measured) -> None:
        self._measured = measured
        self._job_id = ""
        self._began_seconds = 0.0
        self._loaded_seconds: float | None = None

    def follow(self, job: JobSnapshot) -> None:
        """Hear of a change of a job, on one thread for all."""
        now_seconds = time.monotonic()
        if job.state is JobState.RUNNING:
            if job.progress is None or job.progress.phase is Phase.WRITING:
                return
            if job.id != self._job_id:
                self._job_id, self._began_seconds = job.id, now_seconds
                self._loaded_seconds = None
            if self._loaded_seconds is None and job.progress.phase is not Phase.LOADING:
                self._loaded_seconds = now_seconds
            return
        if job.id != self._job_id:
            return
        if job.state is JobState.FINISHED and self._loaded_seconds is not None and job.takes:
            spec = job.spec
            sound_seconds = spec.region_length_samples / spec.rate_hz
            run = Run(
                work_of(sound_seconds, spec.takes, spec.settings),
                self._loaded_seconds - self._began_seconds,
                now_seconds - self._loaded_seconds,
            )
            self._measured.add(spec.engine, spec.variant, run)
        self._job_id = ""


def _key(engine: str, variant: str) -> str:
    return json.dumps([engine, variant])


# Made when it is first of use: pydantic takes longer for it than Python for the module.
@cache
def _form() -> TypeAdapter[dict[str, tuple[Run, ...]]]:
    return TypeAdapter(dict[str, tuple[Run, ...]])
