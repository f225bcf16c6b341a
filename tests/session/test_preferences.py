from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from prismdesk.errors import WorkError
from prismdesk.session.preferences import Preferences, PreferencesFile

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings" / "preferences.json"


def written(path: Path, text: str) -> PreferencesFile:
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    file = PreferencesFile(path)
    file.load()
    return file


def test_without_a_file_the_defaults_hold(path: Path) -> None:
    file = PreferencesFile(path)

    assert file.load() == Preferences()
    assert file.notice == ""
    assert not path.exists()


def test_what_is_changed_is_there_the_next_time(path: Path) -> None:
    PreferencesFile(path).change(
        theme="light", text_scale_percent=150, key_overrides={"edit.split": ("Ctrl+K",)}
    )

    file = PreferencesFile(path)
    file.load()
    assert file.now.theme == "light"
    assert file.now.text_scale_percent == 150
    assert file.now.key_overrides == {"edit.split": ("Ctrl+K",)}


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", '{"theme": "lig', "[" * 100_000])
def test_damaged_file_is_put_aside_and_told_of(path: Path, text: str) -> None:
    file = written(path, text)

    assert file.now == Preferences()
    assert "damaged" in file.notice
    aside = path.with_name("preferences-damaged.json")
    assert aside.read_text() == text
    assert str(aside) in file.notice


def test_one_wrong_preference_leaves_the_others(path: Path) -> None:
    file = written(path, '{"theme": "plaid", "text_scale_percent": 125}')

    assert file.now == Preferences(text_scale_percent=125)
    assert "theme" in file.notice


def test_preferences_of_a_later_version_are_kept(path: Path) -> None:
    file = written(path, '{"theme": "light", "smell": "pine"}')

    file.change(theme="dark")

    assert json.loads(path.read_text())["smell"] == "pine"


def test_preferences_that_cannot_be_written_hold_until_the_end(path: Path) -> None:
    path.parent.parent.joinpath("settings").write_text("a file where the folder should be")
    file = PreferencesFile(path)

    with pytest.raises(WorkError, match="hold until you quit"):
        file.change(theme="light")

    assert file.now.theme == "light"


def test_impossible_value_changes_nothing(path: Path) -> None:
    file = PreferencesFile(path)

    with pytest.raises(ValidationError):
        file.change(picture_offset_ms=900.0)

    assert file.now == Preferences()


def test_listeners_hear_of_each_change_once(path: Path) -> None:
    file = PreferencesFile(path)
    heard: list[str] = []
    end = file.subscribe(lambda now: heard.append(now.theme))

    file.change(theme="light")
    file.change(theme="light")
    end()
    file.change(theme="dark")

    assert heard == ["light"]


def test_recent_projects_come_latest_first_without_doubles(path: Path, tmp_path: Path) -> None:
    file = PreferencesFile(path)

    for name in ("a", "b", "a", *"cdefghijklm"):
        file.remember_project(tmp_path / name)

    assert file.now.recent_projects[0] == str(tmp_path / "m")
    assert len(file.now.recent_projects) == 12
    assert str(tmp_path / "b") not in file.now.recent_projects


def test_prompts_are_remembered_apart(path: Path) -> None:
    file = PreferencesFile(path)

    file.remember_prompt(" slow steps ")
    file.remember_prompt("  ")
    file.remember_prompt("music", negative=True)

    assert file.now.prompts == ("slow steps",)
    assert file.now.negative_prompts == ("music",)


def test_every_preference_knows_its_default() -> None:
    preferences = Preferences(theme="light", key_overrides={"edit.split": ()})

    assert preferences.default_of("theme") == "dark"
    assert preferences.default_of("key_overrides") == {}
