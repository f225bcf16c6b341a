from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from prismdesk.jobs.batch_records import (
    KEPT_BATCHES,
    BatchEntry,
    BatchRecord,
    BatchRecords,
    BatchState,
    Outcome,
    new_batch_id,
)
from prismdesk.jobs.spec import new_job_id
from prismdesk.media.errors import NoRoomError

if TYPE_CHECKING:
    from pathlib import Path


def a_record(created: str = "2026-01-01T22:00:00Z", **fields: object) -> BatchRecord:
    entries = (
        BatchEntry(region_id="region-1", label="One", engine="selva", job_id=new_job_id()),
        BatchEntry(region_id="region-2", label="Two", engine="x", outcome=Outcome.REFUSED),
    )
    record = BatchRecord(batch_id=new_batch_id(), created_utc=created, entries=entries)
    return replace(record, **fields)  # type: ignore[arg-type]  # fields by name


def test_a_batch_reads_back_as_it_was(tmp_path: Path) -> None:
    records, record = BatchRecords(tmp_path), a_record()
    records.save(record)
    assert BatchRecords(tmp_path).load() == (record,)
    changed = replace(record, state=BatchState.ENDED, ended_utc="2026-01-02T05:00:00Z")
    records.save(changed)
    assert records.load() == (changed,)
    assert [entry.label for entry in record.to_make] == ["One"]
    assert [entry.label for entry in record.of(Outcome.REFUSED)] == ["Two"]


def test_the_batch_that_isnt_over_comes_before_later_ones(tmp_path: Path) -> None:
    records = BatchRecords(tmp_path)
    assert records.latest() is None
    going = a_record("2026-01-01T22:00:00Z")
    later = a_record("2026-01-02T22:00:00Z", state=BatchState.ENDED)
    for record in (going, later):
        records.save(record)
    assert records.latest() == going
    records.save(replace(going, state=BatchState.ENDED))
    assert records.latest() == later


def test_only_the_last_of_those_that_are_over_are_kept(tmp_path: Path) -> None:
    records, going = BatchRecords(tmp_path), a_record("2026-01-01T00:00:00Z")
    records.save(going)
    for number in range(KEPT_BATCHES + 3):
        records.save(a_record(f"2026-02-{number + 1:02}T00:00:00Z", state=BatchState.ENDED))
    kept = records.load()
    assert len(kept) == KEPT_BATCHES + 1
    assert kept[0] == going
    assert kept[1].created_utc == "2026-02-04T00:00:00Z"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("batch_id", "../../x"),
        ("state", "running"),
        ("format", 2),
        ("handle_samples", -1),
        ("entries", [{"region_id": "r", "label": "R", "engine": "e", "job_id": "../job"}]),
        ("entries", [{"region_id": "r", "label": "R", "engine": "e", "takes": 1000}]),
        ("entries", [{"region_id": "r", "label": "R" * 5000, "engine": "e"}]),
        ("entries", [{"region_id": "r", "label": "R", "engine": "e", "outcome": "?"}]),
        ("entries", 7),
    ],
)
def test_a_file_that_is_no_batch_is_told_and_left_alone(
    tmp_path: Path, name: str, value: object
) -> None:
    records, good, bad = BatchRecords(tmp_path), a_record(), a_record()
    for record in (good, bad):
        records.save(record)
    path = records.folder / f"{bad.batch_id}.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {name: value}))
    assert records.load() == (good,)
    assert len(records.unreadable) == 1
    assert str(path) in records.unreadable[0]
    assert path.exists()


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff\xfe", b"null"])
def test_damage_is_told(tmp_path: Path, data: bytes) -> None:
    records, record = BatchRecords(tmp_path), a_record()
    records.save(record)
    (records.folder / f"{record.batch_id}.json").write_bytes(data)
    assert records.load() == ()
    assert len(records.unreadable) == 1


def test_a_batch_under_anothers_name_or_a_link_is_none(tmp_path: Path) -> None:
    records, record = BatchRecords(tmp_path), a_record()
    records.save(record)
    path = records.folder / f"{record.batch_id}.json"
    path.rename(records.folder / f"{new_batch_id()}.json")
    assert records.load() == ()
    outside = tmp_path / "outside.json"
    next(records.folder.iterdir()).rename(outside)
    path.symlink_to(outside)
    assert records.load() == ()


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    records, record = BatchRecords(tmp_path), a_record()
    records.save(record)

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("prismdesk.project.store.durable.os.replace", refuse)
    with pytest.raises(NoRoomError, match="the disk is full"):
        records.save(replace(record, state=BatchState.ENDED))
    monkeypatch.undo()
    assert records.load() == (record,)
