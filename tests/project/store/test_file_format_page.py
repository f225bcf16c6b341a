"""The page on the file format against what the program does."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from prismdesk.project.store import ProjectStore
from prismdesk.project.store.codec import Memo, encode_project
from prismdesk.project.store.format import MAX_FILE_BYTES, file_bytes, read_file_bytes
from prismdesk.project.store.journal import JOURNAL_VERSION, StepRecord, edit_line, line_bytes
from prismdesk.project.store.project_store import UNDO_STEPS
from prismdesk.project.store.recovery import load_state
from prismdesk.project.store.upgrades import CURRENT_FORMAT

PAGE = (Path(__file__).parents[3] / "docs" / "file-format.md").read_text(encoding="utf-8")


def example(name: str) -> str:
    found = re.search(rf"<!-- example: {name} -->\n```\w*\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


def test_example_project_is_byte_for_byte_what_the_program_writes() -> None:
    text = example("project")
    project = load_state(read_file_bytes(text.encode()), Memo())
    assert file_bytes(encode_project(project)).decode() == text


def test_example_line_is_what_setting_that_gain_writes() -> None:
    before = read_file_bytes(example("project").encode())
    after = read_file_bytes(example("project").replace("-3.25", "-6.0").encode())
    step = StepRecord("Set gain", "2025-01-31T12:00:00Z", after)
    assert line_bytes(edit_line(before, step)).decode() == example("journal")


def test_page_tells_every_format_and_the_bounds() -> None:
    rows = re.findall(r"^\| (\d+) \| ", PAGE, re.MULTILINE)
    assert rows == [str(number) for number in range(CURRENT_FORMAT + 1)]
    assert f"(`journal`, now {JOURNAL_VERSION})" in PAGE
    assert f"newest {UNDO_STEPS} steps" in PAGE
    assert f"more than {UNDO_STEPS + UNDO_STEPS // 5} steps" in PAGE
    assert f"at most {MAX_FILE_BYTES // 2**20} MiB" in PAGE


def test_every_file_in_the_folder_is_on_the_page(tmp_path: Path) -> None:
    project = load_state(read_file_bytes(example("project").encode()), Memo())
    tree = PAGE.split("```")[1]
    with ProjectStore.create(tmp_path, "My film", project) as store:
        store.apply("Rename", lambda before: replace(before, name="other"))
        store.save()
        names = {path.name for path in tmp_path.iterdir()}
    assert len(names) == 7
    assert {name for name in names if name not in tree} == set()
