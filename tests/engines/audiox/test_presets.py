from __future__ import annotations

import pytest

from prismdesk.engines.audiox.presets import PRESETS, Preset
from prismdesk.engines.sampling.samplers.kinds import SAMPLER_KINDS
from prismdesk.engines.sampling.sigmas import polyexponential_sigmas


def test_better_qualities_take_longer() -> None:
    assert list(PRESETS) == ["draft", "normal", "final"]
    steps = [preset.steps for preset in PRESETS.values()]
    assert steps == sorted(set(steps))


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda preset: preset.id)
def test_every_quality_can_be_sampled_and_can_keep_sound(preset: Preset) -> None:
    kind = SAMPLER_KINDS[preset.sampler]
    assert kind.can_blend
    assert kind.ends_clean
    assert kind.calls_per_step == 1
    sigmas = polyexponential_sigmas(preset.steps, preset.sigma_min, preset.sigma_max)
    assert len(sigmas) == preset.steps + 1


def test_the_best_quality_is_as_published() -> None:
    assert PRESETS["final"] == Preset(
        id="final", sampler="dpmpp-3m-sde", steps=250, sigma_min=0.3, sigma_max=500.0
    )
