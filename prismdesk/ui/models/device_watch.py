"""What computes, how full its memory is, and what is loaded there: asked now and then."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from prismdesk.engines.weights.catalogue import UnknownModelError, model_of
from prismdesk.errors import WorkError
from prismdesk.jobs.device_facts import device_facts
from prismdesk.jobs.messages import WarmUpState
from prismdesk.jobs.states import JobSnapshot, JobState
from prismdesk.ui.messages import MessageKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from prismdesk.jobs.messages import ProcessStatus, WarmUpNews
    from prismdesk.ui.context import Desktop

_LOOK_MS = 2000
_LOOKS_UNSEEN = 5
"""Of so many, one is taken while only the status bar shows it."""
_PATIENCE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class DeviceNow:
    """A device and what of ours lies in its memory.

    ``is_asked`` is False until the first answer; ``loaded_name`` is for people.
    """

    name: str = ""
    detail: str = ""
    used_bytes: int = 0
    total_bytes: int = 0
    loaded_engine: str = ""
    loaded_variant: str = ""
    loaded_name: str = ""
    loaded_bytes: int = 0
    is_asked: bool = False


class WarmsModels(Protocol):
    """Of a queue of jobs, what has to do with its process's memory."""

    @property
    def has_process(self) -> bool:
        """Whether there is an engine process."""

    def process_status(self, *, timeout_seconds: float = 5.0) -> ProcessStatus | None:
        """Ask the engine process how it is."""

    def warm_up_model(self, engine: str, variant: str) -> None:
        """Load a model now."""

    def stop_warm_up(self) -> None:
        """Load no further."""

    def unload(self) -> None:
        """Free what is loaded."""

    def subscribe_to_warm_ups(self, listener: Callable[[WarmUpNews], None]) -> Callable[[], None]:
        """Hear of warm-ups, on another thread."""


class DeviceWatch(QObject):
    """Knows what is loaded where, and has models loaded and unloaded.

    It asks every two seconds while one of the widgets it was given is seen or something is
    loaded or made, else every ten.

    Args:
        queue: the jobs of the open project.
        desktop: long work, messages, preferences.
        is_making: whether a job is being made.
        parent: owns it.
    """

    changed = Signal()
    """What ``now`` or ``warming`` says is new."""
    repair_wanted = Signal(str)
    """The id of a model whose weights turned out to be damaged while they were loaded."""
    _told = Signal(object)

    def __init__(
        self,
        queue: WarmsModels,
        desktop: Desktop,
        is_making: Callable[[], bool] = lambda: False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._is_making = is_making
        self._queue = queue
        self._desktop = desktop
        self._viewers: list[QWidget] = []
        self._is_asking = False
        self._is_working = False
        self._is_quiet = False
        self._unseen_looks = 0
        self.now = DeviceNow()
        self.warming: WarmUpNews | None = None
        self._told.connect(self._follow_warm_up, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe = queue.subscribe_to_warm_ups(self._told.emit)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look_now_and_then)
        self._timer.start()

    def add_viewer(self, widget: QWidget) -> None:
        """Ask often while a widget is seen."""
        self._viewers.append(widget)

    def close(self) -> None:
        """Ask no more."""
        self._timer.stop()
        self._unsubscribe()

    @property
    def is_working(self) -> bool:
        """Whether a job is being made, so that nothing is loaded or freed beside it."""
        return self._is_working

    def why_not_warm(self) -> str:
        """Say in a sentence why no model can be loaded now; empty if one can."""
        if self.is_working:
            return "A job is being made; its model is loaded for it."
        return ""

    def why_not_unload(self) -> str:
        """Say in a sentence why nothing can be freed now; empty if it can."""
        if self.warming is not None:
            return ""
        if not self.now.loaded_bytes:
            return "No model is loaded."
        if self.is_working:
            return "A job is being made with it; cancel the job first."
        return ""

    def warm_up(self, engine: str, variant: str, *, quiet: bool = False) -> None:
        """Load a model now.

        Args:
            engine: which engine's.
            variant: its id.
            quiet: nobody asked for it just now, so nothing is told if it can't be done.
        """
        self._is_quiet = quiet
        self._queue.warm_up_model(engine, variant)

    def warm_up_last(self) -> None:
        """Load the model used last, if the user wants that at the start."""
        now = self._desktop.preferences.now
        engine, _, variant = now.last_model.partition(" ")
        if now.warm_up_at_start and engine and variant:
            self.warm_up(engine, variant, quiet=True)

    def stop(self) -> None:
        """Load no further; what is loaded stays."""
        self._queue.stop_warm_up()

    def unload(self) -> None:
        """Free the memory that the loaded model takes."""
        self._queue.unload()
        self.now = replace(
            self.now, loaded_engine="", loaded_variant="", loaded_name="", loaded_bytes=0
        )
        # Asked at once, the process would still hold it.
        self.changed.emit()

    def follow_job(self, job: JobSnapshot) -> None:
        """Take note of a job: its model is the one used last, and memory changes."""
        # A quick job is heard of for the first time when it is over.
        if job.state in (JobState.RUNNING, JobState.FINISHED):
            self._remember(job.spec.engine, job.spec.variant)
        if job.state is not JobState.RUNNING:
            self.follow_end()
            return
        if not self._is_working:
            self._is_working = True
            self.changed.emit()

    def follow_end(self, _: str = "") -> None:
        """Take note that a job may be over."""
        was_working, self._is_working = self._is_working, self._is_making()
        if was_working and not self._is_working:
            self.changed.emit()
            self.look()

    def look(self) -> None:
        """Ask now, unless an answer is on its way."""
        if self._is_asking:
            return
        self._is_asking = True
        queue, wish = self._queue, self._desktop.preferences.now.engine_device
        self._desktop.background.run(
            "Asking what is loaded",
            lambda *_: _asked(queue, wish),
            done=self._answered,
            failed=self._not_answered,
            quiet=True,
            owner=self,
        )

    def _remember(self, engine: str, variant: str) -> None:
        model = f"{engine} {variant}"
        if not variant or self._desktop.preferences.now.last_model == model:
            return
        try:
            self._desktop.preferences.change(last_model=model)
        except WorkError as error:
            self._desktop.messages.error(error)

    def _look_now_and_then(self) -> None:
        is_seen = any(_is_seen(viewer) for viewer in self._viewers)
        self._unseen_looks += 1
        is_wanted = is_seen or self._is_working or self.warming is not None
        if is_wanted or self._unseen_looks >= _LOOKS_UNSEEN:
            self._unseen_looks = 0
            self.look()

    def _answered(self, now: DeviceNow | None) -> None:
        self._is_asking = False
        if now is not None and now != self.now:
            self.now = now
            self.changed.emit()

    def _not_answered(self, error: object) -> None:
        self._is_asking = False

    def _follow_warm_up(self, news: WarmUpNews) -> None:
        is_over = news.state is not WarmUpState.LOADING
        self.warming = None if is_over else news
        if is_over:
            self.look()
        if news.state is WarmUpState.FAILED:
            self._tell_failure(news)
        self.changed.emit()

    def _tell_failure(self, news: WarmUpNews) -> None:
        if news.model_id:
            self.repair_wanted.emit(news.model_id)
        elif not self._is_quiet:
            self._desktop.messages.tell(
                f"{model_name(news.variant)} is not loaded.", news.message, kind=MessageKind.WARNING
            )


def model_name(variant: str) -> str:
    """Return a model's name for people, its id where there is no such model any more."""
    try:
        return model_of(variant).name
    except UnknownModelError:
        return variant


def _asked(queue: WarmsModels, wish: str) -> DeviceNow | None:
    """Ask the engine process; where there is none, the machine."""
    status = queue.process_status(timeout_seconds=_PATIENCE_SECONDS)
    if status is None and queue.has_process:
        return None  # too busy to answer; what was known still holds
    if status is None:
        facts = device_facts(wish)
        return DeviceNow(
            facts.name, facts.detail, facts.used_bytes, facts.total_bytes, is_asked=True
        )
    variant = status.loaded_variant
    return DeviceNow(
        name=status.device,
        detail=status.device_detail,
        used_bytes=status.device_used_bytes,
        total_bytes=status.device_total_bytes,
        loaded_engine=status.loaded_engine or "",
        loaded_variant=variant,
        loaded_name=model_name(variant) if variant else "",
        loaded_bytes=status.loaded_bytes,
        is_asked=True,
    )


def _is_seen(widget: QWidget) -> bool:
    # A tab behind another counts as visible, but nothing of it is.
    return shiboken6.isValid(widget) and widget.isVisible() and not widget.visibleRegion().isEmpty()
