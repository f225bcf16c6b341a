from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter

from prismdesk.errors import InputError
from prismdesk.ui.timeline.tile_images import TileSize, Wave, draw_stand_in, draw_tile
from prismdesk.ui.timeline.timescale import Timescale
from prismdesk.ui.timeline.wave_tiles import WaveTiles
from prismdesk.ui.waves import SampledWave
from tests.ui.scenes import ASine

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import numpy.typing as npt
    from pytestqt.qtbot import QtBot

PEAK, CORE = "#808080", "#FFFFFF"
AREA = QRect(0, 0, 600, 40)


class GoneSound(ASine):
    """A sound whose file went away."""

    def read(self, start_samples: int, count_samples: int) -> npt.NDArray[np.float32]:
        """Refuse."""
        raise InputError("It isn't there.")


def a_wave(sound: ASine | None = None, **fields: object) -> Wave:
    values = {"key": "sine", "gain": 1.0, "peak_colour": PEAK, "rms_colour": CORE}
    return Wave(source=SampledWave(sound or ASine()), **(values | fields))  # type: ignore[arg-type]  # forwarded as given


@pytest.fixture
def tiles() -> Iterator[WaveTiles]:
    made = WaveTiles()
    yield made
    made.close()


@pytest.fixture
def scale(qapp: object) -> Timescale:
    return Timescale(end_samples=480_000, width_px=600, level=48)


def drawn(tiles: WaveTiles, wave: Wave, scale: Timescale, origin_px: int = 0) -> QImage:
    image = QImage(600, 40, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    tiles.draw(painter, wave, AREA, scale, origin_px)
    painter.end()
    return image


def finished(
    qtbot: QtBot, tiles: WaveTiles, wave: Wave, scale: Timescale, origin_px: int = 0
) -> QImage:
    drawn(tiles, wave, scale, origin_px)

    def is_settled() -> bool:
        tiles.take_missing()
        drawn(tiles, wave, scale, origin_px)
        return tiles.is_settled

    qtbot.waitUntil(is_settled)
    return drawn(tiles, wave, scale, origin_px)


def test_coarse_picture_stands_in_until_the_tile_is_there(
    qtbot: QtBot, tiles: WaveTiles, scale: Timescale
) -> None:
    near = Timescale(end_samples=480_000, width_px=600, level=16)
    with qtbot.waitSignal(tiles.ready):
        first = drawn(tiles, a_wave(), near)

    assert first.pixelColor(300, 10) != QColor(0, 0, 0)
    assert not tiles.take_missing().isEmpty()
    tile = finished(qtbot, tiles, a_wave(), near)
    assert any(tile.pixelColor(300, y) != QColor(0, 0, 0) for y in range(20))


def test_tiles_that_are_there_are_used_again(
    qtbot: QtBot, tiles: WaveTiles, scale: Timescale
) -> None:
    one = finished(qtbot, tiles, a_wave(), scale)
    count = len(tiles)

    assert drawn(tiles, a_wave(), scale) == one
    assert len(tiles) == count == 2


def test_moved_wave_needs_no_new_tiles(qtbot: QtBot, tiles: WaveTiles, scale: Timescale) -> None:
    finished(qtbot, tiles, a_wave(), scale)

    drawn(tiles, a_wave(), scale, origin_px=30)

    # Only what lies before the sound's first tile comes into view anew.
    assert tiles.take_missing().boundingRect() == QRect(0, 0, 30, 40)


def test_gain_is_drawn(qtbot: QtBot, tiles: WaveTiles, scale: Timescale) -> None:
    def height(gain: float) -> int:
        image = finished(qtbot, tiles, a_wave(gain=gain), scale)
        return sum(image.pixelColor(300, y) != QColor(0, 0, 0) for y in range(40))

    assert height(0.5) < height(1.0) < height(1.9)


def test_some_channels_alone_fill_the_height(
    qtbot: QtBot, tiles: WaveTiles, scale: Timescale
) -> None:
    image = finished(qtbot, tiles, a_wave(channels=(1, 2), gain=2.0), scale)

    assert image.pixelColor(300, 20) == QColor(CORE)


def test_sound_that_went_away_is_empty_and_not_asked_for_again(
    qtbot: QtBot, tiles: WaveTiles, scale: Timescale
) -> None:
    image = finished(qtbot, tiles, a_wave(GoneSound()), scale)

    assert image.pixelColor(300, 20) == QColor(0, 0, 0)
    assert len(tiles) == 2


def test_closed_tiles_start_no_more_work(scale: Timescale) -> None:
    tiles = WaveTiles()
    tiles.close()

    drawn(tiles, a_wave(), scale)

    assert len(tiles) == 0


def test_longest_unused_tiles_are_dropped(
    qtbot: QtBot, tiles: WaveTiles, scale: Timescale, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prismdesk.ui.timeline.wave_tiles.KEPT_BYTES", 4 * 512 * 40 * 3)
    for gain in (1.0, 1.1, 1.2, 1.3):
        finished(qtbot, tiles, a_wave(gain=gain), scale)

    assert len(tiles) <= 3


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_tile_has_the_rows_of_the_screen(qapp: object, ratio: float) -> None:
    tile = draw_tile(a_wave(), TileSize(64, 1, 40, ratio), 0)

    assert tile.height() == round(40 * ratio)
    assert tile.width() >= 512 * ratio or ratio == 1.5


def test_stand_in_is_refused_where_it_would_read_long(qapp: object) -> None:
    size = TileSize(4_096, 1, 40)

    assert draw_stand_in(a_wave(), size, 0, 600) is None
    assert draw_stand_in(a_wave(), TileSize(8, 1, 40), 0, 600) is not None


def test_spectrum_of_a_sine_is_brightest_in_one_row(qapp: object) -> None:
    tile = draw_tile(a_wave(is_spectrum=True), TileSize(64, 1, 80), 3)

    half = [tile.pixelColor(200, y).lightness() for y in range(40)]
    assert tile.height() == 80
    assert max(half) > 2 * sorted(half)[20]
