from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.errors import Cancelled, InputError, WorkError
from prismdesk.media.content_key import content_key
from prismdesk.project.ids import MediaId
from prismdesk.session.collecting import collect_media, link_collected
from tests.builders import a_media, a_project

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.project.model import Project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "project").mkdir()
    return tmp_path / "project"


def project_with(*files: Path) -> Project:
    media = tuple(
        a_media(f"media-{number}", path=str(file), content_key=content_key(file))
        for number, file in enumerate(files, start=1)
    )
    return a_project(media=media)


def a_file(path: Path, content: bytes) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return path


def test_media_from_elsewhere_are_copied_and_linked(tmp_path: Path, folder: Path) -> None:
    one = a_file(tmp_path / "a" / "pier.mov", b"one")
    two = a_file(tmp_path / "b" / "pier.mov", b"two!")
    project = project_with(one, two)
    told: list[float] = []

    collected = collect_media(project, folder, progress=told.append)
    after = link_collected(project, folder, collected)

    assert [media.path for media in after.media] == ["media/pier.mov", "media/pier 2.mov"]
    assert (folder / "media" / "pier 2.mov").read_bytes() == b"two!"
    assert one.read_bytes() == b"one"
    assert told[-1] == 1.0
    assert collected.size_bytes == 7


def test_media_inside_the_folder_stay(folder: Path) -> None:
    inside = a_file(folder / "pier.mov", b"one")

    assert collect_media(project_with(inside), folder).places == {}
    assert not (folder / "media").exists()


def test_a_missing_file_is_named_and_nothing_is_copied(tmp_path: Path, folder: Path) -> None:
    one = a_file(tmp_path / "a" / "pier.mov", b"one")
    gone = a_file(tmp_path / "a" / "gone.wav", b"two")
    project = project_with(one, gone)
    gone.unlink()

    with pytest.raises(InputError, match=r"gone\.wav"):
        collect_media(project, folder)

    assert list(folder.iterdir()) == []


def test_cancelling_takes_every_copy_away(tmp_path: Path, folder: Path) -> None:
    one = a_file(tmp_path / "a" / "one.mov", b"one")
    two = a_file(tmp_path / "a" / "two.mov", b"two")
    asked = iter([False, True])

    with pytest.raises(Cancelled):
        collect_media(project_with(one, two), folder, cancelled=lambda: next(asked))

    assert list(folder.iterdir()) == []


def test_a_file_that_changed_is_not_taken_for_the_original(tmp_path: Path, folder: Path) -> None:
    one = a_file(tmp_path / "a" / "one.mov", b"one")
    project = project_with(one)
    one.write_bytes(b"another")

    with pytest.raises(WorkError, match="isn't like"):
        collect_media(project, folder)

    assert list(folder.iterdir()) == []


def test_media_removed_meanwhile_are_not_linked(tmp_path: Path, folder: Path) -> None:
    one = a_file(tmp_path / "a" / "one.mov", b"one")
    collected = collect_media(project_with(one), folder)
    other = a_project(media=(a_media("media-9"),), film_id=MediaId("media-9"))

    assert link_collected(other, folder, collected) == other
