from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.engines.capabilities import EngineInput, EngineTask
from prismdesk.engines.selva.offer import selva_offer
from prismdesk.engines.selva.settings import read_settings
from prismdesk.engines.setting_values import SettingError

if TYPE_CHECKING:
    from pathlib import Path


def test_it_offers_every_task_and_input() -> None:
    offer = selva_offer()
    assert offer.tasks == frozenset(EngineTask)
    assert offer.inputs == frozenset(EngineInput)
    assert offer.takes_adapters
    assert offer.natural_length_seconds == 8.0


def test_published_variants_are_there_with_reasons_why_not() -> None:
    variants = {variant.id: variant for variant in selva_offer().variants}
    assert len(variants) == 9
    assert "models get selva-small_16k" in variants["selva-small_16k"].why_not
    assert variants["mmaudio-large_44k_v2"].native_rate_hz == 44_100
    assert not any(variant.allows_commercial_use for variant in variants.values())


def test_weights_that_come_later_are_seen(
    small_checkpoints: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(selva_offer().variants) == 9
    monkeypatch.setenv("PRISMDESK_MODELS", str(small_checkpoints))
    custom = [variant for variant in selva_offer().variants if variant.id.startswith("custom-")]
    assert len(custom) == 5
    assert all(variant.why_not == "" for variant in custom)


def test_defaults_are_the_published_ones() -> None:
    settings = read_settings({})
    assert (settings.steps, settings.guidance, settings.strength) == (25, 4.5, 1.0)
    assert (settings.clip_picture, settings.sync_geometry) == ("published", "published")


@pytest.mark.parametrize(
    ("name", "value"), [("steps", 201), ("guidance", -1.0), ("long", "wide"), ("mask_clip", 1)]
)
def test_settings_out_of_range_are_named(name: str, value: float | str) -> None:
    with pytest.raises(SettingError, match=name):
        read_settings({name: value})


def test_help_names_published_behaviour_and_that_of_the_nodes() -> None:
    helps = {setting.name: setting.help for setting in selva_offer().settings}
    for name in ("clip_picture", "sync_geometry", "resize", "negative"):
        assert "published" in helps[name]
    for name in ("clip_picture", "resize", "negative"):
        assert "nodes" in helps[name]
