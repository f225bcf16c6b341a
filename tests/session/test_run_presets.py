from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.adapters.training_set import read_set, write_set
from prismdesk.engines.training.course import CheckpointRecord, ExampleRecord
from prismdesk.engines.training.run_files import RunFolder
from prismdesk.errors import InputError
from prismdesk.media.wav import WavWriter
from prismdesk.session.comparing import compare_task
from prismdesk.session.presets import library
from prismdesk.session.run_presets import use_checkpoint
from prismdesk.session.training_runs import find_run, make_run, read_config
from tests.adapters.preset_files import write_preset
from tests.jobs.training.test_desk import a_set

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.session.training_runs import RunOverview

MODEL = "custom-selva-tiny-16k-untrained"


@pytest.fixture(autouse=True)
def places(tmp_path: Path, small_checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRISMDESK_MODELS", str(small_checkpoints))
    monkeypatch.setenv("PRISMDESK_TRAINING", str(tmp_path / "training"))
    monkeypatch.setenv("PRISMDESK_PRESETS", str(tmp_path / "presets"))


@pytest.fixture
def run(tmp_path: Path) -> RunOverview:
    """A run with checkpoints of steps 100 and 200, the first one being the better."""
    set_folder = a_set(tmp_path / "set")
    known = read_set(set_folder)
    pairs = tuple(replace(pair, licence="CC0") for pair in known.pairs)
    write_set(set_folder, replace(known, trigger="old door", pairs=pairs))
    config = tmp_path / "door.toml"
    config.write_text(f'name = "Old door"\nbase = "{MODEL}"\nset = "set"\nnote = "Creaks."\n')
    folder = make_run(read_config(config))
    for step, loss in ((100, 0.6), (200, 0.7)):
        name = folder.checkpoint_name(step)
        (folder.checkpoints / name).mkdir()
        path = folder.checkpoints / name / "adapter.safetensors"
        write_preset(path, seed=step, family="selva", base_model=MODEL)
        folder.append(CheckpointRecord(step=step, folder=name, loss=loss))
    with WavWriter(folder.examples / "a.wav", rate_hz=8000, channels=1) as wav:
        wav.write(np.full((1, 80), 0.1, np.float32))
    folder.append(ExampleRecord(step=100, pair="step", path="examples/a.wav"))
    return find_run("Old door")


def test_the_best_checkpoint_becomes_a_preset_with_its_card(run: RunOverview) -> None:
    used = use_checkpoint(run)
    assert used.is_new
    preset = used.preset
    assert preset.name == "Old door"
    assert (preset.trigger, preset.licence, preset.description) == ("old door", "CC0", "Creaks.")
    assert preset.sound_from == "The set Steps: CC0"
    assert preset.example is not None
    assert "Step 100" in preset.notes


def test_a_reweighted_adapter_is_used_where_it_is_better_or_asked_for(run: RunOverview) -> None:
    files = run.folder.checkpoint_files()[-1]
    with pytest.raises(InputError, match="wasn't reweighted"):
        use_checkpoint(run, 200, form="reweighted")
    write_preset(files.reweighted, seed=9, family="selva", base_model=MODEL)
    files.reweighted_facts.write_text('{"is_better": true}')
    trained, changed = (
        use_checkpoint(run, 200, form, form).preset.content_sha256
        for form in ("trained", "reweighted")
    )
    assert trained != changed
    better = use_checkpoint(run, 200)
    assert (better.preset.content_sha256, better.is_new) == (changed, False)


def test_a_checkpoint_is_put_into_the_library_once(run: RunOverview) -> None:
    first, again = use_checkpoint(run, 100), use_checkpoint(run, 100)
    assert not again.is_new
    assert again.preset.reference == first.preset.reference
    assert use_checkpoint(run, 200).preset.name == "Old door step 200"
    assert len(library().scan()) == 2


def test_a_step_without_a_checkpoint_is_told_with_those_there_are(run: RunOverview) -> None:
    with pytest.raises(InputError, match="no checkpoint of step 150; there are 100, 200"):
        use_checkpoint(run, 150)


def test_an_example_outside_the_run_is_not_taken(run: RunOverview, tmp_path: Path) -> None:
    (tmp_path / "secret.wav").write_bytes(b"RIFF")
    run.folder.append(ExampleRecord(step=200, pair="x", path="../../../secret.wav"))
    assert use_checkpoint(run, 200).preset.example is None


def test_presets_runs_and_the_base_are_compared(run: RunOverview, tmp_path: Path) -> None:
    use_checkpoint(run, 100)
    wanted = ["base", "Old door:0.5", "Old door@step200"]
    task = compare_task(MODEL, wanted, run.set_folder, tmp_path / "out")
    assert [(name, strength) for name, _, strength in task.adapters] == [
        ("base", 1.0),
        ("Old door at 0.5", 0.5),
        ("Old door@step200", 1.0),
    ]
    assert task.adapters[0][1] == ""
    assert RunFolder(run.folder.path).checkpoint_files()[1].adapter.samefile(task.adapters[2][1])


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (["base"], "takes two"),
        (["base", "base"], "compared with itself"),
        (["base", "Old door@step2:5"], "from -1 to 2, not 5"),
        (["base", "Old door@step2:nan"], "from -1 to 2, not nan"),
        (["base:0.5", "Old door@step2"], "the model alone has no strength"),
        (["base", "Old door@stepx"], "names no step"),
        (["base", "nobody"], "nobody"),
    ],
)
@pytest.mark.usefixtures("run")
def test_what_cannot_be_compared_is_one_sentence(
    tmp_path: Path, wanted: list[str], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        compare_task(MODEL, wanted, tmp_path / "set", tmp_path / "out")
