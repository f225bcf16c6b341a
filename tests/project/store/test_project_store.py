from __future__ import annotations

import errno
import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from prismdesk.project.errors import EditError, InconsistentProject
from prismdesk.project.history import HistoryError
from prismdesk.project.store import ProjectStore, StoreError, StoreWorkError
from prismdesk.project.store.errors import FormatError
from prismdesk.project.store.journal import Journal
from tests.builders import a_clip, a_lane, a_project, a_track

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from prismdesk.project.model import Project
    from prismdesk.project.store.json_patch import Json


def rename(name: str) -> Callable[[Project], Project]:
    return lambda project: replace(project, name=name)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ProjectStore]:
    with ProjectStore.create(tmp_path / "film", "Film", a_project()) as created:
        yield created


def reopened(store: ProjectStore) -> ProjectStore:
    store.close()
    return ProjectStore.open(store.path)


def test_created_project_is_a_folder_with_its_file(store: ProjectStore) -> None:
    names = {path.name for path in store.folder.iterdir() if not path.name.startswith(".")}
    assert names == {"Film.prismdesk", "Film.prismdesk.journal", "takes", "jobs"}
    assert store.history.is_saved
    assert store.is_named
    assert store.recovery == ()


def test_edit_is_on_disk_when_apply_returns(store: ProjectStore) -> None:
    store.apply("Rename", rename("new"))
    seen = ProjectStore.read(store.path)
    assert seen.project.name == "new"
    assert seen.history.labels() == ("New project", "Rename")


def test_history_survives_closing_with_its_position(store: ProjectStore) -> None:
    for name in ("one", "two", "three"):
        store.apply(f"Rename to {name}", rename(name))
    store.undo()
    store.undo()
    with reopened(store) as again:
        assert again.project.name == "one"
        assert again.history.label_of_redo == "Rename to two"
        assert [again.redo().name, again.redo().name] == ["two", "three"]
        while again.history.can_undo:
            again.undo()
        assert again.project == a_project()


def test_new_edit_after_undo_drops_the_undone_on_disk_too(store: ProjectStore) -> None:
    store.apply("One", rename("one"))
    store.undo()
    store.apply("Two", rename("two"))
    with reopened(store) as again:
        assert again.history.labels() == ("New project", "Two")


def test_unsaved_edits_are_there_after_reopening_and_shown_as_unsaved(store: ProjectStore) -> None:
    store.apply("One", rename("one"))
    assert not store.history.is_saved
    with reopened(store) as again:
        assert again.project.name == "one"
        assert not again.history.is_saved
        again.undo()
        assert again.history.is_saved


def test_save_keeps_the_version_before_it(store: ProjectStore) -> None:
    before = store.path.read_bytes()
    store.apply("One", rename("one"))
    store.save()
    assert store.history.is_saved
    assert store.path.with_name("Film.prismdesk.bak").read_bytes() == before
    assert b'"one"' in store.path.read_bytes()


def test_saving_twice_keeps_the_backup_of_the_older_version(store: ProjectStore) -> None:
    before = store.path.read_bytes()
    store.apply("One", rename("one"))
    store.save()
    store.save()
    assert store.path.with_name("Film.prismdesk.bak").read_bytes() == before


def test_edit_that_changes_nothing_makes_no_step(store: ProjectStore) -> None:
    store.apply("Nothing", lambda project: replace(project))
    assert store.history.labels() == ("New project",)


@pytest.mark.parametrize(
    ("edit", "error"),
    [
        (lambda project: replace(project, rate_hz=-1), InconsistentProject),
        (lambda project: replace(project, rate_hz=48_000.5), FormatError),
        (lambda project: replace(project, name=7), FormatError),
        (lambda project: replace(project, extra=(("x", "NaN"),)), FormatError),
    ],
)
def test_edit_that_could_not_be_read_back_is_refused(
    store: ProjectStore, edit: Callable[[Project], Project], error: type[Exception]
) -> None:
    with pytest.raises(error):
        store.apply("Break", edit)
    assert store.project == a_project()
    with reopened(store) as again:
        assert again.history.labels() == ("New project",)


def test_failing_edit_changes_nothing(store: ProjectStore) -> None:
    def fail(project: Project) -> Project:
        raise EditError("No.")

    with pytest.raises(EditError, match=r"^No\.$"):
        store.apply("Fail", fail)
    assert store.history.labels() == ("New project",)


def test_gesture_is_one_step_on_disk(store: ProjectStore) -> None:
    store.begin_gesture("Drag")
    store.preview(rename("a"))
    store.preview(lambda project: replace(project, name=project.name + "!"))
    with pytest.raises(HistoryError, match="under way"):
        store.apply("Other", rename("other"))
    with pytest.raises(HistoryError, match="under way"):
        store.save()
    assert ProjectStore.read(store.path).project == a_project()
    store.commit_gesture()
    assert store.project.name == a_project().name + "!"
    with reopened(store) as again:
        assert again.history.labels() == ("New project", "Drag")


def test_cancelled_gesture_leaves_no_trace(store: ProjectStore) -> None:
    store.begin_gesture("Drag")
    store.preview(rename("a"))
    assert store.cancel_gesture() == a_project()
    assert ProjectStore.read(store.path).history.labels() == ("New project",)


def test_old_steps_are_dropped_beyond_the_bound(tmp_path: Path) -> None:
    with ProjectStore.create(tmp_path, "Film", a_project(), undo_steps=10) as store:
        for number in range(50):
            store.apply(f"Step {number}", rename(f"name {number}"))
            assert len(store.history.steps) <= 10 + 2 + 1
        labels, lines = store.history.labels(), store.path.with_name("Film.prismdesk.journal")
        assert len(lines.read_bytes().splitlines()) <= 14
        store.close()
        again = ProjectStore.open(tmp_path, undo_steps=10)
        assert again.history.labels() == labels
        assert again.project.name == "name 49"
        while again.history.can_undo:
            again.undo()
        assert again.project.name == f"name {int(labels[0].split()[1])}"
        again.close()


def test_journal_of_many_undos_is_compacted(tmp_path: Path) -> None:
    with ProjectStore.create(tmp_path, "Film", a_project(), undo_steps=10) as store:
        store.apply("One", rename("one"))
        for _ in range(50):
            store.undo()
            store.redo()
        journal = store.path.with_name("Film.prismdesk.journal")
        assert len(journal.read_bytes().splitlines()) < 30
        store.close()
        seen = ProjectStore.read(tmp_path)
        assert (seen.project.name, seen.history.position) == ("one", 1)


def test_full_disk_refuses_the_edit_and_keeps_what_was(
    store: ProjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.apply("One", rename("one"))

    journal = store.path.with_name("Film.prismdesk.journal")
    before = journal.read_bytes()

    def fail(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fail)
        for work in (lambda: store.apply("Two", rename("two")), store.undo, store.save):
            with pytest.raises(StoreWorkError, match="No space left on device"):
                work()
            assert journal.read_bytes() == before
    assert store.project.name == "one"
    store.apply("Three", rename("three"))
    store.save()
    with reopened(store) as again:
        assert again.history.labels() == ("New project", "One", "Three")
        assert again.history.is_saved


def test_save_that_failed_at_its_last_line_still_counts(
    store: ProjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.apply("One", rename("one"))
    append = Journal.append

    def fail_at_the_end(journal: Journal, line: dict[str, Json]) -> None:
        if line["do"] == "saved":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        append(journal, line)

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "append", fail_at_the_end)
        with pytest.raises(StoreWorkError, match="Input/output error"):
            store.save()
    store.apply("Two", rename("two"))
    with reopened(store) as again:
        assert (again.project.name, again.recovery) == ("two", ())
        assert again.history.saved_position == 1


def test_saved_state_edited_over_is_gone_after_reopening(store: ProjectStore) -> None:
    store.apply("One", rename("one"))
    store.save()
    store.undo()
    store.apply("Two", rename("two"))
    with reopened(store) as again:
        assert again.history.saved_position is None


def test_journal_deleted_under_the_program_is_written_again(store: ProjectStore) -> None:
    store.apply("One", rename("one"))
    store.path.with_name("Film.prismdesk.journal").unlink()
    store.apply("Two", rename("two"))
    with reopened(store) as again:
        assert again.history.labels() == ("New project", "One", "Two")


def test_second_project_in_a_folder_is_refused(store: ProjectStore) -> None:
    store.close()
    with pytest.raises(StoreError, match="holds a project already"):
        ProjectStore.create(store.folder, "Other", a_project())


@pytest.mark.parametrize("name", ["", " x", "a/b", "..", ".hidden", "a\0b", "x" * 200, "a\nb"])
def test_name_that_cannot_be_a_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(StoreError, match="can't be a project's name"):
        ProjectStore.create(tmp_path, name, a_project())
    assert list(tmp_path.iterdir()) == []


def test_closed_store_refuses_work(store: ProjectStore) -> None:
    store.close()
    store.close()
    with pytest.raises(StoreError, match="is closed"):
        store.apply("One", rename("one"))
    with pytest.raises(StoreError, match="is closed"):
        store.save()


def test_project_that_cannot_be_made_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(source: Path, target: Path) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", fail)
        with pytest.raises(StoreWorkError, match="Read-only file system"):
            ProjectStore.create(tmp_path, "Film", a_project())
    ProjectStore.create(tmp_path, "Film", a_project()).close()


def test_large_project_with_a_long_history_opens_without_building_all_states(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clips = [a_clip(f"clip-{n}", n * 900, 900) for n in range(500)]
    project = a_project(tracks=(a_track("track-1", a_lane("lane-1", *clips)),))
    with ProjectStore.create(tmp_path, "Film", project) as store:
        for number in range(20):
            store.apply("Rename", rename(f"name {number}"))
    checked: set[str] = set()
    monkeypatch.setattr(
        "prismdesk.project.store.recovery.check_consistent", lambda p: checked.add(p.name)
    )
    with ProjectStore.open(tmp_path) as store:
        assert store.project.name == "name 19"
        assert checked == {"name 19"}
        store.undo()
        assert checked == {"name 19", "name 18"}
        assert store.project.tracks is not None
        # What both states share is one value, so views can tell by identity what changed.
        assert store.project.tracks[0] is store.redo().tracks[0]
