"""How long each sequence of the SelVA and MMAudio networks is for a duration."""

from __future__ import annotations

import math
from dataclasses import dataclass

CLIP_RATE_HZ = 8
SYNC_RATE_HZ = 25
SYNC_SEGMENT_FRAMES = 16
SYNC_STEP_FRAMES = 8
SYNC_FEATURES_PER_SEGMENT = 8
MINIMUM_SECONDS = SYNC_SEGMENT_FRAMES / SYNC_RATE_HZ
"""The shortest duration there is: one segment of the picture's synchronisation features."""

NATURAL_SECONDS = 8.0
"""The duration that the published networks were trained at."""

_MEL_HOP_SAMPLES = {16000: 256, 44100: 512}
_MEL_FRAMES_PER_LATENT_FRAME = 2


@dataclass(frozen=True, slots=True)
class SequenceLengths:
    """The lengths of everything for one duration.

    ``audio_samples`` is what the decoder gives back, which may be a little more than was asked
    for. ``sync_frames`` counts synchronisation features: eight for each segment of the picture.
    """

    latent_frames: int
    clip_frames: int
    sync_segments: int
    sync_frames: int
    audio_samples: int


def samples_per_latent_frame(rate_hz: int) -> int:
    """Return how many samples of sound one latent frame stands for.

    Raises:
        ValueError: no network works at this rate.
    """
    if rate_hz not in _MEL_HOP_SAMPLES:
        raise ValueError(f"networks work at 16000 or 44100 Hz, not at {rate_hz} Hz")
    return _MEL_HOP_SAMPLES[rate_hz] * _MEL_FRAMES_PER_LATENT_FRAME


def lengths_of(duration_seconds: float, rate_hz: int) -> SequenceLengths:
    """Return the lengths for a duration of at least ``MINIMUM_SECONDS``.

    Raises:
        ValueError: the duration is shorter, or no number; or no network works at this rate.
    """
    per_frame = samples_per_latent_frame(rate_hz)
    if not MINIMUM_SECONDS <= duration_seconds < math.inf:
        raise ValueError(
            f"{duration_seconds} s can't be generated; {MINIMUM_SECONDS} s is the shortest"
        )
    latent_frames = math.ceil(
        duration_seconds * rate_hz / _MEL_HOP_SAMPLES[rate_hz] / _MEL_FRAMES_PER_LATENT_FRAME
    )
    segments = int((duration_seconds * SYNC_RATE_HZ - SYNC_SEGMENT_FRAMES) // SYNC_STEP_FRAMES + 1)
    return SequenceLengths(
        latent_frames=latent_frames,
        clip_frames=int(duration_seconds * CLIP_RATE_HZ),
        sync_segments=segments,
        sync_frames=segments * SYNC_FEATURES_PER_SEGMENT,
        audio_samples=latent_frames * per_frame,
    )
