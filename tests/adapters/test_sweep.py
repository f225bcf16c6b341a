from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from prismdesk.adapters.sweep import SweepError, read_sweep
from prismdesk.engines.training.options import TrainingOptions

if TYPE_CHECKING:
    from pathlib import Path

START = TrainingOptions()


def written(tmp_path: Path, text: str, name: str = "ranks.toml") -> Path:
    path = tmp_path / name
    path.write_text(text)
    return path


def test_runs_vary_what_is_common_to_all(tmp_path: Path) -> None:
    text = """
        name = "Ranks"
        base = "selva-small_16k"
        set = "steps"
        [options]
        steps = 300
        [run.r8]
        rank = 8
        [run."r64+"]
        rank = 64
        steps = 400
    """
    sweep = read_sweep(written(tmp_path, text))
    assert (sweep.name, sweep.model) == ("Ranks", "selva-small_16k")
    assert sweep.set_folder == tmp_path / "steps"
    assert list(sweep.runs) == ["r8", "r64+"]
    small, large = (sweep.options_of(run, START) for run in sweep.runs)
    assert (small.rank, small.steps) == (8, 300)
    assert (large.rank, large.steps) == (64, 400)


def test_files_of_other_trainers_are_read(tmp_path: Path) -> None:
    node = {
        "name": "old",
        "description": "as before",
        "data_dir": "clips",
        "base": {"batch_size": 2, "init_mode": "standard", "use_rslora": False},
        "experiments": [{"id": "a", "lr": 3e-4}, {"target": "attn.qkv linear1", "warmup_steps": 5}],
    }
    sweep = read_sweep(written(tmp_path, json.dumps(node), "sweep.json"))
    assert (sweep.note, sweep.set_folder.name) == ("as before", "clips")
    first, second = (sweep.options_of(run, START) for run in sweep.runs)
    assert (first.lr, first.batch, first.start) == (3e-4, 2, "standard")
    assert not first.rank_stabilised
    assert second.targets == ("attn.qkv", "linear1")
    assert second.warm_up == 5
    assert list(sweep.runs) == ["a", "run-2"]


def test_an_impossible_option_is_named_with_its_run(tmp_path: Path) -> None:
    sweep = read_sweep(written(tmp_path, 'set = "s"\n[run.a]\nrank = 0'))
    with pytest.raises(SweepError, match=r'run "a" of ranks: .*rank'):
        sweep.options_of("a", START)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("run = ", "no sweep"),
        ('set = "s"', "has 0 runs"),
        ("[run.a]", "doesn't say 'set'"),
        ('set = "s"\nspeed = 2\n[run.a]', "'speed', which isn't known"),
        ('set = "s"\n[run."../a"]', "letters, digits"),
        ('set = "s"\nrun = 5', "no table"),
        ("set = 5\n[run.a]", "no text"),
    ],
)
def test_a_wrong_file_is_one_sentence(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(SweepError, match=words) as caught:
        read_sweep(written(tmp_path, text))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        '{"data_dir": "x", "experiments": {}}',
        '{"data_dir": "x", "experiments": [{"id": "a"}, {"id": "a"}]}',
        '{"data_dir": "x", "experiments": [{"id": 5}]}',
        "[" * 100_000,
    ],
    ids=["a list", "no list", "twice", "a number", "deep"],
)
def test_wrong_json_is_one_sentence(tmp_path: Path, text: str) -> None:
    with pytest.raises(SweepError):
        read_sweep(written(tmp_path, text, "a.json"))


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(SweepError, match="No such file"):
        read_sweep(tmp_path / "none.toml")
