from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from prismdesk.adapters.training_set import TrainingPair, TrainingSet, TrainingSetError, write_set
from prismdesk.engines.training.options import OptionError
from prismdesk.engines.training.run_files import RunFolder, RunFolderError
from prismdesk.engines.weights.catalogue import model_of
from prismdesk.errors import InputError, WorkError
from prismdesk.jobs.training.run_lock import held
from prismdesk.session.training_runs import (
    all_runs,
    doubts_about,
    find_run,
    make_run,
    overview,
    read_config,
    remove_run,
    runs_root,
    usual_options,
)

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.session.training_runs import RunWish

MODEL = "custom-selva-tiny-16k-untrained"
PAIRS = tuple(
    TrainingPair(
        key=f"step-{number}",
        name="Step",
        sound=f"sounds/step-{number}.wav",
        length_seconds=1.0,
        split="hold out" if number == 3 else "train",
        licence="CC0",
    )
    for number in range(4)
)


@pytest.fixture(autouse=True)
def places(tmp_path: Path, small_checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRISMDESK_MODELS", str(small_checkpoints))
    monkeypatch.setenv("PRISMDESK_TRAINING", str(tmp_path / "training"))


@pytest.fixture
def set_folder(tmp_path: Path) -> Path:
    write_set(tmp_path / "set", TrainingSet(name="Steps", prompt="steps", pairs=PAIRS))
    return tmp_path / "set"


def config(tmp_path: Path, text: str = "") -> Path:
    path = tmp_path / "steps.toml"
    path.write_text(f'base = "{MODEL}"\nset = "set"\n{text}')
    return path


def wish(tmp_path: Path, text: str = "") -> RunWish:
    return read_config(config(tmp_path, text))


def test_what_a_file_leaves_out_is_as_usual(tmp_path: Path, set_folder: Path) -> None:
    made = wish(tmp_path, "[options]\nsteps = 700")
    assert made.name == "steps"
    assert made.set_folder == set_folder
    assert made.options == replace(usual_options(model_of(MODEL), 3, None), steps=700)


@pytest.mark.usefixtures("set_folder")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("speed = 3", "'speed', which isn't known"),
        ("options = 3", "no table"),
        ("[options]\nrank = 0", "'rank'"),
        ("[options]\nspeed = 3", "no option 'speed'"),
        ("name = ", "no TOML"),
    ],
)
def test_a_wrong_file_is_refused_by_its_key(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        wish(tmp_path, text)
    assert "\n" not in str(caught.value)


def test_a_file_without_a_set_or_base_says_which(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text('set = "set"')
    with pytest.raises(InputError, match="doesn't say 'base'"):
        read_config(path)
    path.write_text(f'base = "{MODEL}"\nset = "nowhere"')
    with pytest.raises(TrainingSetError, match="is no training set"):
        read_config(path)


@pytest.mark.usefixtures("set_folder")
def test_a_run_is_found_by_its_name_and_folder(tmp_path: Path) -> None:
    folder = make_run(wish(tmp_path, 'name = "Harbour steps"\nnote = "first"'))
    assert folder.path == runs_root() / "Harbour-steps"
    found = find_run("harbour STEPS")
    assert found.folder.path == folder.path == find_run(str(folder.path)).folder.path
    assert (found.model_id, found.note, found.state.status) == (MODEL, "first", "waiting")
    assert found.options == overview(folder).options
    assert (folder.path / "set.toml").is_file()
    with pytest.raises(InputError, match="there are: Harbour steps"):
        find_run("other")


@pytest.mark.usefixtures("set_folder")
def test_runs_of_one_name_lie_side_by_side(tmp_path: Path) -> None:
    first, second = make_run(wish(tmp_path)), make_run(wish(tmp_path))
    assert second.path.name == f"{first.path.name}-2"
    assert len(all_runs()) == 2


def test_a_set_without_clips_is_no_run(tmp_path: Path, set_folder: Path) -> None:
    left_out = [replace(pair, split="left out") for pair in PAIRS]
    write_set(set_folder, TrainingSet(name="Steps", pairs=tuple(left_out)))
    with pytest.raises(TrainingSetError, match="nothing to train on"):
        make_run(wish(tmp_path))
    assert not runs_root().exists()


def test_doubts_are_sentences(tmp_path: Path, set_folder: Path) -> None:
    assert doubts_about(wish(tmp_path)) == ()
    bare = replace(PAIRS[0], licence="")
    write_set(set_folder, TrainingSet(name="Steps", pairs=(bare,)))
    doubts = doubts_about(wish(tmp_path))
    assert [doubt.split()[0] for doubt in doubts] == ["1", "No", "No"]


@pytest.mark.usefixtures("set_folder")
def test_models_that_are_not_here_or_cannot_learn_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="prismdesk models get selva-small_16k"):
        doubts_about(replace(wish(tmp_path), model_id="selva-small_16k"))


@pytest.mark.usefixtures("set_folder")
def test_only_runs_are_deleted(tmp_path: Path) -> None:
    folder = make_run(wish(tmp_path))
    other = RunFolder(tmp_path / "elsewhere")
    other.make({})
    with pytest.raises(RunFolderError, match="no training run of this program"):
        remove_run(other)
    remove_run(folder)
    assert not folder.path.exists()
    assert other.path.exists()


@pytest.mark.usefixtures("set_folder")
def test_a_refusing_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("prismdesk.session.training_runs.shutil.copyfile", refuse)
    with pytest.raises(WorkError, match="No space left"):
        make_run(wish(tmp_path))
    assert not list(runs_root().iterdir())


@pytest.mark.usefixtures("set_folder")
def test_a_run_of_unknown_options_is_passed_over_in_the_list(tmp_path: Path) -> None:
    folder = make_run(wish(tmp_path))
    text = folder.run_toml.read_text()
    folder.run_toml.write_text(text.replace("lora_plus_ratio", "later_option"))
    assert all_runs() == ()
    with pytest.raises(OptionError):
        find_run(str(folder.path))


@pytest.mark.usefixtures("set_folder")
def test_a_run_whose_process_is_gone_was_broken_off(tmp_path: Path) -> None:
    folder = make_run(wish(tmp_path))
    folder.update_state(status="training", step=7)
    assert overview(folder).state.status == "paused"
    assert overview(folder).state.sentence.startswith("It was broken off at step 7")
    with held(folder.path):
        assert overview(folder).state.status == "training"
