from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prismdesk.project.store import ProjectStore, StoreError
from prismdesk.project.store.journal import line_bytes
from tests.builders import a_project

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """A folder with the file holding "saved", the backup "Test", and "later" in the journal."""
    folder = tmp_path / "film"
    with ProjectStore.create(folder, "Film", a_project()) as store:
        rename(store, "saved")
        store.save()
        rename(store, "later")
    return folder


def rename(store: ProjectStore, name: str) -> None:
    store.apply(f"Rename to {name}", lambda project: replace(project, name=name))


def file_of(folder: Path) -> Path:
    return folder / "Film.prismdesk"


def journal_of(folder: Path) -> Path:
    return folder / "Film.prismdesk.journal"


def backup_of(folder: Path) -> Path:
    return folder / "Film.prismdesk.bak"


def quarantined(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted((folder / "quarantine").glob("*"))]


def opened_name(folder: Path) -> tuple[str, tuple[str, ...]]:
    """Return the recovered name and sentences, after checking that recovery is done but once."""
    with ProjectStore.open(folder) as store:
        name, recovery = store.project.name, store.recovery
    with ProjectStore.open(folder) as again:
        assert again.recovery == ()
        assert again.project.name == name
    return name, recovery


def test_damaged_file_is_written_anew_from_the_journal(film: Path) -> None:
    file_of(film).write_bytes(b"\0" * 100)
    name, (sentence,) = opened_name(film)
    assert name == "later"
    assert "“Film.prismdesk” couldn't be read (line 1 is no JSON" in sentence
    assert quarantined(film) == [b"\0" * 100]
    assert b'"later"' in file_of(film).read_bytes()


def test_lost_file_is_written_anew_from_the_journal(film: Path) -> None:
    file_of(film).unlink()
    name, (sentence,) = opened_name(film)
    assert (name, file_of(film).exists()) == ("later", True)
    assert "was missing" in sentence


def test_lost_journal_leaves_the_saved_state(film: Path) -> None:
    journal_of(film).unlink()
    assert opened_name(film) == ("saved", ())


def test_unreadable_journal_is_kept_and_the_saved_state_opens(film: Path) -> None:
    journal_of(film).write_bytes(b"garbage\n" * 3)
    name, (sentence,) = opened_name(film)
    assert name == "saved"
    assert "journal" in sentence
    assert quarantined(film) == [b"garbage\n" * 3]


def test_backup_stands_in_when_file_and_journal_are_gone(film: Path) -> None:
    file_of(film).write_bytes(b"{")
    journal_of(film).unlink()
    name, (sentence,) = opened_name(film)
    assert name == "Test"
    assert "backup" in sentence
    assert quarantined(film) == [b"{"]


def test_nothing_readable_is_one_sentence_and_everything_stays(film: Path) -> None:
    for path in (file_of(film), journal_of(film), backup_of(film)):
        path.write_bytes(b"\xff")
    with pytest.raises(StoreError, match=r"^“Film\.prismdesk” can't be opened: .*\.$") as caught:
        ProjectStore.open(film)
    assert "\n" not in str(caught.value)
    assert file_of(film).read_bytes() == journal_of(film).read_bytes() == b"\xff"
    assert not (film / "quarantine").exists()


def test_torn_last_line_was_never_acknowledged_and_goes_without_a_word(film: Path) -> None:
    with journal_of(film).open("ab") as file:
        file.write(b'1234abcd {"do":"edit","lab')
    assert opened_name(film) == ("later", ())


def test_damage_inside_the_journal_keeps_what_came_before(film: Path) -> None:
    lines = journal_of(film).read_bytes().splitlines(keepends=True)
    damaged = b"".join([*lines[:-1], lines[-1].replace(b"later", b"LATER")])
    journal_of(film).write_bytes(damaged)
    name, (sentence,) = opened_name(film)
    assert name == "saved"
    assert "line 7: its checksum is wrong" in sentence
    assert quarantined(film) == [damaged]


def test_saved_state_behind_the_damage_is_not_lost(film: Path) -> None:
    """The journal breaks before the save: the file knows more than what is left of it."""
    lines = journal_of(film).read_bytes().splitlines(keepends=True)
    assert b"Rename to saved" in lines[3]
    journal_of(film).write_bytes(b"".join([*lines[:3], b"x\n", *lines[4:]]))
    with ProjectStore.open(film) as store:
        assert store.project.name == "saved"
        assert store.undo().name == "Test"


def test_backup_newer_than_what_is_left_of_the_journal_is_used(film: Path) -> None:
    with ProjectStore.open(film) as store:
        store.save()
    lines = journal_of(film).read_bytes().splitlines(keepends=True)
    journal_of(film).write_bytes(b"".join([*lines[:3], b"x\n", *lines[4:]]))
    file_of(film).write_bytes(b"{")
    assert opened_name(film)[0] == "saved"


def test_file_changed_by_another_program_is_a_step_that_can_be_undone(film: Path) -> None:
    text = file_of(film).read_text(encoding="utf-8")
    file_of(film).write_text(text.replace('"saved"', '"by hand"'), encoding="utf-8")
    with ProjectStore.open(film) as store:
        assert store.project.name == "by hand"
        assert store.history.is_saved
        assert store.history.label_of_undo == "Changed outside PrismDesk"
        assert "changed outside" in store.recovery[0]
        assert store.undo().name == "later"
    with ProjectStore.open(film) as again:
        assert (again.project.name, again.recovery) == ("later", ())


def test_backup_put_back_by_hand_is_what_opens(film: Path) -> None:
    shutil.copy(backup_of(film), file_of(film))
    with ProjectStore.open(film) as store:
        assert store.project.name == "Test"
        assert store.undo().name == "later"


def test_file_rewritten_in_another_layout_is_no_change(film: Path) -> None:
    file_of(film).write_bytes(file_of(film).read_bytes().replace(b"\n", b"\r\n"))
    with ProjectStore.open(film) as store:
        assert (store.project.name, store.recovery) == ("later", ())
        assert store.undo().name == "saved"
        assert store.history.is_saved


def test_file_that_breaks_a_rule_counts_as_unreadable(film: Path) -> None:
    text = file_of(film).read_text(encoding="utf-8")
    file_of(film).write_text(text.replace('"bus-fx"', '"bus-xx"', 1), encoding="utf-8")
    name, (sentence,) = opened_name(film)
    assert name == "later"
    assert "no such bus" in sentence


def test_file_renamed_by_hand_keeps_its_journal(film: Path) -> None:
    file_of(film).rename(film / "Reel 2.prismdesk")
    with ProjectStore.open(film) as store:
        assert store.path.name == "Reel 2.prismdesk"
        assert store.project.name == "later"
        assert store.undo().name == "saved"


def test_copy_of_the_file_alone_opens_as_it_was_saved(film: Path, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    shutil.copy(file_of(film), tmp_path / "copy")
    assert opened_name(tmp_path / "copy") == ("saved", ())


def test_journal_with_right_checksums_and_wrong_content_is_damage(film: Path) -> None:
    good = journal_of(film).read_bytes()
    for line in (
        {"do": "move", "to": 99},
        {"do": "move", "to": -1},
        {"do": "edit", "label": "x", "at": "", "patch": [["set", ["nowhere", 1], 2]]},
        {"do": "edit", "label": 7, "at": "", "patch": []},
        {"do": "saved", "sha256": "x", "step": 99},
        {"do": "dance"},
        {},
    ):
        journal_of(film).write_bytes(good + line_bytes(line))  # type: ignore[arg-type]  # JSON
        with ProjectStore.open(film) as store:
            assert store.project.name == "later"
            assert "line 8" in store.recovery[0]
            assert journal_of(film).read_bytes().count(b"\n") < 8


def test_reading_changes_nothing(film: Path) -> None:
    file_of(film).write_bytes(b"{")
    before = {path: path.read_bytes() for path in film.iterdir() if path.is_file()}
    assert ProjectStore.read(film).project.name == "later"
    assert {path: path.read_bytes() for path in film.iterdir() if path.is_file()} == before


@pytest.mark.parametrize("path", ["nothing.prismdesk", "film.mov", "empty"])
def test_path_without_a_project_is_one_sentence(tmp_path: Path, path: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "film.mov").touch()
    with pytest.raises(StoreError, match=r"There is no|is no PrismDesk project"):
        ProjectStore.open(tmp_path / path)


def test_folder_with_two_projects_asks_which(film: Path) -> None:
    shutil.copy(file_of(film), film / "Other.prismdesk")
    with pytest.raises(StoreError, match=r"several projects \(Film\.prismdesk, Other\.prismdesk\)"):
        ProjectStore.open(film)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_damage_opens_or_is_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, film: Path, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("damaged") / "film"
    shutil.copytree(film, folder)
    for path in (file_of(folder), journal_of(folder), backup_of(folder)):
        content = bytearray(path.read_bytes())
        for _ in range(data.draw(st.integers(0, 3))):
            content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
        if data.draw(st.booleans()):
            del content[data.draw(st.integers(0, len(content))) :]
        path.write_bytes(content)
    try:
        with ProjectStore.open(folder) as store:
            names = [store.project.name]
            while store.history.can_undo:
                names.append(store.undo().name)
    except StoreError as error:
        assert "\n" not in str(error)  # noqa: PT017  (either outcome is right)
