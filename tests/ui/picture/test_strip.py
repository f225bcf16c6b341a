from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QImage, QPainter

from prismdesk.media.thumbnail_file import Thumbnails
from prismdesk.media.thumbnails import make_thumbnails, thumbnail_times
from prismdesk.ui.picture import strip
from prismdesk.ui.picture.strip import ThumbnailPixmaps, draw_picture_strip
from prismdesk.ui.theme import DARK, LIGHT
from prismdesk.ui.timeline.timescale import Timescale
from prismdesk.ui.times import Times
from tests.builders import TEN_SECONDS, a_project
from tests.media.test_shots import film_of_scenes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.ui.theme import Theme

RATE_HZ = 48_000
LANE = QRect(0, 0, 800, 60)
CUTS = (3 * RATE_HZ, 6 * RATE_HZ)


@pytest.fixture
def pixmaps(tmp_path: Path, qtbot: QtBot) -> ThumbnailPixmaps:
    """Thumbnails of ten seconds in three scenes of three, three and four seconds."""
    film = film_of_scenes(tmp_path / "a.mp4", [0] * 75 + [1] * 75 + [2] * 10)
    times = thumbnail_times(Fraction(10), [Fraction(3), Fraction(6)])
    make_thumbnails(film, tmp_path / "thumbs", times, is_exact=True)
    return ThumbnailPixmaps(Thumbnails(tmp_path / "thumbs"))


def drawn(
    pixmaps: ThumbnailPixmaps,
    cuts: Sequence[int] | None = CUTS,
    *,
    theme: Theme = DARK,
    level_steps: int = 0,
    picture_end_samples: int | None = None,
) -> tuple[QImage, Timescale]:
    scale = Timescale(end_samples=TEN_SECONDS, width_px=LANE.width(), level=0).fitting()
    scale = scale.zoomed(level_steps, 400)
    image = QImage(LANE.size(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    draw_picture_strip(
        painter,
        LANE,
        scale,
        Times(a_project()),
        pixmaps,
        cuts,
        theme,
        picture_end_samples=picture_end_samples,
    )
    painter.end()
    return image, scale


def row(image: QImage, left: int, right: int, y: int = 45) -> list[int]:
    return [image.pixel(x, y) for x in range(left, right)]


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_cut_is_a_line_of_two_pixels_with_a_triangle(
    pixmaps: ThumbnailPixmaps, theme: Theme
) -> None:
    image, scale = drawn(pixmaps, theme=theme)
    line = QColor(theme.playhead)
    for cut in CUTS:
        x = scale.x_of(cut)
        assert [image.pixelColor(c, 55) == line for c in range(x - 2, x + 3)] == [
            False,
            True,
            True,
            False,
            False,
        ]
        assert image.pixelColor(x - 3, 0) == line
        assert image.pixelColor(x + 2, 0) == line
        assert image.pixelColor(x - 4, 7) != line


def test_every_shot_is_shown_by_its_own_pictures(pixmaps: ThumbnailPixmaps) -> None:
    image, scale = drawn(pixmaps)
    shots = [row(image, scale.x_of(s) + 4, scale.x_of(s) + 100) for s in (0, *CUTS)]
    assert shots[0] != shots[1] != shots[2]
    again = [row(drawn(pixmaps)[0], scale.x_of(s) + 4, scale.x_of(s) + 100) for s in (0, *CUTS)]
    assert again == shots


def test_unknown_cuts_have_neither_lines_nor_labels(pixmaps: ThumbnailPixmaps) -> None:
    with_labels, scale = drawn(pixmaps, ())
    without, _ = drawn(pixmaps, None)
    x = scale.x_of(CUTS[0])
    assert row(without, x - 3, x + 3, 55) == row(with_labels, x - 3, x + 3, 55)
    assert row(without, 5, 40, 8) != row(with_labels, 5, 40, 8)


def test_label_stays_at_the_visible_edge(
    pixmaps: ThumbnailPixmaps, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels: dict[str, int] = {}

    def note(_painter: QPainter, left: int, _top: int, label: str) -> None:
        labels[label] = left

    monkeypatch.setattr(strip, "draw_shot_label", note)
    _, scale = drawn(pixmaps, level_steps=16)
    assert scale.x_of(CUTS[0]) < 0
    assert labels == {"Shot 2": 4, "Shot 3": scale.x_of(CUTS[1]) + 4}


def test_cuts_outside_the_picture_are_left_out(pixmaps: ThumbnailPixmaps) -> None:
    outside, _ = drawn(pixmaps, (0, *CUTS, 9 * RATE_HZ), picture_end_samples=8 * RATE_HZ)
    assert outside == drawn(pixmaps, picture_end_samples=8 * RATE_HZ)[0]


def test_lane_is_empty_after_the_picture(pixmaps: ThumbnailPixmaps) -> None:
    image, scale = drawn(pixmaps, picture_end_samples=8 * RATE_HZ)
    x = scale.x_of(8 * RATE_HZ)
    assert image.pixelColor(x - 5, 40) != QColor(DARK.lane)
    assert set(row(image, x + 1, 800)) == {QColor(DARK.lane).rgb()}


def test_what_is_not_made_yet_stays_empty(tmp_path: Path, qtbot: QtBot) -> None:
    image, _ = drawn(ThumbnailPixmaps(Thumbnails(tmp_path / "none")), None)
    assert set(row(image, 0, 800)) == {QColor(DARK.lane).rgb()}


def test_scrolled_pixmaps_are_kept_within_bounds(
    pixmaps: ThumbnailPixmaps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strip, "_KEPT_PIXMAPS", 3)
    read = 0
    jpeg = Thumbnails.jpeg

    def counting(*arguments: object) -> object:
        nonlocal read
        read += 1
        return jpeg(*arguments)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(Thumbnails, "jpeg", counting)
    found = pixmaps.thumbnails.nearest(Fraction(0), Fraction(0), Fraction(9))
    assert found is not None
    for _ in range(5):
        pixmaps.pixmap(found, QSize(107, 60), 1.0)
    assert read == 1
    for width in (50, 60, 70):
        pixmaps.pixmap(found, QSize(width, 60), 1.0)
    pixmaps.pixmap(found, QSize(107, 60), 1.0)
    assert read == 5


def test_pixmaps_fill_their_tile_on_any_screen(pixmaps: ThumbnailPixmaps) -> None:
    found = pixmaps.thumbnails.nearest(Fraction(0), Fraction(0), Fraction(9))
    assert found is not None
    made = pixmaps.pixmap(found, QSize(107, 60), 2.0)
    assert made.size() == QSize(214, 120)
    assert made.deviceIndependentSize().toSize() == QSize(107, 60)


def test_damaged_thumbnail_is_black(
    pixmaps: ThumbnailPixmaps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Thumbnails, "jpeg", lambda *_: b"")
    image, _ = drawn(pixmaps, None)
    assert image.pixelColor(50, 40) == QColor(0, 0, 0)
