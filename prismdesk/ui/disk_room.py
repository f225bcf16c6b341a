"""Room on a full disk: takes that are kept in memory are saved elsewhere, the cache is emptied."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QFileDialog

from prismdesk.errors import InputError
from prismdesk.session.cache_care import clear_unneeded, unneeded_size_bytes
from prismdesk.session.model_words import size_words
from prismdesk.ui.failure_words import RemedyId
from prismdesk.ui.messages import MessageKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.jobs.bridge import JobBridge
    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.failure_words import Remedy
    from prismdesk.ui.job_outcomes import JobOutcomes
    from prismdesk.ui.making import Making


class DiskRoom(QObject):
    """Does the remedies for a disk that is full.

    Args:
        document: the project.
        bridge: the jobs.
        outcomes: tells of failures, with the remedies.
        making: asks for room before it queues a region.
        desktop: messages and long work.
        parent: owns it.
    """

    def __init__(
        self,
        document: Document,
        bridge: JobBridge,
        outcomes: JobOutcomes,
        making: Making,
        desktop: Desktop,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._bridge = bridge
        self._outcomes = outcomes
        self._making = making
        self._desktop = desktop

    def offer(self) -> None:
        """Have the buttons under a failure do what they say."""
        remedies = self._outcomes.remedies
        remedies.add(RemedyId.SAVE_ELSEWHERE, self._save_elsewhere)
        remedies.add(RemedyId.EMPTY_CACHE, self._empty_and_retry, self._cache_words)
        self._making.lacks_room.connect(self.tell_before)
        self._outcomes.not_put_in.connect(self._tell_not_put_in)

    def save_elsewhere(self, job_id: str, folder: Path) -> None:
        """Write the takes of a job that are kept in memory into another folder."""
        try:
            self._bridge.queue.write_kept(job_id, folder)
        except InputError as error:
            self._desktop.messages.error(error)

    def empty_cache(self, then: Callable[[], object]) -> None:
        """Delete what can be made again from the cache, off the window's thread."""
        session = self._document.session

        def done(freed_bytes: int) -> None:
            self._desktop.messages.tell(
                f"{size_words(freed_bytes)} came free.",
                "What was deleted from the cache is made again when it is next wanted.",
                kind=MessageKind.GOOD,
            )
            then()

        self._desktop.background.run(
            "Emptying the cache", lambda *_: clear_unneeded(session), done=done, owner=self
        )

    def tell_before(self, words: str, again: Callable[[], object]) -> None:
        """Tell that there is no room for what was asked for; nothing of it is begun."""
        title, _, figures = words.partition(": ")
        self._desktop.messages.tell(
            f"{title.removesuffix('.')}." if figures else "No more room on the disk.",
            f"{figures[:1].upper()}{figures[1:]} Nothing was begun." if figures else words,
            kind=MessageKind.ERROR,
            buttons=(
                (self._cache_words("Empty the cache"), partial(self.empty_cache, again)),
                ("Try again", again),
            ),
        )

    def _tell_not_put_in(self, job_id: str) -> None:
        """Tell that takes are on the disk, but the edit that puts them in couldn't be written."""
        put_in = partial(self._outcomes.put_in, job_id)
        self._desktop.messages.tell(
            "Made, but not yet in the project.",
            f"The takes of “{self._bridge.queue.job(job_id).label}” are on the disk; they come "
            "into the project now or when it is opened again.",
            kind=MessageKind.WARNING,
            buttons=(
                ("Put it in", put_in),
                (self._cache_words("Empty the cache"), partial(self.empty_cache, put_in)),
            ),
        )

    def _save_elsewhere(self, job: JobSnapshot, _: Remedy) -> None:
        folder = QFileDialog.getExistingDirectory(
            QApplication.activeWindow(),
            "Save the take into a folder on another disk",
            str(Path.home()),
        )
        if folder:
            self.save_elsewhere(job.id, Path(folder))
        else:
            # Nothing was chosen: the take is kept, and so is the choice.
            self._outcomes.tell_again(job.id)

    def _empty_and_retry(self, job: JobSnapshot, _: Remedy) -> None:
        self.empty_cache(partial(self._bridge.retry, job.id))

    def _cache_words(self, words: str) -> str:
        return f"{words}, {size_words(unneeded_size_bytes(self._document.session))}"
