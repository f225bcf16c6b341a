from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from prismdesk.engines.audiox.config import read_denoiser
from prismdesk.engines.audiox.denoiser.checkpoint import PREFIX, denoiser_checkpoint
from prismdesk.engines.loading.filling import fill
from prismdesk.engines.loading.state_file import CheckpointError
from tests.conformance.manifest import manifest_state

if TYPE_CHECKING:
    import torch

    from prismdesk.engines.audiox.denoiser.network import DenoisingNetwork

MANIFESTS = Path(__file__).parents[3] / "conformance" / "manifests"
NAMES = ["audiox.base", "audiox.maf", "audiox.maf-mmdit"]


def _diffusion(name: str) -> dict[str, Any]:
    content = json.loads((MANIFESTS / f"{name}.json").read_text(encoding="utf-8"))
    diffusion: dict[str, Any] = content["config"]["model"]["diffusion"]
    return diffusion


def _state(name: str) -> dict[str, torch.Tensor]:
    return {one: t for one, t in manifest_state(name).items() if one.startswith(PREFIX)}


def _filled(state: dict[str, torch.Tensor], config_of: str) -> DenoisingNetwork:
    published = denoiser_checkpoint(read_denoiser(_diffusion(config_of)))
    return fill(published, state, where="model.ckpt", device="meta")


@pytest.mark.parametrize("name", ["audiox.base", "audiox.maf"])
def test_published_file_fills_the_full_dit(name: str) -> None:
    state = _state(name)

    network = _filled(state, name)

    tables = {one for one in state if one.endswith((".beta", ".inv_freq"))}
    assert len(tables) == 73
    assert {one: p.shape for one, p in network.named_parameters()} == {
        one.removeprefix(PREFIX): t.shape for one, t in state.items() if one not in tables
    }


def test_published_file_fills_the_full_mmdit_with_what_has_an_effect() -> None:
    state = _state("audiox.maf-mmdit")

    network = _filled(state, "audiox.maf-mmdit")

    kept = sum(p.numel() for p in network.parameters())
    without = sum(t.numel() for one, t in state.items() if ".to_q." in one)
    without += sum(t.numel() // 2 for one, t in state.items() if ".to_kv." in one)
    without += sum(
        t.numel() for one, t in state.items() if "to_cond_embed" in one or "to_global_embed" in one
    )
    assert kept == sum(t.numel() for t in state.values()) - without
    assert without > 24 * 2 * 1536 * 1536


@pytest.mark.parametrize("name", NAMES)
def test_names_without_prefix_and_tables_fill_it_too(name: str) -> None:
    state = {
        one.removeprefix(PREFIX): t
        for one, t in _state(name).items()
        if not one.endswith((".beta", ".inv_freq"))
    }

    assert _filled(state, name).is_fused


@pytest.mark.parametrize(("given", "wanted"), [(NAMES[0], NAMES[2]), (NAMES[2], NAMES[1])])
def test_the_other_kind_is_refused(given: str, wanted: str) -> None:
    with pytest.raises(CheckpointError, match=r"^model\.ckpt [^\n]*\.$"):
        _filled(_state(given), wanted)


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_layer_is_named(name: str) -> None:
    state = {one: t for one, t in _state(name).items() if ".layers.7." not in one}

    with pytest.raises(CheckpointError, match=r"layers\.7\."):
        _filled(state, name)
