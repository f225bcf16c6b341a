from __future__ import annotations

from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from prismdesk.errors import Cancelled, WorkError
from prismdesk.project.timebase import SampleRange
from prismdesk.sample.film import FILE_NAME, SampleFilm, make_sample_film, truth_of
from prismdesk.sample.recipe import load_recipe
from prismdesk.sample.soundtrack import make_soundtrack
from tests.sample.recipes import a_short_recipe

if TYPE_CHECKING:
    from pathlib import Path

FRAMES = 6


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> SampleFilm:
    folder = tmp_path_factory.mktemp("film") / "new folder"
    return make_sample_film(folder / "short.mov", recipe=a_short_recipe(FRAMES))


def test_film_has_the_streams_that_were_promised(film: SampleFilm) -> None:
    with av.open(film.path) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]

        assert container.metadata["title"] == "Harbour, blue hour"
        assert video.codec_context.name == "h264"
        assert (video.width, video.height) == (1280, 720)
        assert video.average_rate == 24
        assert video.metadata["timecode"] == "01:00:00:00"
        assert video.codec_context.pix_fmt == "yuv420p"
        assert audio.codec_context.name == "pcm_s24le"
        assert audio.codec_context.sample_rate == 48_000
        assert audio.codec_context.layout.name == "stereo"
        assert [int(frame.color_primaries) for frame in container.decode(video)] == [1] * FRAMES


def test_colours_are_tagged_as_bt709(film: SampleFilm) -> None:
    with av.open(film.path) as container:
        frame = next(container.decode(video=0))

    assert (int(frame.color_primaries), int(frame.color_trc), int(frame.colorspace)) == (1, 1, 1)


def test_film_starts_playing_before_it_is_loaded(film: SampleFilm) -> None:
    head = film.path.read_bytes()

    assert head.index(b"moov") < head.index(b"mdat")


def test_decoded_sound_is_the_soundtrack_bit_for_bit(film: SampleFilm) -> None:
    with av.open(film.path) as container:
        blocks = [
            frame.to_ndarray().astype(np.int32).reshape(-1, 2).T
            for frame in container.decode(audio=0)
        ]
    decoded = np.concatenate(blocks, axis=1)

    np.testing.assert_array_equal(decoded >> 8, make_soundtrack(a_short_recipe(FRAMES)))


def test_truth_is_what_the_recipe_says(film: SampleFilm) -> None:
    assert film.dropout == SampleRange(2_000, 2_576)
    assert film.hole == SampleRange(4_000, 5_000)
    assert film.clicks_samples == (3_100,)
    assert film.sound_end_samples == FRAMES * 2_000 - 1_500
    assert film.picture_end_samples == FRAMES * 2_000


def test_folder_as_destination_gets_the_films_own_name(tmp_path: Path) -> None:
    film = make_sample_film(tmp_path, recipe=a_short_recipe())

    assert film.path == tmp_path / FILE_NAME
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


def test_truth_needs_no_film(tmp_path: Path) -> None:
    truth = truth_of(load_recipe(), tmp_path / "film.mov")

    assert truth.hole.length_samples == 38_400
    assert truth.picture_end_samples == 672_000


def test_cancelled_film_leaves_nothing_and_keeps_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "film.mov"
    path.write_bytes(b"an older film")
    shares: list[float] = []

    with pytest.raises(Cancelled):
        make_sample_film(
            path,
            recipe=a_short_recipe(FRAMES),
            progress=shares.append,
            cancelled=lambda: bool(shares) and shares[-1] > 0.3,
        )

    assert path.read_bytes() == b"an older film"
    assert list(tmp_path.iterdir()) == [path]


def test_place_that_cannot_be_written_is_named_in_one_sentence(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("not a folder")

    with pytest.raises(WorkError, match="choose another folder") as failed:
        make_sample_film(blocker / "film.mov", recipe=a_short_recipe())

    assert str(blocker / "film.mov") in str(failed.value)
    assert "\n" not in str(failed.value)
