from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch.nn import functional

from prismdesk.engines.loading.filling import fill
from prismdesk.engines.loading.state_file import CheckpointError
from prismdesk.engines.nets import oobleck
from prismdesk.engines.nets.oobleck import (
    Posterior,
    oobleck_checkpoint,
    oobleck_decoder_checkpoint,
    oobleck_encoder_checkpoint,
)
from prismdesk.engines.nets.oobleck_config import OobleckStack
from prismdesk.errors import Cancelled
from tests.conformance.manifest import manifest_state
from tests.engines.nets.small_oobleck import PUBLISHED, small_config, small_oobleck, small_state
from tests.engines.nets.small_sound_nets import relative_error


def _audio(samples: int, batch: int = 1) -> torch.Tensor:
    return 0.3 * torch.randn(batch, 2, samples, generator=torch.Generator().manual_seed(0))


def _latents(frames: int, batch: int = 1) -> torch.Tensor:
    return torch.randn(batch, 3, frames, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(
    ("manifest", "prefix"),
    [
        ("audiox.vae", ""),
        ("audiox.base", "pretransform.model."),
        ("audiox.base", "conditioner.conditioners.audio_prompt.pretransform.model."),
        ("audiox.maf", "pretransform.model."),
        ("audiox.maf-mmdit", "conditioner.conditioners.audio_prompt.pretransform.model."),
    ],
)
def test_published_files_fill_the_autoencoder(manifest: str, prefix: str) -> None:
    state = {
        name.removeprefix(prefix): tensor
        for name, tensor in manifest_state(manifest).items()
        if name.startswith(prefix)
    }

    network = fill(oobleck_checkpoint(PUBLISHED), state, where="VAE.ckpt", device="meta")

    pairs = sum(name.endswith("weight_g") for name in state)
    assert len(state) == 365
    assert len(network.state_dict()) == len(state) - pairs
    assert network.decode(torch.empty(1, 64, 236, device="meta")).shape == (1, 2, 483_328)
    assert network.encode(torch.empty(1, 2, 441_000, device="meta")).shape == (1, 64, 215)


def test_halves_are_filled_from_the_whole_file() -> None:
    config, state = small_config(), small_state(small_config())

    encoder = fill(oobleck_encoder_checkpoint(config), state, where="VAE.ckpt")
    decoder = fill(oobleck_decoder_checkpoint(config), state, where="VAE.ckpt")

    whole = small_oobleck(config)
    assert torch.equal(encoder.encode(_audio(80)), whole.encode(_audio(80)))
    assert torch.equal(decoder.decode(_latents(9)), whole.decode(_latents(9)))


def test_newer_names_of_the_pairs_fill_it_too() -> None:
    config = small_config()
    newer = {
        name.replace("weight_g", "parametrizations.weight.original0").replace(
            "weight_v", "parametrizations.weight.original1"
        ): tensor
        for name, tensor in small_state(config).items()
    }

    network = fill(oobleck_checkpoint(config), newer, where="VAE.ckpt")

    assert torch.equal(network.decode(_latents(9)), small_oobleck(config).decode(_latents(9)))


def test_another_file_is_refused_in_one_sentence() -> None:
    state = small_state(small_config((2, 2)))

    with pytest.raises(CheckpointError, match=r"autoencoder of sound \(Oobleck\)"):
        fill(oobleck_checkpoint(small_config((2, 4))), state, where="VAE.ckpt")


@pytest.mark.parametrize("samples", [8, 15, 16, 80, 87])
def test_even_strides_give_whole_frames_rounded_down(samples: int) -> None:
    network = small_oobleck()

    assert network.encode(_audio(samples)).shape == (1, 3, samples // 8)
    assert network.decode(_latents(11)).shape == (1, 2, 88)


def test_odd_strides_lose_a_sample_each() -> None:
    network = small_oobleck(small_config((3, 5)))

    assert network.decode(_latents(4)).shape == (1, 2, (4 * 5 - 1) * 3 - 1)
    assert network.encode(_audio(44)).shape == (1, 3, ((44 + 1) // 3 + 1) // 5)


def test_latents_are_mean_or_sample_over_the_scale() -> None:
    network = small_oobleck(small_config(scale=2.5))
    noise = torch.randn(2, 3, 10)
    posterior = network.encoder.posterior(_audio(80, batch=2))

    mean = network.encode(_audio(80, batch=2))
    sample = network.encode(_audio(80, batch=2), noise)

    torch.testing.assert_close(mean, posterior.mean / 2.5)
    torch.testing.assert_close(sample, (posterior.mean + posterior.deviation * noise) / 2.5)
    plain = small_oobleck()
    torch.testing.assert_close(network.decode(mean), plain.decode(posterior.mean))


def test_deviation_is_softplus_of_the_second_half() -> None:
    encoder = small_oobleck().encoder
    raw = encoder.run(_audio(80), lambda fraction: None)

    posterior = encoder.posterior(_audio(80))

    assert torch.equal(posterior.mean, raw[:, :3])
    assert torch.equal(posterior.deviation, functional.softplus(raw[:, 3:]) + 1e-4)


def test_unit_normal_has_no_divergence() -> None:
    unit = Posterior(torch.zeros(2, 3, 4), torch.ones(2, 3, 4))
    moved = Posterior(torch.full((2, 3, 4), 0.5), torch.ones(2, 3, 4))

    assert unit.divergence().item() == 0.0
    assert moved.divergence().item() == pytest.approx(3 * 0.25)


@pytest.mark.parametrize("strides", [(2, 4), (3, 5), (1, 2)])
@pytest.mark.parametrize("tile", [1, 5, 40])
def test_tiles_make_no_difference(
    strides: tuple[int, ...], tile: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = small_oobleck(small_config(strides))
    audio, latents = _audio(330, batch=2), _latents(31, batch=2)
    encoded, decoded = network.encode(audio), network.decode(latents)

    monkeypatch.setattr(oobleck, "_SHORTEST_TILE", tile)
    monkeypatch.setattr(oobleck, "_NUMBERS_IN_CACHE", 1)

    assert relative_error(network.encode(audio), encoded) < 1e-6
    assert relative_error(network.decode(latents), decoded) < 1e-6


def test_progress_never_falls_and_ends_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oobleck, "_SHORTEST_TILE", 16)
    monkeypatch.setattr(oobleck, "_NUMBERS_IN_CACHE", 1)
    told: list[float] = []

    small_oobleck().decoder.decode(_latents(40), progress=told.append)

    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)
    assert len(set(told)) > 20


def test_progress_may_stop_the_work() -> None:
    def stop(fraction: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        small_oobleck().encoder.posterior(_audio(80), progress=stop)


@pytest.mark.parametrize("where", ["final_tanh", "soft_clip"])
def test_waveform_ends_in_tanh_where_it_is_said(where: str) -> None:
    config = small_config()
    if where == "final_tanh":
        config = replace(config, decoder=replace(config.decoder, final_tanh=True))
    else:
        config = replace(config, soft_clip=True)

    wave = small_oobleck(config).decode(10.0 * _latents(9))

    assert torch.equal(wave, small_oobleck().decode(10.0 * _latents(9)).tanh())


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_comes_close_and_gives_float32(dtype: torch.dtype) -> None:
    wave = small_oobleck(dtype=dtype).decode(_latents(9))

    assert wave.dtype == torch.float32
    assert relative_error(wave, small_oobleck().decode(_latents(9))) < 0.05


@pytest.mark.gpu
def test_autoencoder_on_cuda_gives_what_the_cpu_gives() -> None:
    config = small_config()
    network = fill(oobleck_checkpoint(config), small_state(config), where="v", device="cuda")

    with torch.backends.cudnn.flags(allow_tf32=False):
        decoded = network.decode(_latents(40).cuda()).cpu()
        encoded = network.encode(_audio(330).cuda()).cpu()

    assert relative_error(decoded, small_oobleck().decode(_latents(40))) < 1e-5
    assert relative_error(encoded, small_oobleck().encode(_audio(330))) < 1e-5


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"strides": (2,)}, "every stage"),
        ({"strides": (), "c_mults": ()}, "every stage"),
        ({"strides": (2, 0)}, "at least 1"),
        ({"channels": 0}, "channels"),
    ],
)
def test_sizes_that_do_not_fit_are_refused(changes: dict[str, Any], message: str) -> None:
    sizes = {
        "signal_channels": 2,
        "channels": 4,
        "c_mults": (1, 2),
        "strides": (2, 4),
        "latent_dim": 3,
    }

    with pytest.raises(ValueError, match=message):
        OobleckStack(**{**sizes, **changes})


def test_halves_that_do_not_fit_are_refused() -> None:
    config = small_config()

    with pytest.raises(ValueError, match="mean and a scale"):
        replace(config, encoder=config.decoder)
