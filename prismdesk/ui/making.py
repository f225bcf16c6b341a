"""Making sound from the window: what is selected is queued, what is made is cancelled."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from prismdesk.adapters.reference import hash_in, name_in
from prismdesk.engines.capabilities import EngineInput, EngineTask
from prismdesk.engines.catalogue import capabilities_of, engines_that_can
from prismdesk.engines.errors import AdapterRefusedError
from prismdesk.engines.weights.one_look import one_look
from prismdesk.errors import PrismDeskError, WorkError
from prismdesk.media.errors import NoRoomError
from prismdesk.project.edits import set_region_adapters, set_region_engine, set_region_task
from prismdesk.project.lookup import region_of, region_of_take, take_of
from prismdesk.project.model import Task
from prismdesk.session.adapter_files import refusal_of_adapters
from prismdesk.session.again import queue_again, source_of_take
from prismdesk.session.asking import (
    new_seed,
    queue_takes,
    region_as_made,
    sees_masks,
    varied_take,
)
from prismdesk.session.licences import use_refusal
from prismdesk.session.new_regions import with_task
from prismdesk.session.preferences import LONGEST_HANDLE_FRAMES
from prismdesk.session.refusals import STRENGTH, lasting_refusal, refusal, why_no_variation, why_not
from prismdesk.session.variations import RecipeChanges, region_to_vary
from prismdesk.ui.inspector.adapter_look import unfit_adapter
from prismdesk.ui.job_words import TASK_WORDS
from prismdesk.ui.messages import MessageKind
from prismdesk.ui.models.device_watch import model_name
from prismdesk.ui.models.missing import missed_weights
from prismdesk.ui.preparing import Preparing

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.jobs.bridge import JobBridge
    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.progress import FractionDone, IsCancelled
    from prismdesk.project.ids import RegionId, TakeId
    from prismdesk.project.model import Project, Region, Take
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.inspector.adapter_look import AdapterLook
    from prismdesk.ui.messages import MessageButton
    from prismdesk.ui.models.missing import MissedWeights
    from prismdesk.ui.pending_edits import PendingEdits
    from prismdesk.ui.preparing import Queue
    from prismdesk.ui.selection import Selection

DEFAULT_ENGINE = "ambience"
MAX_NEW_TAKES = 8


class Making(QObject):
    """Queues regions for the engines.

    Attributes:
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
            if made is None or made == before or self.goes_by_words(made):
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
        if region.takes or self.goes_by_words(region_id) or not self.refusal_of_task(region, task):
            return False
        turned = region_of(with_task(project, region, task, preferences), region_id)
        if self.refusal(turned):
            return False
        self._pending.flush()
        label = f"{TASK_WORDS[task]} instead"
        if not self._document.apply(label, lambda p: with_task(p, region, task, preferences)):
            return False
        if not self.goes_by_words(region_id):
            return False
        self.words_wanted.emit(region_id)
        return True

    def refusal_of_task(self, region: Region, task: Task) -> str:
        """Say in a sentence why a region's engine can't do a task; empty if it can."""
        return self._asked(lambda _, one: why_not(one.engine, EngineTask(task.value)), region)

    def goes_by_words(self, region_id: RegionId) -> bool:
        """Tell whether the engine of a region takes a prompt."""
        region = region_of(self._document.project, region_id)
        try:
            engine = capabilities_of(region.engine or first_engine(region))
        except PrismDeskError:
            return False
        return EngineInput.TEXT in engine.inputs

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
        wanted = replace(
            region, task=task or region.task, engine=region.engine or first_engine(region)
        )
        if reason := self.refusal(wanted):
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

    def refusal(self, region: Region) -> str:
        """Say in a sentence why a region can't be made as it is and now; empty if it can."""
        known, gone = self._with_known_adapters(region)
        return self._asked(refusal, known) or gone

    def refusal_of_engine(self, region: Region, engine: str) -> str:
        """Say in a sentence why an engine will never make a region as it is; empty if it may."""
        known, _ = self._with_known_adapters(region)
        return self._asked(lasting_refusal, replace(known, engine=engine, variant=""))

    def _with_known_adapters(self, region: Region) -> tuple[Region, str]:
        """Return a region with presets that need no looking for, and why not if one is gone.

        To look through the library here would hold the window up. What isn't known yet is held
        against the model when it is, and again when the region is queued.
        """
        presets = self._desktop.presets
        if not region.sounding_adapters:
            return region, ""
        if not presets.is_known:
            presets.look_once(self._desktop)
            return replace(region, adapters=()), ""
        gone = [name for name, _ in region.sounding_adapters if presets.of(name) is None]
        if not gone:
            return region, ""
        presets.look_for_gone(self._desktop)
        return replace(region, adapters=()), (
            f"The preset {name_in(gone[0])} ({hash_in(gone[0])}) isn't in the library; bring its "
            "file, or take it off the region."
        )

    def missed_weights(self, region: Region, reason: str) -> MissedWeights | None:
        """Return the model whose weights a region is refused for; None for any other reason.

        Args:
            region: what is to be made.
            reason: what ``refusal`` said of it.
        """
        if not reason:
            return None
        try:
            engine = capabilities_of(region.engine or first_engine(region))
        except PrismDeskError:
            return None
        missed = missed_weights(engine, region.variant)
        return missed if missed is not None and missed.in_full == reason else None

    def _asked(self, reason: Callable[[Project, Region], str], region: Region) -> str:
        wanted = replace(region, engine=region.engine or first_engine(region))
        try:
            return reason(self._document.project, wanted)
        except PrismDeskError as error:
            return str(error)

    def again(self, take_id: TakeId, *, with_new_seed: bool = False) -> None:
        """Make a take again by what made it, with its seed or another."""
        self._pending.flush()
        project = self._document.project
        region, take = region_of_take(project, take_id), take_of(project, take_id)
        wanted = region_as_made(region, take, seed=new_seed() if with_new_seed else None)
        if reason := self._why_not_again(take, wanted):
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

    def _why_not_again(self, take: Take, wanted: Region) -> str:
        """Say why a take can't be made again now; empty if it can."""
        try:
            source_of_take(self._document.session, self._document.project, take, wanted)
        except PrismDeskError as error:
            return str(error)
        return self.refusal(wanted)

    def vary(self, take_id: TakeId) -> None:
        """Make new takes out of a take's own sound, half of it anew.

        Where the region's setting of strength is below 1, that says how much is made anew.
        """
        self._pending.flush()
        project = self._document.project
        region, take = region_of_take(project, take_id), take_of(project, take_id)
        if reason := self.why_no_variation(take_id):
            self.tell_why_not(region, reason)
            return
        strength = dict(region.settings).get(STRENGTH, 1.0)
        settings = ((STRENGTH, f"{strength:g}"),) if float(strength) < 1.0 else ()
        changes = RecipeChanges(settings=settings)
        wanted = region_to_vary(self._document.session, region, take, changes)
        if reason := self.refusal(wanted):
            self.tell_why_not(wanted, reason)
            return
        self.queue(wanted, self._new_takes, varied=take)

    def why_no_variation(self, take_id: TakeId) -> str:
        """Say in a sentence why the engine that made a take can't vary it; empty if it can."""
        try:
            return why_no_variation(take_of(self._document.project, take_id).provenance.engine)
        except PrismDeskError as error:
            return str(error)

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
        elif not (isinstance(error, AdapterRefusedError) and self._tell_unfit_adapter(region)):
            self._desktop.messages.error(error)

    def flush(self) -> None:
        """Make the edits that were typed and not yet made."""
        self._pending.flush()

    def tell_why_not(self, region: Region, reason: str) -> None:
        """Tell why a region isn't made, with what can be done about it as buttons."""
        engine = region.engine or first_engine(region)
        use = self._document.project.use
        refused = use_refusal(use, engine, region.variant, region.sounding_adapters)
        if refused is not None and refused.sentence == reason:
            self.use_refused.emit(region.id, refused)
            return
        is_unfit = reason == refusal_of_adapters(region.sounding_adapters, engine, region.variant)
        if is_unfit and self._tell_unfit_adapter(region):
            return
        able = [
            offer
            for offer in engines_that_can(EngineTask(region.task.value))
            if offer.id != region.engine
            and not self.refusal(replace(region, engine=offer.id, variant=""))
        ]
        buttons: list[MessageButton] = [
            (f"Use {offer.name}", partial(self._use, region, offer.id)) for offer in able[:2]
        ]
        missed, told = self.missed_weights(region, reason), reason
        if missed is not None:
            models = self._desktop.models
            told = f"{missed.model.name}: {missed.words[:1].lower()}{missed.words[1:]}"
            buttons = [
                ("Get weights…", partial(models.want_terms, missed.model.id)),
                ("Use a folder…", models.want_folder),
                *buttons[:1],
            ]
        verb = TASK_WORDS[region.task]
        self._desktop.messages.tell(
            f"{verb} isn't possible for “{region.name or 'this region'}”.",
            f"{told} The region is as it was.",
            kind=MessageKind.WARNING,
            buttons=buttons,
            stands=self.stands(region, reason),
        )

    def stands(self, wanted: Region, reason: str) -> Callable[[], bool] | None:
        """Return what says whether a region is still refused for a reason.

        None where the reason isn't one of the region as it is, so that no edit of it shows.
        """

        def is_refused() -> bool:
            regions = self._document.project.regions
            region = next((one for one in regions if one.id == wanted.id), None)
            if region is None:
                return False
            return self.refusal(replace(region, task=wanted.task)) == reason

        return is_refused if is_refused() else None

    def _tell_unfit_adapter(self, region: Region) -> bool:
        """Tell which preset of a region doesn't fit its model, if one is what stands against it."""
        unfit = unfit_adapter(region.sounding_adapters, region.engine, region.variant)
        if unfit is None:
            return False
        buttons: list[MessageButton] = []
        if unfit.base is not None:
            base = unfit.base
            buttons = [(f"Use {base.name}", partial(self._use, region, base.engine, base.id))]
        buttons.append(("Remove it", partial(self._remove_adapter, region, unfit)))
        self._desktop.messages.tell(
            unfit.problem,
            f"{unfit.name} was not applied and nothing was made; “{region.name or 'the region'}” "
            "keeps its adapters.",
            kind=MessageKind.WARNING,
            buttons=buttons,
        )
        return True

    def _remove_adapter(self, region: Region, unfit: AdapterLook) -> None:
        def change(project: Project) -> Project:
            now = region_of(project, region.id)
            kept = tuple(one for one in now.adapters if one[0] != unfit.reference)
            return set_region_adapters(project, region.id, kept)

        if self._document.apply(f"Take {unfit.name} off", change):
            self.make(region.id, region.task)

    def _use(self, region: Region, engine: str, variant: str = "") -> None:
        label = f"Use {model_name(variant) if variant else capabilities_of(engine).name}"
        if self._document.apply(label, lambda p: set_region_engine(p, region.id, engine, variant)):
            self.make(region.id, region.task)

    def _ready(self) -> bool | str:
        if self._selection.region_id is not None or self._selection.span is not None:
            return True
        return "Select a region, or mark time on a lane."

    def _can_cancel(self) -> bool | str:
        tasks = (task for task in self._desktop.background.tasks if not task.is_quiet)
        return self._bridge.running() is not None or any(tasks) or "Nothing is being made."


def first_engine(region: Region) -> str:
    """Return the engine that a region without one gets."""
    able = engines_that_can(EngineTask(region.task.value))
    return able[0].id if able else DEFAULT_ENGINE
