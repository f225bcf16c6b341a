from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import pytest

from prismdesk.engines.weights import identity
from prismdesk.engines.weights.identity import checksums_of, sha256_of
from prismdesk.errors import Cancelled, InputError

if TYPE_CHECKING:
    from pathlib import Path


def test_the_sum_is_that_of_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"sound" * 2_000_000)
    seen: list[float] = []
    assert sha256_of(path, seen.append) == hashlib.sha256(path.read_bytes()).hexdigest()
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_it_is_worked_out_once_until_the_file_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"one")
    read: list[str] = []

    def counted(path: Path, *arguments: object, **named: object) -> dict[str, str]:
        read.append(path.name)
        return checksums_of(path, ("sha256",))

    monkeypatch.setattr(identity, "checksums_of", counted)
    first = sha256_of(path)
    assert sha256_of(path) == first
    assert read == ["file"]
    path.write_bytes(b"two")
    os.utime(path, ns=(1, 1))
    assert sha256_of(path) == hashlib.sha256(b"two").hexdigest()
    assert read == ["file", "file"]


def test_a_folders_sum_follows_names_and_contents(tmp_path: Path) -> None:
    folder = tmp_path / "t5"
    folder.mkdir()
    (folder / "a").write_bytes(b"1")
    first = sha256_of(folder)
    (folder / "a").rename(folder / "b")
    second = sha256_of(folder)
    (folder / "b").write_bytes(b"22")
    assert len({first, second, sha256_of(folder)}) == 3


@pytest.mark.parametrize("text", ["{", "[1]", '{"a": 1}'])
def test_damaged_notes_are_written_anew(tmp_path: Path, text: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"one")
    notes = identity._cache_path()
    notes.parent.mkdir(parents=True, exist_ok=True)
    notes.write_text(text)
    assert sha256_of(path) == hashlib.sha256(b"one").hexdigest()
    assert hashlib.sha256(b"one").hexdigest() in notes.read_text()


def test_a_cancel_stops_reading(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"one")
    with pytest.raises(Cancelled):
        sha256_of(path, cancelled=lambda: True)


def test_a_file_that_is_gone_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.pth can't be read"):
        sha256_of(tmp_path / "gone.pth")
