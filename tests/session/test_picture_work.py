from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from prismdesk.errors import Cancelled, InputError
from prismdesk.media import proxy
from prismdesk.media.thumbnail_file import Thumbnails
from prismdesk.session.opening import create_session
from prismdesk.session.picture_work import (
    film_proxy,
    find_shots,
    known_shots,
    make_film_proxy,
    make_thumbnails,
    thumbnails_path,
)
from tests.media.test_shots import film_of_scenes
from tests.media_files import SoundSpec, make_film, noise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prismdesk.session.session import Session

RATE_HZ = 48_000


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """A film of three seconds with a cut after one second, 75 pictures and few keyframes."""
    film = film_of_scenes(tmp_path / "film.mp4", [0] * 25 + [1] * 50)
    with create_session(film, tmp_path / "project") as opened:
        yield opened


@pytest.fixture
def _every_film_is_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxy, "_PIXELS_DECODED_PER_SEEK", 1)


def film_of(session: Session) -> Path:
    film = session.film_path()
    assert film is not None
    return film


def test_shots_are_found_once(session: Session) -> None:
    assert known_shots(session) is None
    assert find_shots(session) == (RATE_HZ,)
    film_of(session).unlink()
    assert find_shots(session) == known_shots(session) == (RATE_HZ,)


def test_quick_film_has_no_proxy_and_is_looked_at_once(session: Session) -> None:
    assert make_film_proxy(session) is None
    film_of(session).unlink()
    assert make_film_proxy(session) is film_proxy(session) is None


@pytest.mark.usefixtures("_every_film_is_slow")
def test_slow_film_gets_a_proxy_once(session: Session) -> None:
    assert film_proxy(session) is None
    made = make_film_proxy(session)
    assert made is not None
    assert made.is_relative_to(session.folder)
    assert session.cache.size_bytes() > made.stat().st_size
    film_of(session).unlink()
    assert make_film_proxy(session) == film_proxy(session) == made


@pytest.mark.usefixtures("_every_film_is_slow")
def test_proxy_is_made_again_after_the_cache_was_emptied(session: Session) -> None:
    made = make_film_proxy(session)
    assert made is not None
    made.unlink()
    assert film_proxy(session) is None
    assert make_film_proxy(session) == made
    assert made.is_file()


@pytest.mark.usefixtures("_every_film_is_slow")
def test_thumbnails_get_finer_with_the_proxy_and_the_cuts(session: Session) -> None:
    path = thumbnails_path(session)
    assert path is not None
    make_thumbnails(session)
    quick = len(Thumbnails(path))
    make_film_proxy(session)
    find_shots(session)
    make_thumbnails(session)
    assert len(Thumbnails(path)) > quick
    cut = Fraction(1)
    assert Thumbnails(path).nearest(cut, cut, Fraction(3)) is not None


def test_made_thumbnails_need_no_more_reading(session: Session) -> None:
    make_film_proxy(session)
    make_thumbnails(session)
    path = thumbnails_path(session)
    assert path is not None
    before = path.read_bytes()
    told: list[float] = []
    make_thumbnails(session, told.append)
    assert told == [1.0]
    assert path.read_bytes() == before


@pytest.mark.usefixtures("_every_film_is_slow")
@pytest.mark.parametrize("work", [find_shots, make_film_proxy, make_thumbnails])
def test_work_can_be_cancelled_and_done_later(session: Session, work: Any) -> None:
    with pytest.raises(Cancelled):
        work(session, cancelled=lambda: True)
    assert (film_proxy(session), known_shots(session)) == (None, None)
    work(session)


@pytest.mark.parametrize("work", [find_shots, make_film_proxy, make_thumbnails])
def test_another_film_in_its_place_is_a_sentence(session: Session, work: Any) -> None:
    with film_of(session).open("ab") as file:
        file.write(b"more")
    with pytest.raises(InputError, match="not the film"):
        work(session)


def test_project_without_picture_has_nothing_of_it(tmp_path: Path) -> None:
    sound = make_film(
        tmp_path / "a.wav", sounds=[SoundSpec(audio=noise(2, 4800), codec="pcm_f32le")]
    )
    with create_session(sound, tmp_path / "project") as opened:
        assert find_shots(opened) == ()
        assert known_shots(opened) is None
        assert make_film_proxy(opened) is None
        assert thumbnails_path(opened) is None
        make_thumbnails(opened)


def test_positions_count_in_the_rate_of_the_project(tmp_path: Path) -> None:
    film = film_of_scenes(tmp_path / "film.mp4", [0] * 25 + [1] * 10)
    with create_session(film, tmp_path / "project", rate_hz=96_000) as opened:
        assert find_shots(opened) == (96_000,)
