from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.errors import Cancelled, InputError
from prismdesk.media.wav import map_wav
from prismdesk.project.edits.regions import add_region
from prismdesk.project.edits.tracks import mute_track
from prismdesk.project.ids import RegionId
from prismdesk.project.timebase import SampleRange
from prismdesk.session.delivery import (
    Delivery,
    DeliveryKind,
    DeliverySource,
    deliver,
    steps_of,
)
from prismdesk.session.opening import create_session
from tests.builders import a_region
from tests.media.export.films import noise_24, write_film

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prismdesk.session.session import Session

SOUND = noise_24(96_000)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    film = write_film(tmp_path / "Pier.mov", sound=SOUND)
    with create_session(film, tmp_path / "project", name="Pier") as session:
        yield session


def a_delivery(kind: DeliveryKind, out: Path, **fields: object) -> Delivery:
    return replace(Delivery(kind=kind, out=out), **fields)  # type: ignore[arg-type]  # its fields


def test_a_film_is_delivered_with_its_findings_and_report(session: Session, tmp_path: Path) -> None:
    out = tmp_path / "out.mov"
    told: list[float] = []

    done = deliver(
        DeliverySource.of(session),
        a_delivery(DeliveryKind.FILM, out, writes_report=True),
        progress=told.append,
    )

    assert [path.name for path in done.files] == [
        "out.mov",
        "out report.json",
        "out report.txt",
        "out report.csv",
    ]
    found = {finding.what: finding for finding in done.findings}
    assert all(finding.is_good for finding in done.findings)
    assert found["Packets of picture"].found == "48"
    assert found["Read back, against the mix"].found == "no difference"
    assert found["Start of sound against picture"].found == "0 samples"
    assert done.loudness is not None
    assert -30 < done.loudness.integrated_lufs < 0
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert json.loads((tmp_path / "out report.json").read_text())["out"] == str(out)


def test_what_is_edited_meanwhile_is_not_delivered(session: Session, tmp_path: Path) -> None:
    source = DeliverySource.of(session)
    track_id = session.project.tracks[0].id
    session.store.apply("Mute", lambda project: mute_track(project, track_id, True))

    deliver(source, a_delivery(DeliveryKind.SOUND, tmp_path / "mix.wav"))

    with map_wav(tmp_path / "mix.wav") as wav:
        assert np.array_equal(wav.read(0, 96_000), SOUND)


def test_stems_and_regions_are_delivered(session: Session, tmp_path: Path) -> None:
    track = session.project.tracks[0]
    region = a_region(
        "region-1", 1_000, 5_800, name="Gulls", lane_ids=(track.lanes[0].id,), track_id=track.id
    )
    session.store.apply("Region", lambda project: add_region(project, region))
    source = DeliverySource.of(session)

    stems = deliver(source, a_delivery(DeliveryKind.STEMS, tmp_path / "Pier.wav"))
    regions = deliver(
        source,
        a_delivery(DeliveryKind.REGIONS, tmp_path / "Pier.wav", region_ids=(RegionId("region-1"),)),
    )

    assert [path.name for path in stems.files] == ["Pier DX.wav"]
    assert {finding.what for finding in stems.findings} >= {"Stems added up, against the mix"}
    assert [path.name for path in regions.files] == ["Pier 01 Gulls.wav"]
    assert regions.report.sound.samples == 4_800


@pytest.mark.parametrize("kind", [DeliveryKind.FILM, DeliveryKind.SOUND, DeliveryKind.STEMS])
@pytest.mark.parametrize("steps_before", [1, 4])
def test_a_cancelled_delivery_leaves_nothing(
    kind: DeliveryKind, steps_before: int, session: Session, tmp_path: Path
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    asked = iter([False] * steps_before)

    with pytest.raises(Cancelled):
        deliver(
            DeliverySource.of(session),
            a_delivery(kind, folder / "out.mov"),
            cancelled=lambda: next(asked, True),
        )

    assert list(folder.iterdir()) == []


def test_a_source_is_refused_before_any_work(session: Session, tmp_path: Path) -> None:
    told: list[float] = []

    with pytest.raises(InputError, match="never written to"):
        deliver(
            DeliverySource.of(session),
            a_delivery(DeliveryKind.FILM, tmp_path / "Pier.mov"),
            progress=told.append,
        )

    assert told == []


@pytest.mark.parametrize("kind", DeliveryKind)
def test_steps_end_with_the_whole(kind: DeliveryKind) -> None:
    ends = [step.ends_at for step in steps_of(kind)]
    assert ends == sorted(ends)
    assert ends[-1] == 1.0


def test_a_range_is_delivered_exactly_as_sound(session: Session, tmp_path: Path) -> None:
    done = deliver(
        DeliverySource.of(session),
        a_delivery(DeliveryKind.SOUND, tmp_path / "mix.wav", range=SampleRange(480, 24_480)),
    )
    assert done.report.sound.samples == 24_000
