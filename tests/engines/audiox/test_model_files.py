from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import torch

from prismdesk.engines.audiox.config_fields import ConfigError
from prismdesk.engines.audiox.model_files import ModelFiles
from prismdesk.engines.audiox.synchformer_sizes import synchformer_sizes
from prismdesk.engines.loading.checkpoint_error import CheckpointError
from prismdesk.engines.nets.synchformer import SynchformerConfig
from tests.checkpoints.audiox_models import AudioxModel
from tests.checkpoints.encoder_layouts import synchformer_shapes

if TYPE_CHECKING:
    from pathlib import Path


def files_in(folder: Path, *, sync: bool = True) -> ModelFiles:
    path = folder / "synchformer_state_dict.pth"
    return ModelFiles(folder / "config.json", folder / "model.ckpt", path if sync else None)


def test_sizes_of_a_synchformer_are_found_in_its_tensors() -> None:
    for model in (AudioxModel(kind="maf"), AudioxModel(kind="maf", is_full=True)):
        assert model.sync is not None
        shapes = synchformer_shapes(model.sync)
        state = {name: torch.empty(shape, device="meta") for name, shape in shapes.items()}
        assert synchformer_sizes(state, where="x") == SynchformerConfig(**model.sync)


@pytest.mark.parametrize("state", [{}, {"vfeat_extractor.pos_embed": torch.zeros(2)}])
def test_another_file_is_no_synchformer(state: dict[str, torch.Tensor]) -> None:
    with pytest.raises(CheckpointError, match=r"sync\.pth is no Synchformer"):
        synchformer_sizes(state, where="sync.pth")


def test_a_model_that_looks_at_movement_needs_a_synchformer(small_checkpoints: Path) -> None:
    with pytest.raises(ConfigError, match="wants a Synchformer"):
        _ = files_in(small_checkpoints / "audiox-tiny-maf", sync=False).config


def test_a_prompt_that_cannot_be_given_is_named(small_checkpoints: Path, tmp_path: Path) -> None:
    config = json.loads((small_checkpoints / "audiox-tiny-base" / "config.json").read_text())
    number = {"id": "seconds_total", "type": "number", "config": {"min_val": 0, "max_val": 512}}
    config["model"]["conditioning"]["configs"].append(number)
    config["model"]["diffusion"]["cross_attention_cond_ids"].append("seconds_total")
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(ConfigError, match="'seconds_total' besides words, picture and sound"):
        _ = files_in(tmp_path).config


def test_what_was_learned_for_nothing_is_read_without_a_network(small_checkpoints: Path) -> None:
    files = files_in(small_checkpoints / "audiox-tiny-base")
    assert files.learned(files.picture, "empty_visual_feat").shape == (1, 128, 768)
    assert files.learned(files.sound, "empty_audio_feat").shape == (1, 215, 768)
    with pytest.raises(CheckpointError, match="no usable proj_out"):
        files.learned(files.sound, "proj_out.weight")
