"""Gives the player what the document says, as soon as it says it; shows what the meters read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer

if TYPE_CHECKING:
    from prismdesk.playback.meters import MeterReading
    from prismdesk.playback.player import Player
    from prismdesk.project.changes import Changes
    from prismdesk.project.ids import TrackId
    from prismdesk.ui.document import Document
    from prismdesk.ui.meters.panel import MetersPanel
    from prismdesk.ui.timeline.canvas import TimelineCanvas

_METERS_MS = 33
_UNHEARD_FIELDS = frozenset({"name", "use", "extra"})


class PlayFeed(QObject):
    """Loads each state of the project into the player, a gesture's previews included.

    So edits are heard while they are made. What can't be heard isn't loaded: markers, names.
    """

    def __init__(self, document: Document, player: Player) -> None:
        super().__init__(document)
        self._document = document
        self._player = player
        document.changed.connect(self._follow)
        self.load()

    def load(self) -> None:
        """Give the player the project as it stands."""
        self._player.load(
            self._document.project,
            self._document.session.sounds,
            end_samples=self._document.times.end_samples,
        )

    def _follow(self, changed: Changes) -> None:
        things = (
            changed.media,
            changed.buses,
            changed.tracks,
            changed.lanes,
            changed.clips,
            changed.regions,
            changed.takes,
        )
        is_heard = bool(changed.project_fields - _UNHEARD_FIELDS)
        if is_heard or not all(kind.is_empty() for kind in things):
            self.load()


class MeterFeed(QObject):
    """Shows the player's meters, thirty times a second, wherever meters are."""

    def __init__(
        self, document: Document, player: Player, panel: MetersPanel, canvas: TimelineCanvas
    ) -> None:
        super().__init__(panel)
        self._document = document
        self._names: tuple[tuple[TrackId, str], ...] = ()
        self._player = player
        self._panel = panel
        self._canvas = canvas
        self._last: MeterReading | None = None
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.CoarseTimer)
        self._timer.setInterval(_METERS_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        document.changed.connect(self._follow)
        self._follow()
        panel.measure_requested.connect(player.measure)
        panel.clips_reset_requested.connect(player.reset_clips)
        panel.reset_requested.connect(player.reset_meters)

    def close(self) -> None:
        """Look no more."""
        self._timer.stop()

    def _follow(self, _: object = None) -> None:
        names = tuple((track.id, track.name) for track in self._document.project.tracks)
        if names != self._names:
            self._names = names
            self._panel.set_tracks(names)

    def _look(self) -> None:
        reading = self._player.meters()
        if reading == self._last:
            return
        self._last = reading
        self._panel.show_reading(reading)
        self._canvas.headers.show_levels(reading)
