from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.audiox.offer import audiox_offer
from prismdesk.engines.audiox.setting_specs import SAMPLERS
from prismdesk.engines.capabilities import EngineInput, EngineTask
from prismdesk.engines.sampling.samplers.kinds import SAMPLER_KINDS

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_it_offers_every_task_and_stereo_without_commerce() -> None:
    offer = audiox_offer()
    assert offer.tasks == frozenset(EngineTask)
    assert offer.inputs == frozenset(EngineInput) - {EngineInput.PICTURE_MASK}
    assert (offer.native_rate_hz, offer.native_channels) == (44_100, 2)
    assert (offer.natural_length_seconds, offer.context_seconds) == (10.0, 10.0)
    assert offer.licence_weights == "CC BY-NC 4.0"
    assert not offer.allows_commercial_use
    assert offer.takes_adapters


def test_published_variants_say_how_to_get_them() -> None:
    variants = {variant.id: variant for variant in audiox_offer().variants}
    assert list(variants) == ["audiox-base", "audiox-maf", "audiox-maf-mmdit"]
    for name, variant in variants.items():
        assert f"models get {name}" in variant.why_not
        assert not variant.allows_commercial_use


def test_small_checkpoints_are_variants(
    small_checkpoints: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRISMDESK_MODELS", str(small_checkpoints))
    usable = {one.id for one in audiox_offer().variants if not one.why_not}
    kinds = ("base", "maf", "maf-mmdit")
    assert usable == {f"custom-audiox-tiny-{kind}-untrained" for kind in kinds}


def test_every_sampler_can_be_chosen() -> None:
    assert set(SAMPLERS) - {"preset"} == set(SAMPLER_KINDS)


def test_every_setting_has_a_help_text_and_a_default_in_its_range() -> None:
    for spec in audiox_offer().settings:
        assert len(spec.help) > 40, spec.name
        if spec.choices:
            assert spec.default in spec.choices
        if spec.minimum is not None and spec.maximum is not None:
            assert spec.minimum <= float(spec.default) <= spec.maximum
