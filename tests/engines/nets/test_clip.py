from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
import torch
from safetensors.torch import save_file

from prismdesk.engines.loading.filling import fill
from prismdesk.engines.loading.state_file import CheckpointError, read_state
from prismdesk.engines.nets.clip import (
    DFN5B_VIT_H_14,
    ClipConfig,
    ClipImageTower,
    ClipTextTower,
    clip_image_checkpoint,
    clip_text_checkpoint,
)
from prismdesk.engines.nets.clip_names import is_of_text_tower
from prismdesk.errors import InputError
from tests.conformance.case_file import read_case
from tests.conformance.manifest import manifest_state
from tests.conformance.test_cases import CASES

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

CASE = next(path for path in CASES if path.stem == "selva.clip--text")


@pytest.fixture(scope="module")
def config() -> ClipConfig:
    return ClipConfig.from_mapping(read_case(CASE).config)


@pytest.fixture(scope="module")
def state() -> dict[str, Tensor]:
    return read_case(CASE).state()


@pytest.fixture
def text_tower(config: ClipConfig, state: dict[str, Tensor]) -> ClipTextTower:
    return fill(clip_text_checkpoint(config), state, where="clip.bin")


@pytest.fixture
def image_tower(config: ClipConfig, state: dict[str, Tensor]) -> ClipImageTower:
    return fill(clip_image_checkpoint(config), state, where="clip.bin")


def test_published_file_fills_both_towers() -> None:
    published = manifest_state("selva.clip-dfn5b-vit-h-14")

    text = fill(clip_text_checkpoint(DFN5B_VIT_H_14), published, where="x", device="meta")
    image = fill(clip_image_checkpoint(DFN5B_VIT_H_14), published, where="x", device="meta")

    parts = [*text.parameters(), *image.parameters()]
    unused = ["text_projection", "logit_scale"]
    assert sum(part.numel() for part in parts) == sum(
        tensor.numel() for name, tensor in published.items() if name not in unused
    )


def test_features_have_unit_length(text_tower: ClipTextTower, image_tower: ClipImageTower) -> None:
    words = text_tower.encode(torch.randint(0, 120, (2, 77)))
    pictures = image_tower.encode(torch.rand(2, 3, 28, 28))

    torch.testing.assert_close(words.norm(dim=-1), torch.ones(2, 77))
    torch.testing.assert_close(pictures.norm(dim=-1), torch.ones(2))


def test_padding_is_read_but_earlier_tokens_do_not_see_it(text_tower: ClipTextTower) -> None:
    zeros = torch.zeros(1, 77, dtype=torch.int64)
    zeros[0, :3] = torch.tensor([118, 5, 119])
    ends = zeros.clone()
    ends[0, 3:] = 119

    of_zeros, of_ends = text_tower.encode(zeros), text_tower.encode(ends)

    torch.testing.assert_close(of_zeros[:, :3], of_ends[:, :3])
    assert not torch.allclose(of_zeros[:, 3:], of_ends[:, 3:], atol=1e-2)


def test_rows_and_columns_beyond_the_last_whole_patch_are_not_looked_at(
    image_tower: ClipImageTower,
) -> None:
    pictures = torch.rand(1, 3, 34, 34)
    other_edges = pictures.clone()
    other_edges[..., 28:, :] = 0.0
    other_edges[..., 28:] = 1.0

    assert torch.equal(image_tower.encode(pictures), image_tower.encode(other_edges))


def test_pictures_with_more_or_fewer_patches_are_refused(image_tower: ClipImageTower) -> None:
    for side in (27, 35):
        with pytest.raises(ValueError, match="28 px"):
            image_tower.encode(torch.rand(1, 3, side, side))


def test_ids_outside_the_vocabulary_are_refused(text_tower: ClipTextTower) -> None:
    for wrong in (-1, 120):
        with pytest.raises(ValueError, match="vocabulary of 120"):
            text_tower.encode(torch.full((1, 77), wrong))


def test_text_tower_fills_from_its_own_tensors_alone(
    config: ClipConfig, state: dict[str, Tensor], tmp_path: Path
) -> None:
    path = tmp_path / "clip.safetensors"
    save_file(state, path)

    picked = read_state(path, names=is_of_text_tower)
    tower = fill(clip_text_checkpoint(config), picked, where="clip.safetensors")

    assert not any(name.startswith("visual.") or name == "text_projection" for name in picked)
    assert tower.encode(torch.zeros(1, 77, dtype=torch.int64)).shape == (1, 77, 48)


def test_towers_work_in_half_precision(config: ClipConfig, state: dict[str, Tensor]) -> None:
    image = fill(clip_image_checkpoint(config), state, where="x", dtype=torch.bfloat16)
    exact = fill(clip_image_checkpoint(config), state, where="x")
    pictures = torch.rand(2, 3, 28, 28)

    half = image.encode(pictures)

    assert half.dtype == torch.bfloat16
    torch.testing.assert_close(half.float(), exact.encode(pictures), atol=3e-2, rtol=0)


def test_a_file_without_a_bias_is_refused_by_name(
    config: ClipConfig, state: dict[str, Tensor]
) -> None:
    del state["transformer.resblocks.1.attn.in_proj_bias"]

    with pytest.raises(CheckpointError, match=r"1 missing: .*resblocks\.1\.attn\.in_proj_bias"):
        fill(clip_text_checkpoint(config), state, where="clip.bin")


def test_impossible_sizes_are_refused() -> None:
    values = dataclasses.asdict(DFN5B_VIT_H_14)
    for broken in (
        {**values, "vision": {**values["vision"], "head_width": 77}},
        {**values, "text": {**values["text"], "heads": 0}},
        {**values, "text": {**values["text"], "layers": "24"}},
        {**values, "vision": {**values["vision"], "layers": -1}},
        {**values, "vision": {**values["vision"], "patch_size": 385}},
        {**values, "vision": None},
        {**values, "vision": {**values["vision"], "mlp_ratio": "4"}},
        {**values, "embed_dim": True},
        {**values, "text": {**values["text"], "surprise": 1}},
        {name: value for name, value in values.items() if name != "vision"},
    ):
        with pytest.raises(InputError, match="sizes given for CLIP"):
            ClipConfig.from_mapping(broken)
