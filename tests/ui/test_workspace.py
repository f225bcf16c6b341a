from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from prismdesk.ui.main_window import MainWindow
from prismdesk.ui.region_list import RegionTable
from prismdesk.ui.theme import DARK
from prismdesk.ui.workspace import Workspace
from tests.builders import a_project, a_region
from tests.ui.scenes import a_view, grey_of_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot


# The platform without a screen has no window manager to tell a size to, and says so.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    window = MainWindow(DARK, lambda: None)
    qtbot.addWidget(window)
    window.show_workspace(Workspace(a_view(), read_frame=grey_of_time, theme=DARK))
    window.show()
    yield window
    window.close()


def workspace_of(window: MainWindow) -> Workspace:
    assert window.workspace is not None
    return window.workspace


@pytest.mark.parametrize(
    ("keys", "frame"),
    [
        (["Right"], 1),
        (["Right", "Right", "Left"], 1),
        (["Left"], 0),
        (["End"], 239),
        (["End", "Right"], 239),
        (["End", "Home"], 0),
        (["Shift+Right"], 24),
        (["Shift+Right", "Shift+Left"], 0),
    ],
)
def test_keys_move_the_playhead(window: MainWindow, keys: list[str], frame: int) -> None:
    actions = {
        key.toString(): action
        for action in window.findChildren(QAction)
        for key in action.shortcuts()
    }
    for key in keys:
        actions[key].trigger()

    assert workspace_of(window).playhead.position_samples == frame * 2_000


def test_first_step_back_inside_a_frame_goes_to_its_beginning(window: MainWindow) -> None:
    playhead = workspace_of(window).playhead
    playhead.move_to(4_100)

    playhead.step_frames(-1)

    assert playhead.position_samples == 4_000


def test_arrow_key_reaches_the_playhead_through_the_timeline(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)

    QTest.keyClick(workspace_of(window).timeline, Qt.Key.Key_Right)

    assert workspace_of(window).playhead.position_samples == 2_000


def test_picture_follows_the_playhead(window: MainWindow, qtbot: QtBot) -> None:
    workspace = workspace_of(window)
    workspace.playhead.move_to(5 * 48_000)

    def shown() -> int:
        picture = workspace.viewer.grab().toImage()
        return picture.pixelColor(picture.width() // 2, picture.height() // 2).red()

    qtbot.waitUntil(lambda: shown() == 50, timeout=5_000)


def test_picture_is_asked_for_inside_its_frame() -> None:
    view = a_view()
    for frame in range(240):
        middle = float((frame + 0.5) / view.frame_rate)
        assert int(middle * 24) == frame


def test_click_on_a_region_goes_to_it(window: MainWindow) -> None:
    workspace = workspace_of(window)
    model = workspace.regions.model()
    assert isinstance(model, RegionTable)

    workspace.regions.clicked.emit(model.index(1, 0))

    assert model.region_at(1).name == "Dropout"
    assert workspace.playhead.position_samples == 200_000


def test_regions_are_listed_in_time(window: MainWindow) -> None:
    model = workspace_of(window).regions.model()
    rows = [
        [model.index(row, column).data() for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]

    assert rows == [
        ["Hole", "01:00:02:00", "01:00:03:00", "1.00 s", "Inpaint", "Done", "1"],
        ["Dropout", "01:00:04:04", "01:00:04:04", "12 ms", "Inpaint", "Open", "0"],
        ["Harbour air", "01:00:09:00", "01:00:10:00", "1.00 s", "Continue", "Open", "0"],
    ]


@pytest.mark.parametrize(
    ("samples", "words"),
    [
        (1, "1 sample"),
        (47, "47 samples"),
        (48, "1 ms"),
        (576, "12 ms"),
        (4_800, "0.10 s"),
        (72_000, "1.50 s"),
    ],
)
def test_length_is_told_in_the_unit_that_says_most(samples: int, words: str) -> None:
    project = a_project(regions=(a_region("region-1", 0, samples),))
    model = RegionTable(a_view(project), DARK)

    assert model.index(0, 3).data() == words


def test_missing_film_is_said_in_the_pictures_place(qtbot: QtBot) -> None:
    workspace = Workspace(a_view(), read_frame=None, no_picture="It is gone.", theme=DARK)
    qtbot.addWidget(workspace)
    workspace.show()

    workspace.playhead.go_to_end()

    assert workspace.viewer.words == "It is gone."
    workspace.close_film()


def test_every_action_and_button_does_something(qtbot: QtBot) -> None:
    asked: list[bool] = []
    window = MainWindow(DARK, lambda: asked.append(True))
    qtbot.addWidget(window)
    window.show()

    (button,) = window.findChildren(QPushButton)
    button.click()

    assert asked == [True]
    names = {action.text() for action in window.findChildren(QAction) if action.shortcuts()}
    assert names == {"&Open project…", "&Quit"}


def test_zoom_actions_change_the_scale(window: MainWindow) -> None:
    timeline = workspace_of(window).timeline
    before = timeline.scale
    actions = {action.text(): action for action in window.findChildren(QAction)}

    actions["Zoom in"].trigger()
    assert timeline.scale.samples_per_px < before.samples_per_px
    actions["Whole film"].trigger()

    assert timeline.scale == before


def test_opening_another_project_ends_the_first_ones_thread(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.show_workspace(Workspace(a_view(), read_frame=grey_of_time, theme=DARK))
    window.show_nothing()

    assert window.workspace is None
    assert window.windowTitle() == "PrismDesk"
