from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from prismdesk.media.errors import MediaError
from prismdesk.media.film_shape import shown_size_px
from tests.media_files import PictureSpec, make_film, rotate_film

if TYPE_CHECKING:
    from pathlib import Path


def test_a_film_is_as_large_as_it_is_shown(tmp_path: Path) -> None:
    spec = PictureSpec(width_px=64, height_px=48, frames=3, pixel_aspect=Fraction(3, 2))
    film = make_film(tmp_path / "a.mov", picture=spec)
    assert shown_size_px(film) == (96, 48)
    rotate_film(film, 90)
    assert shown_size_px(film) == (48, 96)


def test_what_is_no_film_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.mov").write_text("words")
    with pytest.raises(MediaError):
        shown_size_px(tmp_path / "a.mov")
