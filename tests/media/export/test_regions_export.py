from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.errors import Cancelled
from prismdesk.media.export import ExportRefusedError, ExportRequest, export_regions
from prismdesk.media.wav import map_wav, read_chunks
from prismdesk.project.ids import RegionId
from prismdesk.project.model import ProjectUse
from tests.media.fake_sounds import ArraySound, ArraySounds, noise
from tests.media.mix_projects import (
    clip,
    lane,
    project,
    provenance,
    region,
    take,
    track,
    with_region,
)

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.media.audio import AudioBlock

SOUND = noise(2, 10_000)
TAKE = noise(2, 100, seed=5)
BOTH = [RegionId("one"), RegionId("two")]


def request(out: Path, **fields: object) -> ExportRequest:
    edited = with_region(
        project(
            track(lane(clip(0, 10_000))),
            track(lane(clip(0, 10_000, id="other"), id_="other-lane"), id_="other"),
        ),
        region(100, 200, take(100, 200), id_="one", name="Gulls: far"),
        region(5_000, 5_050, id_="two", name=""),
    )
    sounds = ArraySounds({("film", 0): ArraySound(SOUND)}, {"take": ArraySound(TAKE)})
    made = ExportRequest(project=edited, sounds=sounds, film_path=None, out=out)
    return replace(made, **fields)  # type: ignore[arg-type]  # fields of the request


def whole(path: Path) -> AudioBlock:
    with map_wav(path) as wav:
        return wav.read(0, wav.length_samples)


def test_each_region_is_a_file_of_its_track_alone(tmp_path: Path) -> None:
    report = export_regions(request(tmp_path / "Pier.wav"), BOTH)

    names = ["Pier 01 Gulls_ far.wav", "Pier 02 inpaint.wav"]
    assert [path.name for path in report.files] == names
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    assert np.array_equal(whole(tmp_path / names[0]), TAKE)
    assert np.array_equal(whole(tmp_path / names[1]), SOUND[:, 5_000:5_050])
    bext = read_chunks(tmp_path / names[1]).bext
    assert bext is not None
    assert bext.time_reference_samples == 5_000
    assert report.check.samples_written == 150
    assert [record["take"] for record in report.takes] == ["take"]


def test_a_muted_track_is_heard_in_its_regions(tmp_path: Path) -> None:
    wanted = request(tmp_path / "Pier.wav")
    tracks = (replace(wanted.project.tracks[0], is_muted=True), wanted.project.tracks[1])
    buses = tuple(replace(bus, is_muted=True) for bus in wanted.project.buses)
    muted = replace(wanted.project, tracks=tracks, buses=buses)

    report = export_regions(replace(wanted, project=muted), BOTH[:1])

    assert np.array_equal(whole(report.files[0]), TAKE)


def test_no_region_is_a_refusal(tmp_path: Path) -> None:
    with pytest.raises(ExportRefusedError, match="No region"):
        export_regions(request(tmp_path / "Pier.wav"), [])


def test_a_licence_forbids_even_what_is_muted(tmp_path: Path) -> None:
    wanted = request(tmp_path / "Pier.wav")
    made = replace(take(100, 200), provenance=provenance(allows_commercial_use=False))
    muted = (replace(wanted.project.tracks[0], is_muted=True), wanted.project.tracks[1])
    sold = replace(
        with_region(wanted.project, region(100, 200, made, id_="one")),
        use=ProjectUse.COMMERCIAL,
        tracks=muted,
    )

    with pytest.raises(ExportRefusedError, match="commercial"):
        export_regions(replace(wanted, project=sold), BOTH[:1])

    assert list(tmp_path.iterdir()) == []


def test_cancelling_leaves_nothing(tmp_path: Path) -> None:
    asked = iter([False] * 2)

    with pytest.raises(Cancelled):
        export_regions(request(tmp_path / "Pier.wav"), BOTH, cancelled=lambda: next(asked, True))

    assert list(tmp_path.iterdir()) == []
