"""A user's way through the window to a join that can be trusted: measured, shifted, nudged, undone.

The checkpoint is small and untrained, but laid out as the published ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from prismdesk.project.edits import SeamEnd
from prismdesk.sample.film import make_sample_film
from prismdesk.session.onset_readings import take_onsets
from tests.journeys.window_sound import SoundMaker, sound_maker
from tests.journeys.window_user import ALT, CONTROL, SHIFT
from tests.sample.recipes import a_short_recipe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.media.region_proof import RegionProof
    from prismdesk.ui.takes.seams import SeamsPart

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

MODEL = "custom-mmaudio-tiny-44k-v2-untrained"
START, END, MARKER = 30_000, 50_000, 40_000
HANDLE_FRAMES = 4


@pytest.fixture
def user(qtbot: QtBot, small_checkpoints: Path) -> Iterator[SoundMaker]:
    with sound_maker(qtbot, small_checkpoints / "mmaudio-tiny_44k_v2") as user:
        yield user


def test_a_join_is_measured_shifted_nudged_and_all_undone(user: SoundMaker, tmp_path: Path) -> None:
    user.open(make_sample_film(tmp_path / "film.mov", recipe=a_short_recipe(48)).path)
    inpaint_with_handles(user)
    page = read_the_seams(user)
    made, span = user.project, user.region.range
    shift_a_seam_while_it_plays(user, page)
    nudge_to_a_marker(user, page)
    drag_the_edge_over_the_handle(user)
    assert prove(user).passed
    while user.project != made:
        user.press(Qt.Key.Key_Z, CONTROL)
    assert user.region.range == span
    assert prove(user).passed


def inpaint_with_handles(user: SoundMaker) -> None:
    """Handles are asked for in the inspector, kept with the take, and remembered."""
    user.mark(START, END)
    user.use(MODEL, "steps on planks", steps=2)
    user.workspace.sound.inspector.form.seed.handles.setValue(HANDLE_FRAMES)
    user.press(Qt.Key.Key_Return, CONTROL | SHIFT)
    take = user.until_made(1)
    handle = user.workspace.document.times.frame_start(HANDLE_FRAMES)
    assert (take.head_samples, take.tail_samples) == (handle, handle)
    assert user.samples(take).shape[1] == take.region.length_samples + 2 * handle
    assert user.desk.desktop.preferences.now.handle_frames == HANDLE_FRAMES


def read_the_seams(user: SoundMaker) -> SeamsPart:
    """The badge stands in the inspector beside the null test's, and leads to the take's page."""
    sound = user.workspace.sound
    until_measured(user)
    user.wait(lambda: sound.proof.null_test.text() == "Identical outside")
    assert sound.proof.seams.text().startswith("Seams ")
    QTest.mouseClick(sound.proof.seams, Qt.MouseButton.LeftButton)
    user.wait(sound.seams.isVisible)
    report = sound.seam_watch.report()
    assert report is not None
    assert report.seams is not None
    assert sound.seams.pill.accessibleName() == report.seams.verdict
    assert sound.seams.handles.text() == f"Handles kept {HANDLE_FRAMES} fr"
    # The engine joined it to what is there.
    clicks = [seam.figures.click_ratio for seam in report.seams.seams]
    assert all(click is not None and click <= 2.0 for click in clicks)
    return sound.seams


def shift_a_seam_while_it_plays(user: SoundMaker, page: SeamsPart) -> None:
    """By key and by field, heard while it plays; refused where there is no more of the take."""
    user.come_back()
    before = user.region.range
    user.press(Qt.Key.Key_Space)
    user.wait(lambda: user.workspace.transport.is_playing)
    rate_hz = user.project.rate_hz
    user.press(Qt.Key.Key_Left, CONTROL | SHIFT)
    assert user.region.range.start_samples == before.start_samples - rate_hz // 1000
    field = page.shifts[SeamEnd.OUT]
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "-20")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert user.region.range.end_samples == before.end_samples - rate_hz // 50
    assert user.workspace.transport.is_playing
    user.workspace.canvas.setFocus()
    user.press(Qt.Key.Key_K)
    field.setValue(10_000)
    assert user.region.range.end_samples == before.end_samples - rate_hz // 50
    assert field.value() == -20
    until_measured(user)
    report = user.workspace.sound.seam_watch.report()
    assert report is not None
    assert report.seams is not None
    assert [seam.shift_samples * 1000 // rate_hz for seam in report.seams.seams] == [-1, -20]


def nudge_to_a_marker(user: SoundMaker, page: SeamsPart) -> None:
    """The take moves inside its region until its onset is on the marker."""
    user.workspace.canvas.setFocus()
    one_frame = user.workspace.document.times.frame_start(1)
    user.press(Qt.Key.Key_Right, CONTROL)
    assert user.region.takes[0].moved_samples == one_frame
    user.press(Qt.Key.Key_Left, CONTROL)
    assert user.region.takes[0].moved_samples == 0
    onset = an_onset(user)
    user.workspace.transport.move_to(onset + user.project.rate_hz // 200)
    user.press(Qt.Key.Key_M)
    user.workspace.selection.select_region(user.regions[0].id)
    page_is_shown(user, page)
    until_measured(user)
    user.wait(page.nudge.isVisible)
    assert "ms before “" in page.onset.text()
    user.wait(user.desk.desktop.actions.action("takes.nudge_to_marker").isEnabled)
    span = user.region.range
    QTest.mouseClick(page.nudge, Qt.MouseButton.LeftButton)
    assert user.region.takes[0].moved_samples > 0
    assert user.region.range == span
    until_measured(user)
    assert " on “" in page.onset.text()


def drag_the_edge_over_the_handle(user: SoundMaker) -> None:
    """The take goes on to be heard as the region's edge is dragged outwards."""
    before = user.region
    canvas = user.workspace.canvas
    row = next(row for row in canvas.layout_now.rows if row.lane_id is not None)
    end = before.range.end_samples

    def point(samples: int) -> QPoint:
        x = canvas.layout_now.header_px + canvas.scale.x_of(samples)
        return QPoint(x, row.top_px + row.height_px // 2)

    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, ALT, point(end) - QPoint(1, 0))
    for to in (end + 500, end + 1500, end + 2000):
        QTest.mouseMove(canvas, point(to))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, ALT, point(end + 2000))
    after = user.region
    assert after.range.end_samples > end + 1000
    assert after.comp[-1].range.end_samples == after.range.end_samples
    assert after.takes == before.takes


def page_is_shown(user: SoundMaker, page: SeamsPart) -> None:
    if not page.isVisible():
        user.workspace.sound.inspector.show_take(user.region.takes[0].id)


def an_onset(user: SoundMaker) -> int:
    """Where something begins in the take, well inside the region."""
    take, span = user.region.takes[0], user.region.range
    first = take.sound_range.start_samples
    onsets = take_onsets(take, user.workspace.document.session.sounds)
    return next(
        first + at for at in onsets if span.start_samples < first + at < span.end_samples - 2000
    )


def prove(user: SoundMaker) -> RegionProof:
    user.press(Qt.Key.Key_N, CONTROL | ALT)
    region_id = user.region.id
    user.wait(lambda: user.workspace.proofs.of(region_id) is not None)
    proof = user.workspace.proofs.of(region_id)
    assert proof is not None
    return proof


def until_measured(user: SoundMaker) -> None:
    user.wait(lambda: not user.workspace.sound.seam_watch.is_measuring)
