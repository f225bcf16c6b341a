from __future__ import annotations

from prismdesk.engines.audiox.setting_specs import AUDIOX_SETTINGS
from prismdesk.engines.hosting.setting_specs import (
    PRECISION,
    STOP_AT_STEP,
    STRENGTH,
    long_regions,
    placement,
    window_overlap,
)
from prismdesk.engines.selva.setting_specs import SELVA_SETTINGS


def test_settings_of_one_name_are_one_control_in_every_engine() -> None:
    selva = {spec.name: spec for spec in SELVA_SETTINGS}
    shared = [spec for spec in AUDIOX_SETTINGS if spec.name in selva]
    assert len(shared) > 5
    for spec in shared:
        other = selva[spec.name]
        assert (spec.label, spec.unit) == (other.label, other.unit), spec.name
        assert set(spec.choices) == set(other.choices), spec.name
        assert type(spec.default) is type(other.default), spec.name


def test_both_engines_offer_the_settings_that_mean_the_same() -> None:
    for spec in (STRENGTH, STOP_AT_STEP, PRECISION):
        assert spec in SELVA_SETTINGS
        assert spec in AUDIOX_SETTINGS


def test_a_default_is_among_the_choices_or_inside_the_range() -> None:
    for spec in (*SELVA_SETTINGS, *AUDIOX_SETTINGS):
        if spec.choices:
            assert spec.default in spec.choices, spec.name
        elif not isinstance(spec.default, bool | str):
            assert spec.minimum is not None, spec.name
            assert spec.maximum is not None, spec.name
            assert spec.minimum <= spec.default <= spec.maximum, spec.name


def test_what_differs_is_said_by_the_engine() -> None:
    assert long_regions(beyond="8 s").help.startswith("Beyond 8 s: joint")
    assert long_regions(beyond="8 s", except_for=" at all").help.endswith("trained for at all.")
    assert window_overlap(most_seconds=6.4).maximum == 6.4
    assert placement("To the left.").help == "To the left."
