from __future__ import annotations

import pytest

from prismdesk.engines.contract import Phase, Progress
from prismdesk.engines.hosting.run_monitor import RunMonitor
from prismdesk.errors import Cancelled


def test_stages_own_shares_by_their_cost() -> None:
    seen: list[Progress] = []
    monitor = RunMonitor(seen.append, lambda: False, {"a": 1.0, "b": 3.0})
    monitor.begin("a", Phase.ANALYSING)
    monitor.at(Phase.ANALYSING, 1, 2)
    monitor.begin("b", Phase.STEP)
    monitor.at(Phase.STEP, 1, 3)
    assert [one.fraction for one in seen] == pytest.approx([0.0, 0.125, 0.25, 0.5])
    monitor.done(Phase.DECODING)
    assert seen[-1].fraction == 1.0


def test_what_is_skipped_counts_for_nothing_and_fraction_never_falls() -> None:
    seen: list[Progress] = []
    monitor = RunMonitor(seen.append, lambda: False, {"a": 1.0, "b": 8.0, "c": 1.0})
    monitor.begin("a", Phase.ANALYSING)
    monitor.skip("b")
    monitor.begin("c", Phase.STEP)
    monitor.at(Phase.STEP, 0, 2, share=0.1)
    monitor.at(Phase.STEP, 0, 2, share=0.0)
    assert [one.fraction for one in seen] == pytest.approx([0.0, 0.5, 0.55, 0.55])


def test_envelope_stays_until_there_is_a_newer_one() -> None:
    seen: list[Progress] = []
    monitor = RunMonitor(seen.append, lambda: False, {"a": 1.0})
    monitor.begin("a", Phase.STEP)
    monitor.at(Phase.STEP, 1, 3, envelope=(0.1,))
    monitor.at(Phase.STEP, 2, 3)
    assert seen[-1].envelope == (0.1,)


def test_cancel_is_raised_where_it_is_asked_for() -> None:
    monitor = RunMonitor(lambda progress: None, lambda: True, {})
    with pytest.raises(Cancelled):
        monitor.begin("a", Phase.STEP)
