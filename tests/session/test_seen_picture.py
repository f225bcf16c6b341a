from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.engines.errors import UnsupportedError
from prismdesk.engines.picture.seen import Look
from prismdesk.project.model import Task
from prismdesk.session.seen_picture import looks_of_region, seen_pictures
from tests.builders import RATE_HZ, a_box, a_keyed_shape, a_region, a_shape
from tests.media_files import PictureSpec, frame_number, make_film, rotate_film

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.project.model import Region
    from prismdesk.session.seen_picture import SeenPicture


def a_selva_region(variant: str = "selva-small_16k", **fields: object) -> Region:
    values = {"engine": "selva", "variant": variant, "task": Task.GENERATE} | fields
    return a_region("r", RATE_HZ, 3 * RATE_HZ, **values)  # type: ignore[arg-type]  # any field


def look(region: Region, film: Path, seconds: float, *looks: Look) -> tuple[SeenPicture, ...]:
    return seen_pictures(
        film.parent,
        film,
        region,
        looks or looks_of_region(region),
        rate_hz=RATE_HZ,
        position_samples=round(seconds * RATE_HZ),
    )


def test_selva_reads_timing_and_only_mmaudio_meaning_too() -> None:
    timing, meaning = looks_of_region(a_selva_region())
    assert (timing.size_px, timing.rate_hz, timing.geometry) == (224, 25.0, "squash")
    assert (meaning.size_px, meaning.rate_hz, meaning.is_used) == (384, 8.0, False)
    timing, meaning = looks_of_region(a_selva_region("mmaudio-large_44k_v2"))
    assert (timing.geometry, meaning.is_used) == ("crop", True)


def test_settings_of_the_region_say_how_strong_the_mask_is() -> None:
    settings = (("clip_picture", "picture"), ("mask_strength", 0.5), ("mask_sync", False))
    timing, meaning = looks_of_region(a_selva_region(settings=settings))
    assert (timing.mask_strength, meaning.mask_strength, meaning.is_used) == (0.0, 0.5, True)


@pytest.mark.parametrize(
    ("engine", "why"), [("ambience", "doesn't look"), ("audiox", "whole picture")]
)
def test_an_engine_without_masks_says_so(engine: str, why: str) -> None:
    with pytest.raises(UnsupportedError, match=why):
        looks_of_region(a_selva_region("", engine=engine))


LOOK = Look(
    purpose="timing",
    rate_hz=8.0,
    size_px=64,
    geometry="squash",
    resize="decoder",
    mask_strength=1.0,
)


@pytest.mark.parametrize(
    ("seconds", "number", "frame"),
    # Eight a second from 1 s on; each is the first of the film's 25 a second that begins by then.
    [(1.0, 0, 25), (1.124, 0, 25), (1.126, 1, 29), (1.5, 4, 38), (0.0, 0, 25), (9.9, 15, 72)],
)
def test_the_frame_is_that_which_the_model_reads(
    seconds: float, number: int, frame: int, tmp_path: Path
) -> None:
    film = make_film(tmp_path / "a.mov", picture=PictureSpec(frames=100))
    (picture,) = look(a_selva_region(), film, seconds, LOOK)
    assert picture.number == number
    assert frame_number(picture.pixels) == frame


def test_what_is_not_masked_is_grey_at_the_place_where_it_was_drawn(tmp_path: Path) -> None:
    """Upright and anamorphic films: a share of the shown picture is a share of the square."""
    spec = PictureSpec(frames=100, width_px=64, height_px=48, pixel_aspect=Fraction(4, 3))
    film = make_film(tmp_path / "a.mov", picture=spec)
    rotate_film(film, 90)
    corner = a_shape("m", a_box(0.25, 0.2, 0.3, 0.3))
    region = a_selva_region(drawn_masks=(corner,))
    (whole,) = look(replace(region, drawn_masks=()), film, 2.0, LOOK)
    (masked,) = look(region, film, 2.0, LOOK)
    assert masked.is_masked
    kept = np.abs(masked.pixels.astype(int) - whole.pixels).max(axis=2) <= 1
    rows, columns = np.mgrid[:64, :64]
    inside = ((columns + 0.5) / 64 - 0.25) ** 2 + ((rows + 0.5) / 64 - 0.2) ** 2 < 0.13**2
    outside = ((columns + 0.5) / 64 - 0.25) ** 2 + ((rows + 0.5) / 64 - 0.2) ** 2 > 0.17**2
    assert kept[inside].all()
    grey = np.abs(masked.pixels.astype(int) - 127.5).max(axis=2) <= 1
    assert grey[outside].all()


def test_a_moving_mask_is_where_it_is_at_the_frame(tmp_path: Path) -> None:
    film = make_film(tmp_path / "a.mov", picture=PictureSpec(frames=100))
    keys = {0: a_box(0.2, 0.5, 0.2, 0.8), 2 * RATE_HZ: a_box(0.8, 0.5, 0.2, 0.8)}
    region = a_selva_region(drawn_masks=(a_keyed_shape(keys=keys),))
    for seconds in (1.0, 2.0, 2.9):
        (picture,) = look(region, film, seconds, LOOK)
        is_seen = (np.abs(picture.pixels.astype(int) - 127.5) > 2).any(axis=(0, 2))
        middle = np.flatnonzero(is_seen).mean() / 64
        assert middle == pytest.approx(0.2 + 0.6 * (seconds - 1) / 2, abs=0.08)


def test_a_mask_that_is_only_kept_hides_nothing(tmp_path: Path) -> None:
    film = make_film(tmp_path / "a.mov", picture=PictureSpec(frames=100))
    region = a_selva_region(drawn_masks=(a_shape(),), uses_masks=False)
    (picture,) = look(region, film, 2.0, LOOK)
    assert not picture.is_masked
