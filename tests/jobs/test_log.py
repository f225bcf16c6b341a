from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.jobs.log import job_mark, log_tail, rotate

if TYPE_CHECKING:
    from pathlib import Path


def test_tail_begins_with_the_job(tmp_path: Path) -> None:
    path = tmp_path / "engine.log"
    path.write_text(f"before\n{job_mark('job-1')}\nfirst\n{job_mark('job-2')}\nsecond\n")
    assert log_tail(path, job_id="job-2") == "second"
    assert log_tail(path, job_id="job-3").startswith("before")


def test_tail_is_short_and_survives_broken_text(tmp_path: Path) -> None:
    path = tmp_path / "engine.log"
    path.write_bytes(b"\xff line\n" * 100_000)
    assert len(log_tail(path).splitlines()) == 40


def test_no_log_has_no_tail(tmp_path: Path) -> None:
    assert log_tail(tmp_path / "engine.log") == ""


def test_a_long_log_is_renamed_once(tmp_path: Path) -> None:
    path = tmp_path / "engine.log"
    assert not rotate(path, limit_bytes=4)
    path.write_text("old words")
    assert not rotate(path, limit_bytes=10)
    assert rotate(path, limit_bytes=4)
    path.write_text("new words")
    assert rotate(path, limit_bytes=4)
    assert (tmp_path / "engine.log.1").read_text() == "new words"
    assert [file.name for file in tmp_path.iterdir()] == ["engine.log.1"]
