from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.project.ids import RegionId
from prismdesk.project.model import RegionStatus
from prismdesk.ui.timeline.job_look import JobLook
from prismdesk.ui.timeline.job_motion import JobMotion, look_between

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

REGION = RegionId("region-1")


def a_look(fraction: float, level: float | None = None) -> JobLook:
    envelope = None if level is None else (level, level)
    return JobLook(status=RegionStatus.MAKING, words="Step 1", fraction=fraction, envelope=envelope)


def test_draft_and_bar_move_from_one_look_to_the_next() -> None:
    before, after = a_look(0.2, 0.0), a_look(0.6, 1.0)

    half = look_between(before, after, 75)

    assert half.envelope == (0.5, 0.5)
    assert half.fraction is not None
    assert 0.4 < half.fraction < 0.6
    assert look_between(before, after, 0).fraction == 0.2
    assert look_between(before, after, 150) == after


def test_motion_ends_with_the_look_that_was_set(qtbot: QtBot) -> None:
    motion = JobMotion(lambda: False)
    motion.set_look(REGION, a_look(0.1))
    motion.set_look(REGION, a_look(0.9, 1.0))
    assert motion.shown[REGION] != a_look(0.9, 1.0)

    qtbot.waitUntil(lambda: motion.shown[REGION] == a_look(0.9, 1.0))
    qtbot.waitUntil(lambda: not motion._timer.isActive())


def test_reduced_motion_changes_at_once(qtbot: QtBot) -> None:
    motion = JobMotion(lambda: True)
    motion.set_look(REGION, a_look(0.1))

    motion.set_look(REGION, a_look(0.9, 1.0))

    assert motion.shown[REGION] == a_look(0.9, 1.0)
    assert not motion._timer.isActive()


def test_look_that_is_taken_away_is_gone(qtbot: QtBot) -> None:
    motion = JobMotion(lambda: False)
    motion.set_look(REGION, a_look(0.1, 1.0))

    with qtbot.waitSignal(motion.changed):
        motion.set_look(REGION, None)

    assert motion.shown == {}
