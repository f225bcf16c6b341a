from __future__ import annotations

import pytest
import torch

from prismdesk.engines.nets.mel import MelScale
from prismdesk.engines.nets.mel_bands import MEL_16K, MEL_44K, MelMode
from prismdesk.engines.training.vocoder_loss import _log_mel, sound_loss


def _noise(seed: int = 1) -> torch.Tensor:
    return 0.1 * torch.randn(2, 16_384, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("mode", [MEL_16K, MEL_44K])
def test_its_log_mel_is_the_models(mode: MelMode) -> None:
    scale, sound = MelScale(mode), _noise()
    torch.testing.assert_close(_log_mel(sound, scale), scale.mel(sound))


def test_loss_is_nothing_for_the_same_sound_and_grows_with_the_distance() -> None:
    scale, sound = MelScale(MEL_16K), _noise()
    near, far = (float(sound_loss(sound + amount * _noise(2), sound, scale)) for amount in (0.1, 1))
    assert float(sound_loss(sound, sound, scale)) == 0.0
    assert 0.0 < near < far


def test_silence_gives_a_number() -> None:
    silence = torch.zeros(1, 16_384)
    loss = sound_loss(_noise()[:1], silence, MelScale(MEL_44K))
    assert loss.isfinite()


def test_gradient_is_that_of_small_differences() -> None:
    scale, clean, made = MelScale(MEL_16K), _noise(), _noise(2).requires_grad_()
    (gradient,) = torch.autograd.grad(sound_loss(made, clean, scale), made)
    step = 0.001 * gradient / gradient.norm()
    with torch.no_grad():
        ends = [float(sound_loss(made + sign * step, clean, scale)) for sign in (1, -1)]
    assert ends[0] - ends[1] == pytest.approx(2 * 0.001 * float(gradient.norm()), rel=0.05)
