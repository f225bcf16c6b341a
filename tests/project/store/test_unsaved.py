from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from prismdesk.project.store import ProjectStore, StoreError, StoreWorkError
from prismdesk.project.store.unsaved import discard_unsaved, find_unsaved, unsaved_root
from tests.builders import a_media, a_project

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.project.model import Project


def a_session(root: Path, *names: str) -> ProjectStore:
    store = ProjectStore.create_unsaved(a_project(), root=root)
    for name in names:
        store.apply(f"Rename to {name}", renamed(name))
    return store


def renamed(name: str) -> Callable[[Project], Project]:
    return lambda project: replace(project, name=name)


def test_sessions_are_kept_in_the_users_state_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/somewhere")
    assert unsaved_root() == Path("/somewhere/prismdesk/unsaved")


def test_session_left_by_an_earlier_run_is_listed_with_its_edits(tmp_path: Path) -> None:
    with a_session(tmp_path, "one", "two") as store:
        assert not store.is_named
        path = store.path
    (session,) = find_unsaved(tmp_path).sessions
    assert (session.path, session.project_name, session.edits) == (path, "two", 2)
    with ProjectStore.open(session.path) as again:
        assert again.undo().name == "one"


def test_session_that_is_open_is_not_offered(tmp_path: Path) -> None:
    with a_session(tmp_path):
        assert find_unsaved(tmp_path).sessions == ()
    assert len(find_unsaved(tmp_path).sessions) == 1


def test_damaged_session_goes_to_quarantine_and_the_start_goes_on(tmp_path: Path) -> None:
    root = tmp_path / "unsaved"
    a_session(root, "good").close()
    bad = a_session(root, "bad")
    bad.close()
    for file in bad.folder.glob("Untitled*"):
        file.write_bytes(b"\xff\xff")
    (bad.folder / "takes" / "take.wav").write_bytes(b"sound")
    found = find_unsaved(root)
    assert [session.project_name for session in found.sessions] == ["good"]
    assert "kept in" in found.findings[0]
    (kept,) = (tmp_path / "quarantine").iterdir()
    assert (kept / "takes" / "take.wav").read_bytes() == b"sound"
    assert find_unsaved(root).findings == ()


def test_session_that_never_began_is_swept_away(tmp_path: Path) -> None:
    (tmp_path / "s1").mkdir()
    (tmp_path / "s1" / ".unsaved-session").touch()
    found = find_unsaved(tmp_path)
    assert (found.sessions, found.findings, list(tmp_path.iterdir())) == ((), (), [])


def test_no_sessions_where_nothing_was_ever_kept(tmp_path: Path) -> None:
    assert find_unsaved(tmp_path / "nowhere").sessions == ()


def test_discarding_does_not_read_the_session(tmp_path: Path) -> None:
    a_session(tmp_path).close()
    (session,) = find_unsaved(tmp_path).sessions
    session.path.write_bytes(b"\xff")
    discard_unsaved(session)
    assert list(tmp_path.iterdir()) == []


def test_naming_moves_everything_and_keeps_the_history(tmp_path: Path) -> None:
    store = a_session(tmp_path / "unsaved", "one", "two")
    (store.folder / "takes" / "take-1.wav").write_bytes(b"sound")
    (store.folder / "imported.wav").write_bytes(b"more")
    store.undo()
    old = store.folder
    store.name_as(tmp_path / "Reel 1", "Reel 1")
    assert store.path == tmp_path / "Reel 1" / "Reel 1.prismdesk"
    assert store.is_named
    assert store.history.is_saved
    assert store.project.name == "Reel 1"
    assert not old.exists()
    store.close()
    with ProjectStore.open(tmp_path / "Reel 1") as again:
        assert again.history.labels() == ("New project", "Rename to one", "Name project")
        assert (again.folder / "takes" / "take-1.wav").read_bytes() == b"sound"
        assert (again.folder / "imported.wav").read_bytes() == b"more"
    assert find_unsaved(tmp_path / "unsaved").sessions == ()


def test_saving_a_named_project_elsewhere_leaves_the_old_place_as_it_was(tmp_path: Path) -> None:
    project = a_project(media=(a_media(path="film.mov"),))
    store = ProjectStore.create(tmp_path / "a", "A", project)
    (store.folder / "takes" / "take-1.wav").write_bytes(b"sound")
    (store.folder / "masks").mkdir()
    (store.folder / "masks" / "dog.png").write_bytes(b"mask")
    (store.folder / "presets" / "steps").mkdir(parents=True)
    (store.folder / "presets" / "steps" / "adapter_config.json").write_bytes(b"{}")
    (store.folder / "film.mov").write_bytes(b"film")
    store.apply("Rename", lambda project: replace(project, name="edited"))
    store.name_as(tmp_path / "b", "B")
    with ProjectStore.open(tmp_path / "a") as old:
        assert old.project.name == "edited"
        assert old.history.label_of_undo == "Rename"
    assert store.project.media[0].path == str(tmp_path / "a" / "film.mov")
    assert (store.folder / "takes" / "take-1.wav").read_bytes() == b"sound"
    assert (store.folder / "masks" / "dog.png").read_bytes() == b"mask"
    assert (store.folder / "presets" / "steps" / "adapter_config.json").read_bytes() == b"{}"
    while store.history.can_undo:
        store.undo()
    assert store.project.media[0].path == str(tmp_path / "a" / "film.mov")
    store.close()


def test_naming_onto_a_project_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    ProjectStore.create(tmp_path / "taken", "Taken", a_project()).close()
    with a_session(tmp_path / "unsaved", "one") as store:
        old = store.path
        for folder in (tmp_path / "taken", store.folder):
            with pytest.raises(StoreError, match="choose another folder"):
                store.name_as(folder, "Mine")
        assert (store.path, store.project.name) == (old, "one")
        store.apply("On", lambda project: replace(project, name="goes on"))


def test_naming_onto_a_full_disk_leaves_the_session_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_session(tmp_path / "unsaved", "one") as store:
        (store.folder / "takes" / "take-1.wav").write_bytes(b"sound")

        def fail(source: object, target: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with monkeypatch.context() as patched:
            patched.setattr(os, "replace", fail)
            with pytest.raises(StoreWorkError, match="No space left"):
                store.name_as(tmp_path / "new", "New")
        assert not store.is_named
        store.apply("On", lambda project: replace(project, name="goes on"))
        store.name_as(tmp_path / "new", "New")
        assert store.history.labels()[-2:] == ("On", "Name project")
