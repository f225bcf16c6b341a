"""Whatever step of writing a kill comes between, every acknowledged edit is there afterwards."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.project.store import ProjectStore
from prismdesk.project.store.folder import project_files_in
from prismdesk.project.store.unsaved import find_unsaved
from tests.builders import a_project
from tests.project.store.cut_off import every_cut

if TYPE_CHECKING:
    from pathlib import Path


class Script:
    """Edits, undos and saves with what they acknowledged: names of the project, in order."""

    def __init__(self, store: ProjectStore) -> None:
        self.store = store
        self.names = [store.project.name]

    def acknowledged(self) -> tuple[str, ...]:
        return tuple(self.names)

    def edit(self, name: str) -> None:
        self.store.apply(f"Rename to {name}", lambda project: replace(project, name=name))
        self.names.append(self.store.project.name)

    def undo(self) -> None:
        self.names.append(self.store.undo().name)


def test_kill_while_editing_undoing_and_saving(tmp_path: Path) -> None:
    store = ProjectStore.create(tmp_path / "film", "Film", a_project())
    script = Script(store)

    def work() -> None:
        script.edit("one")
        store.save()
        script.edit("two")
        script.undo()
        store.save()
        script.edit("three")

    cuts = every_cut(work, store.folder, tmp_path / "cuts", script.acknowledged)
    store.close()
    assert {"before replace", "after link", "before fsync"} <= {moment for _, moment, _ in cuts}
    script.names.append("the end")
    for copy, moment, acknowledged in cuts:
        possible = script.names[len(acknowledged) - 1 : len(acknowledged) + 1]
        with ProjectStore.open(copy) as again:
            assert again.project.name in possible, moment
            assert again.recovery == (), moment
            while again.history.can_undo:
                again.undo()
            assert again.project == a_project(), moment
        with ProjectStore.open(copy) as again:
            assert again.project == a_project(), moment


def test_kill_while_compacting(tmp_path: Path) -> None:
    store = ProjectStore.create(tmp_path / "film", "Film", a_project(), undo_steps=5)
    script = Script(store)
    for number in range(6):
        script.edit(f"early {number}")

    def work() -> None:
        script.edit("compacts")
        script.edit("after")

    cuts = every_cut(work, store.folder, tmp_path / "cuts", script.acknowledged)
    lengths = {len(store.history.steps)}
    store.close()
    script.names.append("the end")
    for copy, moment, acknowledged in cuts:
        possible = script.names[len(acknowledged) - 1 : len(acknowledged) + 1]
        with ProjectStore.open(copy, undo_steps=5) as again:
            assert again.project.name in possible, moment
            lengths.add(len(again.history.steps))
            undone = [again.undo().name for _ in range(5)]
            present = len(acknowledged) - (again.recovery == ())
            assert undone[0] in script.names[present - 2 : present + 1], moment
    assert len(lengths) > 1


def test_kill_while_creating(tmp_path: Path) -> None:
    folder = tmp_path / "film"

    def work() -> None:
        ProjectStore.create(folder, "Film", a_project()).close()

    def is_made() -> bool:
        return False

    made = 0
    for copy, moment, _ in every_cut(work, folder, tmp_path / "cuts", is_made):
        if project_files_in(copy):
            made += 1
            with ProjectStore.open(copy) as again:
                assert again.project == a_project(), moment
        else:
            copy.mkdir(exist_ok=True)
            ProjectStore.create(copy, "Film", a_project()).close()
    assert made > 2


def test_kill_while_naming_a_session_loses_neither_edits_nor_takes(tmp_path: Path) -> None:
    state = tmp_path / "disk" / "state"
    store = ProjectStore.create_unsaved(a_project(), root=state)
    script = Script(store)
    script.edit("one")
    (store.folder / "takes" / "take-1.wav").write_bytes(b"sound")

    def work() -> None:
        store.name_as(tmp_path / "disk" / "Reel 1", "Reel 1")

    cuts = every_cut(work, tmp_path / "disk", tmp_path / "cuts", script.acknowledged)
    store.close()
    for copy, moment, _ in cuts:
        named = project_files_in(copy / "Reel 1")
        sessions = find_unsaved(copy / "state").sessions
        assert named or sessions, moment
        paths = [*(session.path for session in sessions), *([copy / "Reel 1"] if named else [])]
        for path in paths:
            with ProjectStore.open(path) as again:
                assert again.project.name in ("one", "Reel 1"), moment
                assert (again.folder / "takes" / "take-1.wav").read_bytes() == b"sound", moment
                assert "Rename to one" in again.history.labels(), moment
