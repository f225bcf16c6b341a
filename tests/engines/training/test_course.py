from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.training.course import (
    CheckpointRecord,
    CourseReader,
    EndRecord,
    ExampleRecord,
    HeldOutRecord,
    NoteRecord,
    Record,
    ResumedRecord,
    StepRecord,
    append_record,
    read_course,
)

if TYPE_CHECKING:
    from pathlib import Path


def step(number: int, loss: float = 1.0) -> StepRecord:
    return StepRecord(
        step=number,
        loss=loss,
        smoothed=loss,
        lr=1e-4,
        lr_up=1e-4,
        gradient_norm=0.1,
        seconds=0.5,
        memory_bytes=7,
    )


def write(path: Path, *records: Record) -> None:
    for record in records:
        append_record(path, record)


def test_records_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "course.jsonl"
    records: list[Record] = [
        HeldOutRecord(step=0, loss=2.0, base_loss=2.0),
        step(1),
        ExampleRecord(step=1, pair="a", path="examples/a.wav", metrics={"centroid_hz": 900.0}),
        CheckpointRecord(step=1, folder="step-000001", loss=1.5),
        NoteRecord(step=1, text="Straße"),
        EndRecord(step=1, reason="finished"),
    ]
    write(path, *records)

    course = read_course(path)

    assert [
        *course.held_out,
        *course.steps,
        *course.examples,
        *course.checkpoints,
        *course.notes,
        course.end,
    ] == records


def test_half_line_is_left_until_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "course.jsonl"
    write(path, step(1), step(2))
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    reader = CourseReader(path)
    assert [one.step for one in reader.read().steps] == [1]

    path.write_bytes(whole)

    assert [one.step for one in reader.read().steps] == [1, 2]


def test_half_line_of_a_killed_run_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "course.jsonl"
    write(path, step(1), step(2))
    path.write_bytes(path.read_bytes()[:-20])

    write(path, ResumedRecord(step=1), step(2, loss=5.0))

    assert [(one.step, one.loss) for one in read_course(path).steps] == [(1, 1.0), (2, 5.0)]


def test_what_a_broken_run_wrote_later_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "course.jsonl"
    write(path, step(1), CheckpointRecord(step=1, folder="a", loss=1.0), step(2), step(3))
    write(path, EndRecord(step=3, reason="failed"))
    reader = CourseReader(path)
    assert reader.read().end is not None

    write(path, ResumedRecord(step=1), step(2, loss=9.0))

    course = reader.read()
    assert [one.loss for one in course.steps] == [1.0, 9.0]
    assert course.end is None
    assert len(course.checkpoints) == 1


def test_unknown_and_damaged_lines_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "course.jsonl"
    write(path, step(1))
    with path.open("ab") as file:
        file.write(b'{"kind": "later"}\n\x00\xff\n[]\n{"kind": "note", "step": "x", "text": ""}\n')
        file.write(b'{"kind": "note", "step": 4, "text": "t", "added": 1}\n')
        file.write(b"[" * 5000 + b'\n{"kind": "note", "step": 5, "text": 3}\n')
        file.write(b'{"kind": "held_out", "step": 6, "loss": NaN, "base_loss": 1.0}\n')
        file.write(b'{"kind": "checkpoint", "step": 6, "folder": "a", "loss": "low"}\n')
        file.write(b'{"kind": "example", "step": 6, "pair": "a", "path": "b", "metrics": [1]}\n')

    course = read_course(path)

    assert len(course.steps) == 1
    assert [one.step for one in course.notes] == [4]
    assert (course.held_out, course.checkpoints, course.examples) == ([], [], [])


def test_nothing_is_read_where_nothing_is(tmp_path: Path) -> None:
    assert read_course(tmp_path / "none.jsonl").steps == []


def test_best_checkpoint_has_the_smallest_loss(tmp_path: Path) -> None:
    path = tmp_path / "course.jsonl"
    assert read_course(path).best_checkpoint() is None
    for number, loss in enumerate([3.0, 1.0, 1.0, 2.0]):
        write(path, CheckpointRecord(step=number, folder=f"{number}", loss=loss))

    best = read_course(path).best_checkpoint()

    assert best is not None
    assert best.step == 1
