"""A comparison of adapters, described in a file as other trainers of SelVA write it.

JSON: ``name``, ``data_dir`` (the training set), ``output_dir``, ``steps`` (25), ``seed`` (42) and
``adapters``, a list of ``{"id": …, "path": …}``; one without a path is the base alone. Ours may say
``model`` (the base) too, and ``strength`` of an adapter. Paths are taken from the file's folder.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from prismdesk.engines.request import LEAST_STRENGTH, MOST_STRENGTH
from prismdesk.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

USUAL_STEPS, USUAL_SEED = 25, 42
MOST_STEPS = 1000

_MAX_BYTES = 4 << 20
_MAX_ADAPTERS = 200
_MOST_SEED = 2**32 - 1


class EvaluationPlanError(InputError):
    """The description of a comparison can't be read; the message says where and what to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedAdapter:
    """One that is compared; ``path`` is None for the base alone."""

    id: str
    path: Path | None = None
    strength: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationPlan:
    """What is compared.

    Attributes:
        name: of the comparison.
        model: id of the base; "" where the file doesn't say.
        set_folder: of the training set.
        out: where sounds and figures go.
        steps: of sampling.
        seed: of the noise.
        adapters: in order, one at least.
    """

    name: str
    model: str
    set_folder: Path
    out: Path
    steps: int
    seed: int
    adapters: tuple[PlannedAdapter, ...]


def read_evaluation_plan(path: Path) -> EvaluationPlan:
    """Read the description of a comparison.

    Raises:
        EvaluationPlanError: it can't be read, or something in it isn't as it has to be.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise EvaluationPlanError(f"{path} is too large to describe a comparison.")
        values = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise EvaluationPlanError(f"{path} can't be read: {error.strerror or error}.") from error
    except (ValueError, RecursionError) as error:
        raise EvaluationPlanError(f"{path} describes no comparison: {error}.") from error
    if not isinstance(values, dict):
        raise EvaluationPlanError(f"{path} describes no comparison.")
    return EvaluationPlan(
        name=_text(values, "name", path) or path.stem,
        model=_text(values, "model", path),
        set_folder=_folder(values, "data_dir", path),
        out=_folder(values, "output_dir", path),
        steps=_whole(values, "steps", USUAL_STEPS, (1, MOST_STEPS), path),
        seed=_whole(values, "seed", USUAL_SEED, (0, _MOST_SEED), path),
        adapters=_adapters(values.get("adapters"), path),
    )


def _adapters(listed: object, path: Path) -> tuple[PlannedAdapter, ...]:
    if not isinstance(listed, list) or not 0 < len(listed) <= _MAX_ADAPTERS:
        raise EvaluationPlanError(
            f"The adapters in {path} have to be a list of 1 to {_MAX_ADAPTERS}, each with an id "
            "and a path."
        )
    found: dict[str, PlannedAdapter] = {}
    for one in listed:
        name = one.get("id") if isinstance(one, dict) else None
        if not isinstance(name, str) or not name.strip():
            raise EvaluationPlanError(f"An adapter in {path} has no id; give each a name.")
        if name in found:
            raise EvaluationPlanError(f'{path} has two adapters called "{name}"; rename one.')
        found[name] = _adapter(name, one, path)
    return tuple(found.values())


def _adapter(name: str, values: dict[str, Any], path: Path) -> PlannedAdapter:
    given, strength = values.get("path"), values.get("strength", 1.0)
    if given is not None and not isinstance(given, str):
        raise EvaluationPlanError(f'The path of "{name}" in {path} has to be a text.')
    is_number = isinstance(strength, int | float) and not isinstance(strength, bool)
    if not is_number or not LEAST_STRENGTH <= strength <= MOST_STRENGTH:
        raise EvaluationPlanError(
            f'The strength of "{name}" in {path} has to be a number from {LEAST_STRENGTH:g} to '
            f"{MOST_STRENGTH:g}."
        )
    file = path.parent / given if given else None
    if file is not None and not file.exists():
        raise EvaluationPlanError(f'The adapter "{name}" in {path} isn\'t there: {file}.')
    return PlannedAdapter(id=name, path=file, strength=float(strength))


def _text(values: dict[str, Any], key: str, path: Path) -> str:
    found = values.get(key, "")
    if not isinstance(found, str):
        raise EvaluationPlanError(f"'{key}' in {path} has to be a text.")
    return found


def _folder(values: dict[str, Any], key: str, path: Path) -> Path:
    found = _text(values, key, path)
    if not found:
        raise EvaluationPlanError(f"{path} doesn't say '{key}'; write the folder there.")
    return path.parent / found


def _whole(values: dict[str, Any], key: str, usual: int, ends: tuple[int, int], path: Path) -> int:
    found = values.get(key, usual)
    low, high = ends
    is_whole = isinstance(found, int) and not isinstance(found, bool)
    if not is_whole or not low <= found <= high:
        raise EvaluationPlanError(
            f"'{key}' in {path} has to be a whole number from {low} to {high}."
        )
    return int(found)
