from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.errors import Cancelled
from prismdesk.media.errors import MediaWorkError
from prismdesk.media.export import (
    ExportCheckError,
    ExportRefusedError,
    ExportRequest,
    export_stems,
    stems_export,
)
from prismdesk.media.mixdown import mix_blocks
from prismdesk.media.wav import WavWriter, map_wav, read_chunks
from prismdesk.project.ids import MediaId
from prismdesk.project.timebase import SampleRange
from tests.media.fake_sounds import ArraySound, ArraySounds, noise
from tests.media.mix_projects import DX, FX, clip, lane, media, project, track

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.media.audio import AudioBlock

SPAN = SampleRange(0, 10_000)
SOUNDS = ArraySounds({("film", 0): ArraySound(noise(2, 10_000))})


def request(out: Path, **fields: object) -> ExportRequest:
    edited = project(
        track(lane(clip(0, 10_000)), id_="voice", bus_id=DX, gain_db=-3.3),
        track(
            lane(clip(500, 6_000, source=0), id_="steps-lane"),
            id_="steps",
            bus_id=FX,
            gain_db=1.7,
        ),
        track(lane(clip(1_000, 6_000), id_="rain-lane"), id_="rain", bus_id=FX),
    )
    buses = tuple(replace(bus, gain_db=-0.7) for bus in edited.buses)
    made = ExportRequest(
        project=replace(edited, buses=buses), sounds=SOUNDS, film_path=None, out=out
    )
    return replace(made, **fields)  # type: ignore[arg-type]  # fields of the request


def whole(path: Path) -> AudioBlock:
    with map_wav(path) as wav:
        return wav.read(0, wav.length_samples)


def test_the_sum_of_the_stems_is_the_mix_bit_for_bit(tmp_path: Path) -> None:
    wanted = request(tmp_path / "Pier.wav")
    report = export_stems(wanted)

    stems = [whole(path) for path in report.files]
    mix = np.concatenate(list(mix_blocks(wanted.project, SOUNDS, SPAN)), axis=1)
    assert [path.name for path in report.files] == ["Pier DX.wav", "Pier FX.wav"]
    assert np.array_equal(stems[0] + stems[1], mix)
    assert all(np.abs(stem).max() > 0.1 for stem in stems)
    assert report.check.is_identical
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Pier DX.wav", "Pier FX.wav"]


def test_each_stem_says_what_it_is_and_when(tmp_path: Path) -> None:
    export_stems(request(tmp_path / "Pier.wav", range=SampleRange(100, 400)))

    bext = read_chunks(tmp_path / "Pier FX.wav").bext
    assert bext is not None
    assert bext.description == "Film: FX stem"
    assert bext.time_reference_samples == 100


def test_buses_that_nobody_hears_are_left_out(tmp_path: Path) -> None:
    wanted = request(tmp_path / "Pier.wav")
    tracks = (replace(wanted.project.tracks[0], is_muted=True), *wanted.project.tracks[1:])
    report = export_stems(replace(wanted, project=replace(wanted.project, tracks=tracks)))
    assert [path.name for path in report.files] == ["Pier FX.wav"]

    silent = replace(wanted.project, tracks=())
    with pytest.raises(ExportRefusedError, match="no stems"):
        export_stems(replace(wanted, project=silent))


def test_stems_that_do_not_add_up_are_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class LossyWriter(WavWriter):
        def write(self, block: AudioBlock) -> None:
            super().write(block * np.float32(0.999))

    monkeypatch.setattr(stems_export, "WavWriter", LossyWriter)

    with pytest.raises(ExportCheckError, match="add up"):
        export_stems(request(tmp_path / "Pier.wav"))

    assert list(tmp_path.iterdir()) == []


def test_trouble_leaves_nothing_and_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "Pier DX.wav").write_bytes(b"an older one")
    asked = iter([False] * 1)
    with pytest.raises(Cancelled):
        export_stems(request(tmp_path / "Pier.wav"), cancelled=lambda: next(asked, True))
    assert [path.name for path in tmp_path.iterdir()] == ["Pier DX.wav"]
    assert (tmp_path / "Pier DX.wav").read_bytes() == b"an older one"
    with pytest.raises(MediaWorkError, match=r"no/Pier DX\.wav"):
        export_stems(request(tmp_path / "no" / "Pier.wav"))


def test_no_stem_has_its_name_when_one_cannot_get_it(tmp_path: Path) -> None:
    (tmp_path / "Pier FX.wav").mkdir()

    with pytest.raises(ExportRefusedError, match="is a folder"):
        export_stems(request(tmp_path / "Pier.wav"))

    assert [path.name for path in tmp_path.iterdir()] == ["Pier FX.wav"]


def test_sources_are_never_overwritten(tmp_path: Path) -> None:
    source = replace(media(), id=MediaId("other"), path="Pier DX.wav", content_key="other")
    wanted = request(tmp_path / "Pier.wav", project_folder=tmp_path)
    edited = replace(wanted.project, media=(*wanted.project.media, source))
    (tmp_path / "Pier DX.wav").write_bytes(b"a source")

    with pytest.raises(ExportRefusedError, match="never written to"):
        export_stems(replace(wanted, project=edited))

    assert (tmp_path / "Pier DX.wav").read_bytes() == b"a source"


def test_the_report_names_the_files(tmp_path: Path) -> None:
    report = export_stems(request(tmp_path / "Pier.wav", report_path=tmp_path / "Pier.json"))

    record = json.loads((tmp_path / "Pier.json").read_text())
    assert record["files"] == [str(path) for path in report.files]
    assert "bit-identical to the mix when added up" in (tmp_path / "Pier.txt").read_text()
