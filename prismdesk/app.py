"""The composition root of the window: a project is opened, and all that shows it is tied to it."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import av
from PySide6.QtWidgets import QApplication, QFileDialog

from prismdesk.errors import InputError, PrismDeskError
from prismdesk.media.frames import read_frames
from prismdesk.media.peaks import PeakPyramid
from prismdesk.progress import never_cancelled, raise_if_cancelled
from prismdesk.project.lookup import media_of
from prismdesk.session.opening import open_session
from prismdesk.ui.main_window import MainWindow
from prismdesk.ui.project_view import ProjectView
from prismdesk.ui.quit_signals import quit_on_signals
from prismdesk.ui.theme import DARK, palette_of, style_sheet_of
from prismdesk.ui.waves import PeakedWave, SampledWave, WaveSource
from prismdesk.ui.workspace import Workspace

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from prismdesk.progress import IsCancelled
    from prismdesk.project.model import Clip, Take
    from prismdesk.session.session import Session
    from prismdesk.ui.frame_fetcher import WantedFrame


def run_window(project_path: Path | None, *, cancelled: IsCancelled = never_cancelled) -> int:
    """Show the window until it is closed.

    Args:
        project_path: the project to open, NAME.prismdesk or its folder; None opens none.
        cancelled: asked once the window itself listens to signals, for one that came before.

    Returns:
        The exit code.

    Raises:
        InputError: the project can't be opened.
        Cancelled: a signal came before the window did.
    """
    av.logging.set_level(av.logging.ERROR)
    application = make_application()
    with quit_on_signals(application):
        raise_if_cancelled(cancelled)
        desk = Desk()
        try:
            if project_path is not None:
                desk.open(project_path)
            desk.window.show()
            return application.exec()
        finally:
            desk.close()


def make_application() -> QApplication:
    """Return the application in PrismDesk's look; the running one if there is one."""
    running = QApplication.instance()
    application = running if isinstance(running, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("PrismDesk")
    application.setStyle("Fusion")
    application.setPalette(palette_of(DARK))
    application.setStyleSheet(style_sheet_of(DARK))
    return application


class Desk:
    """The window and the one session that it shows."""

    def __init__(self) -> None:
        self.window = MainWindow(DARK, self._choose)
        self._session: Session | None = None
        self._peaks: list[PeakPyramid] = []

    def open(self, path: Path) -> None:
        """Open a project and show it in place of the one that was open.

        Raises:
            InputError: it can't be opened; what was open stays.
        """
        if self._session is not None and path.resolve() in (
            self._session.folder.resolve(),
            self._session.store.path.resolve(),
        ):
            return
        session = open_session(path)
        self._let_go()
        self._session = session
        self.window.show_workspace(self._workspace_of(session))
        self.window.say("  ".join(session.notices))

    def close(self) -> None:
        """Close window, session and files."""
        self.window.close()
        self._let_go()

    def _let_go(self) -> None:
        self.window.show_nothing()
        for peaks in self._peaks:
            peaks.close()
        self._peaks.clear()
        if self._session is not None:
            self._session.close()
            self._session = None

    def _choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self.window, "Open project", str(Path.home()), "PrismDesk projects (*.prismdesk)"
        )
        if not name:
            return
        try:
            self.open(Path(name))
        except PrismDeskError as error:
            self.window.say(str(error))

    def _workspace_of(self, session: Session) -> Workspace:
        view = ProjectView(
            session.project,
            stream_wave=partial(self._stream_wave, session),
            take_wave=partial(_take_wave, session),
        )
        film = session.film_path()
        if film is not None and film.is_file():
            return Workspace(view, read_frame=partial(_read_frame, film), theme=DARK)
        words = "This project has no picture."
        if film is not None:
            words = f"{film.name} is not where it was. The project is open without its picture."
        return Workspace(view, read_frame=None, no_picture=words, theme=DARK)

    def _stream_wave(self, session: Session, clip: Clip) -> WaveSource:
        media = media_of(session.project, clip.media_id)
        sound = session.sounds.stream(media, clip.stream_index)
        files = session.cache.sound_files(
            media.content_key, clip.stream_index, rate_hz=session.project.rate_hz
        )
        peaks = PeakPyramid.open(files.peaks_path)
        self._peaks.append(peaks)
        return PeakedWave(sound, peaks)


def _take_wave(session: Session, take: Take) -> WaveSource:
    return SampledWave(session.sounds.take(take))


def _read_frame(film: Path, wanted: WantedFrame, cancelled: IsCancelled) -> npt.NDArray[np.uint8]:
    pixels, _ = read_frames(
        film,
        [wanted.seconds],
        width_px=wanted.width_px,
        height_px=wanted.height_px,
        cancelled=cancelled,
    )
    if not len(pixels):
        raise InputError(f"{film.name} has no picture at this position.")
    picture: npt.NDArray[np.uint8] = pixels[0]
    return picture
