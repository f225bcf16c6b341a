from __future__ import annotations

from typing import Any

import pytest

from prismdesk.engines.audiox.config import AudioxConfig, read_config
from prismdesk.engines.audiox.settings import read_settings
from prismdesk.engines.audiox.stretch import AudioxStretch, plan_stretch
from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.errors import UnusableContextError
from prismdesk.engines.sampling.windows import Window
from tests.checkpoints.audiox_models import AudioxModel, Kind
from tests.engines.audiox.asking import asked


def config_of(kind: Kind) -> AudioxConfig:
    return read_config(AudioxModel(kind=kind).config)


def planned(
    kind: Kind = "base", *region: float, settings: dict[str, Any] | None = None, **fields: Any
) -> tuple[AudioxStretch, tuple[Window, ...]]:
    request = asked(*region, **fields)
    return plan_stretch(request, config_of(kind), read_settings(settings or {}))


def test_a_short_region_is_worked_on_at_the_natural_length() -> None:
    stretch, windows = planned("base", 10.0, 11.0, context_seconds=30.0)
    assert stretch.seconds == 10.0
    assert stretch.start_seconds == pytest.approx(5.5)
    assert stretch.latent_frames == 236
    assert windows == (Window(0, 236, 0.0, 0),)


def test_a_region_alone_takes_as_many_frames_as_it_needs() -> None:
    settings = {"work_length": "region"}
    stretch, _ = planned("base", 1.0, 2.0, settings=settings)
    assert (stretch.seconds, stretch.latent_frames) == (1.0, 22)
    shortest, _ = planned("base", 1.0, 1.001, settings=settings)
    assert shortest.latent_frames == 2
    fixed, _ = planned("maf-mmdit", 1.0, 2.0, settings=settings)
    assert fixed.latent_frames == 236


def test_windows_of_a_model_of_fixed_length_are_all_whole() -> None:
    stretch, windows = planned("maf-mmdit", 0.0, 25.0, context_seconds=25.0)
    assert {window.latent_frames for window in windows} == {236}
    assert windows[-1].latent_end == stretch.latent_frames >= 25.0 * 44_100 / 2048


def test_windows_of_the_others_end_where_the_stretch_does() -> None:
    stretch, windows = planned("maf", 0.0, 25.0, context_seconds=25.0)
    assert len(windows) > 1
    assert windows[-1].latent_end == stretch.latent_frames == 539


def test_one_long_window_where_the_model_can_make_it() -> None:
    settings = {"long": "single"}
    assert len(planned("base", 0.0, 25.0, context_seconds=25.0, settings=settings)[1]) == 1
    assert len(planned("maf-mmdit", 0.0, 25.0, context_seconds=25.0, settings=settings)[1]) > 1


def test_inpainting_takes_in_surroundings() -> None:
    task = EngineTask.INPAINT
    stretch, _ = planned("base", 10.0, 11.0, context_seconds=30.0, task=task)
    assert stretch.seconds == 10.0
    longer, _ = planned("base", 5.0, 25.0, context_seconds=30.0, task=task)
    assert longer.seconds == pytest.approx(23.2)


def test_impossible_regions_are_refused() -> None:
    with pytest.raises(UnusableContextError, match="region"):
        planned("base", 3.0, 5.0)
