"""A commercial project by command: refused when made, refused at export, then cleared."""

from __future__ import annotations

import csv
import json
import shutil
from typing import TYPE_CHECKING, Any

import opentimelineio as otio
import pytest

from prismdesk.interchange.otio_timeline import KEY, labelled_takes
from prismdesk.media.verify import null_test
from prismdesk.project.model import Task
from prismdesk.session.labels import takes_in_wav
from tests.conftest import USER_FOLDERS
from tests.journeys.test_audiox_by_command import write_film
from tests.journeys.test_models_by_command import RATE_HZ, project_in, run

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.project.model import Region

MAKE = ("--engine", "audiox", "--variant", "base", "--steps", 2, "--prompt", "gulls, far")


@pytest.fixture(autouse=True)
def small_models(small_checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small checkpoints in the place where this program keeps its own."""
    monkeypatch.setenv("PRISMDESK_MODELS", str(small_checkpoints))


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory, small_checkpoints: Path) -> Path:
    """A film, and beside it a project in which AudioX, which mustn't be sold, made a second."""
    beside = tmp_path_factory.mktemp("made")
    film, folder = write_film(beside / "film.mov"), beside / "project"
    where = ("--from", "1s", "--to", "2s", "--seed", 5)
    with pytest.MonkeyPatch.context() as patch:
        # No test has begun that would have a home of its own.
        for variable in ("HOME", *USER_FOLDERS):
            patch.setenv(variable, str(beside / "home"))
        patch.setenv("PRISMDESK_MODELS", str(small_checkpoints))
        assert run("new", film, "--project", folder) == 0
        assert run("generate", folder, *where, *MAKE, "--out", beside / "first.mov") == 0
    return beside


@pytest.fixture
def made(made_once: Path, tmp_path: Path) -> Path:
    """The project, to change at will, and the film beside it."""
    shutil.copytree(made_once, tmp_path, dirs_exist_ok=True)
    return tmp_path / "project"


def otio_joins(clip: Any) -> tuple[Any, Any]:
    track = clip.parent()
    at = list(track).index(clip)
    return track[at - 1], track[at + 1]


def region_with_takes(folder: Path) -> Region:
    (found,) = [region for region in project_in(folder).regions if region.takes]
    return found


def test_a_commercial_project_is_refused_and_then_cleared(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "sold.mov"
    assert run("project", "use", made) == 0
    assert capsys.readouterr().out.strip().endswith("non-commercial")
    assert run("project", "check", made) == 0

    assert run("project", "use", made, "commercial") == 0
    said = capsys.readouterr().out
    assert "1 take doesn't fit:" in said
    assert "weights are for non-commercial use (CC BY-NC 4.0)" in said
    where = ("--from", "2.5s", "--to", "3s")
    assert run("generate", made, *where, *MAKE, "--out", out) == 2
    assert "Refused in this commercial project" in capsys.readouterr().err
    assert run("export", made, "--out", out) == 2
    said = capsys.readouterr().err
    assert "Export stopped before writing: 1 clip doesn't fit this commercial project." in said
    for target in (tmp_path / "sold.wav", tmp_path / "sold.otio"):
        assert run("export", made, "--out", target) == 2
        assert not target.exists()
    assert not out.exists()
    assert run("project", "check", made, "--json") == 1
    node = json.loads(capsys.readouterr().out)
    assert [one["licence"] for one in node["refused"]] == ["CC BY-NC 4.0"]

    assert run("project", "clear", made) == 0
    assert "Every take that is heard fits that." in capsys.readouterr().out
    region = region_with_takes(made)
    assert (region.engine, region.task, region.prompt) == ("ambience", Task.INPAINT, "")
    assert [take.provenance.engine for take in region.takes] == ["audiox", "ambience"]
    assert region.comp[0].take_id == region.takes[1].id
    assert run("export", made, "--out", out) == 0
    assert null_test(tmp_path / "film.mov", out, [region.range], rate_hz=RATE_HZ).passed
    # Two steps back, it is as it was: the new take, and the change to the region.
    assert run("history", made, "--undo", 2) == 0
    region = region_with_takes(made)
    assert (region.engine, region.prompt, len(region.takes)) == ("audiox", "gulls, far", 1)


def test_a_policy_file_answers_instead_of_the_publishers(
    made: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    variant = project_in(made).regions[0].takes[0].provenance.variant
    assert run("project", "use", made, "commercial") == 0
    policy = tmp_path / "policy.toml"
    policy.write_text(
        f'format = 1\ncompany = "Nordkai"\n[models."{variant}"]\nuses = ["commercial"]\n'
        'credit = "Sound by Nordkai"\n'
    )
    assert run("policy", "use", policy) == 0
    assert f"model {variant}: commercial" in capsys.readouterr().out
    assert run("export", made, "--out", tmp_path / "sold.mov") == 0
    assert run("project", "use", made, "personal") == 0
    assert "says the policy file of Nordkai" in capsys.readouterr().out

    policy.write_text("format = one\n")
    assert run("policy", "show") == 1
    assert "line 1" in capsys.readouterr().out
    assert run("project", "use", made, "non-commercial") == 0
    assert "a policy file that can't be read" in capsys.readouterr().out
    assert run("export", made, "--out", tmp_path / "more.mov") == 2
    assert run("policy", "use", policy) == 2
    assert run("policy", "remove") == 0
    assert run("export", made, "--out", tmp_path / "more.mov") == 0
    monkeypatch.setenv("PRISMDESK_POLICY", str(policy))
    assert run("export", made, "--out", tmp_path / "again.mov") == 2


def test_credits_report_and_timeline_name_the_clip(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, report = tmp_path / "mix.wav", tmp_path / "report.json"
    capsys.readouterr()
    assert run("export", made, "--out", out, "--report", report, "--otio") == 0
    said = capsys.readouterr().out
    assert "1 take labelled as synthetic" in said
    assert "AudioX by Zeyue Tian" not in said  # a checkpoint of one's own has its own licence
    (take,) = project_in(made).regions[0].takes
    assert takes_in_wav(out) == (take.id,)
    assert labelled_takes((tmp_path / "mix.otio").read_text()) == (take.id,)
    timeline = otio.core.deserialize_json_from_file(str(tmp_path / "mix.otio"))
    (clip,) = [one for one in timeline.find_clips() if one.metadata[KEY]["kind"] == "take"]
    # It begins at the film's second second, and joins what is around it by its seams.
    place, (before, after) = clip.range_in_parent(), otio_joins(clip)
    assert place.start_time.value - before.in_offset.value == RATE_HZ
    assert place.end_time_exclusive().value + after.out_offset.value == 2 * RATE_HZ
    assert list(clip.metadata[KEY]["timeline_samples"]) == [RATE_HZ, 2 * RATE_HZ]
    assert clip.metadata[KEY]["provenance"]["seed"] == 5

    node = json.loads(report.read_text())["credits"]
    assert [clip["prompt"] for clip in node["clips"]] == ["gulls, far"]
    with report.with_suffix(".csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["label"], row["seed"], row["fits"]) for row in rows] == [("synthetic", "5", "yes")]
    for form in ("text", "json", "csv"):
        assert run("credits", made, "--format", form, "--out", tmp_path / f"c.{form}") == 0
    assert "gulls, far" in (tmp_path / "c.text").read_text()
    assert json.loads((tmp_path / "c.json").read_text())["machine_made_seconds"] == 1.0
