"""Loading a model ahead of a job, through the queue and a real engine process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.jobs.messages import WarmUpNews, WarmUpState
from prismdesk.jobs.queue import JobQueue
from prismdesk.jobs.states import JobState
from tests.jobs.specs import a_spec
from tests.jobs.test_queue import PATIENCE_SECONDS, begin, run, until
from tests.jobs.warm_engine import SOURCE

if TYPE_CHECKING:
    from pathlib import Path


def heard(jobs: JobQueue) -> list[WarmUpNews]:
    news: list[WarmUpNews] = []
    jobs.subscribe_to_warm_ups(news.append)
    return news


def ended(news: list[WarmUpNews]) -> bool:
    return bool(news) and news[-1].state is not WarmUpState.LOADING


def warm(folder: Path) -> JobQueue:
    return JobQueue(folder, grace_seconds=0.5, engine_source=SOURCE)


def test_a_warmed_model_is_loaded_and_told_of(tmp_path: Path) -> None:
    with warm(tmp_path) as jobs:
        news = heard(jobs)
        jobs.warm_up_model("warm", "quick")
        until(lambda: ended(news))
        assert [one.state for one in news][0 :: len(news) - 1] == [
            WarmUpState.LOADING,
            WarmUpState.LOADED,
        ]
        fractions = [one.fraction for one in news]
        assert fractions == sorted(fractions)
        assert fractions[-1] == 1.0
        status = jobs.process_status()
        assert status is not None
        assert (status.loaded_engine, status.loaded_variant) == ("warm", "quick")
        assert status.loaded_bytes == 1000
        assert status.device_total_bytes > status.device_used_bytes > 0


def test_unloading_frees_what_was_warmed(tmp_path: Path) -> None:
    with warm(tmp_path) as jobs:
        news = heard(jobs)
        jobs.warm_up_model("warm", "quick")
        until(lambda: ended(news))
        jobs.unload()
        until(
            lambda: (status := jobs.process_status()) is not None and status.loaded_engine is None
        )
        status = jobs.process_status()
        assert status is not None
        assert status.loaded_bytes == 0


def test_a_job_ends_a_warm_up_and_runs(tmp_path: Path) -> None:
    with warm(tmp_path) as jobs:
        news = heard(jobs)
        jobs.warm_up_model("warm", "endless")
        until(lambda: len(news) > 2)
        spec = a_spec(tmp_path, "", engine="warm", variant="")
        jobs.submit(spec, label="Fill")
        job = jobs.wait(spec.job_id, timeout_seconds=PATIENCE_SECONDS)
        assert job.state is JobState.FINISHED
        assert news[-1].state is WarmUpState.STOPPED


def test_a_warm_up_is_stopped_on_the_users_word(tmp_path: Path) -> None:
    with warm(tmp_path) as jobs:
        news = heard(jobs)
        jobs.warm_up_model("warm", "endless")
        until(lambda: len(news) > 2)
        jobs.stop_warm_up()
        until(lambda: ended(news))
        assert news[-1].state is WarmUpState.STOPPED


def test_a_newer_warm_up_takes_the_place_of_the_one_at_work(tmp_path: Path) -> None:
    with warm(tmp_path) as jobs:
        news = heard(jobs)
        jobs.warm_up_model("warm", "endless")
        until(lambda: len(news) > 2)
        jobs.warm_up_model("warm", "quick")
        until(lambda: news[-1].state is WarmUpState.LOADED)
        assert news[-1].variant == "quick"
        assert WarmUpState.STOPPED in {one.state for one in news if one.variant == "endless"}


def test_damaged_weights_are_told_with_their_model(tmp_path: Path) -> None:
    with warm(tmp_path) as jobs:
        news = heard(jobs)
        jobs.warm_up_model("warm", "damaged")
        until(lambda: ended(news))
        assert (news[-1].state, news[-1].model_id) == (WarmUpState.FAILED, "damaged")
        assert news[-1].message == "Its checksum is another."


def test_a_process_that_dies_while_it_warms_up_is_told(tmp_path: Path) -> None:
    with warm(tmp_path) as jobs:
        news = heard(jobs)
        jobs.warm_up_model("warm", "deadly")
        until(lambda: ended(news))
        assert news[-1].state is WarmUpState.FAILED
        assert "process stopped" in news[-1].message


def test_an_engine_without_networks_is_prepared_once(jobs: JobQueue, tmp_path: Path) -> None:
    news = heard(jobs)
    jobs.warm_up_model("fake", "")
    until(lambda: ended(news))
    assert news[-1].state is WarmUpState.LOADED
    assert run(jobs, tmp_path).takes[0].notes[0].startswith("prepared 1 times")


def test_nothing_is_warmed_up_while_a_job_runs(jobs: JobQueue, tmp_path: Path) -> None:
    news = heard(jobs)
    job_id = begin(jobs, tmp_path, "until cancelled")
    jobs.warm_up_model("fake", "")
    until(lambda: ended(news))
    assert news[-1].state is WarmUpState.STOPPED
    jobs.cancel(job_id)
