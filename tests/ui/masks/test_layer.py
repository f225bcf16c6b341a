from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest

from prismdesk.project.edits import set_region_masks
from prismdesk.project.edits.masks import set_drawn_masks
from prismdesk.project.picture_mask import MaskShape, form_at
from prismdesk.ui.masks.editing import MaskTool
from prismdesk.ui.picture.surface import PictureZoom
from tests.builders import a_box, a_keyed_shape, a_shape
from tests.ui.masks.mask_scene import END, NO_KEYS, START, MaskScene

if TYPE_CHECKING:
    from PySide6.QtGui import QColor

    from prismdesk.project.picture_mask import DrawnMask, MaskBox

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

NEAR = 0.004
"""A pixel of the picture on the screen, and a half."""


def box_of(mask: DrawnMask, at: int = 0) -> MaskBox:
    box = form_at(mask, at).box
    assert box is not None
    return box


def has(scene: MaskScene, *masks: DrawnMask) -> None:
    scene.scene.document.apply(
        "Draw", lambda project: set_drawn_masks(project, scene.region.id, masks)
    )
    scene.editing.choose(masks[-1].id)


def colour(scene: MaskScene, x: float, y: float) -> QColor:
    return scene.viewer.surface.grab().toImage().pixelColor(scene.point(x, y))


def test_a_drag_draws_an_ellipse_in_one_step(scene: MaskScene) -> None:
    scene.drag((0.2, 0.3), (0.3, 0.4), (0.6, 0.7))
    (mask,) = scene.masks
    assert mask.shape is MaskShape.ELLIPSE
    box = box_of(mask)
    assert (box.x, box.y, box.width, box.height) == pytest.approx((0.4, 0.5, 0.4, 0.4), abs=NEAR)
    assert scene.steps == ["Draw ellipse"]
    assert scene.editing.chosen == mask


def test_what_is_left_out_is_dimmed_and_what_is_listened_to_is_not(scene: MaskScene) -> None:
    bright = colour(scene, 0.5, 0.5).value()
    scene.drag((0.3, 0.3), (0.7, 0.7))
    assert colour(scene, 0.5, 0.55).value() == bright
    assert colour(scene, 0.1, 0.1).value() < bright / 2


@pytest.mark.parametrize("zoom", list(PictureZoom))
@pytest.mark.parametrize("film", [QSize(1280, 720), QSize(720, 1280), QSize(1000, 1000)])
def test_what_is_drawn_lies_where_the_pointer_was_whatever_the_picture(
    film: QSize, zoom: PictureZoom, scene: MaskScene
) -> None:
    """In letterboxed, upright, anamorphic (shown in square pixels) and zoomed pictures."""
    scene.viewer.set_film_size(film)
    scene.viewer.set_zoom(zoom)
    area = scene.viewer.surface.picture_area()
    start, end = QPoint(200, 150), QPoint(320, 230)
    QTest.mousePress(scene.layer, Qt.MouseButton.LeftButton, NO_KEYS, start)
    QTest.mouseMove(scene.layer, QPoint(250, 200))
    QTest.mouseMove(scene.layer, end)
    QTest.mouseRelease(scene.layer, Qt.MouseButton.LeftButton, NO_KEYS, end)
    box = box_of(scene.masks[0])
    left, right = box.x - box.width / 2, box.x + box.width / 2
    top, bottom = box.y - box.height / 2, box.y + box.height / 2
    drawn = [
        area.x() + left * area.width(),
        area.y() + top * area.height(),
        area.x() + right * area.width(),
        area.y() + bottom * area.height(),
    ]
    assert drawn == pytest.approx([200, 150, 320, 230], abs=0.1)


def test_the_middle_button_moves_a_zoomed_picture_and_masks_stay_on_it(scene: MaskScene) -> None:
    scene.viewer.set_zoom(PictureZoom.WHOLE)
    before = scene.viewer.surface.picture_area()
    middle = Qt.MouseButton.MiddleButton
    QTest.mousePress(scene.layer, middle, NO_KEYS, QPoint(300, 200))
    QTest.mouseMove(scene.layer, QPoint(340, 210))
    QTest.mouseRelease(scene.layer, middle, NO_KEYS, QPoint(340, 210))
    after = scene.viewer.surface.picture_area()
    assert after.topLeft() - before.topLeft() == QPoint(40, 10)
    assert scene.layer.map.area.topLeft().toPoint() == after.topLeft()
    assert scene.masks == ()


def test_a_drag_inside_a_mask_moves_it_in_one_step(scene: MaskScene) -> None:
    has(scene, a_shape("a", a_box(0.3, 0.5)), a_shape("b", a_box(0.8, 0.5, 0.1, 0.1)))
    scene.drag((0.3, 0.5), (0.4, 0.5), (0.5, 0.6))
    assert scene.steps == ["Draw", "Move ellipse"]
    box = box_of(scene.masks[0])
    assert (box.x, box.y, box.width) == pytest.approx((0.5, 0.6, 0.4), abs=NEAR)
    assert scene.editing.chosen == scene.masks[0]


def test_control_draws_inside_a_mask(scene: MaskScene) -> None:
    has(scene, a_shape("a", a_box(0.5, 0.5, 0.8, 0.8)))
    scene.drag((0.4, 0.4), (0.5, 0.5), keys=Qt.KeyboardModifier.ControlModifier)
    assert len(scene.masks) == 2


def test_a_handle_resizes_the_chosen_mask_in_one_step(scene: MaskScene) -> None:
    has(scene, a_shape("a", a_box(0.4, 0.5, 0.4, 0.4)))
    scene.drag((0.6, 0.7), (0.7, 0.75), (0.8, 0.9))
    assert scene.steps == ["Draw", "Resize ellipse"]
    box = box_of(scene.masks[0])
    assert (box.x, box.y, box.width, box.height) == pytest.approx((0.5, 0.6, 0.6, 0.6), abs=NEAR)


def test_a_click_chooses_a_mask_or_none_and_changes_nothing(scene: MaskScene) -> None:
    has(scene, a_shape("a", a_box(0.2, 0.5, 0.2)), a_shape("b", a_box(0.7, 0.5, 0.2)))
    scene.click(0.2, 0.5)
    assert scene.has_chosen(0)
    scene.click(0.45, 0.05)
    assert scene.has_chosen(None)
    assert scene.steps == ["Draw"]


def test_a_change_between_key_frames_sets_one_at_the_playhead(scene: MaskScene) -> None:
    keys = {0: a_box(0.3, 0.5, 0.2, 0.2), END - START - 1: a_box(0.7, 0.5, 0.2, 0.2)}
    has(scene, a_keyed_shape("a", keys=keys))
    scene.transport.move_to((START + END) // 2)
    scene.drag((0.5, 0.5), (0.5, 0.6), (0.5, 0.7))
    assert scene.editing.key_times == (0, (END - START) // 2, END - START - 1)
    assert box_of(scene.masks[0], (END - START) // 2).y == pytest.approx(0.7, abs=NEAR)
    assert box_of(scene.masks[0], 0).y == 0.5


def test_the_brush_paints_along_its_way_and_the_eraser_takes_away(scene: MaskScene) -> None:
    scene.do("region.mask_brush")
    scene.drag((0.2, 0.5), (0.5, 0.5), (0.8, 0.5))
    scene.drag((0.5, 0.2), (0.5, 0.4))
    scene.do("region.mask_eraser")
    scene.drag((0.4, 0.5), (0.6, 0.5))
    assert scene.steps == ["Paint mask", "Paint mask", "Erase from mask"]
    paint, erased = scene.masks
    assert [len(one.key_frames[0].strokes) for one in (paint, erased)] == [2, 1]
    assert (paint.takes_away, erased.takes_away) == (False, True)
    points = paint.key_frames[0].strokes[0].points
    assert points[0] == pytest.approx((0.2, 0.5), abs=NEAR)
    assert points[-1] == pytest.approx((0.8, 0.5), abs=NEAR)


def test_a_press_of_the_brush_paints_a_dot(scene: MaskScene) -> None:
    scene.do("region.mask_brush")
    scene.click(0.3, 0.4)
    (stroke,) = scene.masks[0].key_frames[0].strokes
    (point,) = stroke.points
    assert point == pytest.approx((0.3, 0.4), abs=NEAR)


def test_escape_drops_the_drag_and_then_leaves(scene: MaskScene) -> None:
    has(scene, a_shape("a"))
    before = scene.masks
    scene.drag((0.5, 0.5), (0.6, 0.6), (0.7, 0.7), release=False)
    assert scene.masks != before
    scene.press(Qt.Key.Key_Escape)
    assert scene.masks == before
    assert scene.is_on()
    scene.press(Qt.Key.Key_Escape)
    assert not scene.is_on()
    assert not scene.layer.isVisible()
    assert scene.steps == ["Draw"]


def test_keys_draw_move_resize_choose_and_remove(scene: MaskScene) -> None:
    scene.press(Qt.Key.Key_Return)
    assert box_of(scene.masks[0]).x == 0.5
    scene.press(Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    scene.press(Qt.Key.Key_Up)
    scene.press(Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    box = box_of(scene.masks[0])
    assert box.x == pytest.approx(0.5 + 0.05 * 9 / 16, abs=1e-3)
    assert box.y == pytest.approx(0.495)
    assert box.width == pytest.approx(0.4 * 9 / 16 + 0.005 * 9 / 16, abs=1e-3)
    scene.editing.use(MaskTool.RECTANGLE)
    scene.press(Qt.Key.Key_Return)
    assert [mask.shape for mask in scene.masks] == [MaskShape.ELLIPSE, MaskShape.RECTANGLE]
    scene.press(Qt.Key.Key_PageDown)
    scene.press(Qt.Key.Key_Delete)
    assert [mask.shape for mask in scene.masks] == [MaskShape.RECTANGLE]
    assert scene.editing.chosen == scene.masks[0]


def test_arrows_step_the_playhead_while_no_mask_is_chosen(scene: MaskScene) -> None:
    assert not scene.layer.takes_key(Qt.Key.Key_Left, NO_KEYS)
    has(scene, a_shape("a"))
    assert scene.layer.takes_key(Qt.Key.Key_Left, NO_KEYS)
    assert not scene.layer.takes_key(Qt.Key.Key_Space, NO_KEYS)


def test_screen_readers_hear_what_is_drawn(scene: MaskScene) -> None:
    assert scene.layer.accessibleName() == "Masks of the picture"
    assert scene.layer.accessibleDescription().startswith("Nothing drawn")
    has(scene, a_shape("a", a_box(0.2, 0.4, 0.2, 0.3)), a_shape("b"))
    scene.editing.choose(scene.masks[0].id)
    assert scene.layer.accessibleDescription() == ("1 of 2: ellipse at 20 % 40 %, 20 % by 30 %")


def test_the_layer_is_as_large_as_the_picture_whatever_the_window(scene: MaskScene) -> None:
    scene.viewer.resize(900, 700)
    assert scene.layer.geometry() == scene.viewer.surface.rect()


def test_a_still_that_is_gone_does_not_keep_masks_from_being_drawn(scene: MaskScene) -> None:
    scene.scene.document.apply(
        "Mask", lambda project: set_region_masks(project, scene.region.id, ("masks/gone.png",))
    )
    scene.drag((0.2, 0.3), (0.6, 0.7))
    scene.viewer.surface.grab()
    assert len(scene.masks) == 1
