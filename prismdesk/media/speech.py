"""Where somebody speaks in a sound: stretches that Silero VAD's bundled model calls speech.

The model comes with the package ``silero-vad``, whose file is read without importing it: the
package's own code needs torch. Where it isn't installed, speech can't be told, and nobody guesses.
"""

from __future__ import annotations

import functools
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import soxr

from prismdesk.media.errors import MediaError
from prismdesk.media.onnx_weights import read_onnx_weights
from prismdesk.media.speech_network import FRAME_SAMPLES, RATE_HZ, SpeechNetwork
from prismdesk.progress import IsCancelled, never_cancelled

if TYPE_CHECKING:
    from collections.abc import Sequence

PACKAGE = "silero-vad"
MODEL_FILE = "silero_vad_16k_op15.onnx"

_BEGINS, _ENDS = 0.5, 0.35
_SHORTEST_FRAMES = 8
"""256 ms: shorter than any word that is understood, longer than most knocks."""
_PAUSE_FRAMES = 4

Stretches = tuple[tuple[float, float], ...]
"""Beginnings and ends in seconds from the sound's start, ascending."""


def model_path() -> Path | None:
    """Return where the model lies, None where its package isn't installed."""
    try:
        listed = files(PACKAGE) or ()
    except PackageNotFoundError:
        return None
    for entry in listed:
        if entry.name == MODEL_FILE:
            path = Path(str(entry.locate()))
            return path if path.is_file() else None
    return None


@functools.cache
def installed_network() -> SpeechNetwork | None:
    """Return the network that finds speech, None where there is none or its file is damaged."""
    path = model_path()
    if path is None:
        return None
    try:
        return SpeechNetwork(read_onnx_weights(path))
    except MediaError:
        return None


def find_speech(
    sound: npt.NDArray[np.float32],
    *,
    rate_hz: int,
    network: SpeechNetwork,
    cancelled: IsCancelled = never_cancelled,
) -> Stretches:
    """Return when somebody speaks.

    Args:
        sound: float32 (samples,), mono.
        rate_hz: its samples per second.
        network: tells speech from the rest.
        cancelled: asked now and then.

    Raises:
        Cancelled: as told.
    """
    heard = sound if rate_hz == RATE_HZ else soxr.resample(sound, rate_hz, RATE_HZ, quality="MQ")
    likely = network.probabilities(np.asarray(heard, np.float32), cancelled=cancelled)
    seconds = sound.size / rate_hz
    frame_seconds = FRAME_SAMPLES / RATE_HZ
    return tuple(
        (first * frame_seconds, min(last * frame_seconds, seconds))
        for first, last in _runs([float(one) for one in likely])
    )


def _runs(likely: Sequence[float]) -> list[tuple[int, int]]:
    """Return runs of frames that hold speech; one pause of a breath doesn't end a run."""
    runs: list[tuple[int, int]] = []
    first: int | None = None
    last = 0
    for number, value in enumerate((*likely, *(0.0,) * _PAUSE_FRAMES)):
        if first is None:
            if value >= _BEGINS:
                first, last = number, number
        elif value >= _ENDS:
            last = number
        elif number - last >= _PAUSE_FRAMES:
            if last + 1 - first >= _SHORTEST_FRAMES:
                runs.append((first, last + 1))
            first = None
    return runs
