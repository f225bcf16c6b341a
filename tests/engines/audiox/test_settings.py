from __future__ import annotations

import pytest

from prismdesk.engines.audiox.presets import PRESETS
from prismdesk.engines.audiox.setting_specs import PRESETS as PRESET_NAMES
from prismdesk.engines.audiox.settings import read_settings
from prismdesk.engines.setting_values import SettingError


def test_every_preset_can_be_chosen_and_fills_in_what_is_left_open() -> None:
    assert tuple(PRESETS) == PRESET_NAMES
    for name, preset in PRESETS.items():
        settings = read_settings({"preset": name})
        assert (settings.sampler, settings.steps) == (preset.sampler, preset.steps)
        assert settings.levels == (preset.sigma_min, preset.sigma_max)


def test_what_is_set_by_hand_goes_before_the_preset() -> None:
    settings = read_settings(
        {"preset": "final", "steps": 7, "sampler": "k-lms", "sigma_min": 0.03, "sigma_max": 80.0}
    )
    assert (settings.sampler, settings.steps, settings.levels) == ("k-lms", 7, (0.03, 80.0))


def test_published_defaults() -> None:
    settings = read_settings({"preset": "final"})
    assert (settings.sampler, settings.steps) == ("dpmpp-3m-sde", 250)
    assert (settings.guidance, settings.guidance_rescale) == (7.0, 0.0)
    assert settings.levels == (0.3, 500.0)


def test_strength_is_the_time_that_a_variation_starts_from() -> None:
    assert read_settings({}).noise_level is None
    half = read_settings({"strength": 0.5})
    assert half.noise_level == pytest.approx(1.0)
    assert half.levels == pytest.approx((0.3, 1.0))
    levels = [read_settings({"strength": share}).levels[1] for share in (0.05, 0.3, 0.9, 0.99)]
    assert levels == sorted(levels)
    low, high = read_settings({"strength": 0.05}).levels
    assert 0.0 < low < high


def test_a_given_noise_level_goes_before_the_strength() -> None:
    settings = read_settings({"strength": 0.5, "noise_level": 0.1})
    assert settings.levels == pytest.approx((0.03, 0.1))


@pytest.mark.parametrize(
    ("name", "value"),
    [("steps", 1001), ("guidance", -1.0), ("long", "wide"), ("softness", 11.0), ("preset", "fast")],
)
def test_settings_out_of_range_are_named(name: str, value: float | str) -> None:
    with pytest.raises(SettingError, match=name):
        read_settings({name: value})
