"""Hearing a sound file that isn't in the project: an example of a preset, a clip of a set."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from prismdesk.media.errors import MediaError
from prismdesk.project.ids import BusId, ClipId, LaneId, MediaId, TrackId
from prismdesk.project.model import (
    Bus,
    BusKind,
    ChannelLayout,
    Clip,
    Lane,
    Media,
    Project,
    SoundStream,
    Take,
    Track,
)
from prismdesk.project.timebase import SampleRange
from prismdesk.ui.adapters.example_sound import read_example

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.errors import PrismDeskError
    from prismdesk.media.sounds import SoundSource
    from prismdesk.project.changes import Changes
    from prismdesk.ui.adapters.example_sound import ExampleSound
    from prismdesk.ui.background import BackgroundTask
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.takes.audition import Audition
    from prismdesk.ui.transport import Transport

_POLL_MS = 33
_EXAMPLE = "example"


class ExampleHearing(QObject):
    """Plays one file at a time through the project's own output, all at one loudness.

    The film stops for it; its playhead stays where it is. Whatever is played, edited or selected
    next ends it.

    ``changed``: another file is heard, or none any more. ``moved``: how far it is played.

    Args:
        document: the project, which is heard again afterwards.
        transport: its player plays.
        audition: knows what of the project is heard.
        desktop: long work and messages.
        parent: owns it.
    """

    changed = Signal()
    moved = Signal(float)

    def __init__(
        self,
        document: Document,
        transport: Transport,
        audition: Audition,
        desktop: Desktop,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._transport = transport
        self._audition = audition
        self._desktop = desktop
        self._path: Path | None = None
        self._length_samples = 0
        self._is_loaded = False
        self._reading: BackgroundTask[ExampleSound] | None = None
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_POLL_MS)
        self._timer.timeout.connect(self._poll)
        document.changed.connect(self._follow_document)
        transport.playing_changed.connect(self._follow_playing)
        transport.moved.connect(self._follow_move)

    @property
    def path(self) -> Path | None:
        """The file that is heard, or is being read to be heard; None if none is."""
        return self._path

    @property
    def is_heard(self) -> bool:
        """Whether its sound is with the player already."""
        return self._is_loaded

    def toggle(self, path: Path) -> None:
        """Hear a file from its start; the same one again stops it."""
        if path == self._path:
            self.stop()
        else:
            self.hear(path)

    def hear(self, path: Path) -> None:
        """Hear a file from its start."""
        self._forget_reading()
        if self._transport.is_playing:
            self._transport.stop()
        self._path = path
        rate_hz = self._document.times.rate_hz
        self._reading = self._desktop.background.run(
            f"Reading {path.name}",
            lambda _, cancelled: read_example(path, rate_hz, cancelled),
            done=self._play,
            failed=self._tell,
            quiet=True,
            owner=self,
        )
        self.changed.emit()

    def stop(self) -> None:
        """Hear it no more; the project can be played again."""
        if self._path is None:
            return
        self._forget_reading()
        self._path = None
        if self._is_loaded:
            self._transport.player.stop()
            self._let_go()
        self.changed.emit()

    def close(self) -> None:
        """Stop, and listen no more."""
        self.stop()
        self._document.changed.disconnect(self._follow_document)
        self._transport.playing_changed.disconnect(self._follow_playing)
        self._transport.moved.disconnect(self._follow_move)

    def _forget_reading(self) -> None:
        if self._reading is not None:
            self._reading.forget()
            self._reading = None

    def _tell(self, error: PrismDeskError) -> None:
        self._reading = None
        self._desktop.messages.error(error)
        self.stop()

    def _play(self, sound: ExampleSound) -> None:
        self._reading = None
        if not sound.length_samples:
            self.stop()
            return
        player, length = self._transport.player, sound.length_samples
        player.load(
            _project_of(self._document.project, length), _OneSound(sound), end_samples=length
        )
        player.set_loop(None)
        player.play_span(SampleRange(0, length), then_return_to=None)
        self._is_loaded, self._length_samples = True, length
        self._timer.start()
        self.changed.emit()

    def _poll(self) -> None:
        state = self._transport.player.state()
        if not state.is_playing:
            self.stop()
            return
        self.moved.emit(min(1.0, max(0.0, state.position_samples / self._length_samples)))

    def _let_go(self) -> None:
        """Give the player the project again, where it stood."""
        self._timer.stop()
        self._is_loaded = False
        self._audition.load_heard()
        self._transport.player.seek(self._transport.position_samples)
        self._transport.loop_again()

    def _follow_document(self, _: Changes) -> None:
        self.stop()

    def _follow_playing(self, is_playing: bool) -> None:
        if not is_playing or self._path is None:
            return
        self._forget_reading()
        self._path = None
        if self._is_loaded:
            # The transport has told the player to go on already: with the project, from its place.
            self._let_go()
        self.changed.emit()

    def _follow_move(self, _: object) -> None:
        if not self._transport.is_playing:
            self.stop()


class _OneSound:
    """The ``Sounds`` of a project that is one file."""

    def __init__(self, sound: ExampleSound) -> None:
        self._sound = sound

    def stream(self, media: Media, stream_index: int) -> SoundSource:
        """Return the sound, whatever is asked for."""
        return self._sound

    def take(self, take: Take) -> SoundSource:
        """Refuse: there are none.

        Raises:
            MediaError: always.
        """
        raise MediaError(f"{take.name} is no part of an example.")


def _project_of(project: Project, length_samples: int) -> Project:
    """Return a project like another, in which one stereo sound is all there is."""
    stream = SoundStream(
        stream_index=0,
        layout=ChannelLayout.STEREO,
        native_rate_hz=project.rate_hz,
        native_bits=None,
        start_samples=0,
        length_samples=length_samples,
    )
    media = Media(
        id=MediaId(_EXAMPLE), path=_EXAMPLE, content_key=_EXAMPLE, size_bytes=0, sounds=(stream,)
    )
    clip = Clip(
        id=ClipId(_EXAMPLE),
        media_id=media.id,
        stream_index=0,
        start_samples=0,
        source_start_samples=0,
        length_samples=length_samples,
    )
    bus = Bus(id=BusId(_EXAMPLE), name=_EXAMPLE, kind=BusKind.EFFECTS)
    track = Track(
        id=TrackId(_EXAMPLE),
        name=_EXAMPLE,
        layout=ChannelLayout.STEREO,
        bus_id=bus.id,
        lanes=(Lane(id=LaneId(_EXAMPLE), clips=(clip,)),),
    )
    return replace(
        project,
        film_id=None,
        media=(media,),
        buses=(bus,),
        tracks=(track,),
        regions=(),
        markers=(),
    )
