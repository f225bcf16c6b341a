from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from prismdesk.adapters.sidecar import (
    NO_SIDECAR,
    Sidecar,
    SidecarError,
    over,
    read_sidecar,
    sidecar_path,
    write_sidecar,
)

if TYPE_CHECKING:
    from pathlib import Path

WHOLE = Sidecar(
    description="old boards over water",
    trigger="harbour planks, boots",
    strength=0.8,
    negative="music",
    notes="a little thin",
    licence="CC BY 4.0",
    allows_commercial_use=True,
    sound_from="own recordings",
    author="Ada",
    base_model="selva-small_16k",
    tags=("wood", "water"),
    is_favourite=True,
    others={"sd version": "Other"},
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "planks.json"
    write_sidecar(path, WHOLE)
    assert read_sidecar(path) == WHOLE
    assert [one.name for one in tmp_path.iterdir()] == ["planks.json"]


def test_names_are_those_that_other_programs_read(tmp_path: Path) -> None:
    path = tmp_path / "planks.json"
    write_sidecar(path, WHOLE)
    node = json.loads(path.read_text(encoding="utf-8"))
    assert node["activation text"] == "harbour planks, boots"
    assert (node["preferred weight"], node["negative text"]) == (0.8, "music")
    assert (node["description"], node["notes"]) == ("old boards over water", "a little thin")
    assert node["sd version"] == "Other"
    assert node["prismdesk"]["licence"] == "CC BY 4.0"


def test_a_file_of_another_program_is_read_and_its_own_fields_stay(tmp_path: Path) -> None:
    path = tmp_path / "planks.json"
    theirs = {"description": "", "preferred weight": 0, "vae": None, "prismdesk": {"new": [1]}}
    path.write_text(json.dumps(theirs), encoding="utf-8")
    said = read_sidecar(path)
    assert (said.description, said.strength, said.trigger) == ("", None, None)
    write_sidecar(path, said)
    node = json.loads(path.read_text(encoding="utf-8"))
    assert node == {"description": "", "vae": None, "prismdesk": {"new": [1]}}


def test_none_there_says_nothing(tmp_path: Path) -> None:
    assert read_sidecar(tmp_path / "none.json") == NO_SIDECAR


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "no JSON"),
        ("[1]", "no JSON object"),
        ('{"notes": 3}', "notes must be a text"),
        ('{"preferred weight": "much"}', "preferred weight must be a number"),
        ('{"preferred weight": NaN}', "preferred weight must be a number"),
        ('{"prismdesk": []}', "prismdesk must be an object"),
        ('{"prismdesk": {"tags": "wood"}}', "tags must be a list"),
        ('{"prismdesk": {"favourite": "yes"}}', "favourite must be true or false"),
        ("[" * 100_000, "no JSON"),
    ],
)
def test_a_damaged_one_is_told_in_a_sentence(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "planks.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SidecarError, match=says) as caught:
        read_sidecar(path)
    assert str(path) in str(caught.value)


def test_a_strength_stays_within_what_can_be_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "planks.json"
    path.write_text('{"preferred weight": 5}', encoding="utf-8")
    assert read_sidecar(path).strength == 2.0


def test_the_upper_counts_and_the_lower_fills() -> None:
    upper = Sidecar(trigger="", notes="mine", others={"a": 1})
    both = over(upper, WHOLE)
    assert (both.trigger, both.notes, both.author) == ("", "mine", "Ada")
    assert both.others == {"sd version": "Other", "a": 1}
    assert both.is_favourite


def test_a_folders_sidecar_lies_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "planks v1.5"
    folder.mkdir()
    assert sidecar_path(folder) == tmp_path / "planks v1.5.json"
    assert sidecar_path(tmp_path / "planks.safetensors") == tmp_path / "planks.json"


def test_what_would_steer_a_terminal_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "planks.json"
    node = {"notes": "thin\x1b[2J\nwet ", "prismdesk": {"tags": ["a\x07", "\x1b"]}}
    path.write_text(json.dumps(node), encoding="utf-8")
    said = read_sidecar(path)
    assert (said.notes, said.tags) == ("thin[2J\nwet", ("a",))


def test_half_a_surrogate_pair_of_another_program_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "planks.json"
    path.write_text('{"notes": "\\ud800wet \x9b2J", "sd version": "\\ud83d"}', encoding="utf-8")
    said = read_sidecar(path)
    assert said.notes == "wet 2J"
    write_sidecar(path, said)
    assert read_sidecar(path) == said
