"""A mix that goes on where a sound file is missing: silence there, and a sentence that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prismdesk.media.errors import MediaError
from prismdesk.media.mixdown import Mixed, Mixer

if TYPE_CHECKING:
    from prismdesk.media.audio import AudioBlock
    from prismdesk.media.sounds import Sounds, SoundSource
    from prismdesk.project.model import Media, Project, Take
    from prismdesk.project.timebase import SampleRange


class GentleMixer:
    """Reads a project's mix; nothing that is wrong with a file stops it.

    Attributes:
        layout: of the mix.
        trouble: the first sentence about a file that couldn't be read; "" if all could.

    Args:
        project: what to mix.
        sounds: where the sound of media and takes is read; asked once for each.
    """

    def __init__(self, project: Project, sounds: Sounds) -> None:
        self._sounds = _GentleSounds(sounds)
        self._mixer = Mixer(project, self._sounds)
        self._own_trouble = ""
        self.layout = self._mixer.layout

    @property
    def trouble(self) -> str:
        """The first sentence about what couldn't be read."""
        return self._sounds.trouble or self._own_trouble

    def read(self, span: SampleRange) -> AudioBlock:
        """Return the mix over the span, float32 (channels, samples)."""
        return self.read_with_tracks(span).mix

    def read_with_tracks(self, span: SampleRange) -> Mixed:
        """Return the mix and the sound of each track."""
        try:
            return self._mixer.read_with_tracks(span)
        except MediaError as error:
            self._own_trouble = self._own_trouble or str(error)
            return Mixed(np.zeros((self.layout.channels, span.length_samples), np.float32), {})


class _GentleSounds:
    """Sounds that give silence for what can't be read."""

    def __init__(self, sounds: Sounds) -> None:
        self._sounds = sounds
        self._streams: dict[tuple[str, int], SoundSource] = {}
        self._takes: dict[str, SoundSource] = {}
        self.trouble = ""

    def stream(self, media: Media, stream_index: int) -> SoundSource:
        key = (media.id, stream_index)
        if key not in self._streams:
            channels = next(
                (s.layout.channels for s in media.sounds if s.stream_index == stream_index), 1
            )
            try:
                source = self._sounds.stream(media, stream_index)
            except MediaError as error:
                source = self._silence(channels, error)
            self._streams[key] = source
        return self._streams[key]

    def take(self, take: Take) -> SoundSource:
        if take.id not in self._takes:
            try:
                source: SoundSource = self._sounds.take(take)
            except MediaError as error:
                source = self._silence(take.channels, error)
            self._takes[take.id] = source
        return self._takes[take.id]

    def _silence(self, channels: int, error: MediaError) -> SoundSource:
        self.trouble = self.trouble or str(error)
        return _Silence(channels)


class _Silence:
    """The sound of a missing file."""

    rate_hz = 0
    length_samples = 0

    def __init__(self, channels: int) -> None:
        self.channels = channels

    def read(self, start_samples: int, count_samples: int) -> AudioBlock:
        del start_samples
        return np.zeros((self.channels, count_samples), np.float32)
