"""How far a sound made by a vocoder is from the clean one, as spectra hear it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.nets.mel import MelScale

_RESOLUTIONS = (512, 1024, 2048)
"""Samples of the window and of the transform; a quarter of it lies between frames."""

_FLOOR = 1e-2
"""Added to magnitudes in quadrature, about 80 dB below a full-scale sine: what lies deeper isn't
heard, and its logarithm would rule the gradient."""

_SMALLEST_NORM = 1e-2


def sound_loss(made: Tensor, clean: Tensor, scale: MelScale) -> Tensor:
    """Return the loss of sounds [B, N], []: log-mel distance and multi-resolution spectra.

    J. Kong, J. Kim, J. Bae, "HiFi-GAN", 2020, compares log-mel spectrograms; R. Yamamoto, E. Song,
    J.-M. Kim, "Parallel WaveGAN", 2020, spectra of several resolutions: by the norm of their
    difference over that of the clean one, and by the distance of their logarithms.
    """
    to_natural = math.log(scale.mode.log_base)
    mel = to_natural * (_log_mel(made, scale) - _log_mel(clean, scale)).abs().mean()
    of_each = [_distance(_magnitudes(made, n), _magnitudes(clean, n)) for n in _RESOLUTIONS]
    return mel + torch.stack(of_each).mean()


def _distance(made: Tensor, clean: Tensor) -> Tensor:
    norms = [torch.linalg.vector_norm(one) for one in (clean - made, clean)]
    convergence = norms[0] / norms[1].clamp(min=_SMALLEST_NORM)
    logarithmic = (clean.log() - made.log()).abs().mean()
    distance: Tensor = convergence + logarithmic
    return distance


def _log_mel(wave: Tensor, scale: MelScale) -> Tensor:
    """Return the log-mel of sounds; mirrored so that the gradient is the same on every device."""
    padding = scale.mode.padding_samples
    before, after = wave[:, 1 : padding + 1].flip(1), wave[:, -padding - 1 : -1].flip(1)
    return scale.mel_of_mirrored(torch.cat([before, wave, after], 1))


def _magnitudes(wave: Tensor, samples: int) -> Tensor:
    window = torch.hann_window(samples, device=wave.device)
    spectrum = torch.stft(
        wave,
        samples,
        hop_length=samples // 4,
        window=window,
        center=False,
        return_complex=True,
    )
    power = torch.view_as_real(spectrum).square().sum(-1)
    return (power + _FLOOR**2).sqrt()
