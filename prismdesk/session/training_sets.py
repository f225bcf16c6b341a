"""Training sets are made of regions of a project and of files, and made again from both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.adapters.training_set import (
    SET_FILE,
    TrainingPair,
    TrainingSet,
    TrainingSetError,
    free_key,
    read_set,
    write_set,
)
from prismdesk.errors import InputError
from prismdesk.progress import (
    FractionDone,
    IsCancelled,
    ignore_progress,
    never_cancelled,
    raise_if_cancelled,
)
from prismdesk.session.training_sets_files import pair_of_file, parts_of
from prismdesk.session.training_sets_parts import FilePart, part_of
from prismdesk.session.training_sets_rebuilding import Rebuilt, rebuild
from prismdesk.session.training_sets_regions import pair_of_region

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from prismdesk.project.ids import RegionId
    from prismdesk.session.session import Session

__all__ = [
    "Added",
    "FilePart",
    "Rebuilt",
    "add_files",
    "new_set",
    "part_of",
    "rebuild",
    "set_of_regions",
]


@dataclass(frozen=True, slots=True)
class Added:
    """What came of adding files.

    Attributes:
        training_set: as it is now, written.
        keys: of the new pairs.
        refused: a sentence for each file that can't be used.
    """

    training_set: TrainingSet
    keys: tuple[str, ...]
    refused: tuple[str, ...] = ()


def new_set(folder: Path, name: str = "") -> TrainingSet:
    """Begin an empty set in a folder.

    Raises:
        TrainingSetError: there is a set already, or the disk refused.
    """
    if (folder / SET_FILE).exists():
        raise TrainingSetError(f"{folder} holds a training set already; add to it.")
    made = TrainingSet(name=name or folder.absolute().name)
    write_set(folder, made)
    return made


def set_of_regions(
    session: Session,
    region_ids: Sequence[RegionId],
    folder: Path,
    *,
    name: str = "",
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> TrainingSet:
    """Put regions of an open project into the set of a folder, which is begun if there is none.

    The sound of a pair is what the region's lanes sound together: clips and chosen takes with
    their gains and fades, before the track's gain, without other lanes, tracks and buses. A region
    that is in the set already gets its sound, picture and masks anew; its words, its use and what
    was done to its sound stay.

    Args:
        session: of the project.
        region_ids: the regions, in the order of the table.
        folder: of the set.
        name: of a set that is begun; empty takes the folder's.
        progress: told the share done.
        cancelled: asked before each region.

    Returns:
        The set as it was written.

    Raises:
        TrainingSetError: a region sounds nothing, or the set can't be read or written.
        EditError: there is no such region.
        MediaError: sound, film or mask can't be read.
        Cancelled: as told; the set is as it was.
    """
    if not region_ids:
        raise TrainingSetError("Choose the regions that are to be learned from.")
    project = session.project
    made = _set_in(folder, name)
    for number, region_id in enumerate(region_ids):
        raise_if_cancelled(cancelled)

        def share(part: float, done: int = number) -> None:
            progress((done + part) / len(region_ids))

        old = _pair_from(made, str(session.store.path.resolve()), region_id)
        taken = {pair.key for pair in made.pairs}
        pair = pair_of_region(
            session, project, region_id, folder, old=old, taken=taken,
            progress=share, cancelled=cancelled,
        )  # fmt: skip
        made = made.with_more(pair) if old is None else made.with_pair(pair)
    write_set(folder, made)
    progress(1.0)
    return made


def add_files(
    folder: Path,
    paths: Sequence[Path | FilePart],
    *,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> Added:
    """Put sound files, films, parts of them, and folders of them into a set.

    A film gives sound and picture; so does a sound with a film of the same name beside it. Words
    come from ``prompts.txt`` or a text file of the same name, or from another tool's ``.npz``.

    Args:
        folder: of the set, which is begun if there is none.
        paths: files, parts of files, or folders of which every sound is taken.
        progress: told the share done.
        cancelled: asked between files.

    Raises:
        TrainingSetError: the set can't be read or written.
        InputError: none of the files can be used; the sentence of the first.
        Cancelled: as told; the set is as it was.
    """
    made = _set_in(folder, "")
    keys: list[str] = []
    refused: list[str] = []
    first: InputError | None = None
    parts = parts_of(paths)
    for number, part in enumerate(parts):
        raise_if_cancelled(cancelled)
        progress(number / len(parts))
        key = free_key(part.path.stem, {pair.key for pair in made.pairs})
        try:
            pair = pair_of_file(part, folder, key=key, cancelled=cancelled)
        except InputError as error:
            first = first or error
            refused.append(str(error))
            continue
        made = made.with_more(pair)
        keys.append(key)
    if first is not None and not keys:
        raise first
    write_set(folder, made)
    progress(1.0)
    return Added(made, tuple(keys), tuple(refused))


def _set_in(folder: Path, name: str) -> TrainingSet:
    if (folder / SET_FILE).exists():
        return read_set(folder)
    return TrainingSet(name=name or folder.absolute().name)


def _pair_from(made: TrainingSet, project: str, region_id: RegionId) -> TrainingPair | None:
    for pair in made.pairs:
        if pair.source.project == project and pair.source.region == region_id:
            return pair
    return None
