from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prismdesk.adapters import training_set_edits as edits
from prismdesk.adapters.training_set import (
    PairSource,
    TrainingPair,
    TrainingSet,
    TrainingSetError,
)


def a_pair(key: str, file: str = "", **values: object) -> TrainingPair:
    pair = TrainingPair(
        key=key,
        name=key.upper(),
        sound=f"sounds/{key}.wav",
        length_seconds=2.0,
        source=PairSource(file=file or f"/{key}.wav"),
    )
    return replace(pair, **values)  # type: ignore[arg-type]  # of the test's choice


def a_set(*pairs: TrainingPair) -> TrainingSet:
    return TrainingSet(name="steps", pairs=pairs)


ABC = a_set(a_pair("a"), a_pair("b"), a_pair("c"))


def keys_of(made: TrainingSet) -> str:
    return "".join(pair.key for pair in made.pairs)


def test_edits_change_the_pairs_they_name_and_leave_the_set_they_were_given() -> None:
    before = ABC
    assert edits.set_prompt(ABC, ["a", "c"], "  slow\nsteps ").pair("c").prompt == "slow steps"
    assert edits.set_prompt(ABC, ["a"], "x").pair("b").prompt == ""
    assert edits.set_split(ABC, ["b"], "left out").pair("b").split == "left out"
    assert edits.set_licence(ABC, ["b"], "CC0").pair("b").licence == "CC0"
    assert edits.set_note(ABC, ["b"], " loud ").pair("b").note == "loud"
    assert edits.set_name(ABC, "b", " ").pair("b").name == "b"
    assert edits.set_masks(ABC, "b", ["masks/x.png"], "box").pair("b").masks == ("masks/x.png",)
    assert keys_of(edits.remove(ABC, ["b"])) == "ac"
    assert before == ABC


def test_a_pair_that_is_not_there_is_named() -> None:
    with pytest.raises(TrainingSetError, match="no pair 'z'"):
        edits.remove(ABC, ["z"])
    with pytest.raises(TrainingSetError, match="no pair 'z'"):
        edits.set_prompt(ABC, ["z"], "x")


def test_a_pair_without_its_picture_has_no_masks_either() -> None:
    pair = a_pair("a", film="/f.mov", features="features/a.npz", masks=("masks/m.png",))
    bare = edits.without_film(a_set(pair), ["a"]).pair("a")
    assert not bare.has_picture
    assert bare.masks == ()


@pytest.mark.parametrize(
    ("keys", "to", "order"), [("c", 0, "cab"), ("a", 9, "bca"), ("ca", 1, "bac"), ("b", 1, "abc")]
)
def test_pairs_are_moved_together_in_their_order(keys: str, to: int, order: str) -> None:
    assert keys_of(edits.move(ABC, keys, to)) == order


def test_answers_are_kept_once() -> None:
    once = edits.accept(edits.accept(ABC, ["a", ""], "speech"), ["a"], "speech")
    assert once.pair("a").accepted == ("speech",)
    assert once.accepted == ("speech",)


def split_of(made: TrainingSet) -> set[str]:
    return {pair.key for pair in made.of_split("hold out")}


def test_about_a_seventh_is_held_out_and_another_seed_draws_others() -> None:
    many = a_set(*(a_pair(f"p{n}") for n in range(40)))
    drawn = [split_of(edits.hold_out(many, seed=seed)) for seed in (0, 0, 1)]
    assert len(drawn[0]) == 6
    assert drawn[0] == drawn[1] != drawn[2]
    assert len(split_of(edits.hold_out(many, share=0.1))) == 4


def test_drawing_again_takes_back_what_was_drawn_before_and_leaves_out_what_was_left_out() -> None:
    many = a_set(*(a_pair(f"p{n}") for n in range(10)))
    some = edits.set_split(edits.set_split(many, ["p0"], "left out"), ["p1", "p2"], "hold out")
    again = edits.hold_out(some)
    assert again.pair("p0").split == "left out"
    assert len(split_of(again)) == 1


@given(
    files=st.lists(st.integers(0, 5), min_size=2, max_size=30),
    share=st.floats(0.05, 0.5),
    seed=st.integers(0, 99),
)
def test_what_is_of_one_file_is_on_one_side(files: list[int], share: float, seed: int) -> None:
    made = a_set(*(a_pair(f"p{n}", f"/{file}.wav") for n, file in enumerate(files)))
    if len(set(files)) == 1:
        with pytest.raises(TrainingSetError, match="one place"):
            edits.hold_out(made, share=share, seed=seed)
        return
    divided = edits.hold_out(made, share=share, seed=seed)
    sides: dict[str, set[str]] = {}
    for pair in divided.pairs:
        sides.setdefault(pair.source.file, set()).add(pair.split)
    assert all(len(splits) == 1 for splits in sides.values())
    assert divided.of_split("train")
    assert divided.of_split("hold out")


def test_regions_of_one_film_stay_together_only_where_they_overlap() -> None:
    def at(key: str, start: Fraction) -> TrainingPair:
        return a_pair(key, film="/f.mov", film_start=start)

    pairs = (at("a", Fraction(0)), at("b", Fraction(2)), at("c", Fraction(3)))
    groups = [[pair.key for pair in group] for group in edits.groups_of(pairs)]
    assert groups == [["a"], ["b", "c"]]


def test_a_chain_of_pairs_is_one_group() -> None:
    pairs = (a_pair("a", "/1"), a_pair("b", "/2"), a_pair("c", "/1", sound="sounds/b.wav"))
    assert [len(group) for group in edits.groups_of(pairs)] == [3]


@pytest.mark.parametrize("share", [0.0, 1.0, -1.0])
def test_no_share_and_all_are_refused(share: float) -> None:
    with pytest.raises(TrainingSetError, match="between 0 and 1"):
        edits.hold_out(ABC, share=share)
