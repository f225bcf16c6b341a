"""What sounds measure by themselves and against a reference, named once for curves and tables.

No measure says which sound is better; they say in what way one differs from another, and whether
training moves towards what was recorded. None of them depends on how loud a sound is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from prismdesk.engines.training.spectra import (
    FLOOR_SHARE,
    decibels,
    frames_of,
    frequencies_hz,
    level,
    mel_powers,
    mono,
    power_spectra,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Sound = npt.NDArray[np.floating]
    Floats = npt.NDArray[np.float64]

HIGH_FROM_HZ = 4000.0
ROLL_OFF_SHARE = 0.85

MOST_ONSET_ERROR_MS = 500.0
"""An onset further away than this is none of the reference's, and counts as this much."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One measure, as people are told of it.

    Attributes:
        key: in records and tables.
        label: in windows and reports, with its unit.
        help: what it says, in one line.
        nearer: whether ``lower`` or ``higher`` values are nearer to the recordings; ``same`` where
            the reference's own value is what to come near to.
        decimals: that mean something.
    """

    key: str
    label: str
    help: str
    nearer: Literal["lower", "higher", "same"]
    decimals: int


METRICS: tuple[Metric, ...] = (
    Metric(
        "high_energy_share",
        "Energy above 4 kHz",
        "Share of the power above 4 kHz, 0 to 1.",
        "same",
        3,
    ),
    Metric(
        "centroid_hz", "Centroid (Hz)", "Mean frequency, each weighted with its power.", "same", 0
    ),
    Metric("rolloff_hz", "Roll-off (Hz)", "Frequency that 85 % of the power lie below.", "same", 0),
    Metric(
        "flatness",
        "Flatness",
        "Geometric over arithmetic mean of the mean power: 0 for a tone, 1 for white noise.",
        "same",
        4,
    ),
    Metric(
        "level_spread",
        "Level spread",
        "Spread of the frames' levels over their mean: 0 for steady sound, high for hits.",
        "same",
        3,
    ),
    Metric(
        "log_spectral_distance_db",
        "Log-spectral distance (dB)",
        "How far the spectra of the frames lie from the reference's.",
        "lower",
        2,
    ),
    Metric(
        "log_mel_distance_db",
        "Log-mel distance (dB)",
        "The same over 80 mel bands, nearer to what is heard.",
        "lower",
        2,
    ),
    Metric(
        "band_correlation",
        "Band correlation",
        "How alike the courses of the mel bands are over time, -1 to 1.",
        "higher",
        3,
    ),
    Metric(
        "onset_error_ms",
        "Onset error (ms)",
        "How far the beginnings of hits lie from the reference's.",
        "lower",
        1,
    ),
    Metric(
        "set_distance_db",
        "Distance to the set (dB)",
        "How far the sound's spectral profile lies from the mean profile of the whole set.",
        "lower",
        2,
    ),
)
METRIC_BY_KEY = {metric.key: metric for metric in METRICS}


def sound_metrics(audio: Sound, rate_hz: int) -> dict[str, float]:
    """Return what a sound measures by itself; nothing for silence.

    All but the level's spread are of the mean power over all frames.

    Args:
        audio: (channels, samples) or (samples,); channels are averaged.
        rate_hz: of it.
    """
    sound = mono(audio)
    power = power_spectra(sound).mean(axis=0)
    whole = float(power.sum())
    if whole <= 0.0:
        return {}
    bins_hz = frequencies_hz(rate_hz)
    reached = np.cumsum(power) >= ROLL_OFF_SHARE * whole
    floored = np.maximum(power, np.finfo(np.float64).tiny)
    levels = np.sqrt(np.square(frames_of(sound)).mean(axis=1))
    return {
        "high_energy_share": float(power[bins_hz >= HIGH_FROM_HZ].sum()) / whole,
        "centroid_hz": float(bins_hz @ power) / whole,
        "rolloff_hz": float(bins_hz[int(np.argmax(reached))]),
        "flatness": float(np.exp(np.log(floored).mean()) / power.mean()),
        "level_spread": float(levels.std() / levels.mean()),
    }


def reference_metrics(audio: Sound, reference: Sound, rate_hz: int) -> dict[str, float]:
    """Return how far a sound is from a reference, over the shorter of both; nothing for silence.

    Both are brought to the same level before. Powers 80 dB below the reference's highest count as
    silence. The log-spectral distance is the root mean square over frequencies of the difference in
    dB, averaged over frames; the log-mel distance the mean absolute difference over bands and
    frames; the correlation that of each band's course in dB, averaged over bands that move.

    Args:
        audio: (channels, samples) or (samples,); channels are averaged.
        reference: the same, at the same rate.
        rate_hz: of both.
    """
    sound, wanted = mono(audio), mono(reference)
    samples = min(len(sound), len(wanted))
    sound, wanted = sound[:samples], wanted[:samples]
    if not samples or level(sound) == 0.0 or level(wanted) == 0.0:
        return {}
    powers = power_spectra(sound / level(sound))
    wanted_powers = power_spectra(wanted / level(wanted))
    difference = _in_db(powers, wanted_powers) - _in_db(wanted_powers, wanted_powers)
    mel, wanted_mel = mel_powers(powers, rate_hz), mel_powers(wanted_powers, rate_hz)
    courses, wanted_courses = _in_db(mel, wanted_mel), _in_db(wanted_mel, wanted_mel)
    found = {
        "log_spectral_distance_db": float(np.sqrt(np.square(difference).mean(axis=1)).mean()),
        "log_mel_distance_db": float(np.abs(courses - wanted_courses).mean()),
    }
    correlation = _mean_correlation(courses, wanted_courses)
    if correlation is not None:
        found["band_correlation"] = correlation
    return found


def onset_metrics(
    onsets_seconds: Sequence[float], reference_seconds: Sequence[float]
) -> dict[str, float]:
    """Return how far onsets lie from a reference's; nothing where the reference has none.

    The mean over the reference's onsets of the distance to the nearest onset, and the other way
    round, of which the larger counts: a hit that is missing and one too many both cost.

    Args:
        onsets_seconds: when something begins.
        reference_seconds: the same of the reference.
    """
    if not len(reference_seconds):
        return {}
    if not len(onsets_seconds):
        return {"onset_error_ms": MOST_ONSET_ERROR_MS}
    found = np.asarray(onsets_seconds, np.float64)
    wanted = np.asarray(reference_seconds, np.float64)
    distances_ms = np.minimum(np.abs(found[:, None] - wanted) * 1000.0, MOST_ONSET_ERROR_MS)
    to_found, to_wanted = distances_ms.min(axis=0).mean(), distances_ms.min(axis=1).mean()
    return {"onset_error_ms": float(max(to_found, to_wanted))}


def _in_db(powers: Floats, reference: Floats) -> Floats:
    return decibels(powers, FLOOR_SHARE * float(reference.max()))


def _mean_correlation(courses: Floats, wanted: Floats) -> float | None:
    """Return the mean over bands of the correlation over time; None where no band moves."""
    one, other = courses - courses.mean(axis=0), wanted - wanted.mean(axis=0)
    spread = np.sqrt(np.square(one).sum(axis=0) * np.square(other).sum(axis=0))
    moves = spread > 1e-9
    if not moves.any():
        return None
    return float(((one * other).sum(axis=0)[moves] / spread[moves]).mean())
