"""Which sounds of a set are near copies of each other: the same recording, louder or cut shorter.

A sound's fingerprint is how its spectrum moves: the levels of 24 bands in steps of 10 ms, from
where it is first loud. Copies agree in it whatever their gain; so do, now and then, two hits of
the same kind, so that those who agree are held against each other as waves.
"""

from __future__ import annotations

import base64
import itertools
from typing import TYPE_CHECKING

import numpy as np
import soxr

from prismdesk.progress import IsCancelled, never_cancelled, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt

    from prismdesk.media.audio import AudioBlock

    _Floats = npt.NDArray[np.float64]

_RATE_HZ = 16_000
_BANDS = 24
_LOWEST_HZ, _HIGHEST_HZ = 100.0, 7500.0
_WINDOW, _HOP = 512, 160
_MOST_STEPS = 400
_DEPTH_DB = 60.0
_TAIL_DB = 45.0
_LAG_STEPS = 4
_ALIKE = 0.95
_ALIKE_ON_THE_WHOLE = 0.9
_SAME_WAVE = 0.75
_LENGTHS_ALIKE = 0.7
_SHORTEST_STEPS = 5


def fingerprint_of(mono: _Floats, rate_hz: int) -> str:
    """Return what names how a sound moves, as text; "" for one too short to tell."""
    heard = soxr.resample(mono[: 8 * rate_hz], rate_hz, _RATE_HZ, quality="MQ")
    if heard.size < _WINDOW + _SHORTEST_STEPS * _HOP:
        return ""
    frames = np.lib.stride_tricks.sliding_window_view(heard, _WINDOW)[::_HOP][:_MOST_STEPS]
    power = np.abs(np.fft.rfft(frames * np.hanning(_WINDOW), axis=1)) ** 2
    edges_hz = np.geomspace(_LOWEST_HZ, _HIGHEST_HZ, _BANDS + 1)
    edges = np.maximum(1, np.round(edges_hz * _WINDOW / _RATE_HZ).astype(int))
    bands = np.stack(
        [power[:, low : max(low + 1, high)].sum(axis=1) for low, high in itertools.pairwise(edges)],
        axis=1,
    )
    levels = 10 * np.log10(bands + 1e-12)
    # What comes after is room tone, of which a copy may hold more or less.
    sounding = np.flatnonzero(levels.max(axis=1) >= levels.max() - _TAIL_DB)
    levels = levels[: int(sounding[-1]) + 1]
    depth = np.clip(levels - levels.max() + _DEPTH_DB, 0, _DEPTH_DB)
    return base64.b64encode(np.round(depth * 255 / _DEPTH_DB).astype(np.uint8).tobytes()).decode()


def likeness(one: str, other: str) -> float:
    """Return how much two fingerprints agree: 1.0 for copies."""
    return _agreement(_steps(one), _steps(other))


def near_copies(
    fingerprints: Mapping[str, str],
    is_same: Callable[[str, str], bool],
    cancelled: IsCancelled = never_cancelled,
) -> dict[str, str]:
    """Return for each sound that is a near copy of one before it, which that is.

    Args:
        fingerprints: of the sounds, by key.
        is_same: holds two whose fingerprints agree against each other, as ``same_wave`` does.
        cancelled: asked between the sounds.

    Raises:
        Cancelled: as told.
    """
    keys = list(fingerprints)
    steps = [_steps(fingerprints[key]) for key in keys]
    if not steps:
        return {}
    # Most are told apart by what they sound like on the whole, all at once.
    colours = np.stack([_colour(one) for one in steps])
    might_be = np.tril(colours @ colours.T >= _ALIKE_ON_THE_WHOLE, -1)
    found: dict[str, str] = {}
    for later in range(len(keys)):
        raise_if_cancelled(cancelled)
        for earlier in np.flatnonzero(might_be[later]):
            is_alike = _agreement(steps[earlier], steps[later]) >= _ALIKE
            if is_alike and is_same(keys[earlier], keys[later]):
                found[keys[later]] = keys[earlier]
                break
    return found


def same_wave(one: AudioBlock, one_hz: int, other: AudioBlock, other_hz: int) -> bool:
    """Whether two sounds are one recording: at some shift, and some gain, their waves agree."""
    a, b = (
        soxr.resample(sound[:, : 10 * rate_hz].mean(axis=0), rate_hz, _RATE_HZ, quality="MQ")
        for sound, rate_hz in ((one, one_hz), (other, other_hz))
    )
    power = float(np.sqrt(np.square(a, dtype=float).sum() * np.square(b, dtype=float).sum()))
    if power <= 0:
        return False
    # Only now: its import takes longer than the window has for its start.
    from scipy.signal import fftconvolve

    return bool(np.abs(fftconvolve(a, b[::-1])).max() / power >= _SAME_WAVE)


def _steps(print_: str) -> _Floats:
    data = np.frombuffer(base64.b64decode(print_), np.uint8)
    return data.reshape(-1, _BANDS).astype(np.float64)


def _colour(steps: _Floats) -> _Floats:
    """Return the mean spectrum, of length 1 around its mean."""
    mean = steps.mean(axis=0) if len(steps) else np.zeros(_BANDS)
    centred = mean - mean.mean()
    colour: _Floats = centred / max(float(np.sqrt((centred**2).sum())), 1e-9)
    return colour


def _agreement(a: _Floats, b: _Floats) -> float:
    shorter = min(len(a), len(b))
    if shorter < _SHORTEST_STEPS or shorter < _LENGTHS_ALIKE * max(len(a), len(b)):
        return 0.0
    return max(_at_lag(a, b, lag) for lag in range(-_LAG_STEPS, _LAG_STEPS + 1))


def _at_lag(a: _Floats, b: _Floats, lag: int) -> float:
    a, b = (a[lag:], b) if lag >= 0 else (a, b[-lag:])
    length = min(len(a), len(b))
    if length < _SHORTEST_STEPS:
        return 0.0
    x, y = a[:length] - a[:length].mean(), b[:length] - b[:length].mean()
    power = float(np.sqrt((x**2).sum() * (y**2).sum()))
    return float((x * y).sum()) / power if power > 0 else 0.0
