"""Listens, off the window's thread, to what is around the selected region."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from prismdesk.engines.catalogue import capabilities_of
from prismdesk.engines.errors import UnsupportedError
from prismdesk.session.region_engine import engine_of
from prismdesk.session.suggestions import (
    facts_of,
    heard_around,
    heard_key,
    stretch_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from prismdesk.errors import PrismDeskError
    from prismdesk.progress import FractionDone, IsCancelled
    from prismdesk.project.model import Project, Region
    from prismdesk.session.suggestions import Heard, RegionFacts
    from prismdesk.ui.background import Background, BackgroundTask
    from prismdesk.ui.document import Document

WAIT_MS = 200
_MOST_KEPT = 256


class SuggestionFeed(QObject):
    """Knows what the selected region's stretch is like, as soon as it has been listened to.

    What was heard is kept by content, so that going back to a region listens to nothing. When
    another region is asked about, or the sound there changes, the listening under way is ended.
    ``changed`` follows when facts are known.

    Args:
        document: the project.
        background: where it listens.
        cuts: where shots begin, in samples; () while they aren't known.
        parent: owns it.
    """

    changed = Signal()

    def __init__(
        self,
        document: Document,
        background: Background,
        cuts: Callable[[], Sequence[int]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._background = background
        self._cuts = cuts
        self._heard: OrderedDict[Hashable, Heard | None] = OrderedDict()
        self._wanted: tuple[Hashable, Project, Region] | None = None
        self._task: BackgroundTask[Heard] | None = None
        self._listening_to: Hashable = None
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(WAIT_MS)
        self._wait.timeout.connect(self._listen)

    @property
    def is_listening(self) -> bool:
        """Whether facts are on their way."""
        return self._wait.isActive() or self._task is not None

    def facts(self, region: Region) -> RegionFacts | None:
        """Return what is known of a region now; if nothing, begin to find out.

        None while it isn't known, and where its sound can't be read.
        """
        project = self._document.project
        stretch = stretch_of(region)
        key = heard_key(project, stretch)
        if key not in self._heard:
            self._want(key, project, region)
            return None
        self.forget_wish()
        heard = self._heard[key]
        self._heard.move_to_end(key)
        if heard is None:
            return None
        try:
            engine = capabilities_of(engine_of(region))
        except UnsupportedError:
            engine = None
        return facts_of(project, stretch, heard, engine=engine, cuts=self._cuts())

    def forget_wish(self) -> None:
        """End what is under way: nobody waits for it any more."""
        self._wait.stop()
        self._wanted = None
        if self._task is not None:
            self._task.cancel()
            self._task, self._listening_to = None, None

    def _want(self, key: Hashable, project: Project, region: Region) -> None:
        if self._listening_to == key and self._task is not None:
            return
        waited = self._wanted is not None and self._wanted[0] == key
        self._wanted = (key, project, region)
        if not (waited and self._wait.isActive()):
            if self._task is not None:
                self._task.cancel()
                self._task, self._listening_to = None, None
            self._wait.start()

    def _listen(self) -> None:
        if self._wanted is None:
            return
        key, project, region = self._wanted
        session = self._document.session

        def work(_: FractionDone, cancelled: IsCancelled) -> Heard:
            return heard_around(project, session.sounds, stretch_of(region), cancelled=cancelled)

        self._listening_to = key
        self._task = self._background.run(
            f"Listening to {region.name or 'the region'}",
            work,
            done=partial(self._keep, key),
            failed=partial(self._keep_nothing, key),
            quiet=True,
            owner=self,
        )

    def _keep(self, key: Hashable, heard: Heard | None) -> None:
        self._heard[key] = heard
        while len(self._heard) > _MOST_KEPT:
            self._heard.popitem(last=False)
        if key == self._listening_to:
            self._task, self._listening_to, self._wanted = None, None, None
        self.changed.emit()

    def _keep_nothing(self, key: Hashable, _: PrismDeskError) -> None:
        # A file that can't be read is told where it is played and exported.
        self._keep(key, None)
