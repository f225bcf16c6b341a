from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prismdesk.adapters.training_set import (
    PairSource,
    TrainingPair,
    TrainingSet,
    TrainingSetError,
    free_key,
    read_set,
    write_set,
)

if TYPE_CHECKING:
    from pathlib import Path

STEP = TrainingPair(key="step", name="Step", sound="sounds/step.wav", length_seconds=1.5)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)

PAIRS = st.builds(
    TrainingPair,
    key=st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True),
    name=WORDS,
    sound=st.just("sounds/a.wav"),
    length_seconds=st.floats(0.01, 1e4),
    prompt=WORDS,
    film=WORDS,
    film_stream=st.integers(0, 9),
    film_start=st.fractions(0, 10_000),
    features=st.sampled_from(["", "features/a.npz"]),
    masks=st.lists(st.just("masks/a.png"), max_size=2).map(tuple),
    mask_name=WORDS,
    split=st.sampled_from(["train", "hold out", "left out"]),
    licence=WORDS,
    note=WORDS,
    accepted=st.lists(WORDS, max_size=2).map(tuple),
    changes=st.lists(WORDS, max_size=2).map(tuple),
    source=st.builds(
        PairSource, project=WORDS, region=WORDS, start_seconds=st.floats(0, 9), made_by=WORDS
    ),
)


@given(
    name=WORDS,
    prompt=WORDS,
    trigger=WORDS,
    accepted=st.lists(WORDS, max_size=2).map(tuple),
    pairs=st.lists(PAIRS, max_size=4, unique_by=lambda pair: pair.key),
)
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    prompt: str,
    trigger: str,
    accepted: tuple[str, ...],
    pairs: list[TrainingPair],
) -> None:
    folder = tmp_path_factory.mktemp("set")
    made = TrainingSet(
        name=name, prompt=prompt, trigger=trigger, accepted=accepted, pairs=tuple(pairs)
    )
    write_set(folder, made)
    assert read_set(folder) == made


@pytest.mark.parametrize(
    "path", ["../a.wav", "/etc/passwd", "sounds/../../a", "C:/a.wav", "\\\\host\\a", ""]
)
def test_a_pair_never_leads_out_of_the_folder(path: str) -> None:
    with pytest.raises(TrainingSetError, match="outside"):
        replace(STEP, sound=path)
    with pytest.raises(TrainingSetError, match="outside"):
        replace(STEP, masks=(path,))
    if path:
        with pytest.raises(TrainingSetError, match="outside"):
            replace(STEP, features=path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name = ", "can't be read"),
        ("version = 99", "newer version"),
        ("pair = 3", "damaged"),
        ('[pair.a]\nsound = "a"\nlength_seconds = "long"', "damaged"),
        ("[pair.a]\nsound = 5\nlength_seconds = 1", "damaged"),
        ('[pair.a]\nsound = "../a"\nlength_seconds = 1', "outside"),
        ('[pair.a]\nsound = "a"\nlength_seconds = 1\nfilm_start = "1/0"', "damaged"),
        ('[pair.a]\nsound = "a"\nlength_seconds = 1\nsplit = "test"', "can't be used for"),
        ('[pair.A]\nsound = "a"\nlength_seconds = 1', "names no pair"),
        ('version = "new"\npair = 3', "damaged"),
        ("pair = " + "[" * 5000, "can't be read"),
        ('[pair.a]\nsound = "a"\nlength_seconds = nan', "damaged"),
        ('[pair.a]\nsound = "a"\nlength_seconds = 1\nfilm_start = "1e999999999"', "damaged"),
        ('[pair.a]\nsound = "a"\nlength_seconds = 1\nfilm_stream = "x"', "damaged"),
        ('[pair.a]\nsound = "a"\nlength_seconds = 1\n[pair.a.source]\nfile = 3', "damaged"),
    ],
)
def test_a_damaged_file_is_one_sentence(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "set.toml").write_text(text)
    with pytest.raises(TrainingSetError, match=words) as caught:
        read_set(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_folder_without_a_set_says_so(tmp_path: Path) -> None:
    with pytest.raises(TrainingSetError, match="is no training set"):
        read_set(tmp_path)


def test_a_full_disk_leaves_the_old_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_set(tmp_path, TrainingSet(name="old"))

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("prismdesk.project.store.durable.os.replace", refuse)
    with pytest.raises(TrainingSetError, match="No space left"):
        write_set(tmp_path, TrainingSet(name="new"))
    assert read_set(tmp_path).name == "old"


@pytest.mark.parametrize(
    ("own", "common", "trigger", "words"),
    [
        ("slow steps", "steps", "", "slow steps"),
        ("", "steps", "", "steps"),
        ("slow", "", "harbour planks", "harbour planks, slow"),
        ("", "", "harbour planks", "harbour planks"),
        ("Harbour Planks at night", "", "harbour planks", "Harbour Planks at night"),
    ],
)
def test_words_are_the_pairs_else_the_sets_after_the_trigger(
    own: str, common: str, trigger: str, words: str
) -> None:
    pair = replace(STEP, prompt=own)
    made = TrainingSet(name="x", prompt=common, trigger=trigger, pairs=(pair,))
    assert made.words_of(pair) == words


def test_keys_that_are_taken_get_a_number() -> None:
    made = TrainingSet(name="x").with_more(STEP, STEP, STEP)
    assert [pair.key for pair in made.pairs] == ["step", "step-2", "step-3"]
    assert free_key("Überläufer & Söhne!", set()) == "berl-ufer-s-hne"
    assert free_key("…", {"pair"}) == "pair-2"


def test_pairs_are_changed_and_removed_by_key() -> None:
    made = TrainingSet(name="x").with_more(STEP, STEP)
    changed = made.with_pair(replace(made.pair("step-2"), film_start=Fraction(1, 3)))
    assert changed.pair("step-2").film_start == Fraction(1, 3)
    assert [pair.key for pair in changed.without("step").pairs] == ["step-2"]
    with pytest.raises(TrainingSetError, match="no pair 'other'"):
        changed.pair("other")
