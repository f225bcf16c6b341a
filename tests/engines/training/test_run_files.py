from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.engines.training.options import OptionError
from prismdesk.engines.training.run_files import (
    ADAPTER_FILE,
    TRAINER_FACTS,
    TRAINER_TENSORS,
    RunFolder,
    RunFolderError,
    RunState,
    write_whole,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    run = RunFolder(tmp_path / "run")
    run.make({"name": 'My "run"', "base": {"model": "selva-small_16k"}, "options": {"rank": 8}})
    return run


def test_description_is_read_as_it_was_written(folder: RunFolder) -> None:
    assert folder.description()["name"] == 'My "run"'
    assert folder.description()["base"] == {"model": "selva-small_16k"}


def test_options_are_those_of_the_family_where_nothing_is_said(folder: RunFolder) -> None:
    assert (folder.options("selva").rank, folder.options("selva").start) == (8, "pissa")
    assert folder.options("audiox").start == "standard"


def test_options_out_of_range_are_refused(folder: RunFolder) -> None:
    folder.make({"options": {"rank": 1000}})

    with pytest.raises(OptionError, match="1 to 256"):
        folder.options("selva")


@pytest.mark.parametrize("text", ["rank = = 1", "options = 3"])
def test_unreadable_description_is_told(folder: RunFolder, text: str) -> None:
    folder.run_toml.write_text(text, encoding="utf-8")

    with pytest.raises(RunFolderError, match=r"run\.toml"):
        folder.options("selva")


def test_folder_of_something_else_is_told(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="is no training run"):
        RunFolder(tmp_path).description()


def test_state_is_kept_and_changed(folder: RunFolder) -> None:
    assert folder.state() == RunState()
    folder.write_state(RunState(status="training", step=3, steps=9, seconds_left=1.5))

    folder.update_state(status="paused", seconds_left=None)

    assert folder.state() == RunState(status="paused", step=3, steps=9)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "[" * 5000,
        '{"status": "flying"}',
        '{"status": ',
        '{"status": "training", "step": "x"}',
    ],
)
def test_damaged_state_is_as_if_nothing_had_begun(folder: RunFolder, text: str) -> None:
    folder.state_json.write_text(text, encoding="utf-8")

    assert folder.state() == RunState()


def write_checkpoint(folder: RunFolder, step: int) -> None:
    with folder.writing_checkpoint(step) as place:
        for name in (ADAPTER_FILE, TRAINER_TENSORS, TRAINER_FACTS):
            (place / name).write_bytes(b"x")


def test_checkpoints_are_found_in_order_of_steps(folder: RunFolder) -> None:
    for step in (500, 1_500_000, 1000):
        write_checkpoint(folder, step)
    (folder.checkpoints / "step-000600").mkdir()
    (folder.checkpoints / "step-x").mkdir()
    folder.checkpoint_files()[-1].trainer_facts.unlink()

    assert [one.step for one in folder.checkpoint_files()] == [500, 1000, 1_500_000]
    newest = folder.newest_resumable()
    assert newest is not None
    assert newest.step == 1000


def test_checkpoint_that_fails_half_way_leaves_nothing(folder: RunFolder) -> None:
    write_checkpoint(folder, 5)

    def break_off() -> None:
        with folder.writing_checkpoint(5) as place:
            (place / ADAPTER_FILE).write_bytes(b"new")
            raise OSError(28, "disk full")

    with pytest.raises(OSError, match="full"):
        break_off()

    assert folder.checkpoint_files()[0].adapter.read_bytes() == b"x"
    assert len(list(folder.checkpoints.iterdir())) == 1


def test_what_a_killed_run_left_half_written_is_cleared(folder: RunFolder) -> None:
    partial = folder.checkpoints / "step-000007.partial"
    partial.mkdir()
    (partial / ADAPTER_FILE).write_bytes(b"half")

    folder.clear_partial()

    assert list(folder.checkpoints.iterdir()) == []


def test_skip_is_a_flag(folder: RunFolder) -> None:
    assert not folder.is_skip_requested
    folder.request_skip()
    assert folder.is_skip_requested


def test_file_is_replaced_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    write_whole(path, b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "disk full")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="full"):
        write_whole(path, b"new")

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
