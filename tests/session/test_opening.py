from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.errors import Cancelled, InputError
from prismdesk.media.errors import MediaError
from prismdesk.project.store.lock import FolderLock
from prismdesk.project.store.unsaved import find_unsaved
from prismdesk.session.opening import create_empty_session, create_unsaved_session, open_session
from tests.media.export.films import noise_24, write_film

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return write_film(tmp_path / "Pier.mov", sound=noise_24(96_000))


def test_a_film_becomes_an_unsaved_session_that_opens_again(film: Path, tmp_path: Path) -> None:
    root = tmp_path / "unsaved"
    with create_unsaved_session(film, root=root) as session:
        assert session.project.name == "Pier"
        assert not session.store.is_named
        path = session.store.path
        wav = session.sounds.stream(
            session.project.media[0], session.project.media[0].sounds[0].stream_index
        )
        assert wav.length_samples == 96_000

    assert [found.path for found in find_unsaved(root).sessions] == [path]
    with open_session(path) as session:
        assert session.film_path() == film.resolve()


def test_a_cancelled_import_leaves_nothing(film: Path, tmp_path: Path) -> None:
    root = tmp_path / "unsaved"

    with pytest.raises(Cancelled):
        create_unsaved_session(film, root=root, cancelled=lambda: True)

    assert list(root.iterdir()) == []


def test_a_file_that_is_no_film_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "letter.mov").write_text("no film")
    root = tmp_path / "unsaved"

    with pytest.raises(MediaError):
        create_unsaved_session(tmp_path / "letter.mov", root=root)

    assert list(root.iterdir()) == []


def test_an_import_that_was_killed_is_swept_and_one_at_work_is_not(
    film: Path, tmp_path: Path
) -> None:
    root = tmp_path / "unsaved"
    for name in ("killed", "working"):
        (root / f".importing-{name}" / "cache").mkdir(parents=True)
    lock = FolderLock(root / ".importing-working")
    try:
        create_unsaved_session(film, root=root).close()
    finally:
        lock.release()

    assert [path.name for path in root.glob(".importing-*")] == [".importing-working"]


def test_an_empty_project_has_a_track_to_fill(tmp_path: Path) -> None:
    with create_empty_session(tmp_path / "new", name="Storm", rate_hz=96_000) as session:
        assert session.store.path == tmp_path / "new" / "Storm.prismdesk"
        assert session.project.rate_hz == 96_000
        assert [len(track.lanes) for track in session.project.tracks] == [1]

    with create_empty_session(None, unsaved_root=tmp_path / "unsaved") as session:
        assert not session.store.is_named


def test_an_empty_project_takes_no_folder_that_is_in_use(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")

    with pytest.raises(InputError, match="not empty"):
        create_empty_session(tmp_path, name="Storm")
