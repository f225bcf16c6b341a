"""One piece of work in the training process: from its message to calls of the work itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.adapters.training_set import read_set
from prismdesk.engines.training.encoded_index import EncodedSetError, path_of, read_index
from prismdesk.engines.training.run_files import RunFolder
from prismdesk.engines.training.tasks import AdapterTold, WorkReport, WorkSurroundings
from prismdesk.errors import Cancelled
from prismdesk.jobs.inputs import features_of
from prismdesk.jobs.training.messages import (
    CompareTask,
    ConvertTask,
    EncodeTask,
    MergeTask,
    TrainTask,
)
from prismdesk.jobs.training.pair_files import pairs_of
from prismdesk.jobs.training.run_lock import held
from prismdesk.media.onsets import find_onsets

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    from prismdesk.engines.training.tasks import EndOfRun, TrainingWork, Wish
    from prismdesk.jobs.training.messages import Begin

    Reason = EndOfRun | Literal["cancelled"]

ENCODED = "encoded"
"""The folder of a set that encoded pairs lie in, for one base each."""


def do_task(
    begin: Begin,
    work: TrainingWork,
    *,
    wanted: Callable[[], Wish],
    report: Callable[[WorkReport], None],
) -> Reason:
    """Do a task; return how it ended.

    Raises:
        PrismDeskError: something stands against it.
        Cancelled: it isn't wanted any more.
    """
    around = WorkSurroundings(
        wanted=wanted,
        report=report,
        machine=begin.workplace.machine,
        features=features_of(begin.workplace),
        find_onsets=find_onsets,
    )
    match begin.task:
        case TrainTask() as task:
            folder = Path(task.run_folder)
            with held(folder):
                return _train(RunFolder(folder), work, around)
        case EncodeTask() as task:
            set_folder = Path(task.set_folder)
            _encode(set_folder, task.model_id, set_folder / ENCODED / "last", work, around)
        case ConvertTask() as task:
            work.convert(
                Path(task.source), Path(task.target), task.alpha, task.model_id, task.title
            )
        case MergeTask() as task:
            work.merge(task.model_id, _told(task.adapters), Path(task.folder), task.name, around)
        case CompareTask() as task:
            out = Path(task.out)
            _encode(Path(task.set_folder), task.model_id, out / ENCODED, work, around)
            work.compare(
                task.model_id,
                _told(task.adapters),
                out / ENCODED,
                out,
                task.steps,
                task.seed,
                around,
            )
    return "finished"


def _told(adapters: tuple[tuple[str, str, float], ...]) -> tuple[AdapterTold, ...]:
    return tuple(
        AdapterTold(name=name, path=Path(path) if path else None, strength=strength)
        for name, path, strength in adapters
    )


def _train(folder: RunFolder, work: TrainingWork, around: WorkSurroundings) -> EndOfRun:
    description = folder.description()
    model_id = str(description.get("base", ""))
    try:
        if not _is_encoded(folder):
            folder.update_state(status="encoding", sentence="")
            _encode(Path(str(description.get("set", ""))), model_id, folder.encoded, work, around)
        folder.update_state(status="training", sentence="")
        return work.train(folder, model_id, around)
    except Cancelled:
        folder.update_state(status="paused" if around.wanted() == "pause" else "stopped")
        raise


def _encode(
    set_folder: Path, model_id: str, index: Path, work: TrainingWork, around: WorkSurroundings
) -> None:
    pairs = pairs_of(set_folder, read_set(set_folder))
    work.encode(model_id, pairs, set_folder / ENCODED, index, around)


def _is_encoded(folder: RunFolder) -> bool:
    """Whether a run's pairs are listed and still there: it goes on with these, come what may."""
    try:
        index = read_index(folder.encoded)
    except EncodedSetError:
        return False
    return all(path_of(folder.encoded, entry).is_file() for entry in index.entries)
