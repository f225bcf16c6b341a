"""Loudness against pyloudnorm, the meters' share of a core, and spectrogram tiles.

    python -m benchmarks.meters [--minutes 5] [--rounds 5] [--tracks 8]

Rounds alternate. Times are processor time of this process; numpy's products run in one thread.
The budgets: no slower than pyloudnorm, which measures integrated loudness alone, and under a
tenth of a core for the meters of the mix and its tracks in blocks of 10 ms.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from statistics import median
from typing import TYPE_CHECKING

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as in the program; before numpy comes

import numpy as np
import pyloudnorm

from prismdesk.media.loudness import measure_loudness
from prismdesk.media.mixdown import BLOCK_SAMPLES
from prismdesk.media.spectrogram import spectrogram_tile
from prismdesk.media.spectrogram_colours import colours_of
from prismdesk.playback.meters import MixMeters
from prismdesk.project.ids import TrackId
from prismdesk.project.model import ChannelLayout

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.media.audio import AudioBlock

SPEED_BUDGET = 1.0
SHARE_BUDGET = 0.10

_RATE_HZ = 48000
_METER_BLOCK_SAMPLES = 480
_TILE_COLUMNS, _TILE_HEIGHT_PX = 512, 128


def main() -> int:
    """Measure all three and print them; exit 1 where a budget is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tracks", type=int, default=8)
    options = parser.parse_args()
    is_fast = compare_loudness(options.minutes, options.rounds)
    is_cheap = True
    for layout, tracks in (
        (ChannelLayout.STEREO, 0),
        (ChannelLayout.STEREO, options.tracks),
        (ChannelLayout.SURROUND_5_1, options.tracks),
        (ChannelLayout.SURROUND_7_1, 3 * options.tracks),
    ):
        is_cheap &= measure_share(layout, tracks, options.rounds)
    measure_tiles(options.rounds)
    return 0 if is_fast and is_cheap else 1


def compare_loudness(minutes: float, rounds: int) -> bool:
    """Print the ratio of our time to pyloudnorm's, and by how much the figures differ."""
    sound = make_sound(2, round(minutes * 60 * _RATE_HZ))
    blocks = np.array_split(sound, sound.shape[1] // BLOCK_SAMPLES + 1, axis=1)
    as_theirs = np.ascontiguousarray(sound.T, np.float64)
    found: list[float] = []

    def ours() -> None:
        found.append(measure_loudness(blocks, _RATE_HZ, ChannelLayout.STEREO).integrated_lufs)

    def theirs() -> None:
        found.append(pyloudnorm.Meter(_RATE_HZ).integrated_loudness(as_theirs))

    our_times, their_times = alternate(ours, theirs, rounds)
    ratio = median(our_times) / median(their_times)
    print(
        f"loudness, range and true peak of {minutes:g} min stereo: {median(our_times):.2f} s "
        f"({minutes * 60 / median(our_times):.0f} x real time); pyloudnorm, integrated alone: "
        f"{median(their_times):.2f} s; ratio {ratio:.2f}, budget {SPEED_BUDGET}; "
        f"they differ by {abs(found[-1] - found[-2]):.3f} LU"
    )
    return ratio <= SPEED_BUDGET


def measure_share(layout: ChannelLayout, tracks: int, rounds: int) -> bool:
    """Print what share of a core the meters take while playing, read 60 times a second."""
    seconds = 10
    mix = make_sound(layout.channels, seconds * _RATE_HZ)
    ids = [TrackId(f"track {number}") for number in range(tracks)]
    shares = []
    for _ in range(rounds):
        meters = MixMeters(_RATE_HZ, layout, ids)
        before = time.process_time()
        for number, start in enumerate(range(0, mix.shape[1], _METER_BLOCK_SAMPLES)):
            block = mix[:, start : start + _METER_BLOCK_SAMPLES]
            meters.add(block, dict.fromkeys(ids, block))
            if number % 100 < 60:
                meters.reading()
        shares.append((time.process_time() - before) / seconds)
    share = median(shares)
    print(
        f"meters of {layout} and {tracks} tracks: {share:.1%} of a core, budget {SHARE_BUDGET:.0%}"
    )
    return share <= SHARE_BUDGET


def measure_tiles(rounds: int) -> None:
    """Print what a spectrogram's tile takes at several zooms, its colours included."""
    sound = HeldSound(make_sound(2, 300 * _RATE_HZ))
    for samples_per_px in (1.0, 50.0, 500.0, 5000.0, 25000.0):
        times = []
        for _ in range(rounds):
            before = time.process_time()
            tile = spectrogram_tile(sound, 0, samples_per_px, _TILE_COLUMNS, _TILE_HEIGHT_PX)
            colours_of(tile)
            times.append(time.process_time() - before)
        print(
            f"spectrogram tile {_TILE_COLUMNS} x {_TILE_HEIGHT_PX} px, stereo, "
            f"{samples_per_px:g} samples a column: {median(times) * 1000:.0f} ms"
        )


class HeldSound:
    """A sound in memory.

    Args:
        audio: float32 (channels, samples).
    """

    rate_hz = _RATE_HZ

    def __init__(self, audio: AudioBlock) -> None:
        self._audio = audio
        self.channels, self.length_samples = audio.shape

    def read(self, start_samples: int, count_samples: int) -> AudioBlock:
        """Return float32 (channels, count); zeros before 0 and past the end."""
        first = max(0, start_samples)
        found = self._audio[:, first : max(first, start_samples + count_samples)]
        before = first - start_samples
        after = count_samples - before - found.shape[1]
        return np.pad(found, ((0, 0), (before, after)))


def make_sound(channels: int, length_samples: int) -> AudioBlock:
    """Return noise that swells and falls."""
    rng = np.random.default_rng(1)
    sound = rng.standard_normal((channels, length_samples), np.float32)
    swell = 0.1 + 0.09 * np.sin(np.arange(length_samples) / _RATE_HZ)
    return np.asarray(sound * swell, np.float32)


def alternate(
    ours: Callable[[], None], theirs: Callable[[], None], rounds: int
) -> tuple[list[float], list[float]]:
    """Run both in turn, after a round to warm up; return their processor times in seconds."""
    our_times, their_times = [], []
    for number in range(rounds + 1):
        start = time.process_time()
        ours()
        middle = time.process_time()
        theirs()
        end = time.process_time()
        if number:
            our_times.append(middle - start)
            their_times.append(end - middle)
    return our_times, their_times


if __name__ == "__main__":
    sys.exit(main())
