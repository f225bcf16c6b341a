from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from prismdesk.media import mask_drawing
from prismdesk.media.mask_drawing import MaskDrawing
from prismdesk.project.picture_mask import DrawnMask, MaskShape
from tests.builders import a_box, a_keyed_shape, a_shape, some_paint

WIDTH, HEIGHT = 160, 90
Pixels = npt.NDArray[np.uint8]


def drawn(*masks: DrawnMask, at: int = 0) -> Pixels:
    return MaskDrawing(masks, width_px=WIDTH, height_px=HEIGHT).at(at)


def share(pixels: Pixels) -> float:
    return float(pixels.mean()) / 255


def a_rectangle(x: float, y: float, width: float, height: float, **fields: object) -> DrawnMask:
    box = a_box(x, y, width, height)
    return a_shape("m", box, shape=MaskShape.RECTANGLE, **fields)


def test_a_rectangle_covers_its_share_of_the_picture() -> None:
    pixels = drawn(a_rectangle(0.25, 0.5, 0.5, 1.0))
    assert share(pixels) == pytest.approx(0.5, abs=0.01)
    assert (pixels[:, :79] == 255).all()
    assert (pixels[:, 81:] == 0).all()


def test_an_ellipse_covers_its_share_of_the_picture_whatever_its_shape() -> None:
    for width, height in ((0.5, 0.5), (0.9, 0.2), (0.1, 0.8)):
        pixels = drawn(a_shape("m", a_box(0.5, 0.5, width, height)))
        assert share(pixels) == pytest.approx(np.pi / 4 * width * height, abs=0.004)
        assert pixels[HEIGHT // 2, WIDTH // 2] == 255


def test_shapes_beyond_the_edge_are_cut_there() -> None:
    assert share(drawn(a_rectangle(0.0, 0.5, 0.5, 2.0))) == pytest.approx(0.25, abs=0.01)
    assert share(drawn(a_rectangle(3.0, 3.0, 0.5, 0.5))) == 0


def test_a_feather_is_as_wide_in_every_direction() -> None:
    pixels = drawn(a_rectangle(0.5, 0.5, 0.5, 0.5, feather=0.2))
    across = np.flatnonzero((pixels[HEIGHT // 2] > 0) & (pixels[HEIGHT // 2] < 255))
    down = np.flatnonzero((pixels[:, WIDTH // 2] > 0) & (pixels[:, WIDTH // 2] < 255))
    assert (len(across), len(down)) == pytest.approx((36, 36), abs=2)
    assert share(pixels) == pytest.approx(share(drawn(a_rectangle(0.5, 0.5, 0.5, 0.5))), abs=0.01)


def test_a_stroke_is_as_wide_as_its_brush_and_round_at_its_ends() -> None:
    pixels = drawn(some_paint("m", ((0.25, 0.5), (0.75, 0.5)), brush=0.2))
    expected = 0.5 * 0.2 + np.pi * 0.1**2 * HEIGHT / WIDTH
    assert share(pixels) == pytest.approx(expected, abs=0.003)
    assert np.count_nonzero(pixels[:, WIDTH // 2]) in (18, 19)


def test_a_press_alone_paints_a_dot() -> None:
    pixels = drawn(some_paint("m", ((0.5, 0.5),), brush=0.5))
    assert share(pixels) == pytest.approx(np.pi * 0.25**2 * HEIGHT / WIDTH, abs=0.002)


def test_a_stroke_of_many_points_has_no_breaks() -> None:
    turns = np.linspace(0, 2 * np.pi, 500)
    x, y = 0.5 + 0.2 * np.cos(turns), 0.5 + 0.3 * np.sin(turns)
    pixels = drawn(some_paint("m", tuple(zip(x.tolist(), y.tolist(), strict=True)), brush=0.05))
    on_the_way = pixels[(y * HEIGHT).astype(int), (x * WIDTH).astype(int)]
    assert on_the_way.min() > 200
    assert pixels[HEIGHT // 2, WIDTH // 2] == 0


def test_layers_add_and_take_away_in_order() -> None:
    left, middle = a_rectangle(0.25, 0.5, 0.5, 1.0), a_rectangle(0.5, 0.5, 0.5, 1.0)
    away = a_rectangle(0.5, 0.5, 0.5, 1.0, takes_away=True)
    other = a_shape("other", left.key_frames[0].box or a_box(), shape=MaskShape.RECTANGLE)
    assert share(drawn(left, away_as("a", away))) == pytest.approx(0.25, abs=0.01)
    assert share(drawn(away_as("a", away), other)) == pytest.approx(0.75, abs=0.01)
    assert share(drawn(other, away_as("a", middle))) == pytest.approx(0.75, abs=0.01)


def away_as(mask_id: str, mask: DrawnMask) -> DrawnMask:
    return a_shape(
        mask_id,
        mask.key_frames[0].box or a_box(),
        shape=mask.shape,
        takes_away=mask.takes_away,
    )


def test_what_takes_away_first_takes_from_the_whole_picture() -> None:
    plain, away = a_shape(feather=0.1), a_shape(feather=0.1, takes_away=True)
    assert (drawn(plain).astype(int) + drawn(away) == 255).all()
    assert (drawn() == 255).all()


def test_what_lies_below_is_drawn_over() -> None:
    base = np.zeros((HEIGHT, WIDTH), np.uint8)
    base[: HEIGHT // 2] = 200
    drawing = MaskDrawing((a_rectangle(0.25, 0.5, 0.5, 1.0),), width_px=WIDTH, height_px=HEIGHT)
    pixels = drawing.at(0, base)
    assert pixels[10, 10] == 255
    assert pixels[10, 150] == 200
    assert pixels[80, 150] == 0


def test_a_keyed_shape_is_where_it_is_at_the_time() -> None:
    mask = a_keyed_shape(keys={0: a_box(0.2, width=0.2), 100: a_box(0.8, width=0.2)})
    middles = [
        float((drawn(mask, at=at).sum(axis=0) * np.arange(WIDTH)).sum()) / drawn(mask, at=at).sum()
        for at in (0, 50, 100)
    ]
    assert middles == pytest.approx([0.2 * WIDTH, 0.5 * WIDTH, 0.8 * WIDTH], abs=0.6)


def test_a_slow_movement_is_seen_in_every_frame() -> None:
    mask = a_keyed_shape(keys={0: a_box(0.5), 1000: a_box(0.51)})
    frames = {drawn(mask, at=at).tobytes() for at in range(0, 1000, 200)}
    assert len(frames) == 5


def test_layers_that_stay_alike_are_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    real = mask_drawing._layer

    def counted(mask: DrawnMask, *more: object) -> object:
        calls.append(mask.id)
        return real(mask, *more)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(mask_drawing, "_layer", counted)
    masks = (a_shape("still"), a_keyed_shape("moving"))
    drawing = MaskDrawing(masks, width_px=WIDTH, height_px=HEIGHT)
    for at in (0, 10, 20):
        assert np.array_equal(drawing.at(at), drawn_afresh(masks, at))
    assert calls.count("still") == 1 + 3
    assert calls.count("moving") == 3 + 3


def drawn_afresh(masks: tuple[DrawnMask, ...], at: int) -> Pixels:
    return MaskDrawing(masks, width_px=WIDTH, height_px=HEIGHT).at(at)
