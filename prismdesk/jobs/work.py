"""One job from its inputs to its takes on disk, as the engine process does it."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.engines.contract import Phase, Progress
from prismdesk.engines.errors import EngineError
from prismdesk.engines.request import NoHands
from prismdesk.jobs.inputs import request_of
from prismdesk.jobs.made_sound import MadeSound, NotWrittenError
from prismdesk.jobs.take_files import remove_takes
from prismdesk.media.errors import NoRoomError
from prismdesk.progress import raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prismdesk.engines.contract import Engine, ReportProgress
    from prismdesk.engines.request import RunHands
    from prismdesk.jobs.messages import FinishedTake, Workplace
    from prismdesk.jobs.spec import JobSpec
    from prismdesk.progress import IsCancelled

LOADED_AT = 0.1
RUN_AT = 0.98
LEAST_INTERVAL_SECONDS = 0.04


def make_takes(
    spec: JobSpec,
    project_folder: Path,
    *,
    engine: Engine,
    workplace: Workplace,
    prepare: Callable[[ReportProgress], None] | None,
    report: ReportProgress,
    cancelled: IsCancelled,
    hands: RunHands | None = None,
) -> tuple[FinishedTake, ...]:
    """Do the job; when this returns, every take and the note of them are on disk.

    Args:
        spec: the job.
        project_folder: where its inputs lie and its takes go.
        engine: makes the sound.
        workplace: cache and machine.
        prepare: loads the engine; None if it is loaded already.
        report: told how far it is.
        cancelled: asked often.
        hands: what the user does to it; None for nothing.

    Raises:
        Cancelled: as told; nothing is left in the takes' folder.
        NotWrittenError: there is no room for what was made; likewise.
        Exception: whatever the engine raised; likewise.
    """
    try:
        return _make_takes(
            spec, project_folder, engine, workplace, prepare, report, cancelled, hands or NoHands()
        )
    except BaseException:
        remove_takes(spec, project_folder)
        raise


def _make_takes(
    spec: JobSpec,
    project_folder: Path,
    engine: Engine,
    workplace: Workplace,
    prepare: Callable[[ReportProgress], None] | None,
    report: ReportProgress,
    cancelled: IsCancelled,
    hands: RunHands,
) -> tuple[FinishedTake, ...]:
    stages = Stages(report)
    raise_if_cancelled(cancelled)
    if prepare is not None:
        prepare(stages.begin(Phase.LOADING, until=LOADED_AT))
        raise_if_cancelled(cancelled)
    analysing = stages.begin(Phase.ANALYSING, until=RUN_AT)
    request = replace(request_of(spec, project_folder, workplace, cancelled), hands=hands)
    raise_if_cancelled(cancelled)
    result = engine.run(request, analysing, cancelled)
    if len(result.sounds) != spec.takes:
        raise EngineError(
            f"The engine {engine.capabilities.name} made {len(result.sounds)} takes where "
            f"{spec.takes} were asked for; this is a fault of the engine."
        )
    made = MadeSound(
        spec=spec,
        project_folder=project_folder,
        request=request,
        result=result,
        capabilities=engine.capabilities,
    )
    try:
        return made.write(stages.begin(Phase.WRITING, until=1.0), cancelled)
    except NoRoomError as error:
        raise NotWrittenError(made, str(error)) from error


class Stages:
    """Fits the fractions of loading, run and writing into one that never falls.

    Within a phase, reports closer than ``LEAST_INTERVAL_SECONDS`` to the last are dropped, so
    that an engine may report as often as it likes.
    """

    def __init__(self, report: ReportProgress) -> None:
        self._report = report
        self._start = 0.0
        self._until = 0.0
        self._last: Progress | None = None
        self._told_at_seconds = 0.0

    def begin(self, phase: Phase, *, until: float) -> ReportProgress:
        """Begin the stage that ends at that fraction of the whole; return where it reports."""
        self._start, self._until = self._until, until
        self._take(Progress(phase=phase))
        return self._take

    def _take(self, progress: Progress) -> None:
        within = min(1.0, max(0.0, progress.fraction))
        fraction = self._start + within * (self._until - self._start)
        if self._last is not None:
            fraction = max(fraction, self._last.fraction)
        now_seconds = time.monotonic()
        is_new_phase = self._last is None or self._last.phase is not progress.phase
        if is_new_phase or now_seconds - self._told_at_seconds >= LEAST_INTERVAL_SECONDS:
            self._told_at_seconds = now_seconds
            self._last = replace(progress, fraction=fraction)
            self._report(self._last)
