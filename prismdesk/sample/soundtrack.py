"""The sound of the sample film: bed and events mixed at their frames, then the defects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from prismdesk.progress import (
    FractionDone,
    IsCancelled,
    ignore_progress,
    never_cancelled,
    raise_if_cancelled,
)
from prismdesk.sample.synthesis import Signal, band, pan_gains, smooth
from prismdesk.sample.voices import bell, engine_stroke, footstep, hum, lapping, splash, wind

if TYPE_CHECKING:
    from prismdesk.sample.recipe import Defects, Recipe

Pcm24 = npt.NDArray[np.int32]
"""int32 (channels, samples) holding 24-bit values, -2**23 to 2**23 - 1."""

_CLICK = (0.55, -0.42, 0.20)
_FIRST_FADE_SAMPLES = 480
# Echoes from the far shore and the harbour wall: (delay in seconds, gain left, gain right).
_ECHOES = (
    (0.083, 0.10, 0.05),
    (0.127, 0.04, 0.12),
    (0.241, 0.08, 0.05),
    (0.373, 0.04, 0.07),
    (0.557, 0.035, 0.03),
)


def make_soundtrack(
    recipe: Recipe,
    *,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> Pcm24:
    """Return the film's sound with its defects, 24-bit, (2, ``defects.sound_end_samples``).

    The same recipe gives the same numbers on every machine (see ``synthesis``).

    Raises:
        Cancelled: ``cancelled()`` answered True.
    """
    mix = np.zeros((2, recipe.length_samples))
    parts = (_add_bed, _add_boat, _add_bell, _add_steps, _add_fish)
    for index, add in enumerate(parts):
        raise_if_cancelled(cancelled)
        add(mix, recipe)
        progress((index + 1) / len(parts))
    ramp = np.arange(_FIRST_FADE_SAMPLES) / _FIRST_FADE_SAMPLES
    mix[:, :_FIRST_FADE_SAMPLES] = mix[:, :_FIRST_FADE_SAMPLES] * ramp
    whole = np.floor(mix * 2.0**23 + 0.5).astype(np.int64)
    sound = np.clip(whole, -(2**23), 2**23 - 1).astype(np.int32)
    return _spoil(sound, recipe.defects)


def _add_bed(mix: npt.NDArray[np.float64], recipe: Recipe) -> None:
    count, rate_hz, seed = mix.shape[1], recipe.sound.rate_hz, recipe.sound.seed
    middle_wind = wind(count, rate_hz, seed=seed + 1)
    tone = hum(count, rate_hz)
    for channel in range(2):
        own_wind = wind(count, rate_hz, seed=seed + 2000 + channel)
        water = lapping(count, rate_hz, seed=seed + 3000 + 100 * channel)
        tone_gain = (0.042, 0.026)[channel]
        mix[channel] = (
            mix[channel] + middle_wind * 0.23 + own_wind * 0.19 + water * 0.25 + tone * tone_gain
        )


def _add_boat(mix: npt.NDArray[np.float64], recipe: Recipe) -> None:
    rate_hz, seed = recipe.sound.rate_hz, recipe.sound.seed + 5000
    for frame in recipe.stroke_frames():
        voice = engine_stroke(rate_hz, seed=seed + frame)
        _place(mix, recipe, voice * 0.30, frame, recipe.boat_x_px(frame), echo_gain=0.8)
    count = mix.shape[1]
    bow = band(count, rate_hz, centre_hz=1500.0, width_hz=1400.0, seed=seed)
    bow = bow * (0.6 + 0.5 * smooth(count, rate_hz * 0.4, seed + 9)) * 0.035
    share = np.arange(count) / recipe.length_samples
    start, end = recipe.boat_x_px(0), recipe.boat_x_px(recipe.picture.frames)
    place = (start + (end - start) * share) / recipe.picture.width_px
    mix[0] = mix[0] + bow * np.sqrt(1.0 - place)
    mix[1] = mix[1] + bow * np.sqrt(place)


def _add_bell(mix: npt.NDArray[np.float64], recipe: Recipe) -> None:
    for index, frame in enumerate(recipe.ring_frames()):
        # The clapper meets the two sides in turn, never equally hard.
        gain = (0.38, 0.28)[index % 2]
        voice = bell(
            recipe.sound.rate_hz,
            prime_hz=(660.0, 660.6)[index % 2],
            seed=recipe.sound.seed + 7000 + index,
        )
        _place(mix, recipe, voice * gain, frame, recipe.buoy.x_px, echo_gain=1.0)


def _add_steps(mix: npt.NDArray[np.float64], recipe: Recipe) -> None:
    for step in range(recipe.walker.steps):
        gain = (0.42, 0.36)[step % 2] * (0.7 if step == recipe.walker.steps - 1 else 1.0)
        voice = footstep(recipe.sound.rate_hz, seed=recipe.sound.seed + 8000 + 10 * step)
        frame, place = recipe.step_frame(step), recipe.foot_x_px(step)
        _place(mix, recipe, voice * gain, frame, place, echo_gain=0.7)


def _add_fish(mix: npt.NDArray[np.float64], recipe: Recipe) -> None:
    fish, rate_hz, seed = recipe.fish, recipe.sound.rate_hz, recipe.sound.seed + 9000
    leap = splash(rate_hz, weight=0.4, seed=seed) * 0.24
    dive = splash(rate_hz, weight=1.0, seed=seed + 50) * 0.50
    _place(mix, recipe, leap, fish.leap_frame, fish.x_px, echo_gain=0.5)
    _place(mix, recipe, dive, fish.dive_frame, fish.x_px, echo_gain=0.5)


def _place(
    mix: npt.NDArray[np.float64],
    recipe: Recipe,
    voice: Signal,
    frame: int,
    x_px: float,
    *,
    echo_gain: float,
) -> None:
    """Add a voice and its echoes from the first sample of a frame on, panned where it is seen."""
    at = frame * recipe.samples_per_frame
    left, right = pan_gains(x_px / recipe.picture.width_px)
    _add(mix, at, voice, left, right)
    for delay_seconds, echo_left, echo_right in _ECHOES:
        later = at + int(delay_seconds * recipe.sound.rate_hz)
        _add(mix, later, voice, echo_left * echo_gain, echo_right * echo_gain)


def _add(mix: npt.NDArray[np.float64], at: int, voice: Signal, left: float, right: float) -> None:
    end = min(at + voice.size, mix.shape[1])
    if end > at:
        mix[0, at:end] = mix[0, at:end] + voice[: end - at] * left
        mix[1, at:end] = mix[1, at:end] + voice[: end - at] * right


def _spoil(sound: Pcm24, defects: Defects) -> Pcm24:
    """Return the sound with what the recipe wants wrong; dropout and hole are exact zeros."""
    sound = sound[:, : defects.sound_end_samples].copy()
    for at in defects.clicks_at_samples:
        for offset, level in enumerate(_CLICK[: sound.shape[1] - at]):
            moved = sound[:, at + offset].astype(np.int64) + int(level * 2**23)
            sound[:, at + offset] = np.clip(moved, -(2**23), 2**23 - 1)
    for at, length in (
        (defects.dropout_at_samples, defects.dropout_length_samples),
        (defects.hole_at_samples, defects.hole_length_samples),
    ):
        sound[:, at : at + length] = 0
    return sound
