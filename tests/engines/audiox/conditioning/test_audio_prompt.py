from __future__ import annotations

from typing import Any

import pytest
import torch

from prismdesk.engines.audiox.conditioner_config import ConditionerConfig, read_conditioner
from prismdesk.engines.audiox.conditioning.audio_prompt import (
    AudioPrompt,
    ReducedAudioPrompt,
    audio_prompt_checkpoint,
    prompt_autoencoder_state,
    with_channels,
)
from prismdesk.engines.audiox.conditioning.blanked_span import BlankedSpan
from prismdesk.engines.loading.filling import fill
from prismdesk.engines.nets import oobleck
from prismdesk.errors import Cancelled, InputError
from tests.conformance.det_v1 import det_v1_state
from tests.conformance.manifest import manifest_state
from tests.engines.nets.small_oobleck import small_config, small_oobleck, small_state
from tests.engines.nets.small_sound_nets import shapes_of

ENCODER = small_oobleck().encoder
NEEDED_SAMPLES = 215 * 8


def _half(signal: str, latent_dim: int) -> dict[str, Any]:
    sizes = {"channels": 4, "c_mults": [1, 2], "strides": [2, 4], "use_snake": True}
    return {"type": "oobleck", "config": sizes | {signal: 2, "latent_dim": latent_dim}}


AUTOENCODER = {
    "type": "autoencoder",
    "config": {
        "encoder": _half("in_channels", 6),
        "decoder": _half("out_channels", 3),
        "bottleneck": {"type": "vae"},
        "latent_dim": 3,
        "downsampling_ratio": 8,
        "io_channels": 2,
    },
}


def _config(type_: str, width: int = 5, **options: Any) -> ConditionerConfig:
    inner = {"pretransform_config": AUTOENCODER} | options
    return read_conditioner({"id": "sound", "type": type_, "config": inner}, cond_dim=width)


def _prompt(width: int = 5) -> AudioPrompt:
    published = audio_prompt_checkpoint(_config("audio_autoencoder", width))
    prompt = fill(published, det_v1_state(shapes_of(published)), where="model.ckpt")
    assert isinstance(prompt, AudioPrompt)
    return prompt


def _reduced(**options: Any) -> ReducedAudioPrompt:
    published = audio_prompt_checkpoint(
        _config("audio_autoencoder_v2", **({"latent_seq_len": 20} | options))
    )
    prompt = fill(published, det_v1_state(shapes_of(published)), where="model.ckpt")
    assert isinstance(prompt, ReducedAudioPrompt)
    return prompt


def _audio(samples: int = NEEDED_SAMPLES, batch: int = 2, channels: int = 2) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return 0.3 * torch.randn(batch, channels, samples, generator=generator)


@pytest.mark.parametrize(
    ("manifest", "type_", "options"),
    [
        ("audiox.base", "audio_autoencoder", {}),
        ("audiox.maf-mmdit", "audio_autoencoder_v2", {"latent_seq_len": 215}),
    ],
)
def test_published_file_fills_the_prompt(
    manifest: str, type_: str, options: dict[str, Any]
) -> None:
    prefix = "conditioner.conditioners.audio_prompt."
    state = {
        name.removeprefix(prefix): tensor
        for name, tensor in manifest_state(manifest).items()
        if name.startswith(prefix)
    }
    autoencoder = {**AUTOENCODER, "config": {**AUTOENCODER["config"], "latent_dim": 64}}  # type: ignore[dict-item]  # a mapping
    for half, latent_dim in (("encoder", 128), ("decoder", 64)):
        sizes = autoencoder["config"][half]["config"] | {"latent_dim": latent_dim}  # type: ignore[index]  # a mapping
        autoencoder["config"][half] = {"type": "oobleck", "config": sizes}  # type: ignore[index]  # a mapping
    config = _config(type_, 768, pretransform_config=autoencoder, **options)

    prompt = fill(audio_prompt_checkpoint(config), state, where="model.ckpt", device="meta")

    assert prompt.latent_frames == 215
    assert len(prompt.state_dict()) + len(prompt_autoencoder_state(state)) == len(state)
    assert len(prompt_autoencoder_state(state)) == 365


def test_tokens_are_projected_latents_of_each_frame() -> None:
    prompt = _prompt()
    noise = torch.randn(2, 3, 215)

    tokens = prompt.encode(_audio(), ENCODER, noise=noise)

    latents = ENCODER.encode(_audio(), noise)
    torch.testing.assert_close(tokens.tokens, prompt.proj_out(latents.transpose(1, 2)))
    assert torch.equal(tokens.mask, torch.ones(2, 5))


def test_without_noise_the_mean_is_taken() -> None:
    prompt = _prompt()

    tokens = prompt.encode(_audio(), ENCODER)

    mean = ENCODER.posterior(_audio()).mean
    torch.testing.assert_close(tokens.tokens, prompt.proj_out(mean.transpose(1, 2)))


def test_prompt_of_zeros_alone_is_the_learned_feature() -> None:
    prompt, noise = _prompt(), torch.randn(3, 3, 215)
    audio = _audio(batch=3)
    audio[1] = 0.0
    with_others = prompt.encode(audio, ENCODER, noise=noise).tokens

    assert torch.equal(with_others[1:2], prompt.empty_audio_feat)
    alone = prompt.encode(audio[2:], ENCODER, noise=noise[2:]).tokens
    torch.testing.assert_close(with_others[2:], alone)


def test_prompt_that_is_nearly_silent_is_encoded() -> None:
    prompt = _prompt()
    audio = torch.zeros(1, 2, NEEDED_SAMPLES)
    audio[0, 1, 7] = 1e-30

    assert not torch.equal(prompt.encode(audio, ENCODER).tokens, prompt.empty_audio_feat)


def test_absent_prompt_needs_no_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ENCODER, "posterior", None)
    prompt = _prompt()

    tokens = prompt.encode(torch.zeros(2, 2, NEEDED_SAMPLES), ENCODER).tokens

    assert torch.equal(tokens, prompt.empty_audio_feat.expand(2, -1, -1))


def test_no_projection_is_wanted_where_the_widths_agree() -> None:
    prompt = _prompt(width=3)

    tokens = prompt.encode(_audio(), ENCODER).tokens

    assert set(prompt.state_dict()) == {"empty_audio_feat"}
    torch.testing.assert_close(tokens, ENCODER.encode(_audio()).transpose(1, 2))


@pytest.mark.parametrize("samples", [NEEDED_SAMPLES - 1, NEEDED_SAMPLES + 8])
def test_another_length_is_refused_in_one_sentence(samples: int) -> None:
    with pytest.raises(InputError, match=f"exactly 215; give it {NEEDED_SAMPLES} samples"):
        _prompt().encode(_audio(samples), ENCODER)
    with pytest.raises(InputError, match="exactly 20; give it 160 samples"):
        _reduced().encode(_audio(samples), ENCODER, spans=None)


def test_samples_past_the_last_whole_frame_make_no_difference_in_length() -> None:
    assert _prompt().encode(_audio(NEEDED_SAMPLES + 7), ENCODER).tokens.shape == (2, 215, 5)


def test_reduced_tokens_are_mapped_over_time_then_over_channels() -> None:
    prompt = _reduced()
    noise = torch.randn(2, 3, 20)

    tokens = prompt.encode(_audio(163), ENCODER, spans=None, noise=noise)

    latents = ENCODER.encode(_audio(163), noise)
    over_time = latents @ prompt.proj_features_128.weight.T + prompt.proj_features_128.bias
    torch.testing.assert_close(tokens.tokens, prompt.proj_out(over_time.transpose(1, 2)))
    assert tokens.tokens.shape == (2, 128, 5)
    assert torch.equal(tokens.mask, torch.ones(2, 5))


def test_reduced_prompt_encodes_zeros_like_anything_else() -> None:
    tokens = _reduced().encode(torch.zeros(1, 2, 160), ENCODER, spans=None).tokens
    latents = ENCODER.encode(torch.zeros(1, 2, 160))

    expected = _reduced().proj_features_128(latents).transpose(1, 2)
    torch.testing.assert_close(tokens, _reduced().proj_out(expected))


def test_span_is_blanked_before_encoding() -> None:
    audio = _audio(160)
    holed = audio.clone()
    holed[0, :, 10:50] = 0.0
    holed[1, :, 100:160] = 0.0

    tokens = _reduced().encode(audio, ENCODER, spans=[BlankedSpan(10, 40), BlankedSpan(100, 60)])

    plain = _reduced().encode(holed, ENCODER, spans=None)
    assert torch.equal(tokens.tokens, plain.tokens)


def test_spans_are_drawn_in_samples_only_where_the_model_says_so() -> None:
    spans = _reduced(mask_ratio_start=0.2, mask_ratio_end=0.4).draw_spans(1600, range(30))

    assert spans is not None
    assert all(320 <= length <= 640 for _, length in spans)
    assert _reduced().draw_spans(1600, [0]) is None


def test_one_channel_is_repeated_and_more_than_two_are_cut() -> None:
    one, three = _audio(6, channels=1), _audio(6, channels=3)

    assert torch.equal(with_channels(one, 2), torch.cat((one, one), dim=1))
    assert torch.equal(with_channels(three, 2), three[:, :2])
    assert torch.equal(with_channels(three[:, :2], 2), three[:, :2])
    torch.testing.assert_close(with_channels(three, 1), three.mean(dim=1, keepdim=True))
    with pytest.raises(ValueError, match="2 channels can't be made 4"):
        with_channels(three[:, :2], 4)


def test_mono_prompt_is_encoded_as_two_equal_channels() -> None:
    mono = _audio(channels=1)

    tokens = _prompt().encode(mono, ENCODER).tokens

    assert torch.equal(tokens, _prompt().encode(mono.repeat(1, 2, 1), ENCODER).tokens)


def test_encoding_tells_how_far_it_is_and_can_be_stopped() -> None:
    told: list[float] = []

    _prompt().encode(_audio(), ENCODER, progress=told.append)

    assert told == sorted(told)
    assert told[-1] == 1.0
    with pytest.raises(Cancelled):
        _prompt().encode(_audio(), ENCODER, cancelled=lambda: True)
    with pytest.raises(Cancelled):
        _reduced().encode(_audio(160), ENCODER, spans=None, cancelled=lambda: True)


def test_tensors_of_the_prompt_s_own_autoencoder_are_set_apart() -> None:
    own = small_state(small_config())
    state = {f"pretransform.model.{name}": tensor for name, tensor in own.items()}

    found = prompt_autoencoder_state(state | {"proj_out.bias": torch.zeros(5)})

    assert found == own
    assert isinstance(ENCODER, oobleck.OobleckEncoder)


def test_conditioner_of_numbers_encodes_no_sound() -> None:
    config = read_conditioner({"id": "n", "type": "number"}, cond_dim=5)

    with pytest.raises(ValueError, match="number encodes no sound"):
        audio_prompt_checkpoint(config)
