"""A project in the window's terms, for tests of making sound: document, jobs, messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from prismdesk.engines import catalogue
from prismdesk.engines.capabilities import (
    Capabilities,
    EngineInput,
    EngineTask,
    SettingSpec,
    Variant,
)
from prismdesk.jobs.bridge import JobBridge
from prismdesk.jobs.queue import JobQueue
from prismdesk.playback.player import PlayState
from prismdesk.project.store import ProjectStore
from prismdesk.session.preferences import PreferencesFile
from prismdesk.session.session import Session
from prismdesk.ui.actions.registry import Actions
from prismdesk.ui.background import Background
from prismdesk.ui.context import Desktop
from prismdesk.ui.document import Document
from prismdesk.ui.job_outcomes import JobOutcomes
from prismdesk.ui.making import Making
from prismdesk.ui.messages import Message, Messages
from prismdesk.ui.pending_edits import PendingEdits
from prismdesk.ui.region_jobs import RegionJobs
from prismdesk.ui.replacing import Replacing
from prismdesk.ui.selection import Selection
from prismdesk.ui.theme import DARK, Theme
from tests.builders import a_project, a_region
from tests.jobs.fake_engine import SOURCE

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from prismdesk.project.ids import RegionId
    from prismdesk.project.model import Project, Region
    from prismdesk.project.timebase import SampleRange
    from prismdesk.ui.timeline.job_look import JobLook


def a_variant(variant_id: str, why_not: str = "") -> Variant:
    return Variant(
        id=variant_id,
        name=variant_id.title(),
        licence_weights="CC BY-NC 4.0",
        allows_commercial_use=False,
        why_not=why_not,
    )


FAKE = Capabilities(
    id="fake",
    name="Fake model",
    version="1",
    summary="For tests.",
    tasks=frozenset({EngineTask.INPAINT, EngineTask.GENERATE}),
    inputs=frozenset({EngineInput.TEXT, EngineInput.NEGATIVE_TEXT, EngineInput.AUDIO_CONTEXT}),
    settings=(
        SettingSpec(
            name="steps",
            label="Steps",
            help="More steps take longer.",
            default=25,
            minimum=1,
            maximum=100,
        ),
        SettingSpec(
            name="guidance",
            label="Guidance",
            help="How closely the prompt is followed.",
            default=4.5,
            minimum=0.0,
            maximum=20.0,
        ),
        SettingSpec(
            name="fade",
            label="Fade",
            help="Length of the fades.",
            default=0.25,
            minimum=0.0,
            maximum=2.0,
            unit="s",
        ),
        SettingSpec(
            name="strength",
            label="Strength",
            help="How much is made anew.",
            default=1.0,
            minimum=0.05,
            maximum=1.0,
        ),
        SettingSpec(name="tones", label="Carry tones on", help="Finds hum.", default=True),
        SettingSpec(
            name="method",
            label="Method",
            help="Which way.",
            default="auto",
            choices=("auto", "fine"),
        ),
    ),
    variants=(
        a_variant("small"),
        a_variant("large"),
        a_variant("huge", why_not="Its weights aren't there."),
    ),
    licence_code="MIT",
    licence_weights="CC BY-NC 4.0",
    allows_commercial_use=False,
    why_not=((EngineTask.CONTINUE, "Fake model can't carry sound on."),),
)


@dataclass
class FakePlayer:
    """Remembers what it is to play."""

    loaded: list[Project] = field(default_factory=list)
    loops: list[SampleRange | None] = field(default_factory=list)
    spans: list[SampleRange] = field(default_factory=list)

    def load(self, project: Project, sounds: object, *, end_samples: int) -> None:
        self.loaded.append(project)

    def set_loop(self, span: SampleRange | None) -> None:
        self.loops.append(span)

    def stop(self) -> None:
        pass

    def play(self, speed: float = 1.0) -> None:
        pass

    def seek(self, position_samples: int) -> None:
        pass

    def play_span(self, span: SampleRange, *, then_return_to: int) -> None:
        self.spans.append(span)

    def state(self) -> PlayState:
        return PlayState(position_samples=0, speed=1.0, is_playing=True)


@dataclass
class FakeCanvas:
    looks: dict[str, JobLook | None] = field(default_factory=dict)
    seen: list[JobLook | None] = field(default_factory=list)

    opened: list[RegionId | None] = field(default_factory=list)

    def open_takes(self, region_id: RegionId | None) -> None:
        self.opened.append(region_id)

    def set_job(self, region_id: RegionId, look: JobLook | None) -> None:
        self.looks[region_id] = look
        self.seen.append(look)


@dataclass
class Scene:
    """Everything that making sound works on."""

    document: Document
    selection: Selection
    bridge: JobBridge
    desktop: Desktop
    canvas: FakeCanvas
    pending: PendingEdits
    making: Making
    outcomes: JobOutcomes
    region_jobs: RegionJobs
    told: list[Message]
    replacing: Replacing

    @property
    def project(self) -> Project:
        return self.document.project

    def press(self, title: str) -> None:
        """Press a button of the last message."""
        dict(self.told[-1].buttons)[title]()

    def close(self) -> None:
        self.desktop.background.close()
        self.bridge.close()
        self.document.close()


def offer_fake_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the engine of tests.jobs.fake_engine in the catalogue."""
    monkeypatch.setitem(catalogue._OFFERS, FAKE.id, lambda: FAKE)


def a_fake_region(prompt: str = "", **fields: Any) -> Region:
    """Half a second to inpaint by the fake engine."""
    values: dict[str, Any] = {"engine": "fake", "name": "Wind hit", "prompt": prompt, "seed": 3}
    return a_region("region-1", 48_000, 72_000, **(values | fields))


def open_scene(
    folder: Path,
    project: Project | None = None,
    *,
    engine_source: str = SOURCE,
    theme: Theme = DARK,
    session: Session | None = None,
) -> Scene:
    """Open a project in a folder; its jobs are done by the engine of tests."""
    if session is None:
        session = Session(
            ProjectStore.create(
                folder / "project", "Test", project or a_project(regions=(a_fake_region(),))
            )
        )
        session._queue = JobQueue(session.folder, grace_seconds=0.5, engine_source=engine_source)
    messages = Messages()
    told: list[Message] = []
    messages.posted.connect(told.append)
    document = Document(session, messages)
    desktop = Desktop(
        theme=theme,
        messages=messages,
        background=Background(messages),
        actions=Actions(theme),
        preferences=PreferencesFile(folder / "preferences.json"),
    )
    selection, canvas, pending = Selection(), FakeCanvas(), PendingEdits(pause_ms=50)
    bridge = JobBridge(session)
    making = Making(document, selection, bridge, desktop, pending)
    making.bind_actions()
    outcomes = JobOutcomes(document, selection, bridge, making, messages)
    shown = RegionJobs(document, bridge, making, canvas)
    replacing = Replacing(document, selection, making, outcomes, desktop)
    replacing.bind_actions()
    return Scene(
        document,
        selection,
        bridge,
        desktop,
        canvas,
        pending,
        making,
        outcomes,
        shown,
        told,
        replacing,
    )
