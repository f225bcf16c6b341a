from __future__ import annotations

import copy
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from prismdesk.project.model import ProjectUse
from prismdesk.project.store import NewerFormatError, ProjectStore
from prismdesk.project.store.errors import FormatError, StoreError
from prismdesk.project.store.format import content_hash
from prismdesk.project.store.journal import line_bytes
from prismdesk.project.store.upgrades import CURRENT_FORMAT, UPGRADES, check_format, upgrade
from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from prismdesk.project.store.json_patch import Json

FORMAT_0 = Path(__file__).parent / "formats" / "format-0.prismdesk"


def test_there_is_an_upgrade_for_every_step() -> None:
    assert sorted(UPGRADES) == list(range(CURRENT_FORMAT))


def test_file_of_format_0_opens_as_what_it_meant(tmp_path: Path) -> None:
    shutil.copy(FORMAT_0, tmp_path / "Old reel.prismdesk")
    with ProjectStore.open(tmp_path) as store:
        assert store.recovery == ()
        chosen, empty = store.project.regions
        assert chosen.range == SampleRange(100, 200)
        assert [(s.take_id, s.range) for s in chosen.comp] == [("take-1", SampleRange(100, 200))]
        assert chosen.takes[0].provenance.context == SampleRange(0, 300)
        assert (empty.range, empty.comp) == (SampleRange(300, 400), ())


def test_saving_writes_the_current_format_and_keeps_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "Old reel.prismdesk"
    shutil.copy(FORMAT_0, file)
    with ProjectStore.open(tmp_path) as store:
        before = store.project
        assert file.read_bytes() == FORMAT_0.read_bytes()
        store.save()
    written = json.loads(file.read_text())
    assert written["format"] == CURRENT_FORMAT
    assert written["future_of_the_project"] == {"kept": [1, 2.5, "x"]}
    assert "take" not in written["regions"][0]
    assert file.with_name("Old reel.prismdesk.bak").read_bytes() == FORMAT_0.read_bytes()
    assert ProjectStore.read(tmp_path).project == before


def test_journal_of_format_0_keeps_its_history(tmp_path: Path) -> None:
    file = tmp_path / "Old reel.prismdesk"
    shutil.copy(FORMAT_0, file)
    document = json.loads(FORMAT_0.read_text())
    del document["format"]
    patch: Json = [["set", ["regions", 1, "range", "end_samples"], 450]]
    lines: list[dict[str, Json]] = [
        {"journal": 1, "format": 0, "label": "New project", "at": "", "project": document},
        {"do": "saved", "sha256": content_hash(FORMAT_0.read_bytes()), "step": 0},
        {"do": "edit", "label": "Resize region", "at": "", "patch": patch},
    ]
    journal = file.with_name("Old reel.prismdesk.journal")
    journal.write_bytes(b"".join(line_bytes(line) for line in lines))
    with ProjectStore.open(tmp_path) as store:
        assert store.project.regions[1].range == SampleRange(300, 450)
        assert store.history.saved_position == 0
        assert store.undo().regions[1].range == SampleRange(300, 400)
        assert f'"format":{CURRENT_FORMAT}'.encode() in journal.read_bytes().splitlines()[0]
    with ProjectStore.open(tmp_path) as again:
        assert again.history.labels() == ("New project", "Resize region")
        assert again.recovery == ()


@pytest.mark.parametrize(
    ("was", "use"),
    [(True, ProjectUse.COMMERCIAL), (False, ProjectUse.NON_COMMERCIAL)],
)
def test_file_of_format_1_says_what_it_is_for(tmp_path: Path, was: bool, use: ProjectUse) -> None:
    document = {**upgrade(json.loads(FORMAT_0.read_text()), 0), "format": 1, "is_commercial": was}
    file = tmp_path / "Old reel.prismdesk"
    file.write_text(json.dumps(document))
    with ProjectStore.open(tmp_path) as store:
        assert store.recovery == ()
        assert store.project.use is use
        assert store.project.is_commercial is was
        store.save()
    written = json.loads(file.read_text())
    assert written["use"] == use.value
    assert "is_commercial" not in written


def test_oddity_for_a_use_is_refused_by_name(tmp_path: Path) -> None:
    document = {**upgrade(json.loads(FORMAT_0.read_text()), 0), "format": 1, "is_commercial": 7}
    (tmp_path / "Old reel.prismdesk").write_text(json.dumps(document))
    with pytest.raises(StoreError, match="use must be one of personal"):
        ProjectStore.open(tmp_path)


def test_upgrade_leaves_its_argument_alone() -> None:
    document = json.loads(FORMAT_0.read_text())
    before = copy.deepcopy(document)
    upgrade(document, 0)
    assert document == before


@pytest.mark.parametrize(
    "oddity",
    [{"regions": 7}, {"regions": [7]}, {"regions": [{"takes": 7}]}, {"regions": [{"takes": [7]}]}],
)
def test_upgrade_passes_on_what_it_does_not_understand(oddity: dict[str, Json]) -> None:
    assert isinstance(upgrade(oddity, 0), dict)


def test_newer_file_is_refused_and_untouched(tmp_path: Path) -> None:
    file = tmp_path / "Film.prismdesk"
    file.write_text('{"format": 99, "name": "from the future"}')
    for how in (ProjectStore.open, ProjectStore.read):
        with pytest.raises(NewerFormatError, match=r"“Film\.prismdesk”.*newer.*format 99"):
            how(file)
    assert file.read_text() == '{"format": 99, "name": "from the future"}'
    assert {path.name for path in tmp_path.iterdir()} <= {"Film.prismdesk", ".lock"}


def test_newer_journal_is_refused_and_untouched(tmp_path: Path) -> None:
    shutil.copy(FORMAT_0, tmp_path / "Film.prismdesk")
    journal = tmp_path / "Film.prismdesk.journal"
    journal.write_bytes(line_bytes({"journal": 2}))
    with pytest.raises(NewerFormatError, match="newer"):
        ProjectStore.open(tmp_path)
    assert journal.read_bytes() == line_bytes({"journal": 2})


@pytest.mark.parametrize("number", [None, "1", 1.0, True, -1, []])
def test_what_is_no_format_number_is_said_so(number: Json) -> None:
    with pytest.raises(FormatError, match="number of a format"):
        check_format(number)
