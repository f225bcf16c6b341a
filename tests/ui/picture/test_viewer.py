from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow, QToolButton

from prismdesk.media.frame_pixels import fitted_size
from prismdesk.ui.picture.full_screen import FullScreenPicture
from prismdesk.ui.picture.surface import PictureZoom
from prismdesk.ui.picture.viewer import Viewer, rate_words
from prismdesk.ui.theme import DARK
from prismdesk.ui.times import Times
from tests.builders import a_project

if TYPE_CHECKING:
    import numpy.typing as npt
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)

GREEN = QColor(0, 160, 0)


def an_image(width_px: int = 320, height_px: int = 180) -> QImage:
    image = QImage(width_px, height_px, QImage.Format.Format_RGB32)
    image.fill(GREEN)
    return image


@pytest.fixture
def viewer(qtbot: QtBot) -> Viewer:
    made = Viewer(Times(a_project()), DARK)
    qtbot.addWidget(made)
    made.resize(656, 440)
    made.set_film("Salt Road r2.mov", (1920, 1080), Fraction(24))
    made.show()
    return made


def pixels(viewer: Viewer) -> QImage:
    return viewer.surface.grab().toImage()


def differing(one: QImage, other: QImage) -> QRect:
    """The rectangle in which two images differ."""
    ys, xs = np.nonzero(words_of(one) != words_of(other))
    return QRect(QPoint(int(xs.min()), int(ys.min())), QPoint(int(xs.max()), int(ys.max())))


def words_of(image: QImage) -> npt.NDArray[np.uint32]:
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    words = np.frombuffer(bytes(plain.constBits()), np.uint32)
    return words.reshape(plain.height(), plain.width())


def test_picture_keeps_its_shape_between_black_bars(viewer: Viewer) -> None:
    viewer.set_film_size(QSize(1000, 1000))
    viewer.set_burn_in(False)
    viewer.show_frame(an_image(100, 100), 0)
    shown = pixels(viewer)
    middle = shown.height() // 2
    assert shown.pixelColor(shown.width() // 2, middle) == GREEN
    assert shown.pixelColor(5, middle) == QColor(Qt.GlobalColor.black)
    assert viewer.surface.picture_area().width() == viewer.surface.picture_area().height()


def test_picture_of_the_wanted_size_is_drawn_pixel_by_pixel(viewer: Viewer) -> None:
    viewer.set_burn_in(False)
    viewer.surface.setFixedSize(300, 200)
    width, height = fitted_size((Fraction(1920), Fraction(1080)), viewer.wanted_px())
    image = an_image(width, height)
    for x in range(0, width, 2):
        for y in range(0, height, 2):
            image.setPixelColor(x, y, QColor(Qt.GlobalColor.white))
    viewer.show_frame(image, 0)
    area = viewer.surface.picture_area()
    assert area.size() != image.size()
    seen = pixels(viewer).copy(QRect(area.topLeft(), image.size())).convertToFormat(image.format())
    assert seen.copy(0, 0, width - 1, height - 1) == image.copy(0, 0, width - 1, height - 1)


def test_heading_says_film_size_rate_and_proxy(viewer: Viewer) -> None:
    assert viewer.heading == "Salt Road r2.mov   1920 × 1080   24 fps"
    viewer.set_proxied(True)
    viewer.set_film_size(QSize(1080, 1920))
    assert viewer.heading == "Salt Road r2.mov   1080 × 1920   24 fps   proxy while playing"
    assert rate_words(Fraction(24000, 1001)) == "23.976 fps"


def test_timecode_is_that_of_the_picture_shown(viewer: Viewer) -> None:
    viewer.show_frame(an_image(), 48_000)
    assert viewer.shown.timecode == "01:00:01:00"
    viewer.show_frame(an_image(), 48_000 + 2_000)
    assert viewer.shown.timecode == "01:00:01:01"


def test_screen_readers_hear_timecode_and_shot(viewer: Viewer) -> None:
    viewer.set_cuts((24_000, 72_000))
    viewer.show_frame(an_image(), 48_000)
    assert viewer.surface.accessibleName() == "Picture"
    assert viewer.surface.accessibleDescription() == "01:00:01:00, Shot 2"
    viewer.show_words("The film is not where it was.")
    assert viewer.surface.accessibleDescription() == "The film is not where it was."


@pytest.mark.parametrize(("samples", "shot"), [(0, 1), (23_999, 1), (24_000, 2), (90_000, 3)])
def test_shot_begins_at_its_cut(viewer: Viewer, samples: int, shot: int) -> None:
    viewer.set_cuts((24_000, 72_000))
    viewer.show_frame(an_image(), samples)
    assert viewer.shown.shot == f"Shot {shot}"


def test_shots_that_are_not_known_have_no_label(viewer: Viewer) -> None:
    viewer.show_frame(an_image(), 0)
    assert viewer.shown.shot == ""


def test_burn_in_lies_bottom_middle(viewer: Viewer) -> None:
    viewer.set_burn_in(False)
    viewer.show_frame(an_image(), 0)
    without = pixels(viewer)
    viewer.set_burn_in(True)
    where, area = differing(without, pixels(viewer)), viewer.surface.picture_area()
    assert abs(where.center().x() - area.center().x()) <= 2
    assert area.center().y() < where.top() < where.bottom() < area.bottom()


def test_shot_label_lies_top_left(viewer: Viewer) -> None:
    viewer.set_burn_in(False)
    viewer.show_frame(an_image(), 0)
    without = pixels(viewer)
    viewer.set_cuts(())
    viewer.show_frame(an_image(), 0)
    where, area = differing(without, pixels(viewer)), viewer.surface.picture_area()
    assert where.right() < area.center().x()
    assert area.top() < where.top() < where.bottom() < area.center().y()


def test_safe_areas_are_93_and_90_per_cent(viewer: Viewer) -> None:
    viewer.set_burn_in(False)
    viewer.show_frame(an_image(), 0)
    without = pixels(viewer)
    viewer.set_safe_areas(True)
    where, area = differing(without, pixels(viewer)), viewer.surface.picture_area()
    assert abs(where.width() - area.width() * 0.93) <= 4
    assert abs(where.height() - area.height() * 0.93) <= 4


def test_words_take_the_place_of_the_picture(viewer: Viewer) -> None:
    viewer.show_frame(an_image(), 0)
    viewer.show_words("This project has no picture.")
    assert pixels(viewer).pixelColor(4, 4) == QColor(DARK.window)
    viewer.show_frame(an_image(), 0)
    assert viewer.shown.words == ""


def test_zoom_asks_for_pictures_of_that_size(qtbot: QtBot, viewer: Viewer) -> None:
    fits = viewer.wanted_px()
    assert fits == (viewer.surface.width(), viewer.surface.height())
    with qtbot.waitSignal(viewer.resized):
        viewer.set_zoom(PictureZoom.WHOLE)
    assert viewer.wanted_px() == (1920, 1080)
    assert viewer.surface.zoom_percent() == 100
    viewer.set_zoom(PictureZoom.HALF)
    assert viewer.wanted_px() == (960, 540)
    assert viewer.surface.picture_area().size() == QSize(960, 540)


def test_large_picture_is_moved_by_dragging_up_to_its_edge(viewer: Viewer) -> None:
    viewer.show_frame(an_image(), 0)
    viewer.set_zoom(PictureZoom.WHOLE)
    before = viewer.surface.picture_area()
    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(viewer.surface, button, none, QPoint(200, 100))
    QTest.mouseMove(viewer.surface, QPoint(230, 90))
    assert viewer.surface.picture_area().topLeft() == before.topLeft() + QPoint(30, -10)
    QTest.mouseMove(viewer.surface, QPoint(5000, 100))
    QTest.mouseRelease(viewer.surface, button, none, QPoint(5000, 100))
    assert 0 <= viewer.surface.picture_area().left() + 1 <= 1
    viewer.set_zoom(PictureZoom.FIT)
    assert viewer.surface.rect().contains(viewer.surface.picture_area())


def button(viewer: Viewer, name: str) -> QToolButton:
    (found,) = [b for b in viewer.findChildren(QToolButton) if b.accessibleName() == name]
    return found


def test_toggles_tell_what_is_wanted_and_show_what_is(qtbot: QtBot, viewer: Viewer) -> None:
    safe = button(viewer, "Safe areas")
    with qtbot.waitSignal(viewer.safe_areas_wanted) as told:
        safe.click()
    assert told.args == [True]
    viewer.set_safe_areas(False)
    assert not safe.isChecked()
    burn_in = button(viewer, "Timecode in the picture")
    assert burn_in.isChecked()
    with qtbot.waitSignal(viewer.burn_in_wanted) as told:
        burn_in.click()
    assert told.args == [False]


def full_screen_of(viewer: Viewer) -> FullScreenPicture:
    (window,) = viewer.findChildren(FullScreenPicture)
    return window


def test_whole_screen_shows_the_same_picture(qtbot: QtBot, viewer: Viewer) -> None:
    viewer.set_burn_in(False)
    viewer.show_frame(an_image(), 0)
    with qtbot.waitSignal(viewer.full_screen_changed) as told:
        viewer.toggle_full_screen()
    assert told.args == [True]
    assert button(viewer, "Picture on the whole screen").isChecked()
    window = full_screen_of(viewer)
    assert window.isWindow()
    assert window.size() == window.screen().size()
    shown = window.surface.grab().toImage()
    assert shown.pixelColor(shown.rect().center()) == GREEN
    assert viewer.wanted_px() == (window.width(), window.height())
    viewer.toggle_full_screen()
    assert not button(viewer, "Picture on the whole screen").isChecked()


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_F])
def test_escape_and_f_leave_the_whole_screen(qtbot: QtBot, viewer: Viewer, key: Qt.Key) -> None:
    viewer.toggle_full_screen()
    window = full_screen_of(viewer)
    with qtbot.waitSignal(viewer.full_screen_changed) as told:
        QTest.keyClick(window, key)
    assert told.args == [False]


def test_keys_of_the_main_window_work_on_the_whole_screen(qtbot: QtBot, viewer: Viewer) -> None:
    main = QMainWindow()
    qtbot.addWidget(main)
    main.setCentralWidget(viewer)
    main.show()
    heard: list[str] = []
    for key in ("Space", "F"):
        shortcut = QShortcut(QKeySequence(key), main)
        shortcut.activated.connect(lambda key=key: heard.append(key))
    viewer.toggle_full_screen()
    window = full_screen_of(viewer)
    with qtbot.waitActive(window):
        window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert heard == ["Space"]
    QTest.keyClick(window, Qt.Key.Key_F)
    assert heard == ["Space"]
    assert not viewer.is_full_screen
    viewer.setParent(None)
