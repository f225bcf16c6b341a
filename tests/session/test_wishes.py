from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.engines.capabilities import SettingSpec
from prismdesk.engines.catalogue import capabilities_of
from prismdesk.engines.weights.catalogue import model_of
from prismdesk.errors import InputError
from prismdesk.session.wishes import accepts, read_setting, read_variant
from tests.checkpoints.audiox_models import AudioxModel
from tests.checkpoints.audiox_writing import write_audiox_checkpoint
from tests.engines.weights.published_files import put_model

if TYPE_CHECKING:
    from pathlib import Path

    from tests.checkpoints.audiox_models import Kind

STEPS = SettingSpec(name="steps", label="Steps", help="", default=25, minimum=1, maximum=100)
GUIDANCE = SettingSpec(
    name="guidance", label="Guidance", help="", default=4.5, minimum=0, maximum=20
)
TONES = SettingSpec(name="tones", label="Tones", help="", default=True)
METHOD = SettingSpec(
    name="method", label="Method", help="", default="auto", choices=("auto", "texture")
)


@pytest.mark.parametrize(
    ("spec", "text", "value"),
    [
        (STEPS, "40", 40),
        (GUIDANCE, "3", 3.0),
        (GUIDANCE, "4.25", 4.25),
        (TONES, "off", False),
        (TONES, "Yes", True),
        (METHOD, "texture", "texture"),
    ],
)
def test_a_setting_is_read_as_its_default_is(spec: SettingSpec, text: str, value: object) -> None:
    assert read_setting(spec, text) == value
    assert type(read_setting(spec, text)) is type(value)


@pytest.mark.parametrize(
    ("spec", "text", "says"),
    [
        (STEPS, "0", "whole numbers from 1 to 100"),
        (STEPS, "2.5", "whole numbers from 1 to 100"),
        (GUIDANCE, "nan", "numbers from 0 to 20"),
        (GUIDANCE, "inf", "numbers from 0 to 20"),
        (TONES, "maybe", "on or off"),
        (METHOD, "magic", "auto, texture"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_what_does(
    spec: SettingSpec, text: str, says: str
) -> None:
    with pytest.raises(InputError, match=says):
        read_setting(spec, text)


@pytest.mark.parametrize(
    ("engine", "typed", "variant_id"),
    [
        ("selva", "", ""),
        ("selva", "selva-small_16k", "selva-small_16k"),
        ("selva", "small_16k", "selva-small_16k"),
        ("selva", "Large-44k", "selva-large_44k"),
        ("selva", "huge_44k", ""),
        ("selva", "large_44k_v2", "mmaudio-large_44k_v2"),
        ("ambience", "", ""),
    ],
)
def test_a_variant_is_found_as_it_is_typed(engine: str, typed: str, variant_id: str) -> None:
    capabilities = capabilities_of(engine)
    if typed and not variant_id:
        with pytest.raises(InputError, match="no model called"):
            read_variant(capabilities, typed)
    else:
        assert read_variant(capabilities, typed) == variant_id


def test_an_engine_without_variants_takes_none() -> None:
    with pytest.raises(InputError, match="has no variants; leave “large” out"):
        read_variant(capabilities_of("ambience"), "large")


def test_a_setting_without_bounds_says_its_kind() -> None:
    spec = SettingSpec(name="x", label="", help="", default=0.5, unit="s")
    assert accepts(spec) == "numbers s"


@pytest.mark.parametrize("kind", ["base", "maf", "maf-mmdit"])
def test_a_bare_variant_means_the_users_own_where_the_published_one_is_not_here(
    kind: Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRISMDESK_MODELS", str(tmp_path))
    assert read_variant(capabilities_of("audiox"), kind) == f"audiox-{kind}"
    model = AudioxModel(kind=kind)
    write_audiox_checkpoint(tmp_path / "one", model)
    own = f"custom-audiox-tiny-{kind}-untrained"
    assert read_variant(capabilities_of("audiox"), kind) == own
    assert read_variant(capabilities_of("audiox"), f"AudioX_{kind}") == f"audiox-{kind}"
    write_audiox_checkpoint(tmp_path / "two", model)
    with pytest.raises(InputError, match=f"{own}, {own}-2"):
        read_variant(capabilities_of("audiox"), kind)


def test_a_bare_variant_means_the_published_one_where_it_is_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRISMDESK_MODELS", str(tmp_path))
    write_audiox_checkpoint(tmp_path / "one", AudioxModel(kind="base"))
    put_model(tmp_path, model_of("audiox-base"))
    assert read_variant(capabilities_of("audiox"), "base") == "audiox-base"
