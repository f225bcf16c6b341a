"""The open project as the window sees it: every edit passes through here, every view listens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from prismdesk.engines.weights.one_look import one_look
from prismdesk.errors import PrismDeskError
from prismdesk.media.peaks import PeakPyramid
from prismdesk.project.changes import changes
from prismdesk.project.lookup import media_of
from prismdesk.ui.times import Times
from prismdesk.ui.waves import PeakedWave, SampledWave, WaveSource

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.project.model import Clip, Project, Take
    from prismdesk.session.session import Session
    from prismdesk.ui.messages import Messages


class Document(QObject):
    """One open session, with its edits, its history and its waves.

    ``changed`` carries ``project.changes.Changes`` after each edit, undo, redo, preview and
    cancelled gesture; ``history_changed`` follows when what can be undone or redone is another.
    It takes the session over: ``close`` closes it.
    """

    changed = Signal(object)
    history_changed = Signal()

    def __init__(self, session: Session, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._messages = messages
        self._shown = session.project
        self._times = Times(session.project)
        self._waves: dict[str, WaveSource | None] = {}
        self._peaks: list[PeakPyramid] = []

    @property
    def project(self) -> Project:
        """The project as it stands, a gesture's preview included."""
        return self.session.project

    @property
    def times(self) -> Times:
        """The project's way of counting time."""
        return self._times

    @property
    def in_gesture(self) -> bool:
        """Whether a drag is under way; no other edit can be made until it ends."""
        return self.session.store.history.gesture_label is not None

    @property
    def label_of_undo(self) -> str | None:
        """What undo would take back, or None."""
        return self.session.store.history.label_of_undo

    @property
    def label_of_redo(self) -> str | None:
        """What redo would do again, or None."""
        return self.session.store.history.label_of_redo

    def apply(self, label: str, edit: Callable[[Project], Project]) -> bool:
        """Make an edit as one step of the history; it is on disk when this returns.

        Returns:
            Whether it was made; why not has been told to the user, and nothing changed.
        """
        return self._try(lambda: self.session.store.apply(label, edit))

    def undo(self) -> bool:
        """Go back one step."""
        return self._try(self.session.store.undo)

    def redo(self) -> bool:
        """Go forward one step."""
        return self._try(self.session.store.redo)

    def begin_gesture(self, label: str) -> None:
        """Start a drag that becomes one step."""
        self.session.store.begin_gesture(label)

    def preview(self, edit: Callable[[Project], Project]) -> str:
        """Show an edit of the state before the gesture.

        Returns:
            "", or the sentence that says why it can't be; then the last preview stays.
        """
        try:
            self.session.store.preview(edit)
        except PrismDeskError as error:
            return str(error)
        self._tell()
        return ""

    def commit_gesture(self, label: str | None = None) -> bool:
        """Make the last preview a step; one that changed nothing makes none."""
        return self._try(lambda: self.session.store.commit_gesture(label))

    def cancel_gesture(self) -> None:
        """Go back to exactly the state before the gesture."""
        self.session.store.cancel_gesture()
        self._tell()

    def refresh(self) -> None:
        """Tell of a change that was made to the session's store by somebody else."""
        self._tell()
        self.history_changed.emit()

    def wave_of_clip(self, clip: Clip) -> WaveSource | None:
        """Return the wave of a clip's sound, or None if its sound isn't to be had."""
        key = f"{clip.media_id}/{clip.stream_index}"
        return self._kept(key, lambda: self._stream_wave(clip))

    def wave_of_take(self, take: Take) -> WaveSource | None:
        """Return the wave of a take, or None if its file isn't to be had."""
        return self._kept(take.path, lambda: SampledWave(self.session.sounds.take(take)))

    def forget_waves(self) -> None:
        """Look every sound up again: files were found, or came into the cache."""
        self._waves.clear()

    def close(self) -> None:
        """Close the session and its files."""
        self._waves.clear()
        for peaks in self._peaks:
            peaks.close()
        self._peaks.clear()
        self.session.close()

    def _try(self, work: Callable[[], object]) -> bool:
        try:
            work()
        except PrismDeskError as error:
            self._tell()
            self._messages.error(error)
            return False
        self._tell()
        self.history_changed.emit()
        return True

    def _tell(self) -> None:
        before, self._shown = self._shown, self.project
        found = changes(before, self._shown)
        if found.is_empty():
            return
        self._times = Times(self._shown)
        with one_look():
            self.changed.emit(found)

    def _kept(self, key: str, find: Callable[[], WaveSource]) -> WaveSource | None:
        if key not in self._waves:
            try:
                self._waves[key] = find()
            except PrismDeskError:
                self._waves[key] = None
        return self._waves[key]

    def _stream_wave(self, clip: Clip) -> WaveSource:
        session = self.session
        media = media_of(session.project, clip.media_id)
        sound = session.sounds.stream(media, clip.stream_index)
        files = session.cache.sound_files(
            media.content_key, clip.stream_index, rate_hz=session.project.rate_hz
        )
        peaks = PeakPyramid.open(files.peaks_path)
        self._peaks.append(peaks)
        return PeakedWave(sound, peaks)
