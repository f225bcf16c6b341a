from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from prismdesk.engines.loading.filling import fill
from prismdesk.engines.loading.state_file import CheckpointError
from prismdesk.engines.nets.synchformer import (
    Synchformer,
    SynchformerConfig,
    cut_segments,
    synchformer_checkpoint,
)
from prismdesk.errors import Cancelled

MANIFESTS = Path(__file__).parents[2] / "conformance" / "manifests"
TINY = SynchformerConfig(img_size=32, embed_dim=24, depth=2, num_heads=3)


def published_tensors(manifest: str) -> dict[str, Tensor]:
    tensors = json.loads((MANIFESTS / manifest).read_text())["tensors"]
    return {
        name: torch.empty(shape, dtype=getattr(torch, dtype), device="meta")
        for name, (dtype, shape) in tensors.items()
    }


def filled(config: SynchformerConfig = TINY) -> Synchformer:
    torch.manual_seed(0)
    network = Synchformer(config).requires_grad_(requires_grad=False).eval()
    for parameter in network.parameters():
        parameter.copy_(torch.randn_like(parameter) / max(1, parameter[0].numel()) ** 0.5)
    return network


def film(frames: int, batch: int = 1) -> Tensor:
    return torch.rand(batch, frames, 3, TINY.img_size, TINY.img_size) * 2 - 1


def test_published_file_fills_the_network() -> None:
    state = published_tensors("selva.synchformer-visual.json")
    foreign = {"afeat_extractor.x": torch.empty(3, device="meta"), "a": torch.empty(1)}

    network = fill(
        synchformer_checkpoint(SynchformerConfig()), state | foreign, where="a.pth", device="meta"
    )

    unused = sum(t.numel() for n, t in state.items() if ".patch_embed." in n)
    assert sum(p.numel() for p in network.parameters()) == 122_440_704 - unused


def test_a_file_that_lacks_a_tensor_is_refused() -> None:
    state = published_tensors("selva.synchformer-visual.json")
    del state["vfeat_extractor.blocks.3.timeattn.proj.bias"]

    with pytest.raises(CheckpointError, match=r"1 missing: blocks\.3\.timeattn\.proj\.bias"):
        fill(synchformer_checkpoint(SynchformerConfig()), state, where="a.pth", device="meta")


@pytest.mark.parametrize(("frames", "segments"), [(16, 1), (23, 1), (24, 2), (200, 24)])
def test_segments_begin_every_eight_frames(frames: int, segments: int) -> None:
    numbered = torch.arange(float(frames)).reshape(1, frames, 1, 1, 1).expand(-1, -1, 3, 1, 1)

    cut = cut_segments(numbered, TINY)

    assert cut.shape == (1, segments, 3, 16, 1, 1)
    assert cut[0, -1, 0, :, 0, 0].tolist() == list(range(8 * segments - 8, 8 * segments + 8))
    assert cut.data_ptr() == numbered.data_ptr()


def test_fewer_frames_than_a_segment_are_refused() -> None:
    with pytest.raises(ValueError, match="15 frames"):
        cut_segments(film(15), TINY)


@pytest.mark.parametrize("at_once", [1, 2, 100])
def test_features_do_not_depend_on_how_many_segments_go_at_once(at_once: int) -> None:
    network, frames = filled(), film(33, batch=2)
    each = [
        network.pool(network.tokens(cut_segments(one[None], TINY)[0])).flatten(0, 1)
        for one in frames
    ]

    features = network.features(frames, segments_at_once=at_once)

    torch.testing.assert_close(features, torch.stack(each))


def test_segments_tell_how_far_they_are_and_can_be_stopped() -> None:
    told: list[tuple[int, int]] = []

    def stop_late(done: int, total: int) -> None:
        told.append((done, total))
        if done > 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        filled().features(film(56), segments_at_once=2, after_segments=stop_late)
    assert told == [(2, 6), (4, 6)]


def test_tokens_know_their_time_and_place() -> None:
    network, segment = filled(), cut_segments(film(16), TINY)[0]
    later = segment.roll(2, dims=2)
    aside = segment.roll(16, dims=4)

    tokens = network.tokens(segment).view(1, 8, 2, 2, 24)
    moved_back = network.tokens(later).view(1, 8, 2, 2, 24).roll(-1, dims=1)
    moved_aside = network.tokens(aside).view(1, 8, 2, 2, 24).roll(-1, dims=3)

    # Attention alone doesn't see order: without positions these would be the same.
    assert (tokens - moved_back).norm() > 0.01 * tokens.norm()
    assert (tokens - moved_aside).norm() > 0.01 * tokens.norm()


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float16, 5e-3), (torch.bfloat16, 5e-2)])
def test_half_precision_is_close(dtype: torch.dtype, tolerance: float) -> None:
    network, frames = filled(), film(24)
    exact = network.features(frames)

    rough = network.to(dtype).features(frames)

    assert rough.dtype == dtype
    assert (rough.float() - exact).norm() < tolerance * exact.norm()


def test_pixels_beyond_whole_patches_are_left_out() -> None:
    network, frames = filled(), film(16)
    wider = torch.cat([frames, torch.full((1, 16, 3, 32, 5), 9.0)], dim=4)

    torch.testing.assert_close(network.features(wider), network.features(frames))


@pytest.mark.parametrize(
    "sizes",
    [
        {"img_size": 8},
        {"embed_dim": 50},
        {"patch_frames": 0},
        {"segment_frames": 1},
        {"segment_step": 0},
        {"depth": -1},
    ],
)
def test_sizes_that_make_no_network_are_refused(sizes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"Synchformer|heads"):
        SynchformerConfig(**sizes)
