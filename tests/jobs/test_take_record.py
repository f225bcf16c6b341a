from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.contract import MadeOn
from prismdesk.jobs.spec import SourceWanted
from prismdesk.jobs.take_record import (
    TakeRecord,
    read_beside,
    read_inside,
    read_record,
    record_of,
    record_path,
    write_beside,
)
from prismdesk.media.content_key import content_key
from prismdesk.media.errors import MediaError
from prismdesk.project.ids import MaskId
from prismdesk.project.picture_mask import DrawnMask, MaskBox, MaskKeyFrame, MaskShape
from tests.jobs.specs import REGION_SAMPLES, a_spec
from tests.jobs.test_take_files import a_sound, write

if TYPE_CHECKING:
    from pathlib import Path

ELLIPSE = DrawnMask(
    id=MaskId("mask-1"),
    shape=MaskShape.ELLIPSE,
    key_frames=(MaskKeyFrame(box=MaskBox(x=0.5, y=0.4, width=0.2, height=0.3)),),
)


def a_written_take(folder: Path, **changes: Any) -> Path:
    spec = a_spec(
        folder,
        "gravel – грав",
        settings=(("guidance", 4.0), ("keep", True), ("placement", "auto"), ("steps", 5)),
        adapters=(("foley", 0.7),),
        adapter_files=(("/presets/foley.safetensors", "0" * 64),),
        head_samples=40,
        tail_samples=50,
        drawn_masks=(ELLIPSE,),
        region_name="Pier",
        track_number=2,
        lane_numbers=(1, 2),
        again_of="take-0",
        **changes,
    )
    return folder / write(folder, spec, a_sound(batch_seeds=(7, 8))).path


def test_wav_and_json_hold_the_same_record(tmp_path: Path) -> None:
    wav = a_written_take(tmp_path)
    inside, beside = read_inside(wav), read_beside(wav)
    assert (beside.file, beside.content_key) == (wav.name, content_key(wav))
    assert replace(beside, file="", content_key="") == inside


def test_everything_that_the_take_was_made_from_reads_back(tmp_path: Path) -> None:
    source = SourceWanted(path="takes/other.wav", start_samples=-3, take_id="take-8")
    spec = a_spec(tmp_path, source=source)
    record = record_of(spec, replace(write_without_source(tmp_path), made_on=A_PROCESSOR))
    write_beside(tmp_path / "a.wav", replace(record, content_key="key"))
    read = read_beside(tmp_path / "a.wav")
    assert read == replace(record, file="a.wav", content_key="key")
    assert read.made_on == A_PROCESSOR
    assert read.varied is not None
    assert (read.varied.path, read.varied.start_samples) == ("takes/other.wav", -3)


A_PROCESSOR = MadeOn(
    device="processor", precision="fp32", libraries=(("torch", "2"),), at_once=(("threads", 2),)
)


def write_without_source(folder: Path) -> Any:
    return write(folder, a_spec(folder), a_sound())


def test_record_tells_times_handles_masks_batch_and_types(tmp_path: Path) -> None:
    record = read_record(a_written_take(tmp_path))
    assert (record.region_start_samples, record.region_end_samples) == (
        96_000 + REGION_SAMPLES,
        96_000 + 2 * REGION_SAMPLES,
    )
    assert (record.context_start_samples, record.context_end_samples) == (
        96_000,
        96_000 + 2 * REGION_SAMPLES,
    )
    assert (record.head_samples, record.asked_head_samples) == (10, 40)
    assert (record.tail_samples, record.asked_tail_samples) == (20, 50)
    assert record.drawn_masks == ("ellipse:0.5,0.4,0.2,0.3",)
    assert (record.batch_seeds, record.seed) == ((7, 8), 7)
    assert record.settings == {"guidance": 4.0, "keep": True, "placement": "auto", "steps": 5}
    assert [type(value) for value in record.settings.values()] == [float, bool, str, int]
    assert (record.task, record.again_of) == (EngineTask.INPAINT, "take-0")
    assert (record.region_name, record.track_number, record.lane_numbers) == ("Pier", 2, (1, 2))
    assert set(record.inputs) == {"context"}


def test_settings_that_were_used_are_those_of_the_record(tmp_path: Path) -> None:
    spec = a_spec(tmp_path, settings=(("steps", 25),))
    sound = a_sound(settings_used=(("stop_at_step", 9),))
    record = read_record(tmp_path / write(tmp_path, spec, sound).path)
    assert record.settings == {"steps": 25, "stop_at_step": 9}


def test_a_wav_whose_json_is_gone_tells_by_itself(tmp_path: Path) -> None:
    wav = a_written_take(tmp_path)
    before = read_beside(wav)
    record_path(wav).unlink()
    assert read_record(wav) == before


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "can't be read"),
        ("[]", "can't be read"),
        ('{"format": "other"}', "can't be read"),
        ("[" * 100_000, "can't be read"),
    ],
)
def test_a_damaged_json_is_one_sentence(tmp_path: Path, text: str, told: str) -> None:
    wav = a_written_take(tmp_path)
    record_path(wav).write_text(text)
    with pytest.raises(MediaError, match=told):
        read_beside(wav)


@pytest.mark.parametrize(
    "changes", [{"seed": -1}, {"rate_hz": 0}, {"head_samples": -1}, {"batch_seeds": [2**32]}]
)
def test_numbers_out_of_bounds_are_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    wav = a_written_take(tmp_path)
    told = json.loads(record_path(wav).read_text())
    record_path(wav).write_text(json.dumps(told | changes))
    with pytest.raises(MediaError, match=next(iter(changes))):
        read_beside(wav)


def test_a_record_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    wav = a_written_take(tmp_path)
    told = json.loads(record_path(wav).read_text())
    record_path(wav).write_text(json.dumps(told | {"version": 99}))
    with pytest.raises(MediaError, match="newer PrismDesk"):
        read_beside(wav)


def test_a_field_of_a_newer_program_is_passed_over(tmp_path: Path) -> None:
    wav = a_written_take(tmp_path)
    told = json.loads(record_path(wav).read_text())
    before = read_beside(wav)
    record_path(wav).write_text(json.dumps(told | {"colour": "red"}))
    assert read_beside(wav) == before


def test_the_least_that_a_record_tells() -> None:
    record = TakeRecord(
        take="take-1",
        region="region-1",
        rate_hz=48_000,
        channels=1,
        length_samples=10,
        region_start_samples=0,
        region_end_samples=10,
        task=EngineTask.GENERATE,
        engine="fake",
        seed=1,
    )
    assert (record.format, record.version) == ("prismdesk-take", 1)
