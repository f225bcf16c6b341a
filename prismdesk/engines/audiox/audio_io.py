"""Sound on its way into the model and out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn.functional import pad

if TYPE_CHECKING:
    from torch import Tensor

_LARGEST_PCM = 32767


def fitted(audio: Tensor, length_samples: int, channels: int) -> Tensor:
    """Return sound that a run starts from: cut or padded with silence at its end.

    Args:
        audio: [C, n] at the model's rate.
        length_samples: wanted.
        channels: wanted; a mono sound is repeated, of more channels the first are taken.

    Returns:
        [1, channels, length].

    Raises:
        ValueError: the sound has too few channels, but more than one.
    """
    if audio.shape[0] == 1:
        audio = audio.expand(channels, -1)
    if audio.shape[0] < channels:
        raise ValueError(f"{audio.shape[0]} channels can't become {channels}")
    kept = audio[:channels, :length_samples]
    return pad(kept, (0, length_samples - kept.shape[1]))[None]


def prompt_window(
    audio: Tensor, *, rate_hz: int, start_seconds: float, length_seconds: float
) -> Tensor:
    """Return a window of a sound prompt, [C, int(rate * length)].

    A prompt that is too short ends with the window: silence is put before it.

    Args:
        audio: [C, n] at the model's rate; keeps its channels.
        rate_hz: of it.
        start_seconds: where the window begins.
        length_seconds: of the window.
    """
    first, wanted = int(rate_hz * start_seconds), int(rate_hz * length_seconds)
    window = audio[:, first : first + wanted]
    return pad(window, (wanted - window.shape[1], 0))


def normalised(audio: Tensor) -> Tensor:
    """Return sounds [B, C, n], each with its highest peak at 1; silence stays silence."""
    peaks = audio.abs().amax(dim=(1, 2), keepdim=True)
    return torch.where(peaks > 0.0, audio / peaks, audio)


def joined_pcm(audio: Tensor) -> Tensor:
    """Return sounds [B, C, n] one after the other as int16 [C, B * n], their peak at the top."""
    joined = audio.float().transpose(0, 1).flatten(1)
    peak = joined.abs().amax()
    if peak > 0.0:
        joined = joined / peak
    return (joined.clamp(-1.0, 1.0) * _LARGEST_PCM).to(torch.int16)
