from __future__ import annotations

import re

import pytest
import torch
from torch import Tensor

from prismdesk.engines.audiox.checkpoint import without_prefix
from prismdesk.engines.audiox.conditioning.video_prompt import (
    CLIP_VIT_B_32,
    VideoPrompt,
    clip_of,
    video_prompt_checkpoint,
)
from prismdesk.engines.audiox.config import read_conditioner
from prismdesk.engines.loading.checkpoint_error import CheckpointError
from prismdesk.engines.loading.filling import fill
from prismdesk.engines.nets.clip_vision import ClipVisionConfig
from prismdesk.errors import Cancelled
from tests.conformance.det_v1 import det_v1_state
from tests.conformance.manifest import manifest_state

_LATER_LAYERS = re.compile(r"encoder\.layers\.[1-9]")
CLIP = ClipVisionConfig(
    hidden_size=768,
    intermediate_size=16,
    projection_dim=4,
    num_hidden_layers=1,
    num_attention_heads=12,
    image_size=4,
    patch_size=2,
)


def prompt_of(
    type_: str, *, dtype: torch.dtype = torch.float32, cond_dim: int = 768
) -> VideoPrompt:
    """A conditioner with one frame a second, five tokens a frame and weights of its own."""
    stated = {"id": "v", "type": type_, "config": {"video_fps": 1}}
    published = video_prompt_checkpoint(read_conditioner(stated, cond_dim=cond_dim), clip=CLIP)
    with torch.device("meta"):
        names = published.build().state_dict()
    state = det_v1_state({name: tuple(one.shape) for name, one in names.items()})
    return fill(published, state, where="model.ckpt", dtype=dtype)


@pytest.fixture(scope="module")
def plain() -> VideoPrompt:
    return prompt_of("clip")


@pytest.fixture(scope="module")
def with_sync() -> VideoPrompt:
    return prompt_of("clip-with-sync-w-empty-feat")


@pytest.fixture(scope="module")
def frames() -> Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (1, 10, 3, 4, 4), generator=generator, dtype=torch.uint8)


def test_a_film_of_zeros_is_none_and_one_value_makes_a_film(plain: VideoPrompt) -> None:
    nothing = torch.zeros(1, 10, 3, 4, 4, dtype=torch.uint8)
    something = nothing.clone()
    something[0, 7, 1, 3, 3] = 1

    assert torch.equal(plain.encode(nothing).tokens, plain.empty_visual_feat)
    assert torch.equal(plain.encode(nothing).tokens, plain.empty(1).tokens)
    assert not torch.equal(plain.encode(something).tokens, plain.empty_visual_feat)


def test_items_do_not_see_each_other(plain: VideoPrompt, frames: Tensor) -> None:
    together = plain.encode(torch.cat([frames, torch.zeros_like(frames), frames.flip(1)]))

    torch.testing.assert_close(together.tokens[:1], plain.encode(frames).tokens)
    assert torch.equal(together.tokens[1:2], plain.empty_visual_feat)
    torch.testing.assert_close(together.tokens[2:], plain.encode(frames.flip(1)).tokens)
    assert together.mask.tolist() == [[1.0]] * 3


def test_order_of_frames_matters(plain: VideoPrompt, frames: Tensor) -> None:
    assert not torch.allclose(plain.encode(frames).tokens, plain.encode(frames.flip(1)).tokens)


def test_type_of_the_pixels_does_not_matter(plain: VideoPrompt, frames: Tensor) -> None:
    assert torch.equal(plain.encode(frames.float()).tokens, plain.encode(frames).tokens)


def test_absent_movement_is_zeros_and_not_nothing(with_sync: VideoPrompt, frames: Tensor) -> None:
    absent = with_sync.encode(frames).tokens
    zeros = with_sync.encode(frames, torch.zeros(1, 240, 768)).tokens
    ones = with_sync.encode(frames, torch.ones(1, 240, 768)).tokens

    torch.testing.assert_close(absent, zeros)
    assert not torch.allclose(ones, zeros)
    with_sync.proj_sync.bias.add_(1.0)
    try:
        moved = with_sync.encode(frames).tokens
    finally:
        with_sync.proj_sync.bias.sub_(1.0)
    torch.testing.assert_close(moved - absent, with_sync.sync_weight.expand_as(absent))


def test_movement_without_a_picture_is_left_aside(with_sync: VideoPrompt, frames: Tensor) -> None:
    films = torch.cat([torch.zeros_like(frames), frames])
    sync = torch.stack([torch.full((240, 768), 5.0), torch.randn(240, 768)])

    tokens = with_sync.encode(films, sync).tokens

    assert torch.equal(tokens[:1], with_sync.empty_visual_feat)
    torch.testing.assert_close(tokens[1:], with_sync.encode(frames, sync[1:]).tokens)


def test_a_projection_that_files_of_other_widths_hold_changes_nothing(
    plain: VideoPrompt, frames: Tensor
) -> None:
    wide = prompt_of("clip", cond_dim=32)

    assert wide.proj_out.weight.shape == (32, 768)
    assert torch.equal(wide.encode(frames).tokens, plain.encode(frames).tokens)


def test_half_precision_works(with_sync: VideoPrompt, frames: Tensor) -> None:
    halved = prompt_of("clip-with-sync-w-empty-feat", dtype=torch.bfloat16)
    exact = with_sync.encode(frames, torch.ones(1, 240, 768)).tokens

    tokens = halved.encode(frames, torch.ones(1, 240, 768)).tokens

    assert tokens.dtype == torch.bfloat16
    assert (tokens.float() - exact).norm() < 0.03 * exact.norm()


def test_wrong_shapes_are_refused(
    plain: VideoPrompt, with_sync: VideoPrompt, frames: Tensor
) -> None:
    with pytest.raises(ValueError, match="not 10 of each film"):
        plain.encode(frames[:, :9])
    with pytest.raises(ValueError, match="no place for them"):
        plain.encode(frames, torch.zeros(1, 240, 768))
    with pytest.raises(ValueError, match="not 240 of 768"):
        with_sync.encode(frames, torch.zeros(1, 192, 768))


def test_work_is_told_and_stops(plain: VideoPrompt, frames: Tensor) -> None:
    told: list[float] = []

    plain.encode(torch.cat([frames, frames]), report=told.append)

    assert told == sorted(told)
    assert len([one for one in told if one < 0.7]) >= 5
    assert len([one for one in told if 0.7 < one < 1.0]) >= 3
    assert told[-1] == 1.0
    with pytest.raises(Cancelled):
        plain.encode(frames, cancelled=lambda: True)
    for asked in (3, 7):  # among the frames, and among the places
        answers = iter([False] * asked + [True])
        with pytest.raises(Cancelled):
            plain.encode(frames, cancelled=answers.__next__)
        assert list(answers) == []


def test_sizes_of_the_tower_are_told_by_its_tensors() -> None:
    published = without_prefix(
        manifest_state("audiox.base"), "conditioner.conditioners.video_prompt."
    )
    tower = "visual_encoder_model.vision_model"
    small = published | {
        f"{tower}.embeddings.patch_embedding.weight": torch.zeros(768, 3, 2, 2),
        f"{tower}.embeddings.position_embedding.weight": torch.zeros(5, 768),
        f"{tower}.encoder.layers.0.mlp.fc1.weight": torch.zeros(16, 768),
        "visual_encoder_model.visual_projection.weight": torch.zeros(4, 768),
    }
    small = {name: one for name, one in small.items() if not _LATER_LAYERS.search(name)}

    assert clip_of(small, where="x") == CLIP
    assert clip_of(published, where="x") == CLIP_VIT_B_32
    for broken in ({}, {name: torch.zeros(3) for name in published}):
        with pytest.raises(CheckpointError, match=r"model\.ckpt holds no CLIP"):
            clip_of(broken, where="model.ckpt")


def test_towers_of_another_width_are_refused() -> None:
    conditioner = read_conditioner({"id": "v", "type": "clip"}, cond_dim=768)
    narrow = ClipVisionConfig(hidden_size=48, num_attention_heads=4)

    with pytest.raises(ValueError, match="of width 48"):
        video_prompt_checkpoint(conditioner, clip=narrow).build()


def test_conditioners_of_other_things_are_refused() -> None:
    words = read_conditioner({"id": "text_prompt", "type": "t5"}, cond_dim=768)

    with pytest.raises(ValueError, match="text_prompt is no conditioner of the picture"):
        video_prompt_checkpoint(words)
