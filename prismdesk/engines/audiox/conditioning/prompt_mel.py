"""Tokens of a sound as a log-mel spectrogram, a frame each.

S. S. Stevens et al., 1937; the formula is that of HTK, ``mel = 2595 log10(1 + f / 700)``. The bands
are triangles of height 1 over the magnitudes of the short-time spectrum.

The models hear the sound at its own rate through a bank that was made for another (24 kHz): the
bands reach up to half the rate of the sound, whatever the bank says.
"""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from prismdesk.engines.audiox.conditioner_config import ConditionerConfig, MelPromptConfig
from prismdesk.engines.audiox.conditioning.blanked_span import blanked, draw_spans
from prismdesk.engines.audiox.conditioning.tokens import Tokens
from prismdesk.engines.loading.published import Published
from prismdesk.engines.nets.mel_bands import triangles
from prismdesk.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    from torch import Tensor

    from prismdesk.engines.audiox.conditioning.blanked_span import BlankedSpan

_SMALLEST_BAND = 1e-5


class MelPrompt(nn.Module):
    """A spectrogram, blanked in a span, and a linear map of its bands."""

    def __init__(self, options: MelPromptConfig, width: int) -> None:
        super().__init__()
        self.options = options
        self.proj_features = nn.Linear(options.n_mel_channels, width)

    def frames(self, length_samples: int) -> int:
        """Return how many tokens a sound of this length has."""
        return 1 + length_samples // self.options.hop_length

    def draw_spans(self, length_samples: int, seeds: Sequence[int]) -> list[BlankedSpan] | None:
        """Draw what is blanked of prompts of this length, in frames; None for nothing."""
        return draw_spans(
            seeds,
            self.frames(length_samples),
            least_share=self.options.mask_ratio_start,
            largest_share=self.options.mask_ratio_end,
        )

    def encode(self, audio: Tensor, *, spans: Sequence[BlankedSpan] | None) -> Tokens:
        """Return tokens [B, 1 + N / hop rounded down, D] and a mask [B, 1].

        Args:
            audio: [B, C, N]; its channels are averaged.
            spans: what is blanked of each item, in frames; None for nothing. Blanked frames hold
                zeros, which is far above the logarithm of silence.

        Raises:
            InputError: the sound is shorter than half a window.
        """
        weight = self.proj_features.weight
        spectrogram = blanked(log_mel(audio.to(weight.device), self.options), spans)
        tokens = self.proj_features(spectrogram.transpose(1, 2).to(weight.dtype))
        return Tokens(tokens, torch.ones(tokens.shape[0], 1, device=tokens.device))


def log_mel(audio: Tensor, options: MelPromptConfig) -> Tensor:
    """Return the log-mel [B, bands, 1 + N / hop rounded down], float32, of a waveform [B, C, N].

    Its ends are mirrored by half a transform.

    Raises:
        InputError: it is too short for that.
    """
    mirrored_samples = options.n_fft // 2
    if audio.shape[2] <= mirrored_samples:
        raise InputError(
            f"The sound prompt is too short: it has {audio.shape[2]} samples, and the model needs "
            f"more than {mirrored_samples}."
        )
    spectrum = torch.stft(
        audio.float().mean(dim=1),
        options.n_fft,
        hop_length=options.hop_length,
        win_length=options.win_length,
        window=torch.hann_window(options.win_length, periodic=True, device=audio.device),
        center=True,
        pad_mode="reflect",
        return_complex=True,
    )
    bands = _bank(options, audio.device) @ spectrum.abs()
    return bands.clamp_(min=_SMALLEST_BAND).log_()


def mel_bank(options: MelPromptConfig) -> npt.NDArray[np.float64]:
    """Return the triangles, [bands, transform / 2 + 1]."""
    highest_hz = options.target_sample_rate / 2
    highest_mels = 2595.0 * np.log10(1.0 + highest_hz / 700.0)
    mels = np.linspace(0.0, highest_mels, options.n_mel_channels + 2)
    bins_hz = np.arange(options.n_fft // 2 + 1) * (options.target_sample_rate / options.n_fft)
    return triangles(700.0 * (10.0 ** (mels / 2595.0) - 1.0), bins_hz)


@cache
def _bank(options: MelPromptConfig, device: torch.device) -> Tensor:
    return torch.from_numpy(mel_bank(options).astype(np.float32)).to(device)


def mel_prompt_checkpoint(config: ConditionerConfig) -> Published[MelPrompt]:
    """Say how the tensors of a sound prompt become its conditioner."""
    options = config.options
    if not isinstance(options, MelPromptConfig):
        raise ValueError(f"{config.type} makes no spectrogram")  # noqa: TRY004  (a wrong value)
    return Published(
        what="sound prompt of AudioX", build=partial(MelPrompt, options, config.output_dim)
    )
