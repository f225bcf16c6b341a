from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from prismdesk.engines.weights.identity import sha256_of
from prismdesk.engines.weights.places import state_of
from prismdesk.session import preset_fit
from prismdesk.session.preset_fit import base_of, fits, unusable, why_unfit
from prismdesk.session.presets import find_preset, own_root
from tests.adapters.preset_files import AUDIOX_LAYERS, write_preset, write_tensors

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from prismdesk.adapters.card import Preset
    from prismdesk.engines.weights.model import Model
    from prismdesk.engines.weights.places import ModelState

SMALL, LARGE = "selva-small_16k", "selva-large_44k"


def a_preset(name: str = "planks", **own: Any) -> Preset:
    return find_preset(str(write_preset(own_root() / f"{name}.safetensors", **own)))


def test_the_model_it_names_is_the_one_it_fits() -> None:
    preset = a_preset(base_model=SMALL)
    assert fits(preset, "selva", SMALL) == ""
    told = fits(preset, "selva", LARGE)
    assert told.startswith("The preset planks was made for SelVA small")
    base = base_of(preset)
    assert base is not None
    assert base.id == SMALL


def test_another_family_or_an_engine_without_presets_is_refused() -> None:
    preset = a_preset(layers=AUDIOX_LAYERS)
    assert "not for SelVA" in fits(preset, "selva", SMALL)
    assert "takes no presets" in fits(preset, "ambience", "")


def test_one_that_names_no_model_is_asked_about() -> None:
    told = fits(a_preset("old diesel"), "selva", SMALL)
    assert 'say it with `prismdesk lora set "old diesel" --base MODEL`' in told


def of_kind(kind: str, tensor: str, family: str, base: str) -> Preset:
    said = {"format": 1, "kind": kind, "family": family, "base_model": base}
    path = own_root() / f"{kind} {family}.safetensors"
    data = {tensor: np.ones((2, 3), np.float32)}
    return find_preset(str(write_tensors(path, data, {"prismdesk": json.dumps(said)})))


def test_kinds_that_an_engine_cannot_be_given_are_refused() -> None:
    words = "words.vectors"
    assert fits(of_kind("words", words, "selva", SMALL), "selva", SMALL) == ""
    told = fits(of_kind("words", words, "audiox", "audiox-base"), "audiox", "audiox-base")
    assert told.startswith("The preset words audiox holds words, which AudioX can't be given")


def test_tuned_vocoder_names_the_weights_it_was_tuned_on() -> None:
    preset = of_kind("vocoder", "conv_pre.weight", "selva", SMALL)
    assert "doesn't say for which weights" in fits(preset, "selva", SMALL)


def test_one_without_alpha_is_asked_about() -> None:
    preset = a_preset(alpha=None, base_model=SMALL)
    assert "states no alpha" in unusable(preset)
    assert fits(preset, "selva", SMALL) == unusable(preset)


def test_weights_of_ones_own_are_told_apart_by_their_checksum(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = tmp_path / "weights.pth"
    weights.write_bytes(b"trained on")
    put_weights(monkeypatch, weights)
    preset = a_preset(base_sha256=hashlib.sha256(b"trained on").hexdigest(), base_model="gone")
    assert "was made for gone" in fits(preset, "selva", SMALL)
    assert why_unfit(preset, "selva", SMALL) == ""
    sha256_of(weights)
    assert fits(preset, "selva", SMALL) == ""


def test_other_weights_of_the_same_name_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = tmp_path / "weights.pth"
    weights.write_bytes(b"others")
    put_weights(monkeypatch, weights)
    preset = a_preset(base_sha256="ab" * 32, base_model=SMALL)
    assert fits(preset, "selva", SMALL) == ""
    told = why_unfit(preset, "selva", SMALL)
    assert "was made for other weights of SelVA small" in told
    assert hashlib.sha256(b"others").hexdigest()[:12] in told
    assert fits(preset, "selva", SMALL) == told


def put_weights(monkeypatch: pytest.MonkeyPatch, weights: Path) -> None:
    """Have every model's own weights be a file."""

    def with_weights(model: Model) -> ModelState:
        return replace(state_of(model), paths={model.base_role: weights})

    monkeypatch.setattr(preset_fit, "state_of", with_weights)
    monkeypatch.setattr(preset_fit, "_weights_by_model", {})
