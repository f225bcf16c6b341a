"""Takes whose project is lost are found by their own records, and adopted by another project."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from prismdesk.errors import InputError
from prismdesk.jobs.take_record import read_record, record_path, write_beside
from prismdesk.media.errors import writing
from prismdesk.media.wav import map_wav, partial_path
from prismdesk.progress import IsCancelled, never_cancelled, raise_if_cancelled
from prismdesk.project.edits.regions import add_region
from prismdesk.project.edits.takes import add_take
from prismdesk.project.errors import EditError
from prismdesk.project.ids import RegionId, TakeId
from prismdesk.project.lookup import region_of, replace_region, takes_of
from prismdesk.project.mask_words import read_masks
from prismdesk.project.model import Region
from prismdesk.project.store.codec import Memo, encode_project
from prismdesk.project.store.errors import FormatError
from prismdesk.project.store.folder import MASKS, TAKES
from prismdesk.session.recipes import recipe_of
from prismdesk.session.take_values import take_of_record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prismdesk.jobs.take_record import TakeRecord
    from prismdesk.project.model import Project, Take
    from prismdesk.session.session import Session


@dataclass(frozen=True, slots=True)
class FoundTake:
    """A take's WAV and what it says of itself."""

    path: Path
    record: TakeRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTakes:
    """What lies in a folder, oldest first; ``unreadable`` are sentences on what is no take."""

    takes: tuple[FoundTake, ...]
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopted:
    """What came of adopting: the takes now in the project, and why others are not."""

    takes: tuple[Take, ...]
    refused: tuple[str, ...] = ()


def find_takes(folder: Path, cancelled: IsCancelled = never_cancelled) -> FoundTakes:
    """List the takes whose WAVs are in a folder, or in the ``takes`` of a project's folder.

    Raises:
        InputError: there is no such folder.
        Cancelled: as told.
    """
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder to look for takes in.")
    place = folder / TAKES if (folder / TAKES).is_dir() else folder
    found: list[FoundTake] = []
    unreadable: list[str] = []
    for path in sorted(place.glob("*.wav")):
        raise_if_cancelled(cancelled)
        if path.name.startswith("."):
            continue
        try:
            found.append(_read(path))
        except InputError as error:
            unreadable.append(str(error))
    found.sort(key=lambda one: (one.record.created_utc, one.path.name))
    return FoundTakes(takes=tuple(found), unreadable=tuple(unreadable))


def adopt_takes(
    session: Session, found: FoundTakes, cancelled: IsCancelled = never_cancelled
) -> Adopted:
    """Put takes into a project that hasn't got them, as one undo step.

    Each comes to the region it was made for; where that isn't there, it is marked again on the
    track and lanes that the take names. Files from elsewhere are copied. What is chosen stays so;
    in a region without a choice the oldest is.

    Raises:
        MediaWorkError: the disk refused.
        Cancelled: as told; nothing was adopted.
    """
    project = session.project
    known = {take.id for take in takes_of(project)}
    refused: list[str] = []
    adopted: list[str] = []
    memo = Memo()
    for one in found.takes:
        raise_if_cancelled(cancelled)
        if one.record.take in known:
            continue
        try:
            with_it = _with(project, one)
            encode_project(with_it, memo)
            _bring(one, session.folder)
            project = with_it
        except (InputError, EditError, FormatError, ValueError) as error:
            refused.append(f"{one.path.name}: {error}")
        else:
            adopted.append(one.record.take)
            known.add(TakeId(one.record.take))
    if adopted:
        count = len(adopted)
        label = f"Recover {count} take{'s' * (count != 1)}"
        session.store.apply(label, lambda _: project)
    takes = [take for take in takes_of(session.project) if take.id in adopted]
    return Adopted(takes=tuple(takes), refused=tuple(refused))


def _read(path: Path) -> FoundTake:
    record = read_record(path)
    with map_wav(path) as wav:
        if (wav.rate_hz, wav.channels, wav.length_samples) != (
            record.rate_hz,
            record.channels,
            record.length_samples,
        ):
            raise InputError(f"{path.name} isn't as long or wide as its record says.")
    return FoundTake(path, record)


def _with(project: Project, found: FoundTake) -> Project:
    """Return the project with a take in it.

    Raises:
        InputError, EditError, ValueError: it doesn't fit this project.
    """
    record = found.record
    if record.rate_hz != project.rate_hz:
        raise InputError(
            f"it is at {record.rate_hz} Hz, and the project at {project.rate_hz} Hz; make a "
            f"project at its rate (--rate {record.rate_hz})."
        )
    take = take_of_record(
        record,
        name="Take 1",
        path=(PurePosixPath(TAKES) / found.path.name).as_posix(),
        drawn_masks=read_masks(record.drawn_masks, rate_hz=record.rate_hz),
    )
    region = next((one for one in project.regions if one.id == record.region), None)
    if region is None:
        region = _region_of(project, record, take)
        project = add_region(project, region)
    moved_by = region.range.start_samples - take.region.start_samples
    if region.range.length_samples == take.region.length_samples:
        take = replace(take, region=take.region.shifted(moved_by))
    take = replace(take, name=f"Take {1 + len(region.takes)}")
    project = add_take(project, region.id, take)
    if not region.comp:
        return project
    # What was chosen goes on sounding.
    return replace_region(project, replace(region_of(project, region.id), comp=region.comp))


def _region_of(project: Project, record: TakeRecord, take: Take) -> Region:
    """Return the region that a take was made for, marked again."""
    if not 1 <= record.track_number <= len(project.tracks):
        raise InputError(f"the project has no track {record.track_number}, which it was made for.")
    track = project.tracks[record.track_number - 1]
    numbers = record.lane_numbers or (1,)
    if not all(1 <= number <= len(track.lanes) for number in numbers):
        raise InputError(f"{track.name} hasn't the lanes that it was made for.")
    recipe = recipe_of(take)
    return Region(
        id=RegionId(record.region),
        track_id=track.id,
        lane_ids=tuple(track.lanes[number - 1].id for number in numbers),
        range=take.region,
        task=recipe.task,
        name=record.region_name,
        engine=recipe.engine,
        variant=recipe.variant,
        prompt=recipe.prompt,
        negative_prompt=recipe.negative_prompt,
        settings=recipe.settings,
        adapters=recipe.adapters,
        sees_picture=recipe.sees_picture,
        masks=recipe.masks,
        drawn_masks=recipe.drawn_masks,
    )


def _bring(found: FoundTake, folder: Path) -> None:
    """Have a take's files, and the masks it names, in the project's folder."""
    target = folder / TAKES / found.path.name
    if target.resolve() == found.path.resolve():
        if not record_path(target).exists():
            write_beside(target, found.record)
        return
    if target.exists():
        raise InputError(f"a file of that name is in {TAKES} already; rename it.")
    _copy(found.path, target)
    write_beside(target, found.record)
    for mask in _masks(found.record):
        source = found.path.parent.parent / mask
        if source.is_file() and not source.is_symlink() and not (folder / mask).exists():
            _copy(source, folder / mask)


def _masks(record: TakeRecord) -> Iterator[str]:
    for mask in (*record.masks, *record.mask_stills):
        path = PurePosixPath(mask)
        if path.parts[:-1] == (MASKS,) and not path.name.startswith("."):
            yield mask


def _copy(source: Path, target: Path) -> None:
    partial = partial_path(target)
    with writing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(source, partial)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
