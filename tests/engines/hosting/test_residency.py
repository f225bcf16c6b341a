from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import torch

from prismdesk.engines.hosting.chosen_checkpoint import chosen_checkpoint
from prismdesk.engines.hosting.residency import Residence
from prismdesk.engines.selva.networks import CLIP_TEXT, GENERATOR, VOCODER
from tests.engines.selva.asking import MMAUDIO, SELVA

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.engines.hosting.network import Checkpoint

pytestmark = pytest.mark.usefixtures("small_models")
_CPU = torch.device("cpu")


def _checkpoint(variant: str = SELVA) -> Checkpoint:
    return chosen_checkpoint("selva", variant, device="cpu")


def test_network_is_loaded_once_and_kept() -> None:
    residence, checkpoint = Residence(), _checkpoint()
    with residence.use(GENERATOR, checkpoint) as first:
        pass
    with residence.use(GENERATOR, checkpoint) as again:
        assert again is first
    assert residence.bytes_on(_CPU) == sum(p.nbytes for p in first.parameters())


def test_offloading_leaves_nothing_behind_even_after_a_failure() -> None:
    residence = Residence()
    residence.is_offloading = True
    with pytest.raises(ValueError, match="stage"), residence.use(VOCODER, _checkpoint()):
        raise ValueError("the stage failed")
    assert residence.bytes_on(_CPU) == 0


def test_other_model_frees_what_it_does_not_share() -> None:
    residence = Residence()
    with (
        residence.use(GENERATOR, _checkpoint()),
        residence.use(CLIP_TEXT, _checkpoint()),
    ):
        pass
    assert not residence.forget_others(_checkpoint())
    assert residence.forget_others(_checkpoint(MMAUDIO))
    assert residence.loaded_count == 0


def test_other_precision_frees_large_networks_alone() -> None:
    residence = Residence()
    with residence.use(GENERATOR, _checkpoint()), residence.use(VOCODER, _checkpoint()):
        pass
    halved = replace(_checkpoint(), precision=torch.bfloat16)
    assert residence.forget_others(halved)
    assert residence.is_loaded(VOCODER, halved)
    assert not residence.is_loaded(GENERATOR, _checkpoint())


def test_file_written_anew_is_loaded_anew(tmp_path: Path) -> None:
    residence, checkpoint = Residence(), _checkpoint()
    path = tmp_path / "generator.pth"
    path.write_bytes(checkpoint.files["generator"].read_bytes())
    moved = replace(checkpoint, files={**checkpoint.files, "generator": path})
    with residence.use(GENERATOR, moved) as first:
        pass
    state = torch.load(path, weights_only=True)
    state["latent_mean"] += 1.0
    path.unlink()
    torch.save(state, path)
    assert residence.forget_others(moved)
    with residence.use(GENERATOR, moved) as again:
        assert again is not first
