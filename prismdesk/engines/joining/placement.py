"""Between a model's channels and a track's.

A track's channels stand in the order of the standard for their number: C; L R; L R C; L R Ls Rs;
L R C Ls Rs; L R C LFE Ls Rs; with Cb, or Lb Rb, before Ls Rs in 6.1 and 7.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, sosfiltfilt

if TYPE_CHECKING:
    from prismdesk.engines.sound import AudioBlock

Placement = Literal["auto", "left_right", "centre", "all"]
"""Where a mono sound goes. ``auto``: as the surroundings are balanced; where there are none, the
centre if the track has one, else left and right."""

ChannelGains = npt.NDArray[np.float64]
"""float64 (channels,), linear, the sum of squares 1: placing with them keeps the power."""

_MOST_CHANNELS = 8
_CENTRE = {1: 0, 3: 2, 5: 2, 6: 2, 7: 2, 8: 2}
_LOW_FREQUENCY_EFFECTS = {6: 3, 7: 3, 8: 3}
_LOW_FREQUENCY_TOP_HZ = 120.0
_SILENT = 1e-6


def channel_balance(sound: AudioBlock) -> ChannelGains | None:
    """How the power of a sound (channels, samples) is shared among channels; None if silent."""
    if sound.shape[1] == 0:
        return None
    levels = np.sqrt(np.mean(np.square(sound, dtype=np.float64), axis=1))
    total = float(np.sqrt(levels @ levels))
    return np.asarray(levels / total) if total > _SILENT else None


def placing_gains(
    channels: int, placement: Placement, balance: ChannelGains | None = None
) -> ChannelGains:
    """The gains that put a mono sound on a track.

    Args:
        channels: of the track, 1 to 8.
        placement: where to; a track without a centre takes left and right for it.
        balance: of the surroundings, followed by ``auto``.

    Raises:
        ValueError: no order is known for so many channels.
    """
    if not 1 <= channels <= _MOST_CHANNELS:
        raise ValueError(f"no order of {channels} channels is known")
    if placement == "auto" and balance is not None:
        return balance
    gains = np.zeros(channels)
    centre = _CENTRE.get(channels)
    if placement == "all":
        gains[:] = 1.0
        if channels in _LOW_FREQUENCY_EFFECTS:
            gains[_LOW_FREQUENCY_EFFECTS[channels]] = 0.0
    elif centre is not None and (channels == 1 or placement != "left_right"):
        gains[centre] = 1.0
    else:
        gains[:2] = 1.0
    return np.asarray(gains / np.sqrt(gains @ gains))


def mix_down(sound: AudioBlock, gains: ChannelGains) -> AudioBlock:
    """The mono sound (1, samples) that ``place`` with the same gains comes nearest to ``sound``."""
    return np.asarray(gains.astype(np.float32) @ sound, np.float32)[None]


def place(
    made: AudioBlock, rate_hz: int, start: ChannelGains, end: ChannelGains | None = None
) -> AudioBlock:
    """Put a model's sound on a track's channels.

    Mono takes the gains; the effects channel gets what lies below 120 Hz. As many channels as
    the track has stay as they are; stereo goes left and right, or is averaged into mono.

    Args:
        made: float32 (channels of the model, samples).
        rate_hz: its rate.
        start: gains of the track's channels at the beginning.
        end: gains at the end, if they move; linear between.

    Raises:
        ValueError: the model's channels fit the track in no known way.
    """
    channels, samples = len(start), made.shape[1]
    if made.shape[0] == channels > 1:
        return made
    if made.shape[0] == 2:
        if channels == 1:
            return np.asarray(made.mean(axis=0, keepdims=True), np.float32)
        return np.concatenate([made, np.zeros((channels - 2, samples), np.float32)])
    if made.shape[0] != 1:
        raise ValueError(f"{made.shape[0]} channels can't be placed on {channels}")
    placed = np.empty((channels, samples), np.float32)
    effects = _LOW_FREQUENCY_EFFECTS.get(channels)
    for channel in range(channels):
        first, last = float(start[channel]), float((start if end is None else end)[channel])
        source = made[0]
        if channel == effects and max(first, last) > 0.0:
            source = _low_frequencies(source, rate_hz)
        placed[channel] = source
        placed[channel] *= np.linspace(first, last, samples, dtype=np.float32)
    return placed


def _low_frequencies(sound: npt.NDArray[np.float32], rate_hz: int) -> npt.NDArray[np.float32]:
    """What lies below 120 Hz, without lag."""
    sections = butter(2, _LOW_FREQUENCY_TOP_HZ, fs=rate_hz, output="sos")
    padding = min(len(sound) - 1, rate_hz // 20)
    if padding < 1:
        return sound
    return np.asarray(sosfiltfilt(sections, sound, padlen=padding), np.float32)
