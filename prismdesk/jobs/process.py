"""The engine process: entry, pipe, and the loop that does one job after another.

Started by ``jobs.client`` as a process of its own, never imported by the window. Its standard
input and output are the pipe of messages; whatever engines and their libraries print goes to
the log. torch is imported only by an engine that needs it. It ends when its parent does.
"""

from __future__ import annotations

import logging
import os
import queue
import sys
import threading
import time
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import psutil

from prismdesk.errors import Cancelled
from prismdesk.jobs.child_pipe import begin_child, write_output_to
from prismdesk.jobs.device_facts import facts_with
from prismdesk.jobs.failures import failure_of
from prismdesk.jobs.hands import JobHands, Wishes
from prismdesk.jobs.log import job_mark, rotate
from prismdesk.jobs.made_sound import MadeSound, NotWrittenError, no_room
from prismdesk.jobs.messages import (
    AskStatus,
    Cancel,
    DropKept,
    Enough,
    Failed,
    FailureKind,
    Finished,
    FromProcess,
    HearSoFar,
    JobFailure,
    JobProgress,
    ProcessOptions,
    ProcessStatus,
    Ready,
    Run,
    SavedElsewhere,
    Stopped,
    StopWarmUp,
    ToProcess,
    Unload,
    UnreadableMessage,
    WarmUp,
    WriteKept,
    decode_to_process,
    encode_from_process,
)
from prismdesk.jobs.warming import WarmUps, holding_of
from prismdesk.jobs.work import make_takes
from prismdesk.lasting import made_to_last
from prismdesk.progress import raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.engines.contract import Engine, Progress, ReportProgress
    from prismdesk.jobs.spec import JobSpec
    from prismdesk.progress import IsCancelled

PARENT_GONE_SECONDS = 2.0
"""How long a job may tidy up after the parent has gone."""

_log = logging.getLogger(__name__)


def main(argument: str) -> None:
    """Run the engine process until the pipe closes.

    Args:
        argument: ``ProcessOptions.encoded()``.
    """
    options = ProcessOptions.decode(argument)
    EngineProcess(options, *begin_child(options.parent_pid)).serve()


class EngineProcess:
    """Does the jobs that arrive, one at a time, on the thread that calls ``serve``."""

    def __init__(
        self, options: ProcessOptions, messages_in: BinaryIO, messages_out: BinaryIO
    ) -> None:
        self._options = options
        self._in = messages_in
        self._out = messages_out
        self._out_lock = threading.Lock()
        self._work: queue.SimpleQueue[Run | Unload | WarmUp | WriteKept | DropKept | None] = (
            queue.SimpleQueue()
        )
        self._warm_ups = WarmUps(self._send, lambda: self._parent_is_gone.is_set())
        self._kept: dict[str, MadeSound] = {}
        self._cancelled_ids: set[str] = set()
        self._wishes = Wishes()
        self._parent_is_gone = threading.Event()
        self._engine: Engine | None = None
        self._is_prepared = False
        self._running_job_id: str | None = None

    def serve(self) -> None:
        """Work until the pipe closes."""
        threading.Thread(target=self._listen, name="messages", daemon=True).start()
        self._send(Ready(pid=os.getpid()))
        while (work := self._work.get()) is not None:
            if isinstance(work, Unload):
                self._release()
            elif isinstance(work, WarmUp):
                self._warm_up(work)
            elif isinstance(work, WriteKept):
                self._write_kept(work)
            elif isinstance(work, DropKept):
                self._kept.pop(work.job_id, None)
            else:
                self._do(work)

    # Main thread.

    def _do(self, run: Run) -> None:
        spec = run.spec
        self._running_job_id = spec.job_id
        self._begin_log(spec.job_id)
        try:
            engine = self._engine_of(spec.engine)
            takes = make_takes(
                spec,
                Path(run.project_folder),
                engine=engine,
                workplace=run.workplace,
                prepare=None if self._is_prepared else partial(self._prepare, spec.job_id),
                report=lambda progress: self._tell_progress(spec.job_id, progress),
                cancelled=lambda: self._is_cancelled(spec.job_id),
                hands=JobHands(spec, Path(run.project_folder), self._wishes, self._send),
            )
        except Cancelled:
            self._send(Stopped(job_id=spec.job_id))
        except NotWrittenError as error:
            _log.info("no room for the takes; they are kept", exc_info=True)
            self._kept[spec.job_id] = error.made
            self._send(Failed(job_id=spec.job_id, failure=no_room(error.made, str(error))))
        except Exception as error:  # noqa: BLE001  (the door where any engine's error is told)
            _log.info("job failed", exc_info=True)
            self._tell_failure(spec, error)
        else:
            self._send(Finished(job_id=spec.job_id, takes=takes))
        finally:
            self._running_job_id = None
            self._cancelled_ids.discard(spec.job_id)
            self._wishes.forget(spec.job_id)

    def _write_kept(self, wish: WriteKept) -> None:
        """Write what was kept of a job; it is kept on if there is still no room."""
        made = self._kept.get(wish.job_id)
        if made is None:
            sentence = "The engine process keeps nothing of this job any more; make it again."
            failure = JobFailure(kind=FailureKind.WORK_FAILED, message=sentence)
            self._send(Failed(job_id=wish.job_id, failure=failure))
            return
        folder = Path(wish.folder) if wish.folder else None
        report = partial(self._tell_progress, wish.job_id)
        cancelled = partial(self._is_cancelled, wish.job_id)
        self._running_job_id = wish.job_id
        try:
            if folder is None:
                takes = made.write(report, cancelled)
            else:
                takes = made.write_elsewhere(folder, report, cancelled)
        except Cancelled:
            del self._kept[wish.job_id]
            self._send(Stopped(job_id=wish.job_id))
        except Exception as error:  # noqa: BLE001  (whatever it was, the sound must not be lost)
            _log.info("what is kept could not be written", exc_info=True)
            failure = no_room(made, str(error), folder=folder)
            self._send(Failed(job_id=wish.job_id, failure=failure))
        else:
            del self._kept[wish.job_id]
            self._send(
                Finished(job_id=wish.job_id, takes=takes)
                if folder is None
                else SavedElsewhere(job_id=wish.job_id, folder=str(folder), takes=takes)
            )
        finally:
            self._running_job_id = None
            self._cancelled_ids.discard(wish.job_id)

    def _tell_failure(self, spec: JobSpec, error: Exception) -> None:
        failure = failure_of(error, spec)
        # An engine that failed half-way may be half loaded, or hold what it should not.
        self._release()
        self._send(Failed(job_id=spec.job_id, failure=failure))

    def _engine_of(self, engine_id: str) -> Engine:
        """Return the engine, releasing the one that was loaded if it is another."""
        if self._engine is not None and self._engine.capabilities.id == engine_id:
            return self._engine
        self._release()
        self._engine = _create_engine(self._options.engine_source, engine_id)
        return self._engine

    def _prepare(self, job_id: str, progress: ReportProgress) -> None:
        """Load the engine; cancelled, it is left as it is at its next report of progress."""
        self._load(progress, lambda: self._is_cancelled(job_id))

    def _load(self, progress: ReportProgress, is_unwanted: IsCancelled) -> None:
        assert self._engine is not None

        def report(loading: Progress) -> None:
            raise_if_cancelled(is_unwanted)
            progress(loading)

        try:
            self._engine.prepare(report)
        except Cancelled:
            self._release()
            raise
        self._is_prepared = True

    def _loaded_engine(
        self, engine_id: str, progress: ReportProgress, is_unwanted: IsCancelled
    ) -> Engine:
        engine = self._engine_of(engine_id)
        if not self._is_prepared:
            self._load(progress, is_unwanted)
        return engine

    def _warm_up(self, wish: WarmUp) -> None:
        """Load a model ahead of a job; an engine that failed may be half loaded and is freed."""
        if not self._warm_ups.do(wish, self._loaded_engine):
            self._release()

    def _release(self) -> None:
        engine, self._engine, self._is_prepared = self._engine, None, False
        if engine is not None:
            try:
                engine.release()
            except Exception:  # noqa: BLE001  (an engine's fault must not end the process)
                _log.exception("the engine could not be released")

    def _begin_log(self, job_id: str) -> None:
        path = Path(self._options.log_path)
        with suppress(OSError):
            if rotate(path):
                write_output_to(path)
        print(job_mark(job_id), file=sys.stderr, flush=True)  # noqa: T201  (the log itself)

    def _is_cancelled(self, job_id: str) -> bool:
        return job_id in self._cancelled_ids or self._parent_is_gone.is_set()

    def _tell_progress(self, job_id: str, progress: Progress) -> None:
        self._send(JobProgress(job_id=job_id, progress=progress))

    # Any thread.

    def _send(self, message: FromProcess) -> None:
        line = encode_from_process(message)
        try:
            with self._out_lock:
                self._out.write(line)
                self._out.flush()
        except OSError:
            self._parent_is_gone.set()

    # Listening thread.

    def _listen(self) -> None:
        for line in self._in:
            try:
                self._receive(decode_to_process(line))
            except UnreadableMessage:
                _log.exception("unreadable message")
        self._parent_is_gone.set()
        self._work.put(None)
        time.sleep(PARENT_GONE_SECONDS)
        # The job goes on although nobody wants it: end it with the process.
        os._exit(1)

    def _receive(self, message: ToProcess) -> None:
        if isinstance(message, WarmUp):
            self._warm_ups.want(message)
        elif isinstance(message, Run | Unload | StopWarmUp):
            self._warm_ups.stop()
        if isinstance(message, Run | Unload | WarmUp | WriteKept | DropKept):
            self._work.put(message)
        elif isinstance(message, Cancel):
            self._cancelled_ids.add(message.job_id)
        elif isinstance(message, HearSoFar):
            self._wishes.hear(message)
        elif isinstance(message, Enough):
            self._wishes.end(message.job_id)
        elif isinstance(message, AskStatus):
            self._send(self._status(message.device))

    def _status(self, wished_device: str) -> ProcessStatus:
        engine = self._engine
        holding = holding_of(engine)
        facts = facts_with(holding.memory, wished_device)
        return ProcessStatus(
            pid=os.getpid(),
            memory_bytes=psutil.Process().memory_info().rss,
            has_torch="torch" in sys.modules,
            loaded_engine=engine.capabilities.id if engine else None,
            running_job_id=self._running_job_id,
            loaded_variant=holding.variant,
            loaded_bytes=holding.loaded_bytes,
            device=facts.name,
            device_detail=facts.detail,
            device_used_bytes=facts.used_bytes,
            device_total_bytes=facts.total_bytes,
        )


def _create_engine(engine_source: str, engine_id: str) -> Engine:
    module_name, _, function_name = engine_source.partition(":")
    with made_to_last():
        create: Callable[[str], Engine] = getattr(import_module(module_name), function_name)
        return create(engine_id)
