"""A run that is no longer wanted ends where it is; the next one is none the worse."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.engines.audiox.engine import AudioxEngine
from prismdesk.engines.contract import Phase
from prismdesk.engines.selva.engine import SelvaEngine
from prismdesk.errors import Cancelled
from tests.engines.audiox.asking import MAF, asked
from tests.engines.hands import BusyHands
from tests.engines.selva.asking import MovingSquare, a_request, ignore

if TYPE_CHECKING:
    from prismdesk.engines.contract import Engine, Progress
    from prismdesk.engines.request import Request

pytestmark = pytest.mark.usefixtures("small_models")

PHASES = (Phase.LOADING, Phase.ANALYSING, Phase.PICTURE_FEATURES, Phase.STEP, Phase.DECODING)


def of_family(family: str) -> tuple[Engine, Request]:
    if family == "selva":
        return SelvaEngine(), a_request(settings={"steps": 6}, picture=MovingSquare())
    request = asked(settings={"steps": 6}, variant=MAF, picture=MovingSquare())
    return AudioxEngine(), request


def cancelled_in(phase: Phase, engine: Engine, request: Request) -> list[Progress]:
    """What was told of a run that was cancelled as soon as it came to a phase."""
    seen: list[Progress] = []
    with pytest.raises(Cancelled):
        engine.run(request, seen.append, lambda: any(one.phase is phase for one in seen))
    return seen


@pytest.mark.parametrize("family", ["selva", "audiox"])
def test_a_run_ends_within_the_step_it_is_cancelled_in(family: str) -> None:
    engine, request = of_family(family)
    whole = engine.run(request, ignore, lambda: False).sounds[0].audio
    engine.release()
    for phase in PHASES:
        seen = cancelled_in(phase, engine, request)
        assert [one.phase for one in seen].count(phase) == 1
        assert seen[-1].phase is phase
    again = engine.run(request, ignore, lambda: False).sounds[0].audio
    np.testing.assert_array_equal(again, whole)


@pytest.mark.parametrize("family", ["selva", "audiox"])
def test_a_run_is_cancelled_while_it_is_heard(family: str) -> None:
    engine, request = of_family(family)
    wanted = False

    class Cancelling(BusyHands):
        def hear_wanted(self, step: int) -> bool:
            nonlocal wanted
            wanted = step == 2
            return wanted

    hands = Cancelling()
    with pytest.raises(Cancelled):
        engine.run(replace(request, hands=hands), ignore, lambda: wanted)
    assert hands.heard == []
