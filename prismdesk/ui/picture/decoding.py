"""The thread that decodes for the window: serves the newest wish, drops what is overtaken."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from prismdesk.errors import Cancelled, PrismDeskError
from prismdesk.media.picture_reader import PictureReader
from prismdesk.ui.picture.frames_ahead import FramesAhead, ReadyFrame
from prismdesk.ui.picture.play_run import PlayRun

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction
    from pathlib import Path

    from prismdesk.media.picture_walk import Picture

REST_SECONDS = 0.15
"""How long a scrub must rest before the film itself is decoded after its proxy."""

_REMEMBERED_BYTES = 64 * 2**20
"""Twenty pictures of 1080p: so many steps back are there at once."""


class WishKind(Enum):
    """Why a picture is wanted."""

    STILL = auto()
    SCRUB = auto()
    PLAY = auto()


@dataclass(frozen=True, slots=True)
class Wish:
    """A picture that is wanted: the time from the film's first picture, and what for.

    ``number`` grows with each wish; while playing it stays the same for one stretch.
    """

    number: int
    kind: WishKind
    seconds: Fraction
    speed: float = 0.0


@dataclass(frozen=True, slots=True)
class Arrival:
    """A decoded picture, for the wish of that number."""

    number: int
    frame: ReadyFrame
    is_exact: bool


class DecodingThread:
    """Decodes a film, and its proxy where there is one; ``ask`` returns at once.

    Args:
        film: the original.
        ahead: takes what is decoded while playing.
        arrived: called with each picture for a still or scrubbed position, on this thread.
        failed: called with the number of a wish and a sentence, on this thread.
        opened: called with the film's shown size once it is open, on this thread.
    """

    def __init__(
        self,
        film: Path,
        ahead: FramesAhead,
        *,
        arrived: Callable[[Arrival], None],
        failed: Callable[[int, str], None],
        opened: Callable[[tuple[int, int]], None],
    ) -> None:
        self._film_path = film
        self._ahead = ahead
        self._arrived, self._failed, self._opened = arrived, failed, opened
        self._news = threading.Condition()
        self._wish: Wish | None = None
        self._served = 0
        self._is_closing = False
        self._box_px = (960, 540)
        self._proxy_path: Path | None = None
        self._film: PictureReader | None = None
        self._proxy: PictureReader | None = None
        self._proxy_in_use: Path | None = None
        self._run: PlayRun | None = None
        self._run_is_over = False
        self._thread = threading.Thread(target=self._work, name="picture decoding", daemon=True)
        self._thread.start()

    def ask(self, wish: Wish) -> None:
        """Want a picture, in place of the one that was wanted before."""
        with self._news:
            self._wish = wish
            self._news.notify()

    def set_box(self, box_px: tuple[int, int]) -> None:
        """Have pictures fit a size from the next one on."""
        self._box_px = box_px

    def set_proxy(self, path: Path | None) -> None:
        """Decode from this file while playing and scrubbing; None has none."""
        self._proxy_path = path

    def close(self) -> None:
        """End the thread and let go of the files."""
        with self._news:
            self._is_closing = True
            self._news.notify()
        self._thread.join()

    def _work(self) -> None:
        try:
            while (wish := self._next_wish()) is not None:
                try:
                    self._serve(wish)
                except Cancelled:
                    continue
                except PrismDeskError as error:
                    self._run_is_over = True
                    self._failed(wish.number, str(error))
        finally:
            self._let_go_of_proxy()
            if self._film is not None:
                self._film.close()

    def _next_wish(self) -> Wish | None:
        with self._news:
            self._news.wait_for(lambda: self._is_closing or self._has_work())
            return None if self._is_closing else self._wish

    def _has_work(self) -> bool:
        if self._wish is None:
            return False
        if self._wish.number != self._served:
            return True
        is_playing = self._wish.kind is WishKind.PLAY and not self._run_is_over
        return is_playing and not self._ahead.is_full()

    def _is_stale(self, wish: Wish) -> bool:
        return self._is_closing or self._wish is None or self._wish.number != wish.number

    def _serve(self, wish: Wish) -> None:
        is_new, self._served = wish.number != self._served, wish.number
        if wish.kind is WishKind.PLAY:
            self._play_on(wish, begins=is_new)
        else:
            self._show(wish)

    def _show(self, wish: Wish) -> None:
        proxy = self._proxy_reader()
        if proxy is not None:
            self._hand_over(wish, proxy, proxy.at(wish.seconds))
            if wish.kind is WishKind.SCRUB and self._moves_on(wish):
                return
        film = self._film_reader()
        if wish.kind is WishKind.SCRUB and proxy is None:
            near = film.keyframe_at(wish.seconds)
            self._hand_over(wish, film, near)
            if film.is_on_screen(near, wish.seconds):
                return
        exact = film.at(wish.seconds, cancelled=lambda: self._is_stale(wish))
        self._hand_over(wish, film, exact)

    def _moves_on(self, wish: Wish) -> bool:
        """Wait a moment for the next wish; whether there is one."""
        with self._news:
            return self._news.wait_for(lambda: self._is_stale(wish), REST_SECONDS)

    def _play_on(self, wish: Wish, *, begins: bool) -> None:
        reader = self._proxy_reader() or self._film_reader()
        if begins or self._run is None or self._run.reader is not reader:
            self._run = PlayRun(reader, lambda: self._is_stale(wish))
            self._run_is_over = False
        picture = self._run.next_picture(wish.seconds, wish.speed)
        if picture is None:
            self._run_is_over = True
            return
        self._ahead.add(wish.number, self._ready(reader, picture))

    def _hand_over(self, wish: Wish, reader: PictureReader, picture: Picture) -> None:
        is_exact = reader.is_on_screen(picture, wish.seconds)
        self._arrived(Arrival(wish.number, self._ready(reader, picture), is_exact))

    def _ready(self, reader: PictureReader, picture: Picture) -> ReadyFrame:
        following = reader.following_of(picture)
        until = None if following is None else following.seconds
        pixels = reader.pixels(picture, self._box_px)
        height, width, _ = pixels.shape
        rgb = QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_RGB888)
        # Converting copies, so that the image outlives the pixels; RGB32 is drawn fastest.
        image = rgb.convertToFormat(QImage.Format.Format_RGB32)
        return ReadyFrame(image, picture.seconds, until)

    def _film_reader(self) -> PictureReader:
        if self._film is None:
            self._film = PictureReader(
                self._film_path,
                remembered_bytes=_REMEMBERED_BYTES,
                cancelled=lambda: self._is_closing,
            )
            self._opened(self._film.shown_px)
        return self._film

    def _proxy_reader(self) -> PictureReader | None:
        path = self._proxy_path
        if self._proxy is not None and self._proxy_in_use != path:
            self._let_go_of_proxy()
        if self._proxy is None and path is not None:
            try:
                self._proxy = PictureReader(path, cancelled=lambda: self._is_closing)
                self._proxy_in_use = path
            except PrismDeskError:
                # The cache was emptied or is damaged: the film itself is as good, only slower.
                self._proxy_path = None
        return self._proxy

    def _let_go_of_proxy(self) -> None:
        if self._proxy is not None:
            self._proxy.close()
            self._proxy = None
            self._run = None
