from __future__ import annotations

import pytest
import torch

from prismdesk.engines.loading.filling import fill
from prismdesk.engines.loading.state_file import CheckpointError
from prismdesk.engines.nets.mel_vae import (
    MEL_VAE_16K,
    MEL_VAE_44K,
    MelVaeConfig,
    mel_vae_checkpoint,
    mel_vae_decoder_checkpoint,
    mel_vae_encoder_checkpoint,
)
from tests.conformance.manifest import manifest_state
from tests.engines.nets.small_sound_nets import (
    VAE_CONFIG,
    relative_error,
    small_vae,
    vae_state,
)

PUBLISHED = pytest.mark.parametrize(
    ("manifest", "config"), [("selva.vae-16k", MEL_VAE_16K), ("selva.vae-44k", MEL_VAE_44K)]
)


@PUBLISHED
def test_published_file_fills_whole_encoder_and_decoder(
    manifest: str, config: MelVaeConfig
) -> None:
    state = manifest_state(manifest)

    whole = fill(mel_vae_checkpoint(config), state, where="v1.pth", device="meta")
    encoder = fill(mel_vae_encoder_checkpoint(config), state, where="v1.pth", device="meta")
    decoder = fill(mel_vae_decoder_checkpoint(config), state, where="v1.pth", device="meta")

    parts = set(encoder.state_dict()) | set(decoder.state_dict())
    assert {name.split(".", 1)[1] for name in whole.state_dict()} == parts
    # The statistics of the spectrogram stand in both halves.
    assert len(whole.state_dict()) == len(state) + 2


def test_halves_alone_give_what_whole_gives() -> None:
    torch.manual_seed(0)
    mel, latent = torch.randn(1, 80, 12), torch.randn(1, 6, 5)
    encoder = fill(mel_vae_encoder_checkpoint(VAE_CONFIG), vae_state(), where="v1.pth")
    decoder = fill(mel_vae_decoder_checkpoint(VAE_CONFIG), vae_state(), where="v1.pth")
    whole = small_vae()

    assert torch.equal(encoder.encode(mel)[0], whole.encode(mel)[0])
    assert torch.equal(encoder.encode(mel)[1], whole.encode(mel)[1])
    assert torch.equal(decoder.decode(latent), whole.decode(latent))


def test_filling_twice_from_one_state_gives_same_sound() -> None:
    state = vae_state()
    latent = torch.ones(1, 6, 5)

    first = fill(mel_vae_checkpoint(VAE_CONFIG), state, where="v1.pth").decode(latent)
    second = fill(mel_vae_checkpoint(VAE_CONFIG), state, where="v1.pth").decode(latent)

    assert torch.equal(first, second)


def test_file_without_statistics_is_refused() -> None:
    state = vae_state()
    del state["data_mean"]

    with pytest.raises(CheckpointError, match="data_mean"):
        fill(mel_vae_decoder_checkpoint(VAE_CONFIG), state, where="v1.pth")


def test_two_frames_make_one_latent_and_an_odd_last_one_none() -> None:
    vae = small_vae()

    mean, std = vae.encode(torch.zeros(2, 80, 13))

    assert mean.shape == std.shape == (2, 6, 6)
    assert vae.decode(mean).shape == (2, 80, 12)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_comes_close_and_gives_float32(dtype: torch.dtype) -> None:
    torch.manual_seed(0)
    latent, mel = torch.randn(1, 6, 20), torch.randn(1, 80, 20) - 2.0
    exact, rough = small_vae(), small_vae(dtype)

    decoded, (mean, std) = rough.decode(latent), rough.encode(mel)

    assert decoded.dtype == mean.dtype == std.dtype == torch.float32
    assert relative_error(decoded, exact.decode(latent)) < 0.03
    assert relative_error(mean, exact.encode(mel)[0]) < 0.03


def test_half_precision_takes_latents_in_the_thousands() -> None:
    latent = 5000.0 * torch.ones(1, 6, 8)

    assert small_vae(torch.float16).decode(latent).isfinite().all()


@pytest.mark.parametrize("sizes", [(0, 1, 1), (1, 0, 1), (1, 1, 0)])
def test_sizes_are_positive(sizes: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="positive"):
        MelVaeConfig(*sizes)
