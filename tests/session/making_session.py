"""A project from a small film, whose sound is made by the engine of tests."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from prismdesk.engines import catalogue
from prismdesk.engines.adapting.facts import APPLIED_KINDS
from prismdesk.jobs.queue import JobQueue
from prismdesk.project.edits import add_region
from prismdesk.project.ids import RegionId
from prismdesk.project.model import Region, Task
from prismdesk.project.timebase import SampleRange
from prismdesk.session.opening import create_session
from tests.jobs.fake_engine import SOURCE, FakeEngine
from tests.media_files import PictureSpec, SoundSpec, make_film

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from prismdesk.session.session import Session

RATE_HZ = 48_000
REGION = RegionId("region-1")
FAKE = FakeEngine("fake").capabilities


def offer_fake_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the engine of tests in the catalogue, and take presets."""
    monkeypatch.setitem(catalogue._OFFERS, "fake", lambda: FAKE)
    monkeypatch.setitem(APPLIED_KINDS, "fake", frozenset({"low-rank", "words"}))


def a_session(folder: Path) -> Session:
    """Open a new project of a film of four seconds at 25 pictures per second."""
    noise = np.random.default_rng(2).normal(0, 0.1, (2, 4 * RATE_HZ)).astype(np.float32)
    film = make_film(
        folder / "film.mkv",
        picture=PictureSpec(rate=Fraction(25), frames=100),
        sounds=(SoundSpec(audio=noise, codec="pcm_f32le"),),
    )
    session = create_session(film, folder / "project")
    session._queue = JobQueue(
        session.folder, grace_seconds=0.5, engine_source=SOURCE, workplace=session._workplace
    )
    return session


def mark(session: Session, **fields: Any) -> Region:
    """Mark the film's third second, to be made by the engine of tests."""
    track = session.project.tracks[0]
    values: dict[str, Any] = {
        "id": REGION,
        "track_id": track.id,
        "lane_ids": (track.lanes[0].id,),
        "range": SampleRange(2 * RATE_HZ, 3 * RATE_HZ),
        "task": Task.GENERATE,
        "engine": "fake",
        "seed": 5,
    }
    region = Region(**(values | fields))
    session.store.apply("Mark", lambda project: add_region(project, region))
    return region
