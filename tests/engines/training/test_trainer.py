from __future__ import annotations

import math
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import torch

from prismdesk.engines.adapting.facts import content_sha256, facts_of
from prismdesk.engines.training.encoded_set import EncodedSet
from prismdesk.engines.training.failures import OtherRunError, TrainingError
from prismdesk.engines.training.trainer import Trainer
from tests.engines.training.tiny import (
    KINDS,
    Hands,
    tiny_options,
    tiny_run,
    tiny_subject,
    tiny_trainer,
    write_tiny_set,
)
from tests.full_disk import no_large_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prismdesk.engines.training.encoded_set import EncodedPair
    from prismdesk.engines.training.run_files import RunFolder
    from prismdesk.engines.training.subject import TrainingSubject

ROOT = Path(__file__).parents[3]

# Everything random or with a memory of its own is on: what going on exactly has to bring back.
EVENTFUL = {
    "lora_plus_ratio": 4.0,
    "mixup_alpha": 0.4,
    "latent_noise_sigma": 0.05,
    "condition_drop": 0.3,
    "timestep_mode": "curriculum",
    "lr_schedule": "cosine",
    "weight_decay": 0.01,
    "accumulation": 2,
}


def last_adapter(folder: RunFolder) -> str:
    return content_sha256(folder.checkpoint_files()[-1].adapter)


@pytest.mark.parametrize("kind", KINDS)
def test_run_lowers_the_held_out_loss_of_the_base(tmp_path: Path, kind: str) -> None:
    folder = tiny_run(tmp_path, kind)
    lr = 1e-3 if kind == "dit" else 1e-2
    options = tiny_options(kind, steps=12, save_every=12, lr=lr, rank=4)

    assert tiny_trainer(folder, kind, options).run() == "finished"

    course = folder.course()
    assert [one.step for one in course.held_out] == [0, 12]
    assert course.held_out[0].loss == course.held_out[0].base_loss
    assert course.held_out[1].loss < 0.999 * course.held_out[1].base_loss
    assert course.end is not None
    assert course.end.reason == "finished"
    assert folder.state().status == "finished"


@pytest.mark.parametrize(
    ("kind", "start"), [("selva", "pissa"), ("dit", "standard"), ("mmdit", "pissa")]
)
def test_paused_run_that_goes_on_equals_an_unbroken_one(
    tmp_path: Path, kind: str, start: str
) -> None:
    dropout = 0.2 if start == "standard" else 0.0
    share = 0.5 if kind != "selva" else 0.0
    options = tiny_options(kind, **EVENTFUL, start=start, dropout=dropout, inpainting_share=share)
    unbroken, broken = tiny_run(tmp_path / "a", kind), tiny_run(tmp_path / "b", kind)
    tiny_trainer(unbroken, kind, options).run()

    ended = tiny_trainer(broken, kind, options, Hands({4: ["pause"]})).run()
    assert (ended, broken.state().status, broken.state().step) == ("paused", "paused", 4)
    torch.manual_seed(99)
    tiny_trainer(broken, kind, options).run()

    assert last_adapter(broken) == last_adapter(unbroken)
    losses = [[(one.step, one.loss) for one in run.course().steps] for run in (unbroken, broken)]
    assert losses[0] == losses[1]
    assert [one.loss for one in broken.course().held_out][-1] == unbroken.course().held_out[-1].loss


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["selva", "dit"])
def test_killed_run_that_goes_on_equals_an_unbroken_one(tmp_path: Path, kind: str) -> None:
    steps = 40
    options = tiny_options(kind, **EVENTFUL, steps=steps, save_every=5)
    unbroken, broken = tiny_run(tmp_path / "a", kind), tiny_run(tmp_path / "b", kind)
    tiny_trainer(unbroken, kind, options).run()

    source = (
        "import time, torch; from pathlib import Path; torch.set_num_threads(1)\n"
        "from tests.engines.training.tiny import *\n"
        "from prismdesk.engines.training.run_files import RunFolder\n"
        f"o = tiny_options({kind!r}, **{EVENTFUL!r}, steps={steps}, save_every=5)\n"
        "class Slow(Hands):\n"
        "    def wanted(self): time.sleep(0.05); return 'go'\n"
        f"tiny_trainer(RunFolder(Path({str(broken.path)!r})), {kind!r}, o, Slow()).run()\n"
    )
    process = subprocess.Popen([sys.executable, "-c", source], cwd=ROOT)
    try:
        while broken.newest_resumable() is None and process.poll() is None:
            time.sleep(0.002)
        # Anywhere between two checkpoints, or in the middle of one.
        time.sleep(random.uniform(0.0, 0.8))
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert process.returncode == -signal.SIGKILL, "the run ended before it could be killed"
    kept = broken.newest_resumable()
    assert kept is not None
    assert 0 < kept.step < steps
    facts_of(kept.adapter)

    tiny_trainer(broken, kind, options).run()

    assert last_adapter(broken) == last_adapter(unbroken)
    assert [one.step for one in broken.course().steps] == list(range(1, steps + 1))


def test_run_killed_before_its_first_checkpoint_begins_anew(tmp_path: Path) -> None:
    folder = tiny_run(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        tiny_trainer(folder, hands=_Interrupting(step=2)).run()
    assert folder.checkpoint_files() == []

    tiny_trainer(folder).run()

    assert [one.step for one in folder.course().steps] == [1, 2, 3, 4, 5, 6]
    assert [one.step for one in folder.course().held_out] == [0, 3, 6]


class _Interrupting(Hands):
    def __init__(self, step: int) -> None:
        super().__init__()
        self._step = step

    def wanted(self) -> str:  # type: ignore[override]  # it never returns another word
        if self.reports and self.reports[-1].step == self._step:
            raise KeyboardInterrupt
        return "go"


def test_stopped_run_keeps_what_it_has_learned(tmp_path: Path) -> None:
    folder = tiny_run(tmp_path)

    assert tiny_trainer(folder, hands=Hands({5: ["stop"]})).run() == "stopped"

    facts = facts_of(folder.checkpoint_files()[-1].adapter)
    assert facts.training["steps"] == 5
    assert (facts.family, facts.base_sha256) == ("audiox", "b" * 64)


def test_flag_file_skips_a_run(tmp_path: Path) -> None:
    folder = tiny_run(tmp_path)
    folder.request_skip()

    assert tiny_trainer(folder).run() == "skipped"

    end = folder.course().end
    assert end is not None
    assert end.reason == "skipped"


def test_run_that_gives_way_goes_on_as_if_nothing_had_been(tmp_path: Path) -> None:
    plain, giving = tiny_run(tmp_path / "a"), tiny_run(tmp_path / "b")
    tiny_trainer(plain).run()
    hands = Hands({2: ["give way", "give way", "go"]})

    assert tiny_trainer(giving, hands=hands).run() == "finished"

    assert [report.gives_way for report in hands.reports].count(True) == 1
    assert last_adapter(giving) == last_adapter(plain)


class _Broken:
    """A subject whose loss is no number from some step on."""

    def __init__(self, subject: TrainingSubject, step: int, fault: str) -> None:
        self._subject, self._left, self._fault = subject, step, fault

    def __getattr__(self, name: str) -> object:
        return getattr(self._subject, name)

    def loss(self, pairs: Sequence[EncodedPair], draws: object) -> torch.Tensor:
        loss = self._subject.loss(pairs, draws)  # type: ignore[arg-type]  # handed through
        if not draws.is_training:  # type: ignore[attr-defined]  # as above
            return loss
        self._left -= 1
        if self._left >= 0:
            return loss
        if self._fault == "memory":
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")
        return loss * math.nan


@pytest.mark.parametrize(
    ("fault", "words"), [("nan", "stopped being a number at step 5"), ("memory", "Memory ran out")]
)
def test_failure_keeps_the_last_checkpoint_and_says_so(
    tmp_path: Path, fault: str, words: str
) -> None:
    folder, options = tiny_run(tmp_path), tiny_options()
    subject = _Broken(tiny_subject(options=options), 4, fault)
    trainer = Trainer(subject, EncodedSet(folder.encoded), options, folder, Hands())  # type: ignore[arg-type]  # stands in for one

    with pytest.raises(TrainingError, match=words) as caught:
        trainer.run()

    assert "checkpoint of step 3 is kept" in str(caught.value)
    assert folder.state().status == "failed"
    assert folder.state().sentence == str(caught.value)
    kept = folder.newest_resumable()
    assert kept is not None
    assert kept.step == 3
    tiny_trainer(folder).run()
    assert folder.state().status == "finished"


def test_full_disk_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tiny_run(tmp_path)
    tiny_trainer(folder, hands=Hands({3: ["stop"]})).run()
    before = content_sha256(folder.checkpoint_files()[-1].adapter)

    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("prismdesk.engines.training.checkpointing.save_file", full)
        with pytest.raises(TrainingError, match="step 6 couldn't be written") as caught:
            tiny_trainer(folder).run()

    assert "checkpoint of step 3 is kept" in str(caught.value)
    assert [one.step for one in folder.checkpoint_files()] == [3]
    assert content_sha256(folder.checkpoint_files()[-1].adapter) == before
    assert not list(folder.checkpoints.glob("*.partial"))
    tiny_trainer(folder).run()
    assert [one.step for one in folder.checkpoint_files()] == [3, 6]


def test_disk_that_takes_no_more_loses_nothing(tmp_path: Path) -> None:
    folder = tiny_run(tmp_path)
    tiny_trainer(folder, hands=Hands({3: ["pause"]})).run()
    before = {path: path.read_bytes() for path in folder.checkpoints.rglob("*.[sj]*")}

    with no_large_files(), pytest.raises(TrainingError, match="checkpoint of step 3 is kept"):
        tiny_trainer(folder).run()

    assert {path: path.read_bytes() for path in folder.checkpoints.rglob("*.[sj]*")} == before
    tiny_trainer(folder).run()
    assert [one.step for one in folder.course().steps] == [1, 2, 3, 4, 5, 6]


def test_only_the_newest_and_the_best_checkpoints_stay_whole(tmp_path: Path) -> None:
    folder = tiny_run(tmp_path)
    # So high a rate spoils what was good at first: the first checkpoint is the best.
    options = tiny_options(steps=10, save_every=2, keep_checkpoints=1, lr=1e-2, lora_plus_ratio=64)

    tiny_trainer(folder, options=options).run()

    best = folder.course().best_checkpoint()
    assert best is not None
    assert best.step != 10
    whole = [one.step for one in folder.checkpoint_files() if one.is_resumable]
    assert whole == [best.step, 10]
    assert [one.step for one in folder.checkpoint_files()] == [2, 4, 6, 8, 10]


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"rank": 3}, "rank = 2 and can't go on with 3"), ({"seed": 5}, "seed = 42")],
)
def test_run_does_not_go_on_with_other_options(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    folder = tiny_run(tmp_path)
    tiny_trainer(folder, hands=Hands({3: ["pause"]})).run()

    with pytest.raises(OtherRunError, match=words):
        tiny_trainer(folder, options=tiny_options(**changes)).run()


def test_finished_run_can_be_made_longer(tmp_path: Path) -> None:
    longer = tiny_options(steps=9)
    whole, extended = tiny_run(tmp_path / "a"), tiny_run(tmp_path / "b")
    tiny_trainer(whole, options=longer).run()
    tiny_trainer(extended).run()

    tiny_trainer(extended, options=longer).run()

    assert last_adapter(extended) == last_adapter(whole)


def test_damaged_checkpoint_is_told_in_a_sentence(tmp_path: Path) -> None:
    folder = tiny_run(tmp_path)
    tiny_trainer(folder).run()
    newest = folder.checkpoint_files()[-1]
    newest.trainer_tensors.write_bytes(newest.trainer_tensors.read_bytes()[:-100])

    with pytest.raises(TrainingError, match="is damaged"):
        tiny_trainer(folder, options=tiny_options(steps=9)).run()


def test_without_held_out_pairs_only_the_training_loss_is_told(tmp_path: Path) -> None:
    folder = tiny_run(tmp_path)
    write_tiny_set(folder.encoded, held_out=0)

    tiny_trainer(folder).run()

    course = folder.course()
    assert course.held_out == []
    assert "No pair is held out" in course.notes[0].text
    assert course.checkpoints[-1].loss == course.steps[-1].smoothed


def test_reports_tell_how_far_it_is(tmp_path: Path) -> None:
    hands = Hands()

    tiny_trainer(tiny_run(tmp_path), hands=hands).run()

    assert [report.step for report in hands.reports] == [1, 2, 3, 4, 5, 6]
    assert hands.reports[-1].fraction == 1.0
    assert hands.reports[-1].seconds_left == 0.0
    left = hands.reports[2].seconds_left
    assert left is not None
    assert left > 0
