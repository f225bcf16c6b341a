from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.errors import Cancelled
from prismdesk.project.store.relink import find_moved_media, missing_media
from tests.builders import a_media, a_project

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.project.model import Media


def key_of(path: Path) -> str:
    return f"key {path.read_text()}"


def a_lost_film(content: str = "film!") -> Media:
    return a_media(path="/gone/old.mov", size_bytes=len(content), content_key=f"key {content}")


def test_moved_and_renamed_file_is_found_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "other.mov").write_text("other")
    (tmp_path / "deep" / "er" / "new name.mov").write_text("film!")
    lost = a_lost_film()
    found = find_moved_media([lost], [tmp_path], key_of)
    assert found == {lost.id: tmp_path / "deep" / "er" / "new name.mov"}


def test_only_files_of_the_right_size_are_read(tmp_path: Path) -> None:
    (tmp_path / "long.mov").write_text("much too long")
    (tmp_path / "same.mov").write_text("12345")
    read: list[str] = []

    def key(path: Path) -> str:
        read.append(path.name)
        return "key"

    assert find_moved_media([a_lost_film()], [tmp_path], key) == {}
    assert read == ["same.mov"]


@pytest.mark.parametrize("names", [("a.mov", "old.mov"), ("old.mov", "z.mov")])
def test_of_two_copies_the_one_with_the_old_name_wins(
    tmp_path: Path, names: tuple[str, str]
) -> None:
    for name in names:
        (tmp_path / name).write_text("film!")
    lost = a_lost_film()
    assert find_moved_media([lost], [tmp_path], key_of) == {lost.id: tmp_path / "old.mov"}


def test_unreadable_candidates_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.mov").write_text("film!")

    def fail(path: Path) -> str:
        raise PermissionError

    assert find_moved_media([a_lost_film()], [tmp_path], fail) == {}


def test_link_back_to_the_top_does_not_make_the_search_endless(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "a.mov").write_text("film!")
    assert len(find_moved_media([a_lost_film()], [tmp_path, tmp_path], key_of)) == 1


def test_search_can_be_cancelled_and_tells_how_far_it_is(tmp_path: Path) -> None:
    for number in range(4):
        (tmp_path / f"{number}.mov").write_text(f"film{number}")
    told: list[float] = []
    find_moved_media([a_lost_film("film9")], [tmp_path], key_of, progress=told.append)
    assert told == [0.0, 0.25, 0.5, 0.75, 1.0]
    with pytest.raises(Cancelled):
        find_moved_media([a_lost_film()], [tmp_path], key_of, cancelled=lambda: True)


def test_missing_names_what_is_not_on_disk(tmp_path: Path) -> None:
    here = a_media("media-1", path="here.mov")
    gone = a_media("media-2", path=str(tmp_path / "gone.mov"))
    (tmp_path / "here.mov").touch()
    project = a_project(media=(here, gone))
    assert missing_media(project, tmp_path) == (gone,)
