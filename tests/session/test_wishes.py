from __future__ import annotations

import pytest

from prismdesk.engines.contract import SettingSpec
from prismdesk.errors import InputError
from prismdesk.session.wishes import accepts, read_setting

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


def test_a_setting_without_bounds_says_its_kind() -> None:
    spec = SettingSpec(name="x", label="", help="", default=0.5, unit="s")
    assert accepts(spec) == "numbers s"
