from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import torch

from prismdesk.engines.loading.filling import fill
from prismdesk.engines.loading.state_file import CheckpointError
from prismdesk.engines.selva.generator.checkpoint import generator_checkpoint
from prismdesk.engines.selva.generator.config import PUBLISHED_GENERATORS, GeneratorConfig
from tests.engines.selva.generator.tiny import tiny_generator

if TYPE_CHECKING:
    from prismdesk.engines.selva.generator.network import Generator

MANIFESTS = sorted(
    (Path(__file__).parents[3] / "conformance" / "manifests").glob("*.generator-*.json")
)


def _config_of(manifest: Path) -> GeneratorConfig:
    variant = manifest.stem.split(".generator-")[1].replace("-", "_")
    return PUBLISHED_GENERATORS[variant]


def _state_of(content: dict[str, Any]) -> dict[str, torch.Tensor]:
    return {
        name: torch.empty(shape, dtype=getattr(torch, dtype), device="meta")
        for name, (dtype, shape) in content["tensors"].items()
    }


def _filled(manifest: Path, *extra: str) -> Generator:
    content = json.loads(manifest.read_text(encoding="utf-8"))
    state = _state_of(content)
    state |= {name: torch.empty(7, device="meta") for name in extra}
    return fill(
        generator_checkpoint(_config_of(manifest)), state, where=content["file"], device="meta"
    )


def test_every_published_generator_has_a_manifest() -> None:
    assert {path.stem for path in MANIFESTS} == {
        *(f"mmaudio.generator-{name.replace('_', '-')}" for name in PUBLISHED_GENERATORS),
        *(f"selva.generator-{name.replace('_', '-')}" for name in list(PUBLISHED_GENERATORS)[:4]),
    }


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda path: path.stem)
def test_published_file_fills_the_full_network(manifest: Path) -> None:
    content = json.loads(manifest.read_text(encoding="utf-8"))

    generator = _filled(manifest)

    assert generator.is_fused
    assert sum(p.numel() for p in generator.parameters()) == content["parameters"]
    assert {name: list(p.shape) for name, p in generator.named_parameters()} == {
        name: shape for name, (_, shape) in content["tensors"].items()
    }


@pytest.mark.parametrize("manifest", MANIFESTS[:1], ids=lambda path: path.stem)
def test_tables_of_old_files_are_dropped(manifest: Path) -> None:
    content = json.loads(manifest.read_text(encoding="utf-8"))
    tables = content["may_also_hold_and_is_ignored"]

    generator = _filled(manifest, *tables)

    assert len(tables) == 3
    assert not set(tables) & set(generator.state_dict())


def test_other_tensors_are_refused() -> None:
    with pytest.raises(CheckpointError, match="optimizer"):
        _filled(MANIFESTS[0], "optimizer")


def test_file_of_another_size_is_refused() -> None:
    small = next(path for path in MANIFESTS if path.stem == "mmaudio.generator-small-16k")
    state = _state_of(json.loads(small.read_text(encoding="utf-8")))

    with pytest.raises(CheckpointError, match=r"small_16k\.pth.*another shape"):
        fill(
            generator_checkpoint(PUBLISHED_GENERATORS["small_44k"]),
            state,
            where="small_16k.pth",
            device="meta",
        )


def test_statistics_of_the_latent_are_not_rounded_with_the_weights() -> None:
    whole, halved = tiny_generator(), tiny_generator(dtype=torch.bfloat16)

    assert halved.dtype == torch.bfloat16
    assert torch.equal(halved.latent_mean, whole.latent_mean)
    assert torch.equal(halved.latent_std, whole.latent_std)
