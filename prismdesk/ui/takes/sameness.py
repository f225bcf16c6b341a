"""Whether a take that was made again has the same samples, and whether one would."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from prismdesk.errors import PrismDeskError
from prismdesk.session.circumstances import circumstances_now
from prismdesk.session.records import circumstances_of, differences
from prismdesk.session.take_check import compare_takes, comparison_words

if TYPE_CHECKING:
    from prismdesk.progress import FractionDone, IsCancelled
    from prismdesk.project.ids import TakeId
    from prismdesk.project.model import Project, Region, Take
    from prismdesk.session.session import Session
    from prismdesk.ui.background import Background, BackgroundTask
    from prismdesk.ui.document import Document

Line = tuple[str, str]
"""Words, and their kind: "good", "warning" or "faint"."""

_PATIENCE_MS = 200
_PROMISE = "Again gives the same samples, on this device and with this software."


class Sameness(QObject):
    """Works out, off the window's thread, what a take's page says about making it again.

    ``changed`` follows when there are other lines to show.

    Args:
        document: the project.
        background: does the work.
        parent: owns it.
    """

    changed = Signal()

    def __init__(
        self, document: Document, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._background = background
        self._asked: tuple[TakeId, Project] | None = None
        self._take_id: TakeId | None = None
        self._task: BackgroundTask[tuple[Line, ...]] | None = None
        self.lines: tuple[Line, ...] = ()
        self._wanted: tuple[Take, Region]
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self._begin)

    def ask(self, take: Take, region: Region) -> None:
        """Work the lines out anew, if anything has changed since; the old ones stay meanwhile."""
        project = self._document.project
        if self._asked == (take.id, project):
            return
        if self._take_id != take.id:
            self._take_id, self.lines = take.id, ()
        self._asked = (take.id, project)
        self._wanted = take, region
        # Edits come in bursts, as gestures make them.
        self._patience.start()

    def rest(self) -> None:
        """Work nothing out until asked again; what is under way is for nobody."""
        self._patience.stop()
        self._stop()
        self._asked = None

    def _begin(self) -> None:
        self._stop()
        take, region = self._wanted
        project, session = self._document.project, self._document.session

        def work(_: FractionDone, cancelled: IsCancelled) -> tuple[Line, ...]:
            return sameness_lines(session, project, take, region, cancelled)

        self._task = self._background.run(
            f"Comparing {take.name}",
            work,
            done=self._take,
            failed=lambda error: self._take(((str(error), "warning"),)),
            quiet=True,
            owner=self,
        )

    def _take(self, lines: tuple[Line, ...]) -> None:
        self._task = None
        if lines != self.lines:
            self.lines = lines
            self.changed.emit()

    def _stop(self) -> None:
        if self._task is not None:
            self._task.forget()
            self._task = None


def sameness_lines(
    session: Session, project: Project, take: Take, region: Region, cancelled: IsCancelled
) -> tuple[Line, ...]:
    """Return what is to be said: of takes made again, and of making this one again.

    Raises:
        Cancelled: as told.
    """
    compared = tuple(_compared(session, *pair) for pair in _pairs(take, region))
    reasons = differences(take, circumstances_now(session, project, take, cancelled))
    if not reasons:
        return (*compared, (_PROMISE, "faint"))
    return (*compared, ("Again may differ. " + " ".join(reasons), "faint"))


def _pairs(take: Take, region: Region) -> list[tuple[str, Take, Take]]:
    """Return the take that this one repeats, and the newest that repeats this one, with words."""
    before = [one for one in region.takes if one.id == take.provenance.again_of_take_id]
    after = [one for one in region.takes if one.provenance.again_of_take_id == take.id]
    pairs = [(f"Again of {one.name}", one, take) for one in before[:1]]
    return pairs + [(f"Made again as {one.name}", take, one) for one in after[-1:]]


def _compared(session: Session, words: str, first: Take, second: Take) -> Line:
    try:
        comparison = compare_takes(session.folder, first, second)
    except PrismDeskError as error:
        return str(error), "warning"
    if comparison.is_identical:
        return f"{words}. Same samples as before: yes.", "good"
    why = " ".join(differences(first, circumstances_of(second)))
    told = comparison_words(comparison)
    return f"{words}. Same samples as before: no, {told}. {why}".rstrip(), "warning"
