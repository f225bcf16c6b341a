from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from prismdesk.jobs.messages import ToProcess, WarmUp, WarmUpNews, WarmUpState, Workplace
from prismdesk.jobs.queue_warm_ups import QueueWarmUps

if TYPE_CHECKING:
    from prismdesk.jobs.current_process import CurrentProcess

PLACE = Workplace(cache_folder="/cache")
LOADING = WarmUpNews(engine="selva", variant="small", state=WarmUpState.LOADING, fraction=0.5)


class SentMessages:
    """A process that keeps what it is sent."""

    def __init__(self) -> None:
        self.messages: list[ToProcess] = []

    def send(self, message: ToProcess) -> None:
        self.messages.append(message)


@pytest.fixture
def process() -> SentMessages:
    return SentMessages()


@pytest.fixture
def warm_ups(process: SentMessages) -> QueueWarmUps:
    return QueueWarmUps(cast("CurrentProcess", process))


@pytest.fixture
def heard(warm_ups: QueueWarmUps) -> list[WarmUpNews]:
    news: list[WarmUpNews] = []
    warm_ups.listeners.add(news.append)
    return news


def test_the_process_is_asked_for_the_model_and_nobody_told_yet(
    warm_ups: QueueWarmUps, process: SentMessages, heard: list[WarmUpNews]
) -> None:
    warm_ups.begin("selva", "small", PLACE)
    assert process.messages == [WarmUp(engine="selva", variant="small", workplace=PLACE)]
    assert heard == []


def test_news_are_passed_on_as_they_are(warm_ups: QueueWarmUps, heard: list[WarmUpNews]) -> None:
    warm_ups.tell(LOADING)
    assert heard == [LOADING]


def test_a_model_that_is_not_loaded_now_is_told_as_stopped_and_not_asked_for(
    warm_ups: QueueWarmUps, process: SentMessages, heard: list[WarmUpNews]
) -> None:
    warm_ups.refuse("selva", "small")
    assert heard == [WarmUpNews(engine="selva", variant="small", state=WarmUpState.STOPPED)]
    assert process.messages == []


@pytest.mark.parametrize("is_loading", [False, True])
def test_a_process_that_ends_ends_its_warm_up_once(
    warm_ups: QueueWarmUps, heard: list[WarmUpNews], is_loading: bool
) -> None:
    warm_ups.begin("selva", "small", PLACE)
    if is_loading:
        warm_ups.tell(LOADING)
    warm_ups.end_with_process()
    last = heard[-1]
    assert (last.engine, last.variant, last.state) == ("selva", "small", WarmUpState.FAILED)
    assert "starts again with the next job" in last.message
    told = len(heard)
    warm_ups.end_with_process()
    assert len(heard) == told


@pytest.mark.parametrize("state", [s for s in WarmUpState if s is not WarmUpState.LOADING])
def test_a_warm_up_that_is_over_does_not_end_with_the_process(
    warm_ups: QueueWarmUps, heard: list[WarmUpNews], state: WarmUpState
) -> None:
    warm_ups.begin("selva", "small", PLACE)
    warm_ups.tell(WarmUpNews(engine="selva", variant="small", state=state))
    warm_ups.end_with_process()
    assert [one.state for one in heard] == [state]
