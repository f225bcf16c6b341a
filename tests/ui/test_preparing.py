from __future__ import annotations

import threading
from typing import TYPE_CHECKING, cast

import pytest

from prismdesk.media.errors import MediaError
from prismdesk.progress import raise_if_cancelled
from prismdesk.project.ids import RegionId
from prismdesk.ui.background import Background
from prismdesk.ui.messages import Messages
from prismdesk.ui.preparing import Preparing
from tests.builders import a_region

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from prismdesk.errors import PrismDeskError
    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.progress import FractionDone, IsCancelled

REGION = a_region("r", 0, 8000)
R = RegionId("r")


class Desk:
    """Regions on their way; queueing goes on when ``may_queue`` is set."""

    def __init__(self) -> None:
        self.background = Background(Messages())
        self.preparing = Preparing(self.background)
        self.may_queue = threading.Event()
        self.queued: list[str] = []
        self.failed: list[PrismDeskError] = []

    def begin(self, name: str, *, draws_masks: bool = True, error: str = "") -> None:
        def queue(progress: FractionDone, cancelled: IsCancelled) -> JobSnapshot:
            progress(0.5)
            while not self.may_queue.wait(0.01):
                raise_if_cancelled(cancelled)
            if error:
                raise MediaError(error)
            self.queued.append(name)
            return cast("JobSnapshot", None)

        self.preparing.begin(
            REGION, queue, draws_masks=draws_masks, failed=lambda told: self.failed.append(told)
        )


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.background.close()


def test_masks_that_are_drawn_show_how_far_they_are(desk: Desk, qtbot: QtBot) -> None:
    told: list[object] = []
    desk.preparing.changed.connect(told.append)
    desk.begin("one")
    task = desk.preparing.task_of(R)
    assert task is not None
    assert not task.is_quiet
    qtbot.waitUntil(lambda: task.fraction == 0.5)
    assert len(told) >= 2
    desk.may_queue.set()
    qtbot.waitUntil(lambda: desk.preparing.task_of(R) is None)
    assert desk.queued == ["one"]
    assert set(told) == {R}


def test_what_takes_moments_is_quiet(desk: Desk) -> None:
    desk.begin("one", draws_masks=False)
    task = desk.preparing.task_of(R)
    assert task is not None
    assert task.is_quiet


def test_a_cancelled_region_is_not_queued_and_is_free_again(desk: Desk, qtbot: QtBot) -> None:
    desk.begin("one")
    desk.begin("two")
    desk.preparing.cancel(R)
    qtbot.waitUntil(lambda: desk.preparing.task_of(R) is None)
    desk.may_queue.set()
    desk.begin("three")
    qtbot.waitUntil(lambda: desk.queued == ["three"])
    assert desk.failed == []


def test_regions_are_queued_in_the_order_they_were_asked_for(desk: Desk, qtbot: QtBot) -> None:
    names = [f"{number}" for number in range(12)]
    for name in names:
        desk.begin(name, draws_masks=False)
    desk.may_queue.set()
    qtbot.waitUntil(lambda: len(desk.queued) == 12)
    assert desk.queued == names


def test_a_failure_is_told_once_the_region_is_free(desk: Desk, qtbot: QtBot) -> None:
    desk.begin("one", error="The film is gone.")
    desk.may_queue.set()
    qtbot.waitUntil(lambda: len(desk.failed) == 1)
    assert desk.preparing.task_of(R) is None


def test_nothing_is_queued_after_closing(desk: Desk, qtbot: QtBot) -> None:
    desk.begin("one")
    desk.begin("two", draws_masks=False)
    desk.preparing.close()
    desk.may_queue.set()
    assert desk.queued == []
    assert desk.preparing.task_of(R) is None
