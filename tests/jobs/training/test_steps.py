from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from prismdesk.engines.request import MachineOptions
from prismdesk.engines.training.encoded_index import EncodedEntry, EncodedIndex, write_index
from prismdesk.engines.training.tasks import AdapterTold
from prismdesk.errors import Cancelled
from prismdesk.jobs.messages import Workplace
from prismdesk.jobs.training.messages import (
    Begin,
    CompareTask,
    ConvertTask,
    EncodeTask,
    MergeTask,
    TrainTask,
)
from prismdesk.jobs.training.run_lock import RunUnderWayError, held, is_under_way
from prismdesk.jobs.training.steps import do_task
from tests.jobs.training.test_desk import a_run, a_set

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prismdesk.engines.training.run_files import RunFolder
    from prismdesk.engines.training.tasks import EndOfRun, PairLoader, Wish, WorkSurroundings
    from prismdesk.jobs.training.messages import Task


class Work:
    """Notes what it is asked for; encoding lists the pairs as the real one does."""

    def __init__(self, cancels: bool = False) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.around: WorkSurroundings | None = None
        self.cancels = cancels

    def encode(
        self,
        model_id: str,
        pairs: Sequence[PairLoader],
        shared: Path,
        index: Path,
        around: WorkSurroundings,
    ) -> None:
        self.asked.append(("encode", model_id, [pair.key for pair in pairs], shared, index))
        self.around = around
        if self.cancels:
            raise Cancelled
        shared.mkdir(exist_ok=True)
        entries = []
        for pair in pairs:
            file = shared / f"{pair.key}.txt"
            file.touch()
            entries.append(
                EncodedEntry(key=pair.key, pair=pair.key, file=str(file), split=pair.split)
            )
        write_index(index, EncodedIndex(family="selva", base_sha256="", entries=tuple(entries)))

    def train(self, folder: RunFolder, model_id: str, around: WorkSurroundings) -> EndOfRun:
        del around
        assert is_under_way(folder.path)
        self.asked.append(("train", folder.path, model_id, folder.state().status))
        return "skipped"

    def convert(self, *given: Any) -> None:
        self.asked.append(("convert", *given))

    def merge(self, *given: Any) -> None:
        self.asked.append(("merge", *given[:-1]))

    def compare(self, *given: Any) -> None:
        self.asked.append(("compare", *given[:-1]))


def done(task: Task, work: Work, *, wish: Wish = "go") -> str:
    machine = Workplace(machine=MachineOptions(device="cpu"))
    begin = Begin(task=task, workplace=machine)
    return do_task(begin, work, wanted=lambda: wish, report=lambda _: None)


def names(work: Work) -> list[str]:
    return [asked[0] for asked in work.asked]


def test_a_run_is_encoded_first_and_ends_as_the_work_says(tmp_path: Path) -> None:
    folder, work = a_run(tmp_path, "m"), Work()
    assert done(TrainTask(run_folder=str(folder.path)), work) == "skipped"
    shared = tmp_path / "set of m/encoded"
    assert work.asked == [
        ("encode", "m", ["step"], shared, folder.encoded),
        ("train", folder.path, "m", "training"),
    ]
    assert work.around is not None
    assert work.around.machine.device == "cpu"
    assert not is_under_way(folder.path)


def test_a_run_whose_pairs_are_encoded_needs_its_set_no_more(tmp_path: Path) -> None:
    folder = a_run(tmp_path, "m")
    task = TrainTask(run_folder=str(folder.path))
    done(task, Work())
    (tmp_path / "set of m/set.toml").unlink()
    again = Work()
    done(task, again)
    assert names(again) == ["train"]


def test_pairs_that_are_gone_are_encoded_again(tmp_path: Path) -> None:
    folder = a_run(tmp_path, "m")
    task = TrainTask(run_folder=str(folder.path))
    done(task, Work())
    (tmp_path / "set of m/encoded/step.txt").unlink()
    again = Work()
    done(task, again)
    assert names(again) == ["encode", "train"]


@pytest.mark.parametrize(("wish", "status"), [("pause", "paused"), ("stop", "stopped")])
def test_a_run_given_up_while_it_is_encoded_says_so(
    tmp_path: Path, wish: Wish, status: str
) -> None:
    folder = a_run(tmp_path, "m")
    with pytest.raises(Cancelled):
        done(TrainTask(run_folder=str(folder.path)), Work(cancels=True), wish=wish)
    assert folder.state().status == status
    assert not is_under_way(folder.path)


def test_a_run_that_another_trains_is_not_touched(tmp_path: Path) -> None:
    folder, work = a_run(tmp_path, "m"), Work()
    with held(folder.path), pytest.raises(RunUnderWayError):
        done(TrainTask(run_folder=str(folder.path)), work)
    assert work.asked == []
    assert folder.state().status == "waiting"


def test_a_set_is_encoded_into_its_own_folder(tmp_path: Path) -> None:
    folder, work = a_set(tmp_path / "set"), Work()
    assert done(EncodeTask(set_folder=str(folder), model_id="m"), work) == "finished"
    encoded = folder / "encoded"
    assert work.asked == [("encode", "m", ["step"], encoded, encoded / "last")]


def test_an_adapter_is_converted_with_all_that_is_said_of_it() -> None:
    work = Work()
    done(ConvertTask(source="/a", target="/b", alpha=3.0, model_id="m", title="Planks"), work)
    assert work.asked == [("convert", Path("/a"), Path("/b"), 3.0, "m", "Planks")]


STACK = (("planks", "/a/planks.safetensors", 0.5), ("base", "", 1.0))
TOLD = (
    AdapterTold(name="planks", path=Path("/a/planks.safetensors"), strength=0.5),
    AdapterTold(name="base", path=None, strength=1.0),
)


def test_adapters_are_merged_with_their_strengths() -> None:
    work = Work()
    done(MergeTask(model_id="m", adapters=STACK, folder="/own", name="Mine"), work)
    assert work.asked == [("merge", "m", TOLD, Path("/own"), "Mine")]


def test_a_comparison_encodes_the_set_beside_its_results(tmp_path: Path) -> None:
    folder, out, work = a_set(tmp_path / "set"), tmp_path / "out", Work()
    task = CompareTask(
        model_id="m", adapters=STACK, set_folder=str(folder), out=str(out), steps=3, seed=4
    )
    assert done(task, work) == "finished"
    assert work.asked == [
        ("encode", "m", ["step"], folder / "encoded", out / "encoded"),
        ("compare", "m", TOLD, out / "encoded", out, 3, 4),
    ]
