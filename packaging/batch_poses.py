"""The window with a batch: planned, under way, looked back on; and with a disk that is full."""

from __future__ import annotations

import resource
from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.jobs.batch_records import Outcome
from prismdesk.project.ids import RegionId
from prismdesk.project.model import Region, Task
from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.project.model import Project
    from prismdesk.ui.workspace import Workspace

    Until = Callable[[Callable[[], bool]], None]

_SMALL = "custom-selva-tiny-44k-untrained"
_OTHER = "custom-mmaudio-tiny-44k-v2-untrained"
_SPOTS = (
    ("Gulls, far", "selva", _SMALL, "gulls far off over a harbour"),
    ("Footsteps on wet planks", "selva", _OTHER, "slow steps on wet planks"),
    ("Bell buoy", "selva", _SMALL, "a bell buoy, single strokes"),
    ("Boat against the pier", "ambience", "", ""),
    ("Oars, close", "selva", _OTHER, "oars in calm water"),
    ("Lantern squeak", "selva", _SMALL, "a lantern swings and squeaks"),
    ("Night air, end of scene", "ambience", "", ""),
    ("Crowd behind a door", "selva", "selva-large_44k", "a crowd, muffled"),
)


def mark_spots(workspace: Workspace) -> None:
    """Mark eight open regions of a second each, for three engines and one that isn't here."""
    project = workspace.document.project
    track, rate_hz = project.tracks[0], project.rate_hz

    def mark(project: Project) -> Project:
        added = tuple(
            Region(
                id=RegionId(f"region-spot-{number}"),
                track_id=track.id,
                lane_ids=(track.lanes[0].id,),
                range=SampleRange(
                    round((1 + 1.4 * number) * rate_hz), round((2 + 1.4 * number) * rate_hz)
                ),
                task=Task.INPAINT if engine == "ambience" else Task.GENERATE,
                name=name,
                engine=engine,
                variant=variant,
                prompt=prompt,
                settings=(("steps", 8),) if engine == "selva" else (),
            )
            for number, (name, engine, variant, prompt) in enumerate(_SPOTS)
        )
        return replace(project, regions=(*project.regions, *added))

    workspace.document.apply("Mark eight sounds", mark)


def _second_at(start_seconds: float, rate_hz: int) -> SampleRange:
    start = round(start_seconds * rate_hz)
    return SampleRange(start, start + rate_hz)


def show_plan(workspace: Workspace) -> None:
    """Show what a batch would make."""
    mark_spots(workspace)
    workspace.sound.batches.windows.ask()
    dialog = workspace.sound.batches.windows.dialog
    assert dialog is not None
    dialog.takes.setValue(2)


def show_under_way(workspace: Workspace, until: Until) -> None:
    """Show the jobs while a batch is made, held after the third region."""
    mark_spots(workspace)
    batches = workspace.sound.batches
    batches.windows.ask()
    assert batches.windows.dialog is not None
    batches.windows.dialog.make.click()
    workspace.panels["jobs"].show_in_front()
    until(lambda: batches.batch is not None and len(batches.batch.record.of(Outcome.MADE)) == 3)
    until(lambda: workspace.sound.bridge.running() is not None)


def show_summary(workspace: Workspace, until: Until) -> None:
    """Show what became of a batch, one region of which was cancelled."""
    show_under_way(workspace, until)
    batches = workspace.sound.batches
    workspace.sound.bridge.cancel(workspace.sound.bridge.jobs()[-1].id)
    until(lambda: not batches.is_going)
    batches.windows.show_summary()


def show_full_disk(workspace: Workspace, until: Until) -> None:
    """Show a take that is kept in memory because the disk takes no more."""
    mark_spots(workspace)
    bridge = workspace.sound.bridge
    bridge.queue.warm_up()
    status = bridge.queue.process_status(timeout_seconds=30)
    assert status is not None
    soft, hard = resource.prlimit(status.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(status.pid, resource.RLIMIT_FSIZE, (4096, hard))
    region = workspace.document.project.regions[-5]
    workspace.selection.select_region(region.id)
    workspace.sound.making.make(region.id)
    until(lambda: any(job.failure is not None for job in bridge.jobs()))
    resource.prlimit(status.pid, resource.RLIMIT_FSIZE, (soft, hard))
