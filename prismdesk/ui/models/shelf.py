"""What the window does with models: fetch, check, remove, folders. It outlives every panel."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from prismdesk.engines.weights.places import missing_sentence
from prismdesk.engines.weights.removal import remove, remove_damaged
from prismdesk.errors import Cancelled
from prismdesk.session.model_words import checks_words, plural, size_words
from prismdesk.session.models import (
    accept_licence,
    add_folder,
    forget_folder,
    get_model,
    verify_model,
)
from prismdesk.ui.messages import MessageKind
from prismdesk.ui.models.work import ModelWork, WorkKind

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.engines.weights.download import GetProgress
    from prismdesk.engines.weights.model import Model
    from prismdesk.engines.weights.places import ModelState
    from prismdesk.engines.weights.removal import Removal
    from prismdesk.engines.weights.verification import FileCheck
    from prismdesk.errors import PrismDeskError
    from prismdesk.progress import FractionDone, IsCancelled
    from prismdesk.session.models import AddedFolder
    from prismdesk.ui.background import BackgroundTask
    from prismdesk.ui.context import Desktop

_SECONDS_BETWEEN_NEWS = 0.1


@dataclass(frozen=True, slots=True)
class _Wish:
    """A model to be fetched, and who shows the work and its outcome."""

    model: Model
    desktop: Desktop


class ModelShelf(QObject):
    """Fetches models one at a time, checks and removes them, and keeps what came of it.

    ``changed``: other models are installed, or other folders looked into, than before.
    ``work_changed`` carries the id of the model whose work begins, advances or ends.
    ``terms_wanted`` carries the id of the model whose page of terms is to be shown.
    ``folder_wanted``: the user is to be asked for a folder with weights.
    """

    changed = Signal()
    work_changed = Signal(str)
    terms_wanted = Signal(str)
    folder_wanted = Signal()
    # From a working thread to the window's: a model's id and how far it is.
    _fetched_more = Signal(str, object)
    _read_more = Signal(str, float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[_Wish] = deque()
        self._fetch: tuple[_Wish, BackgroundTask[ModelState | None]] | None = None
        self._progress: GetProgress | None = None
        self._reading: dict[str, tuple[BackgroundTask[tuple[FileCheck, ...] | None], float]] = {}
        self._errors: dict[str, str] = {}
        self._checks: dict[str, tuple[FileCheck, ...]] = {}
        self._fetched_more.connect(self._follow_fetch)
        self._read_more.connect(self._follow_reading)

    def want_terms(self, model_id: str) -> None:
        """Have the page shown from which a model is fetched."""
        self.terms_wanted.emit(model_id)

    def want_folder(self) -> None:
        """Have the user asked for a folder with weights."""
        self.folder_wanted.emit()

    def work_on(self, model_id: str) -> ModelWork | None:
        """Return what is done with a model now; None if nothing is."""
        if self._fetch is not None and self._fetch[0].model.id == model_id:
            kind = WorkKind.STOPPING if self._fetch[1].is_cancelled else WorkKind.FETCHING
            return ModelWork(kind, progress=self._progress)
        if any(wish.model.id == model_id for wish in self._waiting):
            before = "" if self._fetch is None else self._fetch[0].model.name
            return ModelWork(WorkKind.WAITING, waits_for=before)
        if model_id in self._reading:
            task, fraction = self._reading[model_id]
            kind = WorkKind.STOPPING if task.is_cancelled else WorkKind.READING
            return ModelWork(kind, read_fraction=fraction)
        return None

    def error_of(self, model_id: str) -> str:
        """Return the sentence in which fetching a model ended last; empty if it ended well."""
        return self._errors.get(model_id, "")

    def checks_of(self, model_id: str) -> tuple[FileCheck, ...]:
        """Return what reading a model's files again found last; empty if that wasn't done."""
        return self._checks.get(model_id, ())

    def fetch(self, model: Model, desktop: Desktop) -> None:
        """Accept a model's terms and fetch what is missing of it, after those asked for before.

        What an earlier attempt read is kept and gone on from.
        """
        if self.work_on(model.id) is not None:
            return
        self._errors.pop(model.id, None)
        self._checks.pop(model.id, None)
        self._waiting.append(_Wish(model, desktop))
        self.work_changed.emit(model.id)
        self._fetch_next()

    def cancel(self, model_id: str) -> None:
        """Fetch or read a model no further; what was read is kept."""
        self._waiting = deque(wish for wish in self._waiting if wish.model.id != model_id)
        if self._fetch is not None and self._fetch[0].model.id == model_id:
            self._fetch[1].cancel()
        if model_id in self._reading:
            self._reading[model_id][0].cancel()
        self.work_changed.emit(model_id)

    def verify(self, model: Model, desktop: Desktop) -> None:
        """Read a model's files again and compare their checksums."""
        if self.work_on(model.id) is not None:
            return

        def work(progress: FractionDone, cancelled: IsCancelled) -> tuple[FileCheck, ...] | None:
            def report(_: str, fraction: float) -> None:
                self._read_more.emit(model.id, fraction)
                progress(fraction)

            try:
                return verify_model(model, report, cancelled)
            except Cancelled:
                return None

        self._checks.pop(model.id, None)
        self._errors.pop(model.id, None)
        task = desktop.background.run(
            f"Reading {model.name}",
            work,
            done=partial(self._was_read, model, desktop),
            failed=partial(self._was_not_read, model, desktop),
            owner=self,
        )
        self._reading[model.id] = (task, 0.0)
        self.work_changed.emit(model.id)

    def fetch_damaged(self, model: Model, desktop: Desktop) -> None:
        """Delete those of a model's files that are damaged and were fetched; fetch them anew."""
        checks = self.checks_of(model.id)

        def again(removed: tuple[Path, ...]) -> None:
            self.changed.emit()
            if removed:
                self.fetch(model, desktop)
                return
            desktop.messages.tell(
                "The damaged file is in a folder of yours, where PrismDesk deletes nothing.",
                "Put the right file in its place, or forget the folder and get the model.",
                kind=MessageKind.WARNING,
            )

        desktop.background.run(
            f"Removing what is damaged of {model.name}",
            lambda *_: remove_damaged(checks),
            done=again,
            quiet=True,
            owner=self,
        )

    def remove(self, model: Model, desktop: Desktop) -> None:
        """Delete what was fetched of a model, but for what other installed models need."""
        if self.work_on(model.id) is not None:
            return
        self._errors.pop(model.id, None)
        self._checks.pop(model.id, None)
        desktop.background.run(
            f"Removing {model.name}",
            lambda *_: remove(model),
            done=partial(self._removed, model, desktop),
            quiet=True,
            owner=self,
        )

    def use_folder(self, folder: Path, desktop: Desktop) -> None:
        """Have weights looked for in a folder, too."""
        desktop.background.run(
            f"Looking through {folder.name}",
            lambda *_: add_folder(folder),
            done=partial(self._added, desktop),
            owner=self,
        )

    def forget_folder(self, folder: Path, desktop: Desktop) -> None:
        """Look into a folder no more; nothing in it is touched."""
        desktop.background.run(
            f"Forgetting {folder.name}",
            lambda *_: forget_folder(folder),
            done=self._forgot,
            quiet=True,
            owner=self,
        )

    def _fetch_next(self) -> None:
        if self._fetch is not None or not self._waiting:
            return
        wish = self._waiting.popleft()
        model, told = wish.model, [0.0]

        def work(progress: FractionDone, cancelled: IsCancelled) -> ModelState | None:
            def report(now: GetProgress) -> None:
                progress(now.fraction)
                if time.monotonic() - told[0] >= _SECONDS_BETWEEN_NEWS:
                    told[0] = time.monotonic()
                    self._fetched_more.emit(model.id, now)

            try:
                accept_licence(model)
                return get_model(model, report, cancelled)
            except Cancelled:
                return None

        self._progress = None
        task = wish.desktop.background.run(
            f"Getting {model.name}",
            work,
            done=partial(self._was_fetched, wish),
            failed=partial(self._was_not_fetched, wish),
            owner=self,
        )
        self._fetch = (wish, task)
        for one in (wish, *self._waiting):
            self.work_changed.emit(one.model.id)

    def _follow_fetch(self, model_id: str, now: GetProgress) -> None:
        if self._fetch is not None and self._fetch[0].model.id == model_id:
            self._progress = now
            self.work_changed.emit(model_id)

    def _was_fetched(self, wish: _Wish, state: ModelState | None) -> None:
        messages = wish.desktop.messages
        if state is not None and state.is_installed:
            messages.tell(f"{wish.model.name} is installed.", kind=MessageKind.GOOD)
        elif state is not None:
            messages.error(missing_sentence(wish.model, state))
        self._end_fetch(wish)

    def _was_not_fetched(self, wish: _Wish, error: PrismDeskError) -> None:
        self._errors[wish.model.id] = str(error)
        wish.desktop.messages.tell(
            f"{wish.model.name} was not fetched to its end.",
            f"{error} What was read is kept.",
            kind=MessageKind.ERROR,
            buttons=(
                ("Go on", partial(self.fetch, wish.model, wish.desktop)),
                ("Use a folder…", self.want_folder),
            ),
        )
        self._end_fetch(wish)

    def _end_fetch(self, wish: _Wish) -> None:
        self._fetch = self._progress = None
        self._fetch_next()
        self.changed.emit()
        self.work_changed.emit(wish.model.id)

    def _follow_reading(self, model_id: str, fraction: float) -> None:
        if model_id in self._reading:
            self._reading[model_id] = (self._reading[model_id][0], fraction)
            self.work_changed.emit(model_id)

    def _was_read(
        self, model: Model, desktop: Desktop, checks: tuple[FileCheck, ...] | None
    ) -> None:
        self._reading.pop(model.id, None)
        if checks is not None:
            self._checks[model.id] = checks
            is_good = all(check.is_good for check in checks)
            desktop.messages.tell(
                f"{model.name} was read again.",
                checks_words(checks),
                kind=MessageKind.GOOD if is_good else MessageKind.ERROR,
            )
        self.work_changed.emit(model.id)

    def _was_not_read(self, model: Model, desktop: Desktop, error: PrismDeskError) -> None:
        self._reading.pop(model.id, None)
        desktop.messages.error(error)
        self.work_changed.emit(model.id)

    def _removed(self, model: Model, desktop: Desktop, removal: Removal) -> None:
        kept = sorted({name for _, needing in removal.kept for name in needing})
        words = f"{size_words(removal.freed_bytes)} are free again."
        if kept:
            words += f" {plural(len(removal.kept), 'file')} kept for {', '.join(kept)}."
        if removal.removed:
            desktop.messages.tell(f"{model.name} is removed.", words)
        else:
            desktop.messages.tell(
                f"Nothing of {model.name} is PrismDesk's alone to delete.",
                f"{plural(len(removal.kept), 'file')} kept for {', '.join(kept)}."
                if kept
                else "Its files are in folders of yours; forget the folder to do without them.",
            )
        self.changed.emit()

    def _forgot(self, was_added: bool) -> None:
        if was_added:
            self.changed.emit()

    def _added(self, desktop: Desktop, added: AddedFolder) -> None:
        installed = ", ".join(model.name for model in added.installed)
        words = [f"{installed} can be used now."] if installed else []
        words += [f"{sentence}." for sentence in added.wrong[:2]]
        desktop.messages.tell(
            f"{plural(added.files, 'file')} of {added.folder} used."
            if added.files
            else f"{added.folder} is looked into from now on.",
            " ".join(words),
            kind=MessageKind.WARNING if added.wrong else MessageKind.GOOD,
        )
        self.changed.emit()
