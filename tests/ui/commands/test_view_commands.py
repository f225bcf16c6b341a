from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import pytest

from prismdesk.project.ids import ClipId, LaneId, RegionId, TrackId
from prismdesk.project.timebase import SampleRange
from prismdesk.ui.commands.view_commands import ViewCommands, bind_look
from prismdesk.ui.theme import DARK
from prismdesk.ui.timeline.follow import Follow
from prismdesk.ui.times import RulerUnit
from tests.ui.timeline.canvas_scene import CanvasScene, a_canvas_scene, a_desktop

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.ui.context import Desktop
    from prismdesk.ui.picture.viewer import Viewer
    from prismdesk.ui.timeline.canvas import TimelineCanvas

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)

FOLEY = TrackId("track-2")


@dataclass
class NotedViewer:
    """A viewer that only knows whether it fills the screen."""

    is_full_screen: bool = False

    def toggle_full_screen(self) -> None:
        """Fill the screen, or no longer."""
        self.is_full_screen = not self.is_full_screen


@dataclass
class ViewScene:
    """A canvas with its commands bound."""

    scene: CanvasScene
    desktop: Desktop
    commands: ViewCommands
    filled: list[bool] = field(default_factory=list)

    @property
    def canvas(self) -> TimelineCanvas:
        return self.scene.canvas

    def do(self, action_id: str) -> None:
        """Trigger an action."""
        self.desktop.actions.trigger(action_id)

    def is_on(self, action_id: str) -> bool:
        """Return whether an action's menu entry has its tick."""
        self.desktop.actions.refresh()
        return self.desktop.actions.action(action_id).isChecked()


@pytest.fixture
def view(qtbot: QtBot, tmp_path: Path) -> ViewScene:
    scene = a_canvas_scene(qtbot, tmp_path)
    desktop = a_desktop(tmp_path, DARK, scene.messages)
    qtbot.addWidget(scene.canvas, before_close_func=lambda _: desktop.background.close())
    filled: list[bool] = []
    commands = ViewCommands(
        scene.document,
        scene.selection,
        scene.canvas,
        cast("Viewer", NotedViewer()),
        desktop,
        lambda: filled.append(True),
        lambda: bool(filled),
    )
    commands.bind_actions()
    bind_look(desktop)
    return ViewScene(scene, desktop, commands, filled)


def test_zoom_goes_in_out_and_to_the_whole_film(view: ViewScene) -> None:
    whole = view.canvas.scale
    view.do("view.zoom_in")
    closer = view.canvas.scale
    assert closer.seen.length_samples < whole.seen.length_samples
    view.do("view.zoom_out")
    assert view.canvas.scale.level == whole.level
    view.do("view.zoom_in")
    view.do("view.fit")
    assert view.canvas.scale == whole


@pytest.mark.parametrize("what", ["clip", "region", "marks"])
def test_zoom_shows_the_selection_and_goes_back(view: ViewScene, what: str) -> None:
    assert "Select something" in view.desktop.actions.why_not("view.zoom_selection")
    selection = view.scene.selection
    span = SampleRange(96_000, 168_000)
    if what == "clip":
        selection.select_clips([ClipId("clip-4")])
        span = SampleRange(200_000, 400_000)
    elif what == "region":
        selection.select_region(RegionId("region-1"))
    else:
        selection.set_span(span)
    whole = view.canvas.scale
    view.do("view.zoom_selection")
    seen = view.canvas.scale.seen
    assert seen.start_samples <= span.start_samples
    assert seen.end_samples >= span.end_samples
    assert seen.length_samples < whole.seen.length_samples
    near = view.canvas.scale
    view.do("view.zoom_toggle")
    assert view.canvas.scale == whole
    view.do("view.zoom_toggle")
    assert view.canvas.scale == near


def test_lanes_grow_and_shrink(view: ViewScene) -> None:
    before = view.canvas.lane_height_of(FOLEY)
    view.do("view.taller")
    assert view.canvas.lane_height_of(FOLEY) > before
    view.do("view.lower")
    assert view.canvas.lane_height_of(FOLEY) == before


def test_follow_and_ruler_unit_are_remembered(view: ViewScene) -> None:
    assert view.is_on("view.follow")
    view.do("view.follow")
    assert view.canvas.follow is Follow.NONE
    assert not view.desktop.preferences.now.follow
    view.do("view.ruler_unit")
    assert view.desktop.preferences.now.ruler_unit == "frames"
    assert view.canvas.view.ruler_unit is RulerUnit.FRAMES


def test_spectrogram_is_that_of_the_selected_track(view: ViewScene) -> None:
    view.scene.selection.set_span(None, [LaneId("lane-3")])
    view.do("view.spectrogram")
    assert view.canvas.view.spectrograms == {FOLEY}
    assert view.is_on("view.spectrogram")
    view.do("view.spectrogram")
    assert view.canvas.view.spectrograms == set()


def test_the_menu_knows_a_spectrogram_that_the_header_switched(view: ViewScene) -> None:
    view.scene.selection.set_span(None, [LaneId("lane-3")])
    view.canvas.set_spectrogram(FOLEY, True)
    assert view.is_on("view.spectrogram")
    view.do("view.spectrogram")
    assert view.canvas.view.spectrograms == set()


def test_picture_and_panels_are_switched(view: ViewScene) -> None:
    for action_id, name in (("view.burn_in", "burn_in"), ("view.safe_areas", "safe_areas")):
        assert not view.is_on(action_id)
        view.do(action_id)
        assert getattr(view.desktop.preferences.now, name)
        assert view.is_on(action_id)
    view.do("view.full_screen")
    assert view.is_on("view.full_screen")
    view.do("view.fill_window")
    assert view.is_on("view.fill_window")


def test_themes_and_text_sizes_are_chosen(view: ViewScene) -> None:
    view.do("view.theme_contrast")
    assert view.desktop.preferences.now.theme == "contrast"
    assert view.is_on("view.theme_contrast")
    assert not view.is_on("view.theme_dark")
    for _ in range(6):
        view.do("view.text_larger")
    assert view.desktop.preferences.now.text_scale_percent == 200
    assert "200 %" in view.desktop.actions.why_not("view.text_larger")
    for _ in range(6):
        view.do("view.text_smaller")
    assert view.desktop.preferences.now.text_scale_percent == 100
