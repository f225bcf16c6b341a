"""What engines there are, without loading any."""

from __future__ import annotations

import subprocess
import sys

import pytest

from prismdesk.engines.catalogue import (
    available_engines,
    capabilities_of,
    create_engine,
    default_settings,
    engines_that_can,
)
from prismdesk.engines.contract import EngineTask, UnsupportedError


def test_ambience_is_listed_and_made_by_its_id() -> None:
    assert [offer.id for offer in available_engines()] == ["ambience"]
    assert create_engine("ambience").capabilities == capabilities_of("ambience")


def test_unknown_engine_names_those_there_are() -> None:
    for ask in (capabilities_of, create_engine, default_settings):
        with pytest.raises(UnsupportedError, match=r'"nope".*ambience'):
            ask("nope")


def test_engines_are_found_by_task() -> None:
    assert [offer.id for offer in engines_that_can(EngineTask.INPAINT)] == ["ambience"]
    assert engines_that_can(EngineTask.GENERATE) == ()


def test_every_setting_has_a_default_within_its_range() -> None:
    for offer in available_engines():
        for spec in offer.settings:
            value = default_settings(offer.id)[spec.name]
            assert not spec.choices or value in spec.choices
            if spec.minimum is not None and spec.maximum is not None:
                assert spec.minimum <= float(value) <= spec.maximum


def test_listing_engines_loads_neither_numerics_beyond_numpy_nor_torch() -> None:
    code = (
        "import sys, prismdesk.engines.catalogue as c; c.available_engines();"
        "sys.exit(any(name in sys.modules for name in ('torch', 'scipy')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
