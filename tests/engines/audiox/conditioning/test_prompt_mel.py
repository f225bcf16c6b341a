from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch

from prismdesk.engines.audiox.conditioner_config import (
    ConditionerConfig,
    MelPromptConfig,
    read_conditioner,
)
from prismdesk.engines.audiox.conditioning.blanked_span import BlankedSpan
from prismdesk.engines.audiox.conditioning.prompt_mel import (
    MelPrompt,
    log_mel,
    mel_bank,
    mel_prompt_checkpoint,
)
from prismdesk.engines.loading.filling import fill
from prismdesk.errors import InputError
from tests.conformance.det_v1 import det_v1_state
from tests.conformance.manifest import manifest_state
from tests.engines.nets.small_sound_nets import shapes_of

SMALL = {"n_fft": 256, "hop_length": 64, "win_length": 200, "n_mel_channels": 24}


def _config(**options: Any) -> ConditionerConfig:
    return read_conditioner({"id": "audio", "type": "mel_spec", "config": options}, cond_dim=8)


def _options(**options: Any) -> MelPromptConfig:
    found = _config(**options).options
    assert isinstance(found, MelPromptConfig)
    return found


def _prompt(**options: Any) -> MelPrompt:
    published = mel_prompt_checkpoint(_config(**(SMALL | options)))
    return fill(published, det_v1_state(shapes_of(published)), where="model.ckpt")


def _audio(samples: int = 3000, channels: int = 2) -> torch.Tensor:
    return 0.3 * torch.randn(2, channels, samples, generator=torch.Generator().manual_seed(0))


def test_published_file_fills_the_prompt() -> None:
    prefix = "conditioner.conditioners.audio_prompt."
    state = {
        name.removeprefix(prefix): tensor
        for name, tensor in manifest_state("audiox.maf").items()
        if name.startswith(prefix)
    }
    config = read_conditioner(
        {"id": "audio_prompt", "type": "mel_spec", "config": {"n_mel_channels": 256}}, cond_dim=768
    )

    prompt = fill(mel_prompt_checkpoint(config), state, where="model.ckpt", device="meta")

    assert prompt.frames(441_000) == 1723


def test_bands_are_triangles_of_height_one_between_mels() -> None:
    bank = mel_bank(_options(n_fft=4096, n_mel_channels=20, target_sample_rate=24_000))

    assert bank.shape == (20, 2049)
    assert bank.max() <= 1.0
    assert bank.max(axis=1).min() > 0.9
    highest = 2595.0 * math.log10(1.0 + 12_000.0 / 700.0)
    centres_hz = 700.0 * (10.0 ** (np.arange(1, 21) * highest / 21 / 2595.0) - 1.0)
    assert bank.argmax(axis=1) * 24_000 / 4096 == pytest.approx(centres_hz, abs=6.0)


def test_silence_is_the_logarithm_of_the_floor() -> None:
    spectrogram = log_mel(torch.zeros(1, 2, 1000), _options(**SMALL))

    assert spectrogram.shape == (1, 24, 1 + 1000 // 64)
    assert spectrogram.min().item() == spectrogram.max().item()
    assert spectrogram.max().item() == pytest.approx(math.log(1e-5))


def test_channels_are_averaged() -> None:
    audio, options = _audio(), _options(**SMALL)

    both = log_mel(audio, options)

    assert torch.equal(log_mel(audio.mean(dim=1, keepdim=True), options), both)


def test_blanked_frames_hold_zeros() -> None:
    prompt = _prompt()

    whole = prompt.encode(_audio(), spans=None).tokens
    tokens = prompt.encode(_audio(), spans=[BlankedSpan(3, 40), BlankedSpan(0, 47)]).tokens

    assert tokens.shape == (2, 47, 8)
    bias = prompt.proj_features.bias
    torch.testing.assert_close(tokens[0, 3:43], bias.expand(40, 8))
    torch.testing.assert_close(tokens[1], bias.expand(47, 8))
    assert torch.equal(tokens[0, :3], whole[0, :3])
    assert torch.equal(tokens[0, 43:], whole[0, 43:])


def test_a_span_is_drawn_in_frames_unless_the_model_says_otherwise() -> None:
    spans = _prompt().draw_spans(3000, range(50))

    assert spans is not None
    assert all(int(0.7 * 47) <= length <= 47 for _, length in spans)
    assert _prompt(mask_ratio_start=0.0, mask_ratio_end=0.0).draw_spans(3000, [1]) is None


def test_prompt_without_enough_sound_is_refused_in_one_sentence() -> None:
    with pytest.raises(InputError, match="has 128 samples, and the model needs more than 128"):
        _prompt().encode(_audio(128), spans=None)

    assert _prompt().encode(_audio(129), spans=None).tokens.shape == (2, 3, 8)


def test_conditioner_of_numbers_makes_no_spectrogram() -> None:
    config = read_conditioner({"id": "n", "type": "number"}, cond_dim=8)

    with pytest.raises(ValueError, match="number makes no spectrogram"):
        mel_prompt_checkpoint(config)
