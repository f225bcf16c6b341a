from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING
from xml.etree.ElementTree import fromstring

import numpy as np
import pytest

from prismdesk.errors import Cancelled
from prismdesk.media.errors import MediaWorkError
from prismdesk.media.export import ExportRefusedError, ExportRequest, export_wav
from prismdesk.media.wav import map_wav, read_chunks
from prismdesk.project.model import PictureStream
from prismdesk.project.timebase import SampleRange
from tests.media.fake_sounds import ArraySound, ArraySounds, bits, noise
from tests.media.mix_projects import (
    FILM,
    clip,
    lane,
    media,
    project,
    region,
    take,
    track,
    with_region,
)

if TYPE_CHECKING:
    from pathlib import Path

SOUND = noise(2, 10_000)
PICTURE = PictureStream(
    stream_index=0,
    width_px=64,
    height_px=48,
    rate=Fraction(24000, 1001),
    frame_count=10,
    duration_samples=9_000,
    start_frame=86_400,
    is_drop_frame=False,
    is_variable_rate=False,
)


def request(out: Path, **fields: object) -> ExportRequest:
    film = replace(media(), picture=PICTURE)
    edited = project(track(lane(clip(0, 10_000))), media=(film,), film_id=FILM)
    edited = with_region(edited, region(100, 200, take(100, 200), name="Wind & <rain>"))
    sounds = ArraySounds({("film", 0): ArraySound(SOUND)}, {"take": ArraySound(SOUND[:, :100])})
    made = ExportRequest(project=edited, sounds=sounds, film_path=None, out=out)
    return replace(made, **fields)  # type: ignore[arg-type]  # fields of the request


def test_the_mix_lands_in_the_file_bit_for_bit(tmp_path: Path) -> None:
    report = export_wav(request(tmp_path / "mix.wav"))
    expected = SOUND.copy()
    expected[:, 100:200] = SOUND[:, :100]
    with map_wav(tmp_path / "mix.wav") as wav:
        assert bits(wav.read(0, wav.length_samples)) == bits(expected)
    assert report.check.is_identical
    assert [path.name for path in tmp_path.iterdir()] == ["mix.wav"]


def test_time_reference_counts_from_midnight(tmp_path: Path) -> None:
    export_wav(request(tmp_path / "mix.wav", range=SampleRange(5, 50)))
    bext = read_chunks(tmp_path / "mix.wav").bext
    assert bext is not None
    assert bext.time_reference_samples == 172_972_800 + 5


def test_provenance_is_in_ixml(tmp_path: Path) -> None:
    export_wav(request(tmp_path / "mix.wav"))
    root = fromstring(read_chunks(tmp_path / "mix.wav").ixml or "")
    assert root.findtext("SPEED/TIMECODE_RATE") == "24000/1001"
    assert root.findtext("SPEED/TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO") == "172972800"
    (record,) = json.loads(root.findtext("USER") or "")["takes"]
    assert record["region_name"] == "Wind & <rain>"
    assert record["seed"] == 7


def test_sound_above_full_scale_is_kept_and_said(tmp_path: Path) -> None:
    loud = ArraySounds(
        {("film", 0): ArraySound(SOUND * np.float32(4))}, {"take": ArraySound(SOUND[:, :100])}
    )
    report = export_wav(request(tmp_path / "mix.wav", sounds=loud))
    assert report.sound.clipped_samples == 0
    assert any("above full scale" in note for note in report.notes)


def test_a_range_past_the_end_is_filled_with_silence(tmp_path: Path) -> None:
    report = export_wav(request(tmp_path / "mix.wav", range=SampleRange(9_000, 12_000)))
    assert report.sound.silence_added_samples == 2_000
    with map_wav(tmp_path / "mix.wav") as wav:
        assert wav.length_samples == 3_000
        assert not wav.read(1_000, 2_000).any()


def test_sources_are_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "film.wav").write_bytes(b"a source")
    with pytest.raises(ExportRefusedError, match="never written to"):
        export_wav(request(tmp_path / "film.wav", project_folder=tmp_path))
    assert (tmp_path / "film.wav").read_bytes() == b"a source"


def test_trouble_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        export_wav(request(tmp_path / "mix.wav"), cancelled=lambda: True)
    with pytest.raises(MediaWorkError, match=r"Can't write .*no/mix\.wav: its folder"):
        export_wav(request(tmp_path / "no" / "mix.wav"))
    assert list(tmp_path.iterdir()) == []
