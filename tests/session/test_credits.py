from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from prismdesk.engines.weights.catalogue import model_of
from prismdesk.media.export.credits import CLIP_COLUMNS
from prismdesk.project.model import Project, ProjectUse
from prismdesk.project.timebase import SampleRange
from prismdesk.session.credits import credits_of
from tests.builders import RATE_HZ, a_project, a_provenance, a_region, a_segment, a_take

if TYPE_CHECKING:
    import pytest

MMAUDIO = "mmaudio-large_44k_v2"
GENERATOR = model_of(MMAUDIO).files["generator"].file_name
SUM = "ab" * 32
PLANKS = "0123456789ab" + "c" * 52


def a_mixed_project(**fields: Any) -> Project:
    """A comp of two engines, a second clip with an adapter, and a take that isn't chosen."""
    made = {
        "engine": "selva",
        "variant": MMAUDIO,
        "prompt": '=rain, "soft"\non tin',
        "licence": "CC BY-NC 4.0",
        "allows_commercial_use": False,
        "weights": ((GENERATOR, SUM),),
    }
    one = a_take("one", 0, RATE_HZ, provenance=a_provenance(**made))
    two = a_take("two", 0, RATE_HZ)
    three = a_take(
        "three",
        RATE_HZ,
        2 * RATE_HZ,
        provenance=a_provenance(
            **(made | {"weights": ((GENERATOR, SUM), ("adapter planks", PLANKS))}),
            adapters=((f"planks@{PLANKS[:12]}", 0.8),),
        ),
    )
    other = a_take("other", RATE_HZ, 2 * RATE_HZ)
    half = RATE_HZ // 2
    first = a_region(
        "first",
        0,
        RATE_HZ,
        name="Pier",
        takes=(one, two),
        comp=(a_segment("one", 0, half), a_segment("two", half, RATE_HZ)),
    )
    second = a_region(
        "second",
        RATE_HZ,
        2 * RATE_HZ,
        takes=(three, other),
        comp=(a_segment("three", RATE_HZ, 2 * RATE_HZ),),
    )
    return a_project(regions=(first, second), **fields)


def test_each_stretch_is_a_clip_with_its_times_in_order() -> None:
    found = credits_of(a_mixed_project())
    assert [(clip.number, clip.take, clip.tc_in, clip.tc_out) for clip in found.clips] == [
        (1, "one", "01:00:00:00", "01:00:00:12"),
        (2, "two", "01:00:00:12", "01:00:01:00"),
        (3, "three", "01:00:01:00", "01:00:02:00"),
    ]
    assert found.seconds == 2.0
    assert found.clips[0].region == "Pier"
    assert found.clips[0].model == "MMAudio large v2, 44.1 kHz"
    assert found.clips[1].model == "Ambience"


def test_models_and_adapters_are_counted_with_hash_licence_and_credit_line() -> None:
    found = credits_of(a_mixed_project())
    counted = {(entry.kind, entry.id): (entry.clips, entry.seconds) for entry in found.entries}
    assert counted == {
        ("model", MMAUDIO): (2, 1.5),
        ("engine", "ambience"): (1, 0.5),
        ("adapter", f"planks@{PLANKS[:12]}"): (1, 1.0),
    }
    adapter = found.entries[2]
    assert [(part.name, part.sha256, part.licence) for part in adapter.parts] == [
        ("planks", PLANKS, "unstated")
    ]
    model = found.entries[0]
    own = next(part for part in model.parts if part.name == GENERATOR)
    assert (own.sha256, own.licence) == (SUM, "CC BY-NC 4.0")
    assert "github.com/hkchengrex/MMAudio" in own.where_stated
    assert any(line.startswith("MMAudio by Ho Kei Cheng") for line in model.lines)


def test_a_span_cuts_the_clips() -> None:
    quarter = RATE_HZ // 4
    found = credits_of(a_mixed_project(), SampleRange(quarter, 3 * quarter))
    assert [(clip.take, clip.seconds) for clip in found.clips] == [("one", 0.25), ("two", 0.25)]
    assert [entry.id for entry in found.entries] == [MMAUDIO, "ambience"]


def test_what_is_muted_is_not_credited() -> None:
    project = a_mixed_project()
    muted = replace(project, tracks=tuple(replace(one, is_muted=True) for one in project.tracks))
    found = credits_of(muted)
    assert (found.clips, found.entries) == ((), ())
    assert "No machine-made sound is heard." in found.to_text()


def test_what_does_not_fit_is_told_clip_by_clip() -> None:
    assert credits_of(a_mixed_project()).fitting == 3
    found = credits_of(a_mixed_project(use=ProjectUse.COMMERCIAL))
    assert [clip.fits for clip in found.clips] == [False, True, False]
    assert [entry.fits for entry in found.entries] == [False, True, False]
    text = found.to_text()
    assert "1 of 3 fit a commercial project" in text
    assert "DOESN'T FIT: MMAudio large v2's weights are for non-commercial use" in text


def test_text_json_and_csv_tell_of_every_clip() -> None:
    found = credits_of(a_mixed_project())
    text, node = found.to_text(), json.loads(found.to_json())
    for clip in found.clips:
        assert f"{clip.tc_in} - {clip.tc_out}" in text
    assert f"44.1 kHz and planks@{PLANKS[:12]} 0.8, seed 1;" in text
    assert f"SHA-256 {SUM}" in text
    assert "synthetic: inpaint with MMAudio large v2, 44.1 kHz, seed 1" in text
    assert (node["format"], node["version"], node["use"]) == (
        "prismdesk-credits",
        1,
        "non-commercial",
    )
    assert [clip["label"] for clip in node["clips"]] == ["synthetic"] * 3
    rows = list(csv.reader(io.StringIO(found.to_csv(), newline="")))
    assert tuple(rows[0]) == CLIP_COLUMNS
    assert len(rows) == 4
    first = dict(zip(rows[0], rows[1], strict=True))
    # A spreadsheet must not run it, and the line break stays inside the cell.
    assert first["prompt"] == '\'=rain, "soft"\non tin'
    assert (first["label"], first["fits"], first["adapters"]) == ("synthetic", "yes", "")
    assert dict(zip(rows[0], rows[3], strict=True))["adapters"] == f"planks@{PLANKS[:12]} 0.8"


def test_a_policy_in_force_is_named(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path_factory.mktemp("policy") / "ours.toml"
    path.write_text(
        f"format = 1\ncompany = 'Nordkai'\n[models.{MMAUDIO}]\nuses = ['personal']\n"
        "credit = 'By Nordkai'\n"
    )
    monkeypatch.setenv("PRISMDESK_POLICY", str(path))
    found = credits_of(a_mixed_project())
    assert found.policy == "the policy file of Nordkai (ours.toml)"
    assert found.entries[0].said_by == "the policy file of Nordkai"
    assert found.entries[0].lines == ("By Nordkai",)
    assert not found.entries[0].fits
