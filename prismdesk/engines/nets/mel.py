"""Log-mel spectrograms of the models' two sample rates, and the energy one reads from them.

The bands weight the magnitude of the short-time spectrum, not its power.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional

from prismdesk.engines.nets.mel_bands import mel_filters

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.nets.mel_bands import MelMode

_SMALLEST_POWER = 1e-9
_SMALLEST_BAND = 1e-5


@dataclass(frozen=True, slots=True)
class MelScale:
    """From waveforms to log-mel spectrograms of one mode."""

    mode: MelMode

    def mel(self, wave: Tensor) -> Tensor:
        """Return the log-mel [B, bands, floor(N / hop)], float32, of a waveform [B, N].

        The waveform is cut to [-1, 1]. It is longer than ``mode.padding_samples``: its ends are
        mirrored.
        """
        return self.mel_of_mirrored(self.mirrored(wave))

    def mirrored(self, wave: Tensor) -> Tensor:
        """Return a waveform [B, N] in float32 within [-1, 1], with its ends mirrored."""
        padding = self.mode.padding_samples
        return functional.pad(wave.float().clamp(-1.0, 1.0), (padding, padding), mode="reflect")

    def mel_of_mirrored(self, wave: Tensor) -> Tensor:
        """Return the log-mel of a waveform, or of a part of one, that has its margins already."""
        mode = self.mode
        spectrum = torch.stft(
            wave,
            mode.fft_samples,
            hop_length=mode.hop_samples,
            window=_window(mode, wave.device),
            center=False,
            return_complex=True,
        )
        power = torch.view_as_real(spectrum).square().sum(-1)
        bands = _filters(mode, wave.device) @ (power + _SMALLEST_POWER).sqrt_()
        return bands.clamp_(min=_SMALLEST_BAND).log_().div_(float(np.log(mode.log_base)))


@cache
def _filters(mode: MelMode, device: torch.device) -> Tensor:
    return torch.from_numpy(mel_filters(mode).astype(np.float32)).to(device)


@cache
def _window(mode: MelMode, device: torch.device) -> Tensor:
    return torch.hann_window(mode.fft_samples, periodic=True, device=device)
