"""The window while a model works: heard before it is done; and what is told when it fails."""

from __future__ import annotations

import os
import resource
import signal
from typing import TYPE_CHECKING

import psutil

from prismdesk.engines.contract import Phase

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.project.model import Region
    from prismdesk.ui.workspace import Workspace

    Until = Callable[[Callable[[], bool]], None]

_ROOM_BYTES = 4_000_000


def _job(workspace: Workspace, region: Region) -> JobSnapshot | None:
    return workspace.sound.bridge.newest_of_region(region.id)


def _until_samples(workspace: Workspace, region: Region, until: Until, steps: int) -> None:
    """Have a region made, and wait until so many steps are done."""
    workspace.sound.making.make(region.id)

    def is_there() -> bool:
        job = _job(workspace, region)
        progress = job.progress if job is not None else None
        return progress is not None and progress.phase is Phase.STEP and progress.step >= steps

    until(is_there)


def show_heard(workspace: Workspace, region: Region, until: Until) -> None:
    """Show a draft that is heard while the job goes on."""
    _until_samples(workspace, region, until, 12)
    workspace.sound.listening.toggle()
    until(lambda: workspace.sound.listening.heard is not None)


def show_at_work(workspace: Workspace, region: Region, until: Until) -> None:
    """Show the jobs with one that works: what it does, how long, and how full the memory is."""
    workspace.panels["jobs"].show_in_front()
    _until_samples(workspace, region, until, 12)


def show_no_memory(workspace: Workspace, region: Region, until: Until) -> None:
    """Show what is told when memory runs out: the engine process gets no more of it."""
    pid = _engine_pid(workspace)
    workspace.panels["jobs"].show_in_front()
    _until_samples(workspace, region, until, 1)
    most = psutil.Process(pid).memory_info().vms + _ROOM_BYTES
    resource.prlimit(pid, resource.RLIMIT_AS, (most, most))
    _until_failed(workspace, region, until)


def show_killed(workspace: Workspace, region: Region, until: Until) -> None:
    """Show what is told when the engine's process was killed."""
    pid = _engine_pid(workspace)
    _until_samples(workspace, region, until, 2)
    os.kill(pid, signal.SIGKILL)
    _until_failed(workspace, region, until)


def _engine_pid(workspace: Workspace) -> int:
    queue = workspace.sound.bridge.queue
    queue.warm_up()
    status = queue.process_status(timeout_seconds=30)
    assert status is not None
    return status.pid


def _until_failed(workspace: Workspace, region: Region, until: Until) -> None:
    def has_failed() -> bool:
        job = _job(workspace, region)
        return job is not None and job.failure is not None

    until(has_failed)
