from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.errors import Cancelled, InputError
from prismdesk.project.edits.tracks import mute_track
from prismdesk.session.naming import open_session_as
from prismdesk.session.opening import create_session, create_unsaved_session
from tests.media.export.films import noise_24, write_film

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.session.session import Session


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return write_film(tmp_path / "Pier.mov", sound=noise_24(96_000))


def edited(session: Session) -> Path:
    track_id = session.project.tracks[0].id
    session.store.apply("Mute", lambda project: mute_track(project, track_id, True))
    session.close()
    return session.store.path


def test_an_unnamed_project_moves_with_its_history(film: Path, tmp_path: Path) -> None:
    path = edited(create_unsaved_session(film, root=tmp_path / "unsaved"))

    with open_session_as(path, tmp_path / "Storm", "Storm") as session:
        assert session.store.path == tmp_path / "Storm" / "Storm.prismdesk"
        assert session.store.is_named
        assert session.project.name == "Storm"
        media = session.project.media[0]
        assert session.sounds.stream(media, media.sounds[0].stream_index).length_samples == 96_000
        labels = [session.store.history.label_of_undo]
        session.store.undo()
        labels.append(session.store.history.label_of_undo)

    assert labels == ["Name project", "Mute"]
    assert not path.parent.exists()


def test_a_named_project_is_copied_with_its_cache(film: Path, tmp_path: Path) -> None:
    path = edited(create_session(film, tmp_path / "old", name="Old"))
    film.unlink()  # so its sound can only come from the cache

    with open_session_as(path, tmp_path / "new", "New") as session:
        assert session.project.tracks[0].is_muted

    assert path.exists()


def test_a_folder_in_use_is_refused(film: Path, tmp_path: Path) -> None:
    path = edited(create_session(film, tmp_path / "old", name="Old"))

    with pytest.raises(InputError, match="not empty"):
        open_session_as(path, tmp_path, "New")


def test_a_cancelled_naming_changes_nothing(film: Path, tmp_path: Path) -> None:
    path = edited(create_session(film, tmp_path / "old", name="Old"))

    with pytest.raises(Cancelled):
        open_session_as(path, tmp_path / "new", "New", cancelled=lambda: True)

    assert not (tmp_path / "new").exists()
    assert path.exists()
