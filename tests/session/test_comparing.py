from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from prismdesk.adapters.evaluation_plan import read_evaluation_plan
from prismdesk.adapters.training_set import TrainingSetError
from prismdesk.engines.training.evaluation_results import EvaluationError
from prismdesk.errors import InputError, WorkError
from prismdesk.jobs.training.messages import CompareTask
from prismdesk.session.comparing import compare_task, finish_comparison, planned_task
from tests.adapters.preset_files import AUDIOX_LAYERS, write_preset
from tests.adapters.test_evaluation_report import _comparison
from tests.jobs.training.test_desk import a_set

MODEL = "custom-selva-tiny-16k-untrained"


@pytest.fixture(autouse=True)
def places(tmp_path: Path, small_checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRISMDESK_MODELS", str(small_checkpoints))
    monkeypatch.setenv("PRISMDESK_TRAINING", str(tmp_path / "training"))
    monkeypatch.setenv("PRISMDESK_PRESETS", str(tmp_path / "presets"))
    write_preset(tmp_path / "presets/planks.safetensors", family="selva", base_model=MODEL)
    rain = tmp_path / "presets/rain.safetensors"
    write_preset(rain, seed=2, layers=AUDIOX_LAYERS, family="audiox", base_model="audiox-base")
    write_preset(tmp_path / "presets/bare.safetensors", seed=3, alpha=None)


@pytest.fixture
def set_folder(tmp_path: Path) -> Path:
    return a_set(tmp_path / "set")


def asked(set_folder: Path, *wanted: str, model: str = MODEL) -> CompareTask:
    return compare_task(model, wanted, set_folder, Path("out"), steps=3, seed=4)


def test_a_comparison_names_what_is_compared_by_whole_paths(set_folder: Path) -> None:
    task = asked(set_folder, "Base", "planks", "planks:-0.5")
    preset = str(set_folder.parent / "presets/planks.safetensors")
    assert task.adapters == (
        ("base", "", 1.0),
        ("planks", preset, 1.0),
        ("planks at -0.5", preset, -0.5),
    )
    assert (task.model_id, task.steps, task.seed) == (MODEL, 3, 4)
    assert (task.set_folder, task.out) == (str(set_folder), str(Path.cwd() / "out"))


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ((), "takes two at least"),
        (("planks",), "takes two at least"),
        (("base", "planks", "BASE"), '"base" is compared with itself'),
        (("base", "planks", "planks:1.0"), '"planks" is compared with itself'),
        (("base", "door"), "door"),
        (("base", "planks:loud"), "planks:loud"),
        (("base", "door@step"), "names no step; write RUN@step500"),
        (("base", "door@step5"), 'no training run "door"'),
        (("base", "rain"), "rain"),
        (("base", "bare"), "states no alpha"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, tuple) else "",
)
def test_what_cannot_be_compared_is_refused_by_its_name(
    set_folder: Path, wanted: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(InputError, match=re.escape(sentence)):
        asked(set_folder, *wanted)


def test_a_model_or_a_set_that_is_not_known_is_refused(set_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="unheard-of"):
        asked(set_folder, "base", "planks", model="unheard-of")
    with pytest.raises(TrainingSetError):
        asked(tmp_path, "base", "planks")


def plan(folder: Path, **said: object) -> Path:
    path = folder / "plan.json"
    adapters = [{"id": "base"}, {"id": "p", "path": "presets/planks.safetensors", "strength": 0.5}]
    path.write_text(
        json.dumps({"data_dir": "set", "output_dir": "out", "adapters": adapters, **said})
    )
    return path


def test_a_description_becomes_the_same_work(set_folder: Path, tmp_path: Path) -> None:
    task = planned_task(read_evaluation_plan(plan(tmp_path, model=MODEL, steps=7, seed=8)), "other")
    assert task == CompareTask(
        model_id=MODEL,
        adapters=(("base", "", 1.0), ("p", str(tmp_path / "presets/planks.safetensors"), 0.5)),
        set_folder=str(set_folder),
        out=str(tmp_path / "out"),
        steps=7,
        seed=8,
    )


@pytest.mark.usefixtures("set_folder")
def test_a_description_that_names_no_model_needs_one(tmp_path: Path) -> None:
    described = read_evaluation_plan(plan(tmp_path, name="Doors"))
    assert planned_task(described, MODEL).model_id == MODEL
    with pytest.raises(InputError, match="Doors doesn't say on which model"):
        planned_task(described)


def test_a_description_of_a_set_that_is_gone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingSetError):
        planned_task(read_evaluation_plan(plan(tmp_path, model=MODEL)))


def finished(out: Path) -> CompareTask:
    return CompareTask(model_id=MODEL, adapters=(), set_folder="set", out=str(out))


def test_a_comparison_that_is_done_has_a_page(tmp_path: Path) -> None:
    _comparison(tmp_path)
    page = finish_comparison(finished(tmp_path), "Doors & planks")
    assert page.parent == tmp_path
    assert "Doors &amp; planks" in page.read_text(encoding="utf-8")


def test_a_missing_sound_is_told(tmp_path: Path) -> None:
    _comparison(tmp_path)
    (tmp_path / "1.wav").unlink()
    with pytest.raises(EvaluationError, match=r"1\.wav"):
        finish_comparison(finished(tmp_path), "Doors")


def test_a_refusing_disk_is_told_with_the_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("prismdesk.session.comparing.write_report", full)
    with pytest.raises(WorkError, match="can't be written: No space left on device"):
        finish_comparison(finished(tmp_path), "Doors")
