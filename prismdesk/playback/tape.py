"""The mix as one long tape: loops unrolled, their seams joined, any stretch at any time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from prismdesk.media.mixdown import Mixed
from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from prismdesk.media.audio import AudioBlock
    from prismdesk.playback.wrapping import Wrapping
    from prismdesk.project.ids import TrackId
    from prismdesk.project.model import ChannelLayout

SEAM_SAMPLES = 240
"""How long the end of a loop fades over into what lies before its start."""


class Mix(Protocol):
    """A mix that is read by timeline positions."""

    @property
    def layout(self) -> ChannelLayout:
        """Channels of the mix."""

    def read(self, span: SampleRange) -> AudioBlock:
        """Return the mix over the span, float32 (channels, samples)."""

    def read_with_tracks(self, span: SampleRange) -> Mixed:
        """Return the same, and the sound of each track."""


class Tape:
    """Reads the mix by unrolled positions.

    Args:
        mixer: the mix by timeline positions.
        wrapping: the loop that is played, if any.
    """

    def __init__(self, mixer: Mix, wrapping: Wrapping | None) -> None:
        self._mixer = mixer
        self.wrapping = wrapping

    @property
    def channels(self) -> int:
        """Channels of the mix."""
        return self._mixer.layout.channels

    def read(self, start: int, end: int) -> Mixed:
        """Return the mix of unrolled samples [start, end), and that of the tracks.

        The tracks are for meters: where a loop turns round, silent parts are left out of them.
        """
        parts = [self._read_piece(piece) for piece in self._pieces(start, end)]
        if len(parts) == 1:
            return parts[0]
        mix = np.concatenate([part.mix for part in parts], axis=1)
        heard: dict[TrackId, list[AudioBlock]] = {}
        for part in parts:
            for track_id, audio in part.tracks.items():
                heard.setdefault(track_id, []).append(audio)
        return Mixed(mix, {id_: np.concatenate(blocks, axis=1) for id_, blocks in heard.items()})

    def _pieces(self, start: int, end: int) -> list[SampleRange]:
        """Return the stretches of the timeline that unrolled samples [start, end) are made of."""
        wrapping = self.wrapping
        if wrapping is None:
            return [SampleRange(start, end)]
        loop = wrapping.loop
        pieces = []
        while start < end:
            place = int(wrapping.wrapped(start))
            length = end - start
            for border in (loop.start_samples, loop.end_samples):
                if place < border:
                    length = min(length, border - place)
            pieces.append(SampleRange(place, place + length))
            start += length
        return pieces

    def _read_piece(self, piece: SampleRange) -> Mixed:
        mixed = self._mixer.read_with_tracks(piece)
        if self.wrapping is None:
            return mixed
        loop = self.wrapping.loop
        seam_samples = min(SEAM_SAMPLES, loop.length_samples // 2)
        seam = SampleRange(loop.end_samples - seam_samples, loop.end_samples)
        inside = piece.intersection(seam)
        if inside is None:
            return mixed
        before_start = self._mixer.read(inside.shifted(-loop.length_samples))
        rise = np.arange(
            inside.start_samples - seam.start_samples + 0.5,
            inside.end_samples - seam.start_samples,
            dtype=np.float32,
        ) / np.float32(seam_samples)
        mix = mixed.mix
        heard = mix[:, inside.start_samples - piece.start_samples :][:, : inside.length_samples]
        heard += (before_start - heard) * rise
        return Mixed(mix, mixed.tracks)
