"""Regions marked and filled by the real engine process, to be killed in the middle."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np

from prismdesk.jobs.states import JobState
from prismdesk.media.wav import WavWriter, map_wav
from prismdesk.project.consistency import check_consistent
from prismdesk.project.lookup import takes_of
from prismdesk.project.model import Task
from prismdesk.project.timebase import SampleRange
from prismdesk.session.making import accept_takes, make_takes
from prismdesk.session.opening import create_session, open_session
from prismdesk.session.wishes import EngineWish, mark_region

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prismdesk.session.session import Session

RATE_HZ = 48_000
LENGTH_SAMPLES = 3 * RATE_HZ


def make_recording(path: Path) -> Path:
    """Write three seconds of a stereo bed to work on."""
    generator = np.random.default_rng(3)
    with WavWriter(path, rate_hz=RATE_HZ, channels=2) as writer:
        writer.write(0.1 * generator.standard_normal((2, LENGTH_SAMPLES)).astype(np.float32))
    return path


class KilledJobs:
    """See ``kill_rounds.Script``. Acknowledges ids of regions and takes as the user sees them."""

    longest_seconds = 4.0

    def run(self, folder: Path, seed: int, acknowledge: Callable[[str], None]) -> None:
        """Mark and fill short regions at random places until killed."""
        source = random.Random(seed)
        recording = make_recording(folder.parent / "recording.wav")
        with create_session(recording, folder) as session:
            while True:
                start = source.randrange(RATE_HZ, 2 * RATE_HZ)
                span = SampleRange(start, start + source.randrange(200, 1000))
                region_id = mark_region(
                    session, task=Task.INPAINT, span=span, track_number=1, wish=EngineWish()
                )
                acknowledge(f"region {region_id}")
                for take in make_takes(session, region_id, takes=source.randrange(1, 3)):
                    acknowledge(f"take {take.id}")
                if source.random() < 0.3:
                    session.store.save()

    def check(self, folder: Path, seed: int, acknowledged: list[str]) -> str:
        """Open what is left: all that was seen is there, and broken-off work can go on."""
        with open_session(folder) as session:
            project = session.project
            check_consistent(project)
            regions = {region.id for region in project.regions}
            takes = {take.id: take for take in takes_of(project)}
            for line in acknowledged:
                kind, thing = line.split()
                assert thing in (regions if kind == "region" else takes), f"{line} is lost"
            for take in takes.values():
                with map_wav(folder / take.path) as wav:
                    expected = take.region.length_samples + take.head_samples + take.tail_samples
                    assert wav.length_samples == expected, f"{take.path} is not whole"
            return f"{len(regions)} regions, {len(takes)} takes{_finish_interrupted(session)}"


def _finish_interrupted(session: Session) -> str:
    jobs = session.queue.jobs()
    for job in jobs:
        assert job.state is JobState.INTERRUPTED, f"{job.id} claims to be {job.state}"
        session.queue.retry(job.id)
        done = session.queue.wait(job.id, timeout_seconds=240)
        assert done.state is JobState.FINISHED, f"the retry is {done.state}: {done.failure}"
        assert accept_takes(session, done), "the retry's takes did not reach the project"
    return f", {len(jobs)} interrupted and made again" if jobs else ""
