from __future__ import annotations

import pytest

from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.errors import UnsupportedError
from prismdesk.project.model import ProjectUse, Task
from prismdesk.session.refusals import (
    forbidden,
    lasting_refusal,
    missing,
    refusal,
    why_no_variation,
    why_not,
)
from tests.builders import a_project, a_region
from tests.session.making_session import offer_fake_engine

WAVES = a_region(task=Task.GENERATE, engine="selva", variant="mmaudio-large_44k_v2")


def test_engines_that_can_vary_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    offer_fake_engine(monkeypatch)
    assert why_no_variation("fake") == ""
    assert "fake" in why_no_variation("ambience")


def test_an_engine_is_asked_for_what_it_can_do() -> None:
    assert why_not("ambience", EngineTask.INPAINT) == ""
    assert "only out of the sound around" in why_not("ambience", EngineTask.GENERATE)


def test_a_variant_that_is_not_there_is_told_and_lasts_no_longer() -> None:
    assert missing("ambience", "") == ""
    assert "its variants are: none" in missing("ambience", "nix")
    gone = a_region(task=Task.INPAINT, engine="ambience", variant="nix")
    assert refusal(a_project(), gone) == missing("ambience", "nix")
    assert lasting_refusal(a_project(), gone) == ""


def test_what_a_project_is_for_lasts() -> None:
    sold = a_project(use=ProjectUse.COMMERCIAL)
    assert forbidden(a_project(), WAVES) == ""
    assert "commercial project" in forbidden(sold, WAVES)
    assert lasting_refusal(sold, WAVES) == forbidden(sold, WAVES)


def test_an_engine_nobody_knows_is_an_error() -> None:
    with pytest.raises(UnsupportedError, match="nobody"):
        refusal(a_project(), a_region(engine="nobody"))
