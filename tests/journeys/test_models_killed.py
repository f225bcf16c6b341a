"""The engine process is killed, or runs out of memory, at work: that costs the job alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.engines.contract import Phase
from prismdesk.jobs.messages import FailureKind
from prismdesk.jobs.queue import JobQueue
from prismdesk.jobs.states import JobState
from prismdesk.media.wav import map_wav
from prismdesk.project.consistency import check_consistent
from prismdesk.project.lookup import takes_of
from prismdesk.project.model import Task
from prismdesk.project.timebase import SampleRange
from prismdesk.session.asking import queue_region
from prismdesk.session.making import accept_takes
from prismdesk.session.opening import create_session, open_session
from prismdesk.session.wishes import EngineWish, mark_region
from tests.journeys.faulty_engine import FAULT_VARIABLE, SOURCE
from tests.media_files import PictureSpec, SoundSpec, make_film, noise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.session.session import Session

pytestmark = pytest.mark.slow

RATE_HZ = 48_000
PATIENCE_SECONDS = 300
SELVA = ("selva", "selva-tiny_16k")
AUDIOX = ("audiox", "maf")
PHASES = (Phase.LOADING, Phase.PICTURE_FEATURES, Phase.STEP, Phase.DECODING, Phase.WRITING)


@pytest.fixture
def session(
    tmp_path: Path, small_checkpoints: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Session]:
    """A film of twelve seconds, whose engine does what ``fault`` says."""
    monkeypatch.setenv("PRISMDESK_MODELS", str(small_checkpoints))
    monkeypatch.setenv(FAULT_VARIABLE, str(tmp_path / "fault"))
    sound = SoundSpec(audio=noise(2, 12 * RATE_HZ, peak=0.2), codec="pcm_s16le")
    film = make_film(tmp_path / "film.mov", picture=PictureSpec(frames=300), sounds=[sound])
    with create_session(film, tmp_path / "project") as session:
        session._queue = JobQueue(session.folder, engine_source=SOURCE)
        yield session


def ask(
    session: Session,
    start_seconds: float,
    end_seconds: float,
    *,
    model: tuple[str, str] = SELVA,
    steps: int = 2,
    takes: int = 2,
) -> JobSnapshot:
    """Have a region made, and wait for what becomes of it."""
    span = SampleRange(round(start_seconds * RATE_HZ), round(end_seconds * RATE_HZ))
    engine, variant = model
    wish = EngineWish(
        engine=engine, variant=variant, prompt="rain", settings=(("steps", str(steps)),)
    )
    region_id = mark_region(session, task=Task.GENERATE, span=span, track_number=1, wish=wish)
    job = queue_region(session, region_id, takes=takes)
    return session.queue.wait(job.id, timeout_seconds=PATIENCE_SECONDS)


def check_whole(session: Session) -> None:
    """Nothing lies in the folder of takes but the project's own, each of them whole."""
    takes = takes_of(session.project)
    kept = {take.path for take in takes}
    folder = session.folder / "takes"
    found = {f"takes/{path.name}" for path in folder.iterdir()} if folder.exists() else set()
    assert found == kept
    for take in takes:
        with map_wav(session.folder / take.path) as wav:
            assert wav.length_samples == take.region.length_samples
    check_consistent(session.project)


@pytest.mark.parametrize("model", [SELVA, AUDIOX], ids=["selva", "audiox"])
def test_killed_in_any_phase_it_costs_the_job_and_can_be_made_again(
    session: Session, tmp_path: Path, model: tuple[str, str]
) -> None:
    for number, phase in enumerate(PHASES):
        (tmp_path / "fault").write_text(f"die {phase}")
        job = ask(session, 2 * number, 2 * number + 1.5, model=model)
        assert job.state is JobState.FAILED, phase
        assert job.failure is not None
        assert job.failure.kind is FailureKind.CRASHED
        assert "SIGKILL" in job.failure.message
        assert "nothing was changed" in job.failure.message
        check_whole(session)
        session.queue.retry(job.id)
        made = session.queue.wait(job.id, timeout_seconds=PATIENCE_SECONDS)
        assert made.state is JobState.FINISHED, (phase, made.failure)
        assert len(accept_takes(session, made)) == 2
        check_whole(session)
    folder = session.folder
    session.close()
    with open_session(folder) as again:
        assert len(again.project.regions) == len(PHASES)
        check_whole(again)


def test_memory_that_runs_out_is_told_with_what_would_fit(session: Session, tmp_path: Path) -> None:
    (tmp_path / "fault").write_text("limit 20")
    job = ask(session, 0.0, 12.0, takes=8)
    assert job.state is JobState.FAILED
    assert job.failure is not None
    assert job.failure.kind is FailureKind.OUT_OF_MEMORY, job.failure
    assert job.failure.message.startswith("Memory ran out while SelVA tiny_16k, untrained worked")
    assert job.failure.would_fit
    check_whole(session)
    made = ask(session, 0.0, 2.0, takes=1)
    assert made.state is JobState.FINISHED, made.failure
