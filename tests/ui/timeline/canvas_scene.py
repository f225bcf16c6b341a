"""A canvas over a stored project whose every sound is a sine; threads end with the test."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from prismdesk.project.ids import BusId
from prismdesk.project.model import RegionStatus, Task
from prismdesk.project.store import ProjectStore
from prismdesk.session.preferences import PreferencesFile
from prismdesk.session.session import Session
from prismdesk.ui.actions.registry import Actions
from prismdesk.ui.background import Background
from prismdesk.ui.context import Desktop
from prismdesk.ui.document import Document
from prismdesk.ui.messages import Messages
from prismdesk.ui.selection import Selection
from prismdesk.ui.theme import DARK, Theme
from prismdesk.ui.timeline.canvas import TimelineCanvas
from prismdesk.ui.transport import Transport
from prismdesk.ui.waves import SampledWave, WaveSource
from tests.builders import (
    a_clip,
    a_lane,
    a_marker,
    a_project,
    a_region,
    a_segment,
    a_take,
    a_track,
)
from tests.ui.desktop import NotedPlayer
from tests.ui.scenes import ASine

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.playback.player import Player
    from prismdesk.project.model import Clip, Project, Take


class SoundingDocument(Document):
    """A document whose every sound is there; ``missing`` names media that aren't."""

    missing: frozenset[str] = frozenset()

    def wave_of_clip(self, clip: Clip) -> WaveSource | None:
        """Return a sine."""
        return None if clip.media_id in self.missing else SampledWave(ASine())

    def wave_of_take(self, take: Take) -> WaveSource | None:
        """Return a sine."""
        return SampledWave(ASine())


def a_busy_project() -> Project:
    """Three tracks: clips with a crossfade and a gain; regions of each task; an empty lane."""
    made = a_region(
        "region-1",
        96_000,
        168_000,
        name="Wind hit, pier",
        prompt="Slow steps on an old wooden pier",
        status=RegionStatus.REVIEW,
        takes=(
            a_take("take-1", 96_000, 168_000, head=4_800, tail=4_800, name="Take 1"),
            a_take("take-2", 96_000, 168_000, head=4_800, tail=4_800, name="Take 2", gain_db=-2.5),
        ),
        comp=(a_segment("take-1", 96_000, 168_000),),
    )
    dropout = a_region("region-2", 300_000, 340_000, name="Dropout", note="46 fr lost")
    longer = a_region(
        "region-3",
        400_000,
        480_000,
        name="Harbour air",
        task=Task.CONTINUE,
        track_id="track-2",
        lane_ids=("lane-2",),
    )
    steps = a_region(
        "region-4",
        120_000,
        300_000,
        name="Footsteps on wet planks",
        prompt="hard soles",
        task=Task.GENERATE,
        track_id="track-2",
        lane_ids=("lane-2",),
    )
    return a_project(
        tracks=(
            a_track(
                "track-1",
                a_lane("lane-1", a_clip("clip-1", 0, 460_000, name="SR_r2_prod.wav")),
                name="Production",
            ),
            a_track(
                "track-2",
                a_lane("lane-2", a_clip("clip-2", 0, 90_000, fade_out=24_000, gain_db=-3.0)),
                a_lane(
                    "lane-3",
                    a_clip("clip-3", 20_000, 220_000, fade_in=12_000, fade_out=40_000),
                    a_clip("clip-4", 200_000, 200_000, fade_in=40_000, is_muted=True),
                ),
                name="Foley",
                bus_id=BusId("bus-ambience"),
            ),
            a_track("track-3", a_lane("lane-4"), name="Music", gain_db=-8.0),
        ),
        regions=(made, dropout, longer, steps),
        markers=(
            a_marker("marker-1", 110_000, name="first step"),
            a_marker("marker-2", 350_000, name="lantern swings"),
        ),
    )


@dataclass(frozen=True)
class CanvasScene:
    """A shown canvas and what it was made from."""

    canvas: TimelineCanvas
    document: SoundingDocument
    selection: Selection
    transport: Transport
    player: NotedPlayer
    messages: Messages


def a_canvas_scene(
    qtbot: QtBot,
    folder: Path,
    project: Project | None = None,
    *,
    theme: Theme = DARK,
    size: tuple[int, int] = (1200, 480),
    missing: frozenset[str] = frozenset(),
) -> CanvasScene:
    """Return a canvas; wait until it is settled before looking at its waves."""
    messages = Messages()
    store = ProjectStore.create(folder / "project", "Harbour", project or a_busy_project())
    document = SoundingDocument(Session(store), messages)
    document.missing = missing
    selection, player = Selection(), NotedPlayer()
    transport = Transport(document, selection, cast("Player", player))
    desktop = a_desktop(folder, theme, messages)
    canvas = TimelineCanvas(document, selection, transport, desktop)

    def end(_: object) -> None:
        canvas.close_threads()
        transport.close()
        document.close()
        desktop.background.close()

    qtbot.addWidget(canvas, before_close_func=end)
    canvas.resize(*size)
    canvas.show()
    return CanvasScene(canvas, document, selection, transport, player, messages)


def a_desktop(folder: Path, theme: Theme, messages: Messages) -> Desktop:
    """Return what panels need, with preferences in a folder."""
    return Desktop(
        theme=theme,
        messages=messages,
        background=Background(messages),
        actions=Actions(theme),
        preferences=PreferencesFile(folder / "preferences.json"),
    )


def with_clip_gain(project: Project, gain_db: float) -> Project:
    """Return the project with the first clip at a gain."""
    track = project.tracks[0]
    clip = replace(track.lanes[0].clips[0], gain_db=gain_db)
    lane = replace(track.lanes[0], clips=(clip,))
    return replace(project, tracks=(replace(track, lanes=(lane,)), *project.tracks[1:]))
