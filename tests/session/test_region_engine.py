from __future__ import annotations

import pytest

from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.catalogue import engines_that_can
from prismdesk.project.model import Task
from prismdesk.session import region_engine
from prismdesk.session.region_engine import engine_of, first_engine
from tests.builders import a_region


@pytest.mark.parametrize("task", list(Task))
def test_a_region_without_an_engine_gets_the_first_that_can(task: Task) -> None:
    able = [offer.id for offer in engines_that_can(EngineTask(task.value))]

    assert engine_of(a_region(task=task)) == able[0]


def test_a_region_keeps_its_engine() -> None:
    assert engine_of(a_region(engine="audiox")) == "audiox"


def test_where_none_can_ambience_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(region_engine, "engines_that_can", lambda _: ())

    assert first_engine(a_region()) == "ambience"
