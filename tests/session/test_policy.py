from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from prismdesk.errors import InputError
from prismdesk.project.model import ProjectUse
from prismdesk.session.policy import (
    EXAMPLE,
    MAX_POLICY_BYTES,
    NO_POLICY,
    POLICY_VARIABLE,
    policy_in_force,
    read_policy,
    unknown_names,
    write_example,
)
from prismdesk.session.preferences import PreferencesFile

if TYPE_CHECKING:
    from pathlib import Path

HASH = "0" * 64


def a_file(folder: Path, text: str, name: str = "policy.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_example_reads_and_names_company_and_answers(tmp_path: Path) -> None:
    path = tmp_path / "example.toml"
    write_example(path)
    policy = read_policy(path)
    assert path.read_text() == EXAMPLE
    assert policy.company == "Nordkai Sound"
    assert policy.models["custom-nordkai-foley"].uses == tuple(ProjectUse)
    assert [(kind, name) for kind, name, _ in policy.answers()] == [
        ("model", "custom-nordkai-foley"),
        ("licence", "Apple ML research (apple-amlr)"),
        ("adapter", "harbour-planks"),
    ]


def test_an_example_replaces_no_file(tmp_path: Path) -> None:
    path = a_file(tmp_path, "mine")
    with pytest.raises(InputError, match="there already"):
        write_example(path)
    assert path.read_text() == "mine"


def test_toml_and_json_say_the_same(tmp_path: Path) -> None:
    answer = {"uses": ["personal"], "reason": "why"}
    node = {"format": 1, "unnamed": "refuse", "weights": {HASH: answer}}
    as_json = a_file(tmp_path, json.dumps(node), "policy.json")
    as_toml = a_file(
        tmp_path,
        f'format = 1\nunnamed = "refuse"\n[weights.{HASH}]\nuses = ["personal"]\nreason = "why"\n',
    )
    assert read_policy(as_json) == read_policy(as_toml)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.toml", "format = 1\n[models.x]\nuses = ['sale']\n", r"line 3, models\.x\.uses\.0: "),
        ("a.toml", "format = 1\n[models.x\n", r"no TOML: .*line 2"),
        ("a.toml", "format = 2\n", r"line 1, format: "),
        ("a.toml", "", r"format: "),
        ("a.toml", "format = 1\n[weights.abc]\nuses = []\n", r"line 2, weights\.abc: "),
        ("a.toml", "format = 1\ncompany = 'a\\u0000'\nx = 1", r"x: extra inputs"),
        ("a.toml", 'format = 1\ncompany = "' + "x" * 501 + '"', r"company: .*500"),
        ("a.toml", "a = " + "[" * 100_000, "nested too deeply"),
        ("a.json", "[" * 100_000, "nested too deeply"),
        ("a.json", '{"format": 1,\n}', "line 2 is no JSON"),
        ("a.json", '{"format": 1, "format": 1}', "stands twice"),
        ("a.json", '{"format": 1, "models": {"x": {"uses": [], "y": 1}}}', r"models\.x\.y: "),
    ],
)
def test_what_is_wrong_is_one_sentence_with_its_place(
    tmp_path: Path, name: str, text: str, says: str
) -> None:
    path = a_file(tmp_path, text, name)
    with pytest.raises(InputError, match=says) as caught:
        read_policy(path)
    assert str(path) in str(caught.value)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        read_policy(tmp_path / "gone.toml")
    (tmp_path / "latin.toml").write_bytes(b"company = '\xe9'")
    with pytest.raises(InputError, match="no UTF-8"):
        read_policy(tmp_path / "latin.toml")
    huge = a_file(tmp_path, "#" * (MAX_POLICY_BYTES + 1))
    with pytest.raises(InputError, match="larger than 1 MB"):
        read_policy(huge)


def test_the_variable_stands_above_the_preferences(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert policy_in_force() == NO_POLICY
    chosen = a_file(tmp_path, "format = 1\ncompany = 'Chosen'\n", "chosen.toml")
    preferences = PreferencesFile()
    preferences.change(policy_file=str(chosen))
    found = policy_in_force()
    assert (found.path, found.said_by) == (chosen, "the policy file of Chosen")
    by_variable = a_file(tmp_path, "format = 1\n", "set.toml")
    monkeypatch.setenv(POLICY_VARIABLE, str(by_variable))
    found = policy_in_force()
    assert (found.path, found.is_by_variable) == (by_variable, True)
    assert found.said_by == "the policy file of this company"
    monkeypatch.delenv(POLICY_VARIABLE)
    preferences.change(policy_file=None)
    assert policy_in_force() == NO_POLICY


def test_a_changed_file_is_read_anew_and_a_broken_one_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = a_file(tmp_path, "format = 1\ncompany = 'One'\n")
    monkeypatch.setenv(POLICY_VARIABLE, str(path))
    assert policy_in_force().said_by.endswith("One")
    path.write_text("format = 1\ncompany = 'Another'\n")
    assert policy_in_force().said_by.endswith("Another")
    path.write_text("format = nothing\n")
    found = policy_in_force()
    assert found.policy is None
    assert "no TOML" in found.problem
    path.unlink()
    assert "can't be read" in policy_in_force().problem


def test_names_that_nobody_here_knows_are_told(tmp_path: Path) -> None:
    text = (
        "format = 1\n[models.selva-small_16k]\nuses = []\n[models.selva-smal]\nuses = []\n"
        '[licences."CC BY-NC 4.0"]\nuses = []\n[licences.mmaudio_weights]\nuses = []\n'
        "[licences.GPL]\nuses = []\n"
    )
    assert unknown_names(read_policy(a_file(tmp_path, text))) == ("selva-smal", "GPL")
