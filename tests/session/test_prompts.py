from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.errors import InputError, WorkError
from prismdesk.interchange.prompt_table import PromptLine
from prismdesk.project.edits.prompts import put_named_prompts
from prismdesk.project.model import NamedPrompt
from prismdesk.session.preferences import PreferencesFile
from prismdesk.session.prompts import (
    forget_prompt,
    free_name,
    kept_prompts,
    named_prompt,
    prompt_of_region,
    read_table,
    set_starred,
    write_table,
)
from tests.builders import a_project, a_region

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> PreferencesFile:
    kept = PreferencesFile(tmp_path / "preferences.json")
    for words in ("rain on a roof", "slow steps", "Rain, far"):
        kept.remember_prompt(words)
    return kept


def test_favourites_come_first_and_each_prompt_once(file: PreferencesFile) -> None:
    set_starred(file, "slow steps", is_starred=True)
    assert [(one.words, one.is_starred) for one in kept_prompts(file.now)] == [
        ("slow steps", True),
        ("Rain, far", False),
        ("rain on a roof", False),
    ]
    set_starred(file, "slow steps", is_starred=False)
    assert not any(one.is_starred for one in kept_prompts(file.now))


def test_a_search_is_for_all_its_words_in_any_order(file: PreferencesFile) -> None:
    assert [one.words for one in kept_prompts(file.now, "ROOF rain")] == ["rain on a roof"]
    assert kept_prompts(file.now, "hail") == ()


def test_a_prompt_is_forgotten_with_its_star(file: PreferencesFile) -> None:
    set_starred(file, "slow steps", is_starred=True)
    forget_prompt(file, "slow steps")
    assert "slow steps" not in [one.words for one in kept_prompts(file.now)]


def test_a_line_is_checked_by_its_engine() -> None:
    line = PromptLine(number=1, name="A", engine="selva", settings=(("steps", "20"),))
    assert named_prompt(line).settings == (("steps", 20),)
    for wrong in (
        PromptLine(number=1, name="A", engine="nobody"),
        PromptLine(number=1, name="A", engine="selva", settings=(("steps", "many"),)),
        PromptLine(number=1, name="A", settings=(("steps", "20"),)),
        PromptLine(number=1, name="A", engine="selva", variant="huge"),
    ):
        with pytest.raises(InputError):
            named_prompt(wrong)


def test_a_table_goes_to_a_file_and_comes_back(tmp_path: Path) -> None:
    table = (
        NamedPrompt(name="Rain", prompt="rain", negative_prompt="speech, music"),
        NamedPrompt(name="Steps", prompt="steps", engine="selva", settings=(("steps", 20),)),
    )
    write_table(tmp_path / "t.csv", table)
    assert read_table(tmp_path / "t.csv") == table


def test_files_that_cant_be_read_or_written_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.csv can't be read"):
        read_table(tmp_path / "none.csv")
    (tmp_path / "t.csv").write_text("name,prompt,engine\nA,x,nobody\n")
    with pytest.raises(InputError, match=r"t\.csv, line 2: .*nobody"):
        read_table(tmp_path / "t.csv")
    with pytest.raises(WorkError, match="can't be written"):
        write_table(tmp_path / "no" / "t.csv", ())


def test_names_are_found_that_nobody_has() -> None:
    project = put_named_prompts(a_project(), [NamedPrompt(name="Slow Steps on wet planks")])
    assert free_name(project, "slow steps on wet planks, far away") == "slow steps on wet planks 2"
    assert free_name(project, " ") == "Prompt"


def test_a_region_gives_its_prompt_to_the_table() -> None:
    region = a_region(prompt="rain", engine="selva", settings=(("steps", 9),))
    line = prompt_of_region(region, "Rain")
    assert (line.name, line.prompt, line.settings) == ("Rain", "rain", (("steps", 9),))
