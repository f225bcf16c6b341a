from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from prismdesk.engines.adapting.description import (
    OWN_KEY,
    AdapterDescription,
    described_as,
    description_in,
    metadata_of,
    own_values,
    printable,
)

WHOLE = AdapterDescription(
    title="Old planks",
    description="Steps on wood.\nDry.",
    author="Ana",
    licence="CC0-1.0",
    sound_from="my own recordings",
    trigger="planks",
    negative="music",
    tags=("wood", "floor"),
    strength=0.8,
    family="selva",
    base_model="selva-small_16k",
    base_sha256="ab" * 32,
    base_note="the small one",
    created_utc="2026-01-02T03:04:05Z",
    training={"lr": 0.001, "steps": 500, "pairs": 12},
)


def metadata(about: AdapterDescription = WHOLE, **said: Any) -> dict[str, str]:
    wanted: dict[str, Any] = {"rank": 4, "alpha": 8.0, "kind": "low-rank"}
    return metadata_of(about, tensors_sha256="cd" * 32, **(wanted | said))


def own(**values: Any) -> dict[str, str]:
    return {OWN_KEY: json.dumps(values)}


def test_everything_written_is_read_again() -> None:
    assert description_in(metadata()) == WHOLE


@pytest.mark.parametrize("strength", [0.0, -0.5, 1.0])
def test_every_strength_is_read_as_it_was_written(strength: float) -> None:
    assert description_in(metadata(replace(WHOLE, strength=strength))).strength == strength


def test_nothing_said_is_nothing_known() -> None:
    assert description_in({}) == AdapterDescription()
    assert description_in(metadata(AdapterDescription())).title == "untitled"


def test_other_programs_find_what_they_look_for() -> None:
    written = metadata()
    assert written["modelspec.architecture"] == "selva-small_16k/lora"
    assert written["modelspec.title"] == written["ss_output_name"] == "Old planks"
    assert written["modelspec.tags"] == "wood, floor"
    assert written["modelspec.hash_sha256"] == "0x" + "cd" * 32
    assert (written["ss_network_dim"], written["ss_network_alpha"]) == ("4", "8")
    assert (written["ss_learning_rate"], written["ss_steps"]) == ("0.001", "500")
    assert written["ss_num_train_images"] == "12"


def test_what_is_unknown_is_not_written() -> None:
    written = metadata(AdapterDescription(), kind="words", rank=0)
    assert all(written.values())
    assert "modelspec.author" not in written
    assert "ss_network_dim" not in written
    assert written["modelspec.architecture"] == "unknown/words"
    assert json.loads(written[OWN_KEY]) == {"format": 1, "kind": "words", "strength": 1.0}


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("modelspec.title", "title"),
        ("ss_output_name", "title"),
        ("modelspec.description", "description"),
        ("ss_training_comment", "description"),
        ("modelspec.author", "author"),
        ("modelspec.license", "licence"),
        ("modelspec.trigger_phrase", "trigger"),
        ("modelspec.usage_hint", "base_note"),
        ("modelspec.date", "created_utc"),
    ],
)
def test_keys_of_other_programs_are_read(key: str, name: str) -> None:
    assert getattr(description_in({key: " said "}), name) == "said"


def test_our_own_values_count_more_than_others() -> None:
    said = {"modelspec.title": "theirs", "modelspec.tags": "their, tags"}
    found = description_in(said | own(title="ours", tags=["our"]))
    assert (found.title, found.tags) == ("ours", ("our",))
    assert description_in(said | own(title="")).title == "theirs"


@pytest.mark.parametrize(
    ("strength", "read"),
    [(0.5, 0.5), (9, 2.0), (-3, -1.0), ("1.5", 1.0), (None, 1.0), (float("nan"), 1.0)],
)
def test_a_strength_is_one_that_can_be_set(strength: object, read: float) -> None:
    assert description_in(own(strength=strength)).strength == read


@pytest.mark.parametrize("text", ["{", "[1]", "3", "[" * 100_000, '"a"'])
def test_damaged_values_are_none(text: str) -> None:
    assert own_values({OWN_KEY: text}) == {}
    assert description_in({OWN_KEY: text}) == AdapterDescription()


def test_values_of_other_types_are_left_out() -> None:
    found = description_in(own(title=3, author=["x"], tags="wood", training=[1], licence=None))
    assert found == AdapterDescription()


def test_texts_are_cleaned_and_bounded() -> None:
    found = description_in(
        own(title="a\x07b" + "c" * 999, description="d" * 99_999, tags=["t\x00", "", 4] * 200)
    )
    assert found.title.startswith("abc")
    assert len(found.title) == 200
    assert len(found.description) == 10_000
    assert found.tags == ("t",) * 100


def test_a_printable_text_keeps_lines_and_loses_control_characters() -> None:
    assert printable(" a\tb\nc\x1b[31m\x00 ", 20) == "a\tb\nc[31m"
    assert printable("abcdef", 3) == "abc"


def test_a_description_is_taken_out_of_what_has_one() -> None:
    class Facts(AdapterDescription):
        rank = 4

    described = described_as(Facts(title="Old planks", tags=("wood",)))
    assert type(described) is AdapterDescription
    assert described == AdapterDescription(title="Old planks", tags=("wood",))
