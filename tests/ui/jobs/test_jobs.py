from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QPushButton, QWidget

from prismdesk.engines.contract import Phase, Progress
from prismdesk.jobs.states import JobState
from prismdesk.project.ids import RegionId
from prismdesk.ui.job_words import counts_words, phase_words, state_words, time_left_words
from prismdesk.ui.jobs.dock import JobsDock
from prismdesk.ui.jobs.strip import JobsStrip
from tests.builders import a_project, a_region
from tests.ui.making_scene import Scene, a_fake_region, offer_fake_engine, open_scene

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

FIRST, SECOND = RegionId("region-1"), RegionId("region-2")
PATIENCE_MS = 60_000


class Bench:
    """A strip and a dock over two regions, the first of which works until it is cancelled."""

    def __init__(self, folder: Path, prompt: str) -> None:
        second = a_region("region-2", 100_000, 120_000, engine="fake", name="Dropout")
        regions = (a_fake_region(prompt), second)
        self.scene: Scene = open_scene(folder, a_project(regions=regions))
        scene = self.scene
        self.strip = JobsStrip(scene.bridge, scene.desktop)
        self.dock = JobsDock(
            scene.bridge, scene.outcomes, scene.document, scene.selection, scene.desktop
        )
        for widget in (self.strip, self.dock):
            widget.show()

    def labels(self) -> list[str]:
        """The dock's rows from the top."""
        rows = sorted(self.dock.rows.values(), key=lambda one: one.y())
        return [one.name.text() for one in rows]


@pytest.fixture
def bench(
    request: pytest.FixtureRequest, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bench]:
    offer_fake_engine(monkeypatch)
    bench = Bench(tmp_path, getattr(request, "param", "until cancelled"))
    yield bench
    bench.strip.close()
    bench.dock.close()
    bench.scene.close()


def make_both(bench: Bench, qtbot: QtBot) -> None:
    bench.scene.making.make(FIRST)
    qtbot.waitUntil(lambda: bench.scene.bridge.running() is not None, timeout=PATIENCE_MS)
    bench.scene.making.make(SECOND)
    qtbot.waitUntil(lambda: len(bench.dock.rows) == 2, timeout=PATIENCE_MS)


def test_nothing_to_do_is_said(bench: Bench) -> None:
    assert bench.strip.counts.text() == "Nothing to do."
    assert bench.strip.bar.isHidden()
    assert bench.strip.pause.isHidden()


def test_the_strip_shows_the_running_job_and_the_next(bench: Bench, qtbot: QtBot) -> None:
    make_both(bench, qtbot)
    strip = bench.strip
    qtbot.waitUntil(lambda: strip.words.text() == "Step 5 of 5", timeout=PATIENCE_MS)
    assert strip.counts.text() == "1 making, 1 queued"
    assert strip.name.text() == "Wind hit"
    assert strip.bar.value() >= 900
    assert strip.next.text() == "Next: Dropout"
    strip.cancel.click()
    qtbot.waitUntil(lambda: strip.counts.text() == "Nothing to do.", timeout=PATIENCE_MS)
    assert len(bench.scene.project.regions[1].takes) == 1


def test_pausing_holds_the_next_job(bench: Bench, qtbot: QtBot) -> None:
    bench.strip.refresh()
    make_both(bench, qtbot)
    bench.strip.pause.click()
    assert bench.strip.pause.text() == "Resume"
    assert bench.dock.pause.text() == "Resume"
    assert "paused" in bench.dock.counts.text()
    bench.strip.cancel.click()
    qtbot.waitUntil(lambda: len(bench.dock.rows) == 1, timeout=PATIENCE_MS)
    qtbot.wait(100)
    assert bench.scene.bridge.jobs()[0].state is JobState.QUEUED
    bench.dock.pause.click()
    qtbot.waitUntil(lambda: bool(bench.scene.project.regions[1].takes), timeout=PATIENCE_MS)


def test_jobs_change_places_in_the_dock(bench: Bench, qtbot: QtBot) -> None:
    bench.scene.bridge.set_paused(True)
    for region_id in (FIRST, SECOND):
        bench.scene.making.make(region_id)
    qtbot.waitUntil(lambda: len(bench.dock.rows) == 2, timeout=PATIENCE_MS)
    first, second = (bench.dock.rows[job.id] for job in bench.scene.bridge.jobs())
    assert not first.up.isEnabled()
    assert not second.down.isEnabled()
    second.up.click()
    qtbot.waitUntil(lambda: bench.labels() == ["Dropout", "Wind hit"], timeout=PATIENCE_MS)
    assert bench.scene.bridge.jobs()[0].label == "Dropout"
    assert first.words.text() == "Queued 2nd"


@pytest.mark.parametrize("bench", ["exit"], indirect=True)
def test_a_failed_job_shows_why_its_log_and_can_be_cleared(bench: Bench, qtbot: QtBot) -> None:
    bench.scene.making.make(FIRST)
    qtbot.waitUntil(lambda: bool(bench.scene.told), timeout=PATIENCE_MS)
    row = next(iter(bench.dock.rows.values()))
    assert row.words.text().startswith("Failed: The engine's process stopped.")
    row.log.click()
    assert "last words" in bench.dock.log.text.toPlainText()
    bench.dock.log.copy.click()
    assert not row.retry.isHidden()
    bench.dock.clear_over.click()
    qtbot.waitUntil(lambda: bench.dock.rows == {}, timeout=PATIENCE_MS)


@pytest.mark.parametrize("bench", ["fail"], indirect=True)
def test_a_failed_job_is_tried_again(bench: Bench, qtbot: QtBot) -> None:
    bench.scene.making.make(FIRST)
    qtbot.waitUntil(lambda: len(bench.scene.told) == 1, timeout=PATIENCE_MS)
    next(iter(bench.dock.rows.values())).retry.click()
    qtbot.waitUntil(lambda: len(bench.scene.told) == 2, timeout=PATIENCE_MS)


def test_a_name_leads_to_its_region(bench: Bench, qtbot: QtBot) -> None:
    make_both(bench, qtbot)
    job = next(job for job in bench.scene.bridge.jobs() if job.label == "Dropout")
    bench.dock.rows[job.id].name.click()
    assert bench.scene.selection.region_id == SECOND


def test_long_work_is_shown_and_cancelled(bench: Bench, qtbot: QtBot) -> None:
    import time

    def work(progress: object, cancelled: object) -> None:
        from prismdesk.progress import raise_if_cancelled

        progress(0.25)  # type: ignore[operator]  # FractionDone
        while True:
            raise_if_cancelled(cancelled)  # type: ignore[arg-type]  # IsCancelled
            time.sleep(0.01)

    bench.scene.desktop.background.run("Finding shot cuts", work, done=lambda _: None)
    qtbot.waitUntil(lambda: bench.strip.words.text() == "25 %", timeout=PATIENCE_MS)
    assert bench.strip.name.text() == "Finding shot cuts"
    bench.strip.cancel.click()
    qtbot.waitUntil(lambda: bench.strip.name.isHidden(), timeout=PATIENCE_MS)


def test_phases_and_times_in_words() -> None:
    step = Progress(phase=Phase.STEP, step=18, steps=25)
    assert phase_words(step) == "Step 18 of 25"
    assert phase_words(Progress(phase=Phase.DECODING)) == "Decoding"
    assert phase_words(Progress(phase=Phase.WRITING, step=1, steps=3)) == "Writing, 1 of 3"
    assert time_left_words(None) == ""
    assert time_left_words(0.2) == "1 s left"
    assert time_left_words(89) == "89 s left"
    assert time_left_words(600) == "10 min left"
    assert counts_words(()) == "Nothing to do."
    assert counts_words((), is_paused=True) == "paused"


def test_turns_in_words(bench: Bench, qtbot: QtBot) -> None:
    bench.scene.bridge.set_paused(True)
    for _ in range(3):
        bench.scene.making.make(SECOND)
    qtbot.waitUntil(lambda: len(bench.scene.bridge.jobs()) == 3, timeout=PATIENCE_MS)
    jobs = bench.scene.bridge.jobs()
    assert [state_words(job, jobs) for job in jobs] == ["Queued", "Queued 2nd", "Queued 3rd"]


@pytest.mark.parametrize("bench", ["lack memory"], indirect=True)
def test_a_failed_job_offers_what_would_help_in_the_dock(bench: Bench, qtbot: QtBot) -> None:
    bench.scene.making.set_new_takes(2)
    bench.scene.making.make(FIRST)
    qtbot.waitUntil(lambda: bool(bench.scene.told), timeout=PATIENCE_MS)
    (row,) = bench.dock.rows.values()
    offered = [
        button for button in row.findChildren(QPushButton) if button.text() == "Make one take"
    ]
    assert len(offered) == 1
    failed_id = bench.scene.bridge.jobs()[0].id
    offered[0].click()
    qtbot.waitUntil(lambda: len(bench.scene.told) == 2, timeout=PATIENCE_MS)
    (job,) = bench.scene.bridge.jobs()
    assert job.id != failed_id
    assert job.spec.takes == 1


@pytest.mark.parametrize("bench", ["until cancelled"], indirect=True)
def test_a_pause_holds_what_waits_and_says_so_while_a_job_runs(bench: Bench, qtbot: QtBot) -> None:
    make_both(bench, qtbot)
    bench.strip.pause.click()
    assert bench.strip.counts.text() == "1 making, 1 queued, then paused"
    bench.strip.cancel.click()
    qtbot.waitUntil(lambda: len(bench.dock.rows) == 1, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: bench.strip.counts.text() == "1 queued, paused", timeout=PATIENCE_MS)
    (job,) = bench.scene.bridge.jobs()
    assert job.state is JobState.QUEUED


def test_the_strip_leaves_words_out_rather_than_cut_its_buttons(bench: Bench, qtbot: QtBot) -> None:
    strip, holder = bench.strip, QWidget()
    qtbot.addWidget(holder)
    holder.resize(1600, 100)
    strip.setParent(holder)
    holder.show()
    strip.show()
    bench.scene.making.make(FIRST)
    qtbot.waitUntil(lambda: bench.scene.bridge.running() is not None, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: strip.words.text() == "Step 5 of 5", timeout=PATIENCE_MS)
    controls = (strip.open, strip.name, strip.words, strip.pause, strip.cancel)

    def is_whole() -> bool:
        return all(part.width() >= part.sizeHint().width() for part in controls)

    for width_px, is_roomy in ((1600, True), (520, False), (1600, True)):
        strip.resize(width_px, 28)
        qtbot.waitUntil(is_whole)
        assert strip.bar.isVisible() is is_roomy
        assert strip.cancel.geometry().right() < width_px
    bench.scene.making.cancel_running()
    strip.setParent(None)
