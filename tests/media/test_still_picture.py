from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from prismdesk.media import still_picture
from prismdesk.media.errors import MediaError
from prismdesk.media.still_picture import read_grey
from tests.stills import write_grey, write_still

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

GREY = np.array([[0, 255, 51, 204]] * 3, np.uint8)


@pytest.mark.parametrize(
    ("format", "codec"),
    [("gray", "png"), ("rgb24", "png"), ("gray16be", "png"), ("bgr24", "bmp"), ("rgb24", "tiff")],
)
def test_black_is_0_and_white_is_1(tmp_path: Path, format: str, codec: str) -> None:
    pixels: npt.NDArray[Any] = GREY
    if not format.startswith("gray"):
        pixels = np.repeat(GREY[..., None], 3, axis=2)
    if format == "gray16be":
        pixels = GREY.astype(np.uint16) * 257
    path = write_still(tmp_path / "a.png", pixels, format=format, codec=codec)
    grey = read_grey(path)
    assert grey.shape == (3, 4)
    assert grey.dtype == np.float32
    np.testing.assert_allclose(grey, GREY / 255, atol=0.005)


def test_colours_count_by_their_brightness(tmp_path: Path) -> None:
    pixels = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255]]], np.uint8)
    grey = read_grey(write_still(tmp_path / "a.png", pixels, format="rgb24"))
    np.testing.assert_allclose(grey, [[0.299, 0.587, 0.114]], atol=1e-5)


def test_what_is_transparent_is_black(tmp_path: Path) -> None:
    pixels = np.full((2, 3, 4), 255, np.uint8)
    pixels[:, :, 3] = [0, 128, 255]
    grey = read_grey(write_still(tmp_path / "a.png", pixels, format="rgba"))
    np.testing.assert_allclose(grey, [[0, 128 / 255, 1]] * 2, atol=1e-5)


@pytest.mark.parametrize("data", [b"", b"no picture at all", b"\x89PNG\r\n\x1a\n", b"#EXTM3U\n"])
def test_what_is_no_picture_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(data)
    with pytest.raises(MediaError, match=r"a\.png is no picture"):
        read_grey(path)


def test_a_truncated_picture_is_refused_or_read_in_part(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (40, 50), np.uint8)
    data = write_grey(tmp_path / "a.png", noise).read_bytes()
    for length in range(8, len(data), 97):
        (tmp_path / "b.png").write_bytes(data[:length])
        with suppress(MediaError):
            assert read_grey(tmp_path / "b.png").shape == (40, 50)


def test_a_missing_picture_is_named(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"There is no picture .*a\.png"):
        read_grey(tmp_path / "a.png")


def test_a_folder_is_no_picture(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="folder"):
        read_grey(tmp_path)


def test_large_files_and_pictures_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_grey(tmp_path / "a.png", GREY)
    monkeypatch.setattr(still_picture, "MAX_PICTURE_PX", 11)
    with pytest.raises(MediaError, match="no picture"):
        read_grey(path)
    monkeypatch.setattr(still_picture, "MAX_STILL_BYTES", 20)
    with pytest.raises(MediaError, match="save it smaller"):
        read_grey(path)
