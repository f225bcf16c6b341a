from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.engines.training.run_files import RunFolder
from prismdesk.errors import WorkError
from prismdesk.session.run_notes import NOTES, notes_of, set_note

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return RunFolder(tmp_path)


def test_a_run_has_no_notes_at_first(run: RunFolder) -> None:
    assert notes_of(run) == {}


def test_notes_stay_by_their_steps(run: RunFolder) -> None:
    set_note(run, 1000, "thin")
    set_note(run, 200, "  best so far – „gut“\n")
    assert dict(notes_of(RunFolder(run.path))) == {
        200: "best so far – „gut“",
        1000: "thin",
    }


def test_a_note_replaces_the_one_before_and_an_empty_one_takes_it_away(run: RunFolder) -> None:
    for step, text in ((200, "thin"), (400, "good"), (200, "fine"), (400, " \n")):
        set_note(run, step, text)
    assert notes_of(run) == {200: "fine"}


def test_a_note_is_bounded(run: RunFolder) -> None:
    set_note(run, 200, "x" * 5000)
    assert notes_of(run) == {200: "x" * 1000}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"now": "x"}', b"\xff"])
def test_damaged_notes_are_none_and_can_be_written_anew(run: RunFolder, content: bytes) -> None:
    (run.path / NOTES).write_bytes(content)
    assert notes_of(run) == {}
    set_note(run, 200, "fine")
    assert notes_of(run) == {200: "fine"}


def test_a_refusing_disk_is_told_with_the_place(tmp_path: Path) -> None:
    gone = RunFolder(tmp_path / "gone")
    with pytest.raises(WorkError, match=r"note can't be written to .*gone: ") as caught:
        set_note(gone, 200, "fine")
    assert "\n" not in str(caught.value)
