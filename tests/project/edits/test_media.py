import pytest

from prismdesk.project.edits import EditError, add_media, relink_media, remove_media, set_film
from prismdesk.project.ids import MediaId
from prismdesk.project.lookup import media_of
from tests.builders import a_clip, a_media, a_picture, a_project
from tests.project.edits.checking import do

FILM, DOOR, X = MediaId("media-1"), MediaId("door"), MediaId("x")
PLAIN = a_project()
WITH_DOOR = a_project(
    media=(a_media(), a_media("door", picture=None)), clips=(a_clip("c", media_id=DOOR),)
)


def test_a_file_is_made_known_and_forgotten() -> None:
    after = do(PLAIN, lambda p: add_media(p, a_media("door")))
    assert [media.id for media in after.media] == ["media-1", "door"]
    assert do(after, lambda p: remove_media(p, DOOR)) == PLAIN
    with pytest.raises(EditError, match='"media-1" is already used'):
        add_media(PLAIN, a_media())
    with pytest.raises(EditError, match="picture of no size"):
        add_media(PLAIN, a_media("door", picture=a_picture(width_px=0)))


def test_relinking_changes_the_path_alone() -> None:
    after = do(PLAIN, lambda p: relink_media(p, FILM, "/new/film.mov"))
    media = media_of(after, FILM)
    assert (media.path, media.content_key) == ("/new/film.mov", PLAIN.media[0].content_key)
    with pytest.raises(EditError, match="needs a path"):
        relink_media(PLAIN, FILM, "")


def test_the_film_must_have_a_picture() -> None:
    assert do(PLAIN, lambda p: set_film(p, None)).film_id is None
    other = add_media(PLAIN, a_media("door"))
    assert do(other, lambda p: set_film(p, DOOR)).film_id == DOOR
    with pytest.raises(EditError, match=r'"door\.mov" has no picture'):
        set_film(WITH_DOOR, DOOR)


def test_files_in_use_stay() -> None:
    with pytest.raises(EditError, match="is the film"):
        remove_media(PLAIN, FILM)
    with pytest.raises(EditError, match='used by clip "c"'):
        remove_media(WITH_DOOR, DOOR)


def test_missing_media_are_named() -> None:
    for edit in (remove_media, set_film):
        with pytest.raises(EditError, match='no media "x"'):
            edit(PLAIN, X)
    with pytest.raises(EditError, match='no media "x"'):
        relink_media(PLAIN, X, "a.mov")
