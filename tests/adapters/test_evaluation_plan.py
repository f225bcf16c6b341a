from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from prismdesk.adapters.evaluation_plan import EvaluationPlanError, read_evaluation_plan

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any


def _written(folder: Path, **values: Any) -> Path:
    (folder / "a.pt").write_bytes(b"x")
    usual = {
        "name": "Ranks",
        "data_dir": "set",
        "output_dir": "out",
        "adapters": [{"id": "base"}, {"id": "r16", "path": "a.pt"}],
    }
    path = folder / "plan.json"
    path.write_text(json.dumps({**usual, **values}))
    return path


def test_plan_as_other_trainers_write_it(tmp_path: Path) -> None:
    plan = read_evaluation_plan(_written(tmp_path))

    assert (plan.name, plan.model, plan.steps, plan.seed) == ("Ranks", "", 25, 42)
    assert plan.set_folder == tmp_path / "set"
    assert plan.out == tmp_path / "out"
    assert [(one.id, one.path, one.strength) for one in plan.adapters] == [
        ("base", None, 1.0),
        ("r16", tmp_path / "a.pt", 1.0),
    ]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"adapters": []}, "a list of 1 to"),
        ({"adapters": "all"}, "a list of 1 to"),
        ({"adapters": [{"path": "a.pt"}]}, "has no id"),
        ({"adapters": [{"id": "a"}, {"id": "a"}]}, 'two adapters called "a"'),
        ({"adapters": [{"id": "a", "path": "gone.pt"}]}, "isn't there"),
        ({"adapters": [{"id": "a", "strength": 3}]}, "-1 to 2"),
        ({"adapters": [{"id": "a", "strength": True}]}, "-1 to 2"),
        ({"steps": 0}, "'steps'"),
        ({"steps": 2.5}, "'steps'"),
        ({"seed": -1}, "'seed'"),
        ({"data_dir": ""}, "'data_dir'"),
        ({"output_dir": 3}, "'output_dir'"),
    ],
)
def test_what_is_wrong_is_told_by_name(tmp_path: Path, values: dict[str, Any], said: str) -> None:
    path = _written(tmp_path, **values)

    with pytest.raises(EvaluationPlanError, match=said):
        read_evaluation_plan(path)


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 100_000])
def test_file_that_is_no_plan_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "plan.json"
    path.write_text(text)

    with pytest.raises(EvaluationPlanError, match="describes no comparison"):
        read_evaluation_plan(path)


def test_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(EvaluationPlanError, match="can't be read"):
        read_evaluation_plan(tmp_path / "gone.json")
