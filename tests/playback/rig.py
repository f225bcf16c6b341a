"""A feeder whose device is the test: it pulls when told to, and keeps what it got."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prismdesk.playback.feeder import Feeder
from prismdesk.playback.gentle_mixer import GentleMixer
from prismdesk.playback.output_line import OutputLine
from prismdesk.project.model import ChannelLayout, Project
from tests.media.fake_sounds import ArraySound, ArraySounds
from tests.media.mix_projects import clip, lane, media, project, track

if TYPE_CHECKING:
    from prismdesk.media.audio import AudioBlock

RATE_HZ = 48000
LENGTH = 10 * RATE_HZ


def film_of(audio: AudioBlock) -> tuple[Project, ArraySounds]:
    """A project of one clip that sounds like the array, from 0 on."""
    length = audio.shape[1]
    film = project(track(lane(clip(0, length))), media=(media(length=length),))
    return film, ArraySounds({("film", 0): ArraySound(audio)})


def tone(length: int = LENGTH, *, hz: float = 300.0, peak: float = 0.5) -> AudioBlock:
    """A sine on two channels: steps between samples are at most peak * 2 pi hz / rate."""
    sine = peak * np.sin(2 * np.pi * hz / RATE_HZ * np.arange(length))
    return np.stack((sine, -sine)).astype(np.float32)


def steepest(audio: AudioBlock) -> float:
    """The greatest step from one sample to the next: a click is a large one."""
    return float(np.abs(np.diff(audio, axis=1)).max())


class Rig:
    """Feeder, line and a device that pulls 480 frames at a time."""

    def __init__(
        self,
        film: Project,
        sounds: ArraySounds,
        *,
        end_samples: int = LENGTH,
        rate_hz: int = RATE_HZ,
        channels: int = 2,
        pull_frames: int = 480,
    ) -> None:
        self.sounds = sounds
        self.pull_frames = pull_frames
        self.line = OutputLine(
            film.rate_hz, film.layout, rate_hz=rate_hz, channels=channels, position=0.0
        )
        self.feeder = Feeder(
            GentleMixer(film, sounds),
            rate_hz=film.rate_hz,
            end_samples=end_samples,
            line=self.line,
        )
        self.blocks: list[AudioBlock] = []
        self.pull(pull_frames)

    def pull(self, frames: int, *, is_fed: bool = True) -> None:
        """Let the device take so many frames, in whole pulls."""
        out = np.full((self.pull_frames, self.line.ring.channels), np.nan, np.float32)
        for _ in range(0, frames, self.pull_frames):
            self.line.ring.pull(out, 0.0)
            self.blocks.append(out.T.copy())
            if is_fed:
                self.feeder.fill()

    @property
    def heard(self) -> AudioBlock:
        """All that the device got."""
        return np.concatenate(self.blocks, axis=1)

    def positions(self) -> list[float]:
        """The place of the timeline that each frame carried."""
        count = self.line.ring.read_index
        return [self.line.path.position_at(index) for index in range(count)]

    def load(self, film: Project) -> None:
        """Go on with another state of the project."""
        self.feeder.load(GentleMixer(film, self.sounds), LENGTH)


def surround(audio: AudioBlock) -> tuple[Project, ArraySounds]:
    """A 5.1 project of one clip."""
    length = audio.shape[1]
    layout = ChannelLayout.SURROUND_5_1
    film = project(
        track(lane(clip(0, length)), layout=layout),
        media=(media(layout, length=length),),
        layout=layout,
    )
    return film, ArraySounds({("film", 0): ArraySound(audio)})
