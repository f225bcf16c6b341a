from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from prismdesk.errors import InputError
from prismdesk.session.adapter_wishes import read_adapters
from prismdesk.session.presets import find_preset, own_root
from tests.adapters.preset_files import write_preset

if TYPE_CHECKING:
    from prismdesk.adapters.card import Preset


def a_preset(name: str = "planks", **own: Any) -> Preset:
    return find_preset(str(write_preset(own_root() / f"{name}.safetensors", **own)))


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
