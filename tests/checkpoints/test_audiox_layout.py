from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.checkpoints.audiox_layout import audiox_shapes, oobleck_shapes
from tests.checkpoints.audiox_models import KINDS, AudioxModel, Kind

MANIFESTS = Path(__file__).parents[1] / "conformance" / "manifests"


def manifest(name: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((MANIFESTS / f"{name}.json").read_text())
    return told


def shapes_of(told: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(entry[1]) for name, entry in told["tensors"].items()}


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_model_has_every_tensor_of_the_published_one(kind: Kind) -> None:
    model = AudioxModel(kind=kind, is_full=True)
    told = manifest(f"audiox.{kind}")
    assert audiox_shapes(model.config, model.clip) == shapes_of(told)


def test_the_autoencoder_alone_has_the_names_of_its_own_file() -> None:
    config = AudioxModel(kind="maf-mmdit", is_full=True).config
    assert oobleck_shapes(config["model"]["pretransform"]) == shapes_of(manifest("audiox.vae"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_small_model_has_the_names_of_the_published_one(kind: Kind) -> None:
    small = AudioxModel(kind=kind)
    full = AudioxModel(kind=kind, is_full=True)
    names = set(audiox_shapes(small.config, small.clip))
    assert names < set(audiox_shapes(full.config, full.clip))
