from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch

from prismdesk.engines.loading.filling import fill
from prismdesk.engines.loading.state_file import CheckpointError
from prismdesk.engines.nets import bigvgan
from prismdesk.engines.nets.bigvgan import bigvgan_checkpoint
from prismdesk.engines.nets.bigvgan_config import BIGVGAN_16K, BIGVGAN_V2_44K, BigVganConfig
from tests.conformance.det_v1 import det_v1_state
from tests.conformance.manifest import manifest_state
from tests.engines.nets.small_sound_nets import (
    VOCODER_CONFIG,
    relative_error,
    shapes_of,
    small_vocoder,
)


def _mel(frames: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(1, 80, frames, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize(
    ("manifest", "config"),
    [("selva.bigvgan-16k", BIGVGAN_16K), ("selva.bigvgan-v2-44k", BIGVGAN_V2_44K)],
)
def test_published_file_fills_vocoder(manifest: str, config: BigVganConfig) -> None:
    state = manifest_state(manifest)

    vocoder = fill(bigvgan_checkpoint(config), state, where="g.pt", device="meta")

    pairs = sum(name.endswith("weight_g") for name in state)
    filters = sum(name.endswith(".filter") for name in state)
    assert len(vocoder.state_dict()) == len(state) - pairs - filters


def test_hops_are_the_published_ones() -> None:
    assert (BIGVGAN_16K.hop_samples, BIGVGAN_V2_44K.hop_samples) == (256, 512)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"use_tanh_at_final": False, "use_bias_at_final": False},
        {"activation": "snake"},
        {"snake_logscale": False, "upsample_initial_channel": 20},
        {"resblock_kernel_sizes": (3,), "resblock_dilation_sizes": ((1, 2, 3, 4),)},
        {"upsample_rates": (3, 2), "upsample_kernel_sizes": (7, 2)},
    ],
    ids=lambda changes: ",".join(changes) or "standard",
)
def test_quick_way_equals_plain_way(
    changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bigvgan, "_CPU_TILE_SAMPLES", 37)
    config = replace(VOCODER_CONFIG, **changes)
    vocoder = small_vocoder(config)

    wave = vocoder(_mel(33))

    assert wave.shape == (1, 1, 33 * config.hop_samples)
    assert relative_error(wave, vocoder.plain(_mel(33))) < 1e-5


def test_vocoder_elsewhere_than_on_cpu_gives_the_same_shape() -> None:
    checkpoint = bigvgan_checkpoint(VOCODER_CONFIG)
    state = det_v1_state(shapes_of(checkpoint))
    vocoder = fill(checkpoint, state, where="g.pt", device="meta")

    wave = vocoder(torch.empty(2, 80, 7, device="meta"))

    assert wave.shape == (2, 1, 7 * VOCODER_CONFIG.hop_samples)


@pytest.mark.gpu
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_vocoder_on_cuda_gives_the_sound_of_the_cpu(dtype: torch.dtype) -> None:
    checkpoint = bigvgan_checkpoint(VOCODER_CONFIG)
    state = det_v1_state(shapes_of(checkpoint))
    vocoder = fill(checkpoint, state, where="g.pt", device="cuda", dtype=dtype)

    with torch.backends.cudnn.flags(allow_tf32=False):
        wave = vocoder(_mel(30).cuda()).cpu()

    allowed = 1e-5 if dtype == torch.float32 else 0.03
    assert relative_error(wave, small_vocoder()(_mel(30))) < allowed


def test_vocoder_without_tanh_is_clamped() -> None:
    checkpoint = bigvgan_checkpoint(replace(VOCODER_CONFIG, use_tanh_at_final=False))
    state = det_v1_state(shapes_of(checkpoint))
    state["conv_post.weight_g"] *= 1000.0

    wave = fill(checkpoint, state, where="g.pt")(_mel(12))

    assert wave.abs().max().item() == 1.0
    assert (wave.abs() == 1.0).sum() > 1


def _touched_frames(wave: torch.Tensor) -> list[int]:
    samples = wave[0, 0].isnan().nonzero().flatten()
    return [int(sample) // VOCODER_CONFIG.hop_samples for sample in (samples[0], samples[-1])]


def test_reach_is_as_far_as_a_frame_is_heard() -> None:
    reach = VOCODER_CONFIG.reach_frames
    mel = _mel(4 * reach)
    mel[..., 2 * reach] = torch.nan  # goes wherever the frame has any weight, however small

    first, last = _touched_frames(small_vocoder().plain(mel))

    assert reach - 2 <= 2 * reach - first <= reach
    assert reach - 2 <= last - 2 * reach <= reach


def test_stage_reach_is_as_far_as_a_sample_is_heard() -> None:
    reach = VOCODER_CONFIG.stage_reach_samples
    x = torch.zeros(1, 8, 4 * reach)
    x[..., 2 * reach] = torch.nan
    vocoder = small_vocoder()

    done = vocoder._mean_of_blocks(0, x, bigvgan._activate, lambda index: None)

    touched = done[0, 0].isnan().nonzero().flatten()
    assert [int(touched[0]), int(touched[-1])] == [reach, 3 * reach]


@pytest.mark.parametrize("tile_samples", [1, 7, 20, 99, 100])
def test_work_in_tiles_sees_all_that_it_reaches(tile_samples: int) -> None:
    x = torch.randn(2, 1, 100)

    def sum_of_nine(part: torch.Tensor, share: float) -> torch.Tensor:
        shares.append(share)
        return torch.nn.functional.conv1d(part, torch.ones(1, 1, 9), padding=4)

    shares: list[float] = []
    tiled = bigvgan._in_tiles(sum_of_nine, x, tile_samples, 4)

    assert sum(shares) == pytest.approx(1.0)
    torch.testing.assert_close(tiled, sum_of_nine(x, 1.0))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_comes_close_and_gives_float32(dtype: torch.dtype) -> None:
    exact, rough = small_vocoder(), small_vocoder(dtype=dtype)

    wave = rough(_mel(20))

    assert wave.dtype == torch.float32
    assert relative_error(wave, exact(_mel(20))) < 0.03


def test_activations_beyond_range_of_halves_stay_finite() -> None:
    checkpoint = bigvgan_checkpoint(VOCODER_CONFIG)
    state = det_v1_state(shapes_of(checkpoint))
    for name, tensor in state.items():
        if name.endswith(".act.beta"):
            tensor.fill_(-14.0)  # sin² is multiplied by 1.2 million, then filtered
        elif ".convs1." in name and name.endswith("weight_g"):
            tensor.mul_(1e-6)

    wave = fill(checkpoint, state, where="g.pt", dtype=torch.bfloat16)(_mel(8))

    assert wave.isfinite().all()


def test_progress_rises_to_one_and_may_stop_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bigvgan, "_CPU_TILE_SAMPLES", 64)
    vocoder = small_vocoder()
    told: list[float] = []

    vocoder(_mel(40), progress=told.append)

    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) > 10
    assert told[-2] == pytest.approx(1.0)

    def stop(fraction: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        vocoder(_mel(40), progress=stop)


def test_published_options_of_training_are_left_out() -> None:
    options = {
        "num_mels": 128,
        "upsample_rates": [8, 4],
        "upsample_kernel_sizes": [16, 8],
        "upsample_initial_channel": 1536,
        "resblock_kernel_sizes": [3],
        "resblock_dilation_sizes": [[1, 3]],
        "use_tanh_at_final": False,
        "learning_rate": 0.0001,
        "discriminator": {"cqtd": True},
    }

    config = BigVganConfig.from_published(options)

    assert config.resblock_dilation_sizes == ((1, 3),)
    assert config.hop_samples == 32
    assert not config.use_tanh_at_final
    assert config.use_bias_at_final


@pytest.mark.parametrize(
    "changes",
    [
        {"resblock": "2"},
        {"activation": "relu"},
        {"upsample_rates": (4,)},
        {"upsample_rates": (), "upsample_kernel_sizes": ()},
        {"upsample_kernel_sizes": (7, 4)},
        {"upsample_kernel_sizes": (2, 4)},
        {"resblock_kernel_sizes": (3, 4)},
        {"resblock_kernel_sizes": (3,)},
        {"resblock_dilation_sizes": ((1,), ())},
        {"resblock_dilation_sizes": ((1,), (0,))},
        {"upsample_initial_channel": 3},
        {"num_mels": 0},
    ],
    ids=str,
)
def test_numbers_that_do_not_fit_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="The vocoder can't be built: "):
        replace(VOCODER_CONFIG, **changes)


@pytest.mark.parametrize("options", [{}, {"num_mels": "many"}])
def test_options_of_something_else_are_refused(options: dict[str, Any]) -> None:
    full = {
        "upsample_rates": [4],
        "upsample_kernel_sizes": [8],
        "upsample_initial_channel": 4,
    } | options

    with pytest.raises(ValueError, match="no configuration of a vocoder"):
        BigVganConfig.from_published(full)


def test_file_of_another_width_is_refused() -> None:
    state = det_v1_state(shapes_of(bigvgan_checkpoint(VOCODER_CONFIG)))

    with pytest.raises(CheckpointError, match="vocoder"):
        fill(bigvgan_checkpoint(replace(VOCODER_CONFIG, num_mels=128)), state, where="g.pt")
