from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from prismdesk.engines.errors import AdapterRefusedError
from prismdesk.engines.weights.catalogue import model_of
from prismdesk.engines.weights.identity import sha256_of
from prismdesk.errors import InputError
from prismdesk.session import preset_fit
from prismdesk.session.adapter_files import adapter_files, refusal_of_adapters
from prismdesk.session.adapter_wishes import read_adapters
from prismdesk.session.preset_fit import base_of, fits, unusable, why_unfit
from prismdesk.session.presets import find_preset, own_root
from tests.adapters.preset_files import AUDIOX_LAYERS, write_preset
from tests.builders import a_region

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.adapters.card import Preset

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


def test_one_without_alpha_is_asked_about() -> None:
    preset = a_preset(alpha=None, base_model=SMALL)
    assert "states no alpha" in unusable(preset)
    assert fits(preset, "selva", SMALL) == unusable(preset)


def test_weights_of_ones_own_are_told_apart_by_their_checksum(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = tmp_path / "weights.pth"
    weights.write_bytes(b"trained on")
    monkeypatch.setattr(preset_fit, "_weights_of", lambda model: weights)
    preset = a_preset(base_sha256=hashlib.sha256(b"trained on").hexdigest(), base_model="gone")
    assert "was made for gone" in fits(preset, "selva", SMALL)
    assert why_unfit(preset, "selva", SMALL) == ""
    sha256_of(weights)
    assert fits(preset, "selva", SMALL) == ""


def test_a_checkpoint_of_the_same_name_and_other_weights_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = tmp_path / "weights.pth"
    weights.write_bytes(b"others")
    model = replace(model_of(SMALL), custom_folder=tmp_path)
    monkeypatch.setattr(preset_fit, "_weights_of", lambda model: weights)
    monkeypatch.setattr(preset_fit, "model_of", lambda text, engine=None: model)
    preset = a_preset(base_sha256="ab" * 32, base_model=SMALL)
    told = why_unfit(preset, "selva", SMALL)
    assert "was made for other weights of" in told
    assert hashlib.sha256(b"others").hexdigest()[:12] in told


def test_a_regions_presets_become_files_in_their_order() -> None:
    one, other = a_preset(base_model=SMALL), a_preset("tar", seed=2, base_model=SMALL)
    off = a_preset("off", seed=3, base_model=LARGE)
    adapters = ((other.reference, 0.5), (off.reference, 1.0), (one.reference, -1.0))
    region = a_region(engine="selva", adapters=adapters, muted_adapters=(off.reference,))
    assert adapter_files(region, SMALL) == (
        (str(other.path), other.content_sha256),
        (str(one.path), one.content_sha256),
    )
    assert refusal_of_adapters(region.sounding_adapters, "selva", SMALL) == ""


def test_what_is_missing_or_unfit_is_refused_in_a_sentence() -> None:
    gone = a_region(engine="selva", adapters=(("planks@0123456789ab", 1.0),))
    with pytest.raises(AdapterRefusedError, match="isn't in the library"):
        adapter_files(gone, SMALL)
    assert "isn't in the library" in refusal_of_adapters(gone.adapters, "selva", SMALL)
    large = a_preset(base_model=LARGE)
    unfit = a_region(engine="selva", adapters=((large.reference, 1.0),))
    with pytest.raises(AdapterRefusedError, match="was made for SelVA large"):
        adapter_files(unfit, SMALL)


def test_typed_presets_have_the_strength_of_their_card_unless_one_is_given() -> None:
    preset = a_preset("a: b", strength=0.6)
    other = a_preset("tar", seed=2)
    typed = read_adapters([preset.reference, "tar:-0.5"])
    assert typed == ((preset.reference, 0.6), (other.reference, -0.5))
    assert read_adapters([f"{other.path}:0.25"]) == ((other.reference, 0.25),)
    assert read_adapters([f"{preset.reference}:2"]) == ((preset.reference, 2.0),)


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        (["tar:much"], "must be written NAME or NAME:STRENGTH"),
        (["tar:2.5"], "a number from -1 to 2, not 2.5"),
        (["tar:nan"], "a number from -1 to 2"),
        (["tar", "tar:0.5"], "named twice"),
        (["snow"], "no preset “snow”; there are: tar"),
    ],
)
def test_what_is_typed_wrong_is_told(texts: list[str], says: str) -> None:
    a_preset("tar")
    with pytest.raises(InputError, match=says):
        read_adapters(texts)
