from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING, Any

import pytest

from prismdesk.project.store.durable import keep_copy, write_atomically

if TYPE_CHECKING:
    from pathlib import Path


def test_content_is_flushed_before_the_rename_and_the_folder_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut keeps only what was flushed: an earlier rename could leave an empty file."""
    done: list[str] = []
    flush, rename = os.fsync, os.replace

    def recorded_flush(handle: int) -> None:
        done.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        flush(handle)

    def recorded_rename(source: Any, target: Any) -> None:
        done.append("rename")
        rename(source, target)

    monkeypatch.setattr(os, "fsync", recorded_flush)
    monkeypatch.setattr(os, "replace", recorded_rename)
    write_atomically(tmp_path / "x", b"new")
    assert done == ["file", "rename", "folder"]
    assert (tmp_path / "x").read_bytes() == b"new"


def test_failed_write_leaves_the_old_content_and_nothing_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x").write_bytes(b"old")

    def fail(handle: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="full"):
        write_atomically(tmp_path / "x", b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("x", b"old")]


def test_link_laid_in_the_way_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(b"precious")
    (tmp_path / ".x.partial").symlink_to(tmp_path / "precious")
    write_atomically(tmp_path / "x", b"new")
    assert (tmp_path / "precious").read_bytes() == b"precious"


def test_copy_is_kept_where_the_disk_knows_no_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x").write_bytes(b"content")

    def refuse(source: Any, target: Any) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    keep_copy(tmp_path / "x", tmp_path / "x.bak")
    assert (tmp_path / "x.bak").read_bytes() == b"content"
