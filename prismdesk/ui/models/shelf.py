"""What the window does with models: fetch, check, remove, folders. It outlives every panel."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from prismdesk.engines.weights.catalogue import UnknownModelError, model_of
from prismdesk.engines.weights.hub import NetworkGoneError
from prismdesk.engines.weights.places import missing_sentence
from prismdesk.engines.weights.removal import remove, remove_damaged
from prismdesk.errors import Cancelled
from prismdesk.session.model_words import checks_words, plural, size_words
from prismdesk.session.models import (
    accept_licence,
    add_folder,
    forget_folder,
    get_model,
    kept_bytes,
    verify_model,
)
from prismdesk.session.own_checkpoints import is_kept_here, remove_own_checkpoint
from prismdesk.ui.messages import MessageKind
from prismdesk.ui.models.work import ModelWork, WorkKind, damaged_files, kept_words

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
    from prismdesk.ui.messages import MessageButton

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
    model_shown = Signal(str)
    """The id of a model whose card is to be seen."""
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
        self._paused: set[str] = set()
        self._dropped: set[str] = set()
        self._damaged: set[str] = set()
        self._repair_after_reading: set[str] = set()
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

    def is_paused(self, model_id: str) -> bool:
        """Whether the user held the fetching of a model."""
        return model_id in self._paused

    def is_known_damaged(self, model_id: str) -> bool:
        """Whether a job or a warm-up found a file of a model damaged."""
        return model_id in self._damaged

    def note_damage(self, model_id: str) -> None:
        """Take note that a job found a file of a model damaged."""
        self._damaged.add(model_id)
        self._checks.pop(model_id, None)
        self.work_changed.emit(model_id)

    def tell_damage(self, model_id: str, desktop: Desktop) -> None:
        """Tell that a file of a model is damaged, with what can be done about it."""
        self.note_damage(model_id)
        try:
            model = model_of(model_id)
        except UnknownModelError:
            return
        desktop.messages.tell(
            "This file is damaged.",
            f"{model.name}: the checksum differs from the published one, so it was not loaded.",
            kind=MessageKind.ERROR,
            buttons=self.damage_buttons(model, desktop),
        )

    def damage_buttons(self, model: Model, desktop: Desktop) -> tuple[MessageButton, ...]:
        """Return what can be done about a damaged file of a model."""
        return (
            ("Get the damaged part", partial(self.fetch_damaged, model, desktop)),
            ("Remove", partial(self.remove, model, desktop)),
        )

    def show_model(self, model_id: str) -> None:
        """Have a model's card seen."""
        self.model_shown.emit(model_id)

    def pause(self, model_id: str) -> None:
        """Hold the fetching of a model; what is read is kept, and ``fetch`` goes on from there."""
        self._paused.add(model_id)
        self.cancel(model_id)

    def drop(self, model: Model, desktop: Desktop) -> None:
        """Fetch a model no further, and delete what is here of it."""
        self._paused.discard(model.id)
        if self._fetch is not None and self._fetch[0].model.id == model.id:
            self._dropped.add(model.id)
            self.cancel(model.id)
        else:
            self.cancel(model.id)
            self.remove(model, desktop)

    def fetch(self, model: Model, desktop: Desktop) -> None:
        """Accept a model's terms and fetch what is missing of it, after those asked for before.

        What an earlier attempt read is kept and gone on from.
        """
        if self.work_on(model.id) is not None:
            return
        self._errors.pop(model.id, None)
        self._checks.pop(model.id, None)
        self._paused.discard(model.id)
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
        """Delete those of a model's files that are damaged and were fetched; fetch them anew.

        Where it isn't known which they are, its files are read first.
        """
        checks = self.checks_of(model.id)
        if not checks:
            self._repair_after_reading.add(model.id)
            self.verify(model, desktop)
            return

        def again(removed: tuple[Path, ...]) -> None:
            self.changed.emit()
            if removed:
                self._damaged.discard(model.id)
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
        self._damaged.discard(model.id)
        self._paused.discard(model.id)
        if is_kept_here(model):
            desktop.background.run(
                f"Removing {model.name}",
                lambda *_: remove_own_checkpoint(model),
                done=partial(self._own_removed, model, desktop),
                quiet=True,
                owner=self,
            )
            return
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
        model, is_network = wish.model, isinstance(error, NetworkGoneError)
        self._errors[model.id] = "The network went away." if is_network else str(error)
        wish.desktop.messages.tell(
            "The network went away." if is_network else f"{model.name} was not fetched to its end.",
            f"{model.name}: {kept_words(*kept_bytes(model))}"
            if is_network
            else f"{error} What was read is kept.",
            kind=MessageKind.ERROR,
            buttons=(
                ("Resume", partial(self.fetch, model, wish.desktop)),
                ("Use a folder…", self.want_folder),
            ),
        )
        self._end_fetch(wish)

    def _end_fetch(self, wish: _Wish) -> None:
        self._fetch = self._progress = None
        self._fetch_next()
        if wish.model.id in self._dropped:
            self._dropped.discard(wish.model.id)
            self.remove(wish.model, wish.desktop)
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
            if is_good:
                self._damaged.discard(model.id)
            is_repair = model.id in self._repair_after_reading
            self._repair_after_reading.discard(model.id)
            if is_repair and not is_good:
                self.fetch_damaged(model, desktop)
            else:
                self._tell_checks(model, desktop, checks, is_good=is_good)
        self.work_changed.emit(model.id)

    def _tell_checks(
        self, model: Model, desktop: Desktop, checks: tuple[FileCheck, ...], *, is_good: bool
    ) -> None:
        if is_good:
            desktop.messages.tell(
                f"{model.name} was read again.", checks_words(checks), kind=MessageKind.GOOD
            )
            return
        desktop.messages.tell(
            "This file is damaged." if len(damaged_files(checks)) == 1 else "Files are damaged.",
            f"{', '.join(damaged_files(checks))} of {model.name}: the checksum differs from the "
            "published one, so it is not loaded.",
            kind=MessageKind.ERROR,
            buttons=self.damage_buttons(model, desktop),
        )

    def _was_not_read(self, model: Model, desktop: Desktop, error: PrismDeskError) -> None:
        self._reading.pop(model.id, None)
        self._repair_after_reading.discard(model.id)
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

    def _own_removed(self, model: Model, desktop: Desktop, freed_bytes: int) -> None:
        desktop.messages.tell(
            f"{model.name} is a model no more.",
            f"{size_words(freed_bytes)} are free again; the files it was made of stay.",
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
