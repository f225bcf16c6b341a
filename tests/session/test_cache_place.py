"""The cache lies beside the project or where the user wants all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.media.errors import MediaError
from prismdesk.sample.film import make_sample_film
from prismdesk.session.cache_care import cache_size_bytes, clear_unneeded, keep_within
from prismdesk.session.cache_place import project_cache
from prismdesk.session.opening import create_session, open_session
from prismdesk.session.picture_work import make_thumbnails, thumbnails_path
from prismdesk.session.preferences import PreferencesFile
from tests.sample.recipes import a_short_recipe

if TYPE_CHECKING:
    from pathlib import Path


def _preferences(place: Path | None) -> None:
    file = PreferencesFile()
    file.load()
    file.change(cache_folder=None if place is None else str(place))


def test_it_lies_beside_the_project_unless_told_otherwise(tmp_path: Path) -> None:
    assert project_cache(tmp_path).folder == tmp_path / "cache"
    _preferences(tmp_path / "elsewhere")
    assert project_cache(tmp_path).folder == tmp_path / "elsewhere"


def test_a_place_that_cannot_be_made_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    _preferences(tmp_path / "file" / "cache")
    assert project_cache(tmp_path).folder == tmp_path / "cache"


def test_projects_share_a_cache_and_sound_the_same(tmp_path: Path) -> None:
    film = make_sample_film(tmp_path / "film.mov", recipe=a_short_recipe(2)).path
    _preferences(tmp_path / "shared")
    with create_session(film, tmp_path / "one") as one:
        size = cache_size_bytes(one)
        path = one.store.path
    assert not (tmp_path / "one" / "cache").exists()
    with create_session(film, tmp_path / "two") as two:
        assert cache_size_bytes(two) == size
    with open_session(path) as again:
        clip = again.project.tracks[0].lanes[0].clips[0]
        media = again.project.media[0]
        assert again.sounds.stream(media, clip.stream_index).read(0, 100).shape[1] == 100


def test_a_failed_import_leaves_the_shared_cache_of_others(
    tmp_path: Path,
) -> None:
    other = tmp_path / "shared" / "sound" / "other.wav"
    other.parent.mkdir(parents=True)
    other.write_bytes(b"x")
    _preferences(tmp_path / "shared")
    broken = tmp_path / "broken.mov"
    broken.write_bytes(b"nothing")
    with pytest.raises(MediaError):
        create_session(broken, tmp_path / "one")
    assert other.is_file()


def test_what_is_played_stays_and_the_rest_goes(tmp_path: Path) -> None:
    film = make_sample_film(tmp_path / "film.mov", recipe=a_short_recipe(2)).path
    with create_session(film, tmp_path / "one") as session:
        make_thumbnails(session)
        thumbnails = thumbnails_path(session)
        assert thumbnails is not None
        before = cache_size_bytes(session)
        assert keep_within(session, before) == 0
        freed = clear_unneeded(session)
        assert not thumbnails.exists()
        assert freed == before - cache_size_bytes(session) > 0
        clip = session.project.tracks[0].lanes[0].clips[0]
        files = session.cache.find_sounds(session.project.media[0].content_key, clip.stream_index)
        assert files
