from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prismdesk.project.store.json_patch import Json, PatchError, apply_patch, diff

_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([0, 1, 0.0, -0.0, 1.0, True, False, ""])
    | st.text(max_size=3)
)
_KEYS = st.sampled_from(["id", "a", "b", "c"])
_VALUES: st.SearchStrategy[Any] = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=25,
)
_ITEMS = st.lists(
    st.fixed_dictionaries({"id": st.sampled_from("pqrstu")}, optional={"x": _SCALARS}), max_size=8
)


def _strict(value: Json) -> str:
    return json.dumps(value, sort_keys=True)


@given(_VALUES, _VALUES)
def test_patch_turns_any_value_into_any_other(old: Json, new: Json) -> None:
    assert _strict(apply_patch(old, diff(old, new))) == _strict(new)


@given(_ITEMS, _ITEMS)
def test_patch_turns_lists_of_things_with_ids_into_each_other(
    old: list[Json], new: list[Json]
) -> None:
    assert _strict(apply_patch(old, diff(old, new))) == _strict(new)


@given(_VALUES, _VALUES)
def test_neither_diff_nor_apply_changes_its_arguments(old: Json, new: Json) -> None:
    old_before, new_before = copy.deepcopy(old), copy.deepcopy(new)
    apply_patch(old, diff(old, new))
    assert (_strict(old), _strict(new)) == (_strict(old_before), _strict(new_before))


@given(_VALUES)
def test_equal_values_have_an_empty_patch(value: Json) -> None:
    assert diff(value, copy.deepcopy(value)) == []


def test_changed_field_of_a_clip_costs_one_operation() -> None:
    old: list[Json] = [{"id": f"clip-{n}", "gain_db": 0.0} for n in range(500)]
    new = copy.deepcopy(old)
    new[250] = {"id": "clip-250", "gain_db": -3.0}
    assert diff(old, new) == [["set", [250, "gain_db"], -3.0]]


def test_moved_clip_is_written_once() -> None:
    old: list[Json] = [{"id": f"clip-{n}", "gain_db": 0.0} for n in range(500)]
    new = [*old[:3], *old[4:400], old[3], *old[400:]]
    assert diff(old, new) == [
        ["splice", [], 400, 0, [old[3]]],
        ["splice", [], 3, 1, []],
    ]


def test_result_shares_what_stayed() -> None:
    old: dict[str, Json] = {"tracks": [{"id": "t1"}, {"id": "t2"}], "markers": [1, 2]}
    new = apply_patch(old, [["set", ["tracks", 1, "name"], "Foley"]])
    assert isinstance(new, dict)
    assert new["markers"] is old["markers"]
    assert new["tracks"][0] is old["tracks"][0]  # type: ignore[index]  # lists by construction


@pytest.mark.parametrize(
    "patch",
    [
        None,
        {},
        [1],
        [["set"]],
        [["set", ["a", 0], 1]],
        [["set", ["b", 9], 1]],
        [["set", ["b", -1], 1]],
        [["set", ["b", True], 1]],
        [["set", ["b", "x"], 1]],
        [["set", ["b", 0.0], 1]],
        [["delete", []]],
        [["delete", ["zz"]]],
        [["splice", ["a"], 0, 0, []]],
        [["splice", ["b"], 1, 9, []]],
        [["splice", ["b"], -1, 0, []]],
        [["splice", ["b"], 0, -1, []]],
        [["splice", ["nowhere", "deeper"], 0, 0, []]],
    ],
)
def test_patch_that_does_not_fit_is_refused(patch: Json) -> None:
    with pytest.raises(PatchError):
        apply_patch({"a": 1, "b": [1, 2]}, patch)
