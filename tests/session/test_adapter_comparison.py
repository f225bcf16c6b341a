from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from prismdesk.errors import InputError
from prismdesk.project.lookup import replace_take
from prismdesk.session.adapter_comparison import (
    other_adapters,
    queue_with_or_without,
    why_no_other,
)
from prismdesk.session.making import make_takes, wait_for_takes
from tests.builders import a_provenance, a_region, a_take
from tests.session.making_session import REGION, a_session, mark, offer_fake_engine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prismdesk.project.model import Take
    from prismdesk.session.session import Session

PLANKS, RAIN = "planks@0123456789ab", "rain@ba9876543210"


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    offer_fake_engine(monkeypatch)
    with a_session(tmp_path) as opened:
        yield opened


def a_take_with(*adapters: tuple[str, float]) -> Take:
    return replace(a_take("take-1", 0, 100), provenance=replace(a_provenance(), adapters=adapters))


def test_the_counterpart_of_a_take_with_adapters_has_none() -> None:
    region = a_region("region-1", 0, 100, adapters=((RAIN, 1.0),))
    assert other_adapters(region, a_take_with((PLANKS, 0.5))) == ()


def test_the_counterpart_of_a_plain_take_has_those_that_are_on() -> None:
    stack = ((PLANKS, 0.5), (RAIN, 1.0))
    region = a_region("region-1", 0, 100, adapters=stack, muted_adapters=(RAIN,))
    assert other_adapters(region, a_take_with()) == ((PLANKS, 0.5),)
    all_off = replace(region, muted_adapters=(PLANKS, RAIN))
    assert other_adapters(all_off, a_take_with()) == stack


def test_without_any_adapters_there_is_nothing_to_compare(session: Session) -> None:
    assert why_no_other(a_region("region-1", 0, 100), a_take_with((PLANKS, 0.5))) == ""
    mark(session, sees_picture=False)
    take = make_takes(session, REGION)[0]
    with pytest.raises(InputError, match="Neither the take nor its region has adapters"):
        queue_with_or_without(session, session.project, take.id)


def test_the_counterpart_has_the_same_seed_and_repeats_nothing(session: Session) -> None:
    mark(session, sees_picture=False)
    plain = make_takes(session, REGION)[0]
    # As if it had been made with a preset, which the engine of tests can't do.
    made = replace(plain.provenance, adapters=((PLANKS, 0.5),))
    take = replace(plain, provenance=made)
    project = replace_take(session.project, take)
    (other,) = wait_for_takes(session, queue_with_or_without(session, project, take.id))
    assert other.provenance.adapters == ()
    assert other.provenance.seed == take.provenance.seed
    assert other.provenance.context == take.provenance.context
    assert other.provenance.again_of_take_id == ""
