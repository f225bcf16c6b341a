"""The difference between two JSON values, small enough to write down for each edit.

A patch is itself JSON, a list of operations that apply in order:

- ``["set", path, value]``: put the value at the path (an empty path is the whole),
- ``["delete", path]``: take a key out of an object,
- ``["splice", path, at, removed, [values]]``: in the list at the path, replace ``removed``
  elements from index ``at`` by the values.

A path is a list of keys and indices from the root. Elements of a list that are objects with an
``id`` are matched by it, so a changed clip costs its changed fields, not the whole list.
``apply_patch`` never changes its argument: the result shares every part that stayed the same.
"""

from __future__ import annotations

import json
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Path: TypeAlias = tuple[str | int, ...]


class PatchError(ValueError):
    """The patch is malformed or doesn't fit the value."""


def diff(old: Json, new: Json) -> list[Json]:
    """Return a patch for which ``apply_patch(old, patch)`` equals ``new``, types included.

    Parts that are the same object in both are skipped unread, so values that share structure
    cost what differs. ``1``, ``1.0`` and ``True`` are three different values here.
    """
    operations: list[Json] = []
    _diff(old, new, (), operations)
    return operations


def apply_patch(value: Json, patch: Json) -> Json:
    """Return the value as the patch makes it.

    Raises:
        PatchError: the patch is no list of operations, or doesn't fit the value.
    """
    if not isinstance(patch, list):
        raise PatchError("a patch must be a list of operations")
    for operation in patch:
        value = _apply_operation(value, operation)
    return value


def _diff(old: Json, new: Json, path: Path, operations: list[Json]) -> None:
    if old is new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        _diff_objects(old, new, path, operations)
    elif isinstance(old, list) and isinstance(new, list):
        _diff_lists(old, new, path, operations)
    elif type(old) is not type(new) or repr(old) != repr(new):
        operations.append(["set", list(path), new])


def _diff_objects(
    old: dict[str, Json], new: dict[str, Json], path: Path, operations: list[Json]
) -> None:
    for key in old:
        if key not in new:
            operations.append(["delete", [*path, key]])
    for key, value in new.items():
        if key in old:
            _diff(old[key], value, (*path, key), operations)
        else:
            operations.append(["set", [*path, key], value])


def _diff_lists(old: list[Json], new: list[Json], path: Path, operations: list[Json]) -> None:
    # Changes inside elements come first, at their old indices; then the splices, last first,
    # so that each finds its indices as they were.
    splices: list[Json] = []
    for tag, i1, i2, j1, j2 in _matched(old, new):
        if tag == "equal":
            for i, j in zip(range(i1, i2), range(j1, j2), strict=True):
                _diff(old[i], new[j], (*path, i), operations)
        else:
            splices.append(["splice", list(path), i1, i2 - i1, new[j1:j2]])
    operations.extend(reversed(splices))


def _matched(old: list[Json], new: list[Json]) -> list[tuple[str, int, int, int, int]]:
    """Return opcodes as ``difflib`` does; equal ends go first, since most edits are local."""
    shorter = min(len(old), len(new))
    head = 0
    while head < shorter and _are_the_same_element(old[head], new[head]):
        head += 1
    tail = 0
    while tail < shorter - head and _are_the_same_element(old[-1 - tail], new[-1 - tail]):
        tail += 1
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    codes = [("equal", 0, head, 0, head)]
    if middle_old or middle_new:
        matcher = SequenceMatcher(
            None, [_key(e) for e in middle_old], [_key(e) for e in middle_new], autojunk=False
        )
        codes += [
            (tag, i1 + head, i2 + head, j1 + head, j2 + head)
            for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        ]
    codes.append(("equal", len(old) - tail, len(old), len(new) - tail, len(new)))
    return codes


def _are_the_same_element(old: Json, new: Json) -> bool:
    return old is new or _key(old) == _key(new)


def _key(element: Json) -> tuple[str, str]:
    if isinstance(element, dict) and isinstance(element.get("id"), str):
        return "id", str(element["id"])
    return "value", json.dumps(element, sort_keys=True)


def _apply_operation(value: Json, operation: Json) -> Json:
    match operation:
        case ["set", list() as path, new]:
            return _changed(value, path, lambda old: new) if not path else _set(value, path, new)
        case ["delete", [*path, str() as key]]:
            return _changed(value, path, lambda old: _without(old, key))
        case ["splice", list() as path, int() as at, int() as removed, list() as values]:
            return _changed(value, path, lambda old: _spliced(old, at, removed, values))
        case _:
            raise PatchError("an operation is none of set, delete, splice")


def _set(value: Json, path: list[Json], new: Json) -> Json:
    def with_new(old: Json) -> Json:
        if isinstance(old, dict) and isinstance(path[-1], str):
            return {**old, path[-1]: new}
        return _with_element(old, path[-1], new)

    return _changed(value, path[:-1], with_new)


def _changed(value: Json, path: list[Json], change: Callable[[Json], Json]) -> Json:
    """Return the value with ``change`` applied to what lies at the path, copying only the way."""
    if not path:
        return change(value)
    step = path[0]
    if isinstance(value, dict) and isinstance(step, str) and step in value:
        return {**value, step: _changed(value[step], path[1:], change)}
    return _with_element(value, step, _changed(_element(value, step), path[1:], change))


def _element(value: Json, index: Json) -> Json:
    if not isinstance(value, list) or type(index) is not int or not 0 <= index < len(value):
        raise PatchError(f"the path leads nowhere at {index!r}")
    return value[index]


def _with_element(value: Json, index: Json, new: Json) -> Json:
    _element(value, index)
    assert isinstance(value, list)
    assert isinstance(index, int)
    copy = value.copy()
    copy[index] = new
    return copy


def _without(value: Json, key: str) -> Json:
    if not isinstance(value, dict) or key not in value:
        raise PatchError(f"there is no {key!r} to delete")
    return {k: v for k, v in value.items() if k != key}


def _spliced(value: Json, at: int, removed: int, values: list[Json]) -> Json:
    if not isinstance(value, list) or at < 0 or removed < 0 or at + removed > len(value):
        raise PatchError("a splice reaches past the list")
    return [*value[:at], *values, *value[at + removed :]]
