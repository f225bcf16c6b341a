"""Making sound from the window: what is selected is queued, what is made is cancelled."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from prismdesk.engines.catalogue import capabilities_of
from prismdesk.engines.errors import AdapterRefusedError
from prismdesk.engines.weights.one_look import one_look
from prismdesk.errors import PrismDeskError, WorkError
from prismdesk.media.errors import NoRoomError
from prismdesk.project.edits import set_region_engine, set_region_task
from prismdesk.project.lookup import region_of, region_of_take, take_of
from prismdesk.project.model import Task
from prismdesk.session.again import queue_again
from prismdesk.session.asking import (
    new_seed,
    queue_takes,
    region_as_made,
    sees_masks,
    varied_take,
)
from prismdesk.session.new_regions import with_task
from prismdesk.session.preferences import LONGEST_HANDLE_FRAMES
from prismdesk.session.refusals import STRENGTH
from prismdesk.session.region_engine import engine_of
from prismdesk.session.variations import RecipeChanges, region_to_vary
from prismdesk.ui.job_words import TASK_WORDS
from prismdesk.ui.making_refusals import MakingRefusals
from prismdesk.ui.preparing import Preparing
from prismdesk.ui.refusal_messages import RefusalMessages

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.jobs.bridge import JobBridge
    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.progress import FractionDone, IsCancelled
    from prismdesk.project.ids import RegionId, TakeId
    from prismdesk.project.model import Project, Region, Take
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.pending_edits import PendingEdits
    from prismdesk.ui.preparing import Queue
    from prismdesk.ui.selection import Selection

MAX_NEW_TAKES = 8


class Making(QObject):
    """Queues regions for the engines.

    Attributes:
        refusals: why regions can't be made.
        preparing: the regions on their way into the queue.

    Args:
        document: the project.
        selection: the region that the commands are for.
        bridge: the jobs.
        desktop: messages and long work.
        pending: typed edits, made before a region is queued.
        parent: owns it.
    """

    options_changed = Signal()
    queued = Signal(object)
    """The id of a region that the user had made."""
    lacks_room = Signal(str, object)
    """Why there was no room to queue a region, and a function that tries again."""
    region_wanted = Signal(object)
    """The task of a region to be made of the marked time, and selected; None for its likely one."""
    words_wanted = Signal(object)
    """The id of a region that was turned to an engine that goes by words."""
    use_refused = Signal(object, object)
    """The id of a region whose engine doesn't fit what the project is for, and the refusal."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        bridge: JobBridge,
        desktop: Desktop,
        pending: PendingEdits,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._selection = selection
        self._bridge = bridge
        self._desktop = desktop
        self._pending = pending
        self._new_takes = 1
        self.refusals = MakingRefusals(document, desktop)
        self._told = RefusalMessages(document, self, desktop)
        self.preparing = Preparing(desktop.background, self)

    @property
    def new_takes(self) -> int:
        """How many takes a job makes, 1 to ``MAX_NEW_TAKES``."""
        return self._new_takes

    def set_new_takes(self, count: int) -> None:
        """Say how many takes the next jobs make."""
        self._new_takes = min(max(1, count), MAX_NEW_TAKES)
        self.options_changed.emit()

    @property
    def handle_frames(self) -> int:
        """Extra sound wanted on either side of a take, in frames."""
        return self._desktop.preferences.now.handle_frames

    def set_handle_frames(self, frames: int) -> None:
        """Say how much sound the next takes bring on either side; it is remembered."""
        with suppress(WorkError):
            # Not remembered, then; the next takes have it all the same.
            self._desktop.preferences.change(
                handle_frames=min(max(0, frames), LONGEST_HANDLE_FRAMES)
            )
        self.options_changed.emit()

    def bind_actions(self) -> None:
        """Give the region's making and the cancelling of jobs to their keys and menus."""
        actions = self._desktop.actions
        for action_id, task in (
            ("region.queue", None),
            ("region.generate", Task.GENERATE),
            ("region.inpaint", Task.INPAINT),
            ("region.continue", Task.CONTINUE),
        ):
            actions.bind(action_id, partial(self.make_selected, task), enabled=self._ready)
        actions.bind("jobs.cancel", self.cancel_running, enabled=self._can_cancel)

    def make_selected(self, task: Task | None = None) -> None:
        """Queue the selected region; time marked since on a lane becomes one first.

        A region that was just made for an engine that goes by words is left to its prompt.

        Args:
            task: given to the region if it has another; None keeps its own.
        """
        if self._means_marked_time():
            before = self._selection.region_id
            self.region_wanted.emit(task)
            made = self._selection.region_id
            if made is None or made == before or self.refusals.goes_by_words(made):
                return
        region_id = self._selection.region_id
        if region_id is None:
            self._desktop.messages.tell(
                "No region is selected.", "Select one, or drag on a lane to mark time."
            )
            return
        if task is None or not self._turn_to_words(region_id, task):
            self.make(region_id, task)

    def _turn_to_words(self, region_id: RegionId, task: Task) -> bool:
        """Give a fresh region an engine that goes by words, if its own can't do a task.

        Its prompt is asked for then; False where there is nothing to turn.
        """
        project = self._document.project
        region, preferences = region_of(project, region_id), self._desktop.preferences.now
        takes_words = self.refusals.goes_by_words(region_id)
        if region.takes or takes_words or not self.refusals.of_task(region, task):
            return False
        turned = region_of(with_task(project, region, task, preferences), region_id)
        if self.refusals.of(turned):
            return False
        self._pending.flush()
        label = f"{TASK_WORDS[task]} instead"
        if not self._document.apply(label, lambda p: with_task(p, region, task, preferences)):
            return False
        if not self.refusals.goes_by_words(region_id):
            return False
        self.words_wanted.emit(region_id)
        return True

    def _means_marked_time(self) -> bool:
        """Whether the marked time is meant, rather than the region picked before it."""
        selection = self._selection
        span, region_id = selection.span, selection.region_id
        if span is None or region_id is None:
            return span is not None
        region = region_of(self._document.project, region_id)
        is_elsewhere = not region.range.overlaps(span) or (
            bool(selection.lane_ids) and not selection.lane_ids.intersection(region.lane_ids)
        )
        return selection.is_span_latest and is_elsewhere

    def make(self, region_id: RegionId, task: Task | None = None) -> bool:
        """Queue a region; False if it can't be made, which has been told."""
        with one_look():
            return self._make(region_id, task)

    def _make(self, region_id: RegionId, task: Task | None) -> bool:
        self._pending.flush()
        region = region_of(self._document.project, region_id)
        wanted = replace(region, task=task or region.task, engine=engine_of(region))
        if reason := self.refusals.of(wanted):
            self.tell_why_not(wanted, reason)
            return False

        def change(project: Project) -> Project:
            project = set_region_task(project, region_id, wanted.task)
            return set_region_engine(project, region_id, wanted.engine, wanted.variant)

        if wanted.task is region.task:
            label = f"Use {capabilities_of(wanted.engine).name}"
        else:
            label = f"{TASK_WORDS[wanted.task]} instead"
        if wanted != region and not self._document.apply(label, change):
            return False
        self.queue(region_of(self._document.project, region_id), self._new_takes)
        return True

    def again(self, take_id: TakeId, *, with_new_seed: bool = False) -> None:
        """Make a take again by what made it, with its seed or another."""
        self._pending.flush()
        project = self._document.project
        region, take = region_of_take(project, take_id), take_of(project, take_id)
        wanted = region_as_made(region, take, seed=new_seed() if with_new_seed else None)
        if reason := self.refusals.of_again(take, wanted):
            self.tell_why_not(wanted, reason)
        elif with_new_seed:
            self.queue(wanted, 1, varied=varied_take(project, take))
        else:
            session = self._document.session

            def queue(progress: FractionDone, cancelled: IsCancelled) -> JobSnapshot:
                return queue_again(
                    session, project, take_id, progress=progress, cancelled=cancelled
                )

            self.prepare(wanted, queue)

    def vary(self, take_id: TakeId) -> None:
        """Make new takes out of a take's own sound, half of it anew.

        Where the region's setting of strength is below 1, that says how much is made anew.
        """
        self._pending.flush()
        project = self._document.project
        region, take = region_of_take(project, take_id), take_of(project, take_id)
        if reason := self.refusals.of_variation(take_id):
            self.tell_why_not(region, reason)
            return
        strength = dict(region.settings).get(STRENGTH, 1.0)
        settings = ((STRENGTH, f"{strength:g}"),) if float(strength) < 1.0 else ()
        changes = RecipeChanges(settings=settings)
        wanted = region_to_vary(self._document.session, region, take, changes)
        if reason := self.refusals.of(wanted):
            self.tell_why_not(wanted, reason)
            return
        self.queue(wanted, self._new_takes, varied=take)

    def cancel_running(self) -> None:
        """Stop the job that is being made, else the long work that was begun last."""
        job = self._bridge.running()
        if job is not None:
            self._bridge.cancel(job.id)
        elif tasks := [task for task in self._desktop.background.tasks if not task.is_quiet]:
            tasks[-1].cancel()

    def cancel_region(self, region_id: RegionId) -> None:
        """Cancel the job that a region shows, if it is underway, and what is to become one."""
        self.preparing.cancel(region_id)
        job = self._bridge.newest_of_region(region_id)
        if job is not None and job.state.is_underway:
            self._bridge.cancel(job.id)

    def queue(self, region: Region, takes: int, *, varied: Take | None = None) -> None:
        """Read what is around a region, off the window's thread, and queue it as it is given.

        Masks that were drawn are made into stills first.

        Args:
            region: what is wanted.
            takes: how many.
            varied: the take that they are to vary.
        """
        project, session = self._document.project, self._document.session
        handles = self._document.times.frame_start(self.handle_frames)

        def queue(progress: FractionDone, cancelled: IsCancelled) -> JobSnapshot:
            return queue_takes(
                session,
                project,
                region,
                takes=takes,
                handle_samples=handles,
                varied=varied,
                progress=progress,
                cancelled=cancelled,
            )

        self.prepare(region, queue)

    def prepare(self, region: Region, queue: Queue) -> None:
        """Have something queued for a region off the window's thread; what goes wrong is told."""
        self.queued.emit(region.id)
        self.preparing.begin(
            region,
            queue,
            draws_masks=bool(region.drawn_masks) and sees_masks(self._document.project, region),
            failed=lambda error: self._not_queued(
                region, error, lambda: self.prepare(region, queue)
            ),
        )

    def _not_queued(
        self, region: Region, error: PrismDeskError, again: Callable[[], object]
    ) -> None:
        if isinstance(error, NoRoomError):
            self.lacks_room.emit(str(error), again)
        elif not (isinstance(error, AdapterRefusedError) and self._told.tell_unfit_adapter(region)):
            self._desktop.messages.error(error)

    def flush(self) -> None:
        """Make the edits that were typed and not yet made."""
        self._pending.flush()

    def tell_why_not(self, region: Region, reason: str) -> None:
        """Tell why a region isn't made, with what can be done about it as buttons."""
        self._told.tell(region, reason)

    def _ready(self) -> bool | str:
        if self._selection.region_id is not None or self._selection.span is not None:
            return True
        return "Select a region, or mark time on a lane."

    def _can_cancel(self) -> bool | str:
        tasks = (task for task in self._desktop.background.tasks if not task.is_quiet)
        return self._bridge.running() is not None or any(tasks) or "Nothing is being made."
