from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.errors import InputError
from prismdesk.jobs.inputs import mask_of, picture_of, request_of, spans, store_context
from prismdesk.jobs.spec import PictureWanted, inside
from prismdesk.media.errors import MediaError
from prismdesk.progress import never_cancelled
from tests.jobs.specs import REGION_SAMPLES, a_spec, some_context
from tests.media_files import PictureSpec, frame_number, make_film

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("mask", "expected"),
    [
        ([], ()),
        ([False, False], ()),
        ([True, True], ((0, 2),)),
        ([True, False, True, True], ((0, 1), (2, 4))),
        ([False, True, False], ((1, 2),)),
    ],
)
def test_spans_and_masks_are_the_same(
    mask: list[bool], expected: tuple[tuple[int, int], ...]
) -> None:
    array = np.array(mask, np.bool_)
    assert spans(array) == expected
    np.testing.assert_array_equal(mask_of(expected, len(mask)), array)


def test_the_engine_gets_the_very_samples_that_were_stored(tmp_path: Path) -> None:
    spec = a_spec(tmp_path, "rain", valid=((0, 100),), settings=(("a", 1),), seed=9)
    request = request_of(spec, tmp_path, None)
    np.testing.assert_array_equal(request.context, some_context())
    assert request.context.flags.writeable
    assert request.valid.sum() == 100
    assert (request.prompt, request.seed, request.settings) == ("rain", 9, {"a": 1})
    assert request.region_start_samples == REGION_SAMPLES


def test_a_context_of_another_job_is_refused(tmp_path: Path) -> None:
    spec = a_spec(tmp_path)
    store_context(tmp_path, spec.job_id, some_context()[:, :100], rate_hz=spec.rate_hz)
    with pytest.raises(InputError, match="clear the job"):
        request_of(spec, tmp_path, None)


def test_a_lost_context_is_said_in_a_sentence(tmp_path: Path) -> None:
    spec = a_spec(tmp_path)
    (tmp_path / spec.context_path).unlink()
    with pytest.raises(MediaError, match=r"context\.wav"):
        request_of(spec, tmp_path, None)


@pytest.mark.parametrize("relative", ["..", "a/../../b", "/etc/passwd", "", "C:/windows"])
def test_no_path_leads_out_of_the_project(tmp_path: Path, relative: str) -> None:
    with pytest.raises(ValueError, match="outside"):
        inside(tmp_path, relative)


def test_picture_times_ascend() -> None:
    with pytest.raises(ValueError, match="ascend"):
        PictureWanted(path="film.mov", times_seconds=(1.0, 0.5), width_px=8, height_px=8)
    with pytest.raises(ValueError, match="too many"):
        PictureWanted(path="film.mov", times_seconds=(0.0,) * 1000, width_px=4096, height_px=4096)


def test_pictures_come_from_the_film_at_the_times_asked_for(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mkv", picture=PictureSpec(rate=Fraction(24), frames=96))
    wanted = PictureWanted(path=str(film), times_seconds=(2.0, 2.5, 3.0), width_px=64, height_px=48)
    spec = a_spec(tmp_path, picture=wanted)
    picture = picture_of(spec, tmp_path, never_cancelled)
    assert picture is not None
    assert picture.pixels.shape == (3, 48, 64, 3)
    assert [frame_number(pixels) for pixels in picture.pixels] == [48, 60, 72]
    # The context begins 2 s into the film.
    np.testing.assert_allclose(picture.times_seconds, [0.0, 0.5, 1.0])


def test_no_picture_wanted_none_given(tmp_path: Path) -> None:
    assert picture_of(a_spec(tmp_path), tmp_path, never_cancelled) is None
