from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import pytest

from prismdesk.cli.main import main
from prismdesk.project.edits import add_region
from prismdesk.project.store.project_store import ProjectStore
from prismdesk.session.opening import open_session
from tests.builders import a_region
from tests.session.making_session import a_session

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.project.model import Project

RATE_HZ = 48_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project of a film of four seconds, with two regions on its only track."""
    with a_session(tmp_path) as session:
        track = session.project.tracks[0]
        for name, start in (("Wind", 1), ("Gulls", 2)):
            region = a_region(
                f"region-{name}",
                start * RATE_HZ,
                (start + 1) * RATE_HZ,
                name=name,
                engine="selva",
                track_id=track.id,
                lane_ids=(track.lanes[0].id,),
            )
            session.store.apply("Mark", partial(add_region, region=region))
        session.store.save()
        return session.folder


def project_of(folder: Path) -> Project:
    return ProjectStore.read(folder).project


def test_a_region_is_listened_to(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = project_of(folder)
    assert main(["suggest", str(folder), "Wind"]) == 0
    out = capsys.readouterr().out
    assert "1.0 s of the model's 8 s" in out
    assert "In it: steady sound, −1" in out
    assert project_of(folder) == before
    assert main(["suggest", str(folder), "1"]) == 0
    assert capsys.readouterr().out == out


def test_a_stretch_of_a_track_is_listened_to(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["suggest", str(folder), "--start", "3.5s", "--end", "6s", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["duration_seconds"] == 2.5
    assert told["knows_speech"] is True
    assert told["after"]["character"] == "nothing"
    assert all(one["reason"] for one in told["suggestions"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Name a region"),
        (["Wind", "--start", "1s"], "Name a region"),
        (["Rain"], "no region “Rain”"),
        (["--start", "1s"], "both --start and --end"),
        (["--start", "2s", "--end", "2s"], "must lie after"),
        (["--start", "1s", "--end", "2s", "--track", "4"], "no track 4"),
    ],
)
def test_what_cant_be_listened_to_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(["suggest", str(folder), *arguments]) == 2
    assert words in capsys.readouterr().err


def test_the_table_is_filled_listed_applied_and_emptied(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where, csv = str(folder), str(tmp_path / "table.csv")
    given = ["--prompt", "dry reeds", "--negative", "speech"]
    engine = ["--engine", "selva", "--set", "steps=20"]
    assert main(["prompts", "add", where, "Reeds", *given, *engine]) == 0
    assert main(["prompts", "apply", where, "reeds", "1", "gulls", "Wind"]) == 0
    for region in project_of(folder).regions:
        assert (region.prompt, dict(region.settings)) == ("dry reeds", {"steps": 20})
    capsys.readouterr()
    assert main(["prompts", "list", where]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Reeds: dry reeds",
        "    avoid: speech",
        "    by: selva, steps=20",
    ]
    assert main(["prompts", "export", where, csv]) == 0
    assert main(["prompts", "remove", where, "REEDS"]) == 0
    assert project_of(folder).prompts == ()
    assert main(["prompts", "import", where, csv]) == 0
    capsys.readouterr()
    assert main(["prompts", "list", where, "--json"]) == 0
    (line,) = json.loads(capsys.readouterr().out)
    assert line["settings"] == {"steps": 20}
    with open_session(folder) as session:
        assert session.store.history.labels()[-1] == "Import table.csv"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["remove", "Rain"], "no line “Rain”"),
        (["apply", "Rain", "Wind"], "no line “Rain”"),
        (["add", "Rain", "--prompt", "x", "--engine", "nobody"], "nobody"),
        (["add", "Rain", "--prompt", "x", "--set", "steps"], "NAME=VALUE"),
        (["import", "none.csv"], "none.csv can't be read"),
    ],
)
def test_what_cant_be_done_with_the_table_is_told_and_changes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    before = project_of(folder)
    action, *rest = arguments
    assert main(["prompts", action, str(folder), *rest]) == 2
    assert words in capsys.readouterr().err
    assert project_of(folder) == before
