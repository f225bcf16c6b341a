"""Shows the film's picture at the playhead, and has made what makes that quick."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, QTimer

from prismdesk.media.thumbnail_file import Thumbnails
from prismdesk.project.lookup import media_of, picture_of
from prismdesk.session.picture_work import (
    film_proxy,
    find_shots,
    known_shots,
    make_film_proxy,
    make_thumbnails,
    thumbnails_path,
)
from prismdesk.ui.picture.source import PictureSource
from prismdesk.ui.picture.strip import ThumbnailPixmaps

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtGui import QImage

    from prismdesk.errors import PrismDeskError
    from prismdesk.progress import FractionDone, IsCancelled
    from prismdesk.session.preferences import Preferences
    from prismdesk.session.session import Session
    from prismdesk.ui.background import BackgroundTask
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.picture.viewer import Viewer
    from prismdesk.ui.timeline.canvas import TimelineCanvas
    from prismdesk.ui.transport import Transport

_T = TypeVar("_T")
_STEP_SECONDS = 1 / 60
"""What is shown stays until the next look at the playhead, so it suits the middle of that."""

_LOOK_MS = 400
_SETTLED_MS = 600


class PictureFeed(QObject):
    """Ties the film to viewer and timeline; without a film, says why there is no picture.

    In the background, one after the other: thumbnails, shot cuts, a proxy if the film is slow to
    play, and the thumbnails that a proxy makes possible. What was made before is used at once.

    Args:
        document: the project.
        transport: the playhead.
        viewer: shows the picture.
        canvas: shows thumbnails and cuts.
        desktop: long work and preferences.
    """

    def __init__(
        self,
        document: Document,
        transport: Transport,
        viewer: Viewer,
        canvas: TimelineCanvas,
        desktop: Desktop,
    ) -> None:
        super().__init__(document)
        self._document = document
        self._transport = transport
        self._viewer = viewer
        self._canvas = canvas
        self._desktop = desktop
        self._work: BackgroundTask[Any] | None = None
        self._source: PictureSource | None = None
        self._cuts: tuple[int, ...] = ()
        self._thumbnails: ThumbnailPixmaps | None = None
        self._looks = QTimer(self)
        self._looks.setInterval(_LOOK_MS)
        self._looks.timeout.connect(self._look_for_thumbnails)
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(_SETTLED_MS)
        self._settled.timeout.connect(self._show_exactly)
        self._unsubscribe = desktop.preferences.subscribe(self._show_preferences)
        self._show_preferences(desktop.preferences.now)
        self._begin()

    @property
    def cuts(self) -> tuple[int, ...]:
        """Where shots begin, in samples, ascending; () while they aren't known."""
        return self._cuts

    def close(self) -> None:
        """End the decoding thread and the work for the picture."""
        self._unsubscribe()
        self._looks.stop()
        self._settled.stop()
        if self._work is not None:
            self._work.forget()
        if self._source is not None:
            self._source.close()
            self._source = None

    def _begin(self) -> None:
        session, project = self._document.session, self._document.project
        film, picture = session.film_path(), picture_of(project)
        if film is None or picture is None:
            self._viewer.show_words("This project has no picture.")
            return
        if not film.is_file():
            self._viewer.show_words(
                f"{film.name} is not where it was. The project is open without its picture."
            )
            return
        name = media_of(project, project.film_id).path.rpartition("/")[2] if project.film_id else ""
        self._viewer.set_film(name, (picture.width_px, picture.height_px), picture.rate)
        proxy = film_proxy(session)
        self._source = PictureSource(film, rate_hz=project.rate_hz, proxy=proxy, parent=self)
        self._source.frame_ready.connect(self._show_frame)
        self._source.failed.connect(self._viewer.show_words)
        self._source.opened.connect(self._viewer.set_film_size)
        self._viewer.set_proxied(proxy is not None)
        self._viewer.resized.connect(self._fit)
        self._transport.moved.connect(self._follow)
        self._transport.playing_changed.connect(self._show_exactly)
        self._show_cuts(known_shots(session))
        path = thumbnails_path(session)
        if path is not None:
            self._thumbnails = ThumbnailPixmaps(Thumbnails(path))
            self._canvas.set_thumbnails(self._thumbnails)
        self._fit()
        self._show_exactly()
        self._run("Making thumbnails", make_thumbnails, self._then_shots, quiet=True)

    def _fit(self) -> None:
        if self._source is not None:
            self._source.set_box(self._viewer.wanted_px())

    def _follow(self, samples: int) -> None:
        if self._source is None:
            return
        if self._transport.is_playing:
            ahead = self._transport.speed * _STEP_SECONDS / 2 * self._document.project.rate_hz
            self._source.play(max(0, samples + round(ahead)), self._transport.speed)
        else:
            self._source.scrub(samples)
            self._settled.start()

    def _show_exactly(self) -> None:
        if self._source is not None and not self._transport.is_playing:
            self._source.show(self._transport.position_samples)

    def _show_frame(self, image: QImage, shown_samples: int, is_exact: bool) -> None:
        self._viewer.show_frame(image, shown_samples, is_exact)

    def _show_preferences(self, now: Preferences) -> None:
        self._viewer.set_burn_in(now.burn_in)
        self._viewer.set_safe_areas(now.safe_areas)

    def _show_cuts(self, cuts: tuple[int, ...] | None) -> None:
        self._cuts = cuts or ()
        self._viewer.set_cuts(cuts)
        self._canvas.set_cuts(cuts)

    def _look_for_thumbnails(self) -> None:
        if self._thumbnails is not None and self._thumbnails.refresh():
            self._canvas.set_thumbnails(self._thumbnails)

    def _run(
        self,
        title: str,
        work: Callable[[Session, FractionDone, IsCancelled], _T],
        done: Callable[[_T], object],
        *,
        quiet: bool = False,
    ) -> None:
        session = self._document.session
        self._looks.start()
        self._work = self._desktop.background.run(
            title,
            lambda progress, cancelled: work(session, progress, cancelled),
            done=done,
            failed=self._give_up,
            quiet=quiet,
        )

    def _then_shots(self, _: None) -> None:
        self._look_for_thumbnails()
        self._run("Finding shot cuts", find_shots, self._then_proxy)

    def _then_proxy(self, cuts: tuple[int, ...]) -> None:
        self._show_cuts(cuts)
        if self._desktop.preferences.now.proxies:
            self._run("Making a proxy for playing", make_film_proxy, self._then_more)
        else:
            self._then_more(None)

    def _then_more(self, proxy: Path | None) -> None:
        if proxy is not None and self._source is not None:
            self._source.set_proxy(proxy)
            self._viewer.set_proxied(True)
        self._run("Making thumbnails", make_thumbnails, self._finish, quiet=True)

    def _finish(self, _: object) -> None:
        self._looks.stop()
        self._look_for_thumbnails()
        self._work = None

    def _give_up(self, error: PrismDeskError) -> None:
        # The film itself is shown or told of by the viewer; this only made it quicker.
        self._finish(None)
        self._desktop.messages.tell(str(error))
