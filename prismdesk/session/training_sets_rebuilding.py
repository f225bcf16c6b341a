"""A set made again from its sources, which may have changed meanwhile."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.adapters.sound_change import change_of
from prismdesk.adapters.training_set import TrainingSetError, read_set, write_set
from prismdesk.errors import InputError
from prismdesk.progress import (
    FractionDone,
    IsCancelled,
    ignore_progress,
    never_cancelled,
    raise_if_cancelled,
)
from prismdesk.project.ids import RegionId
from prismdesk.session.opening import open_session
from prismdesk.session.training_sets_files import pair_of_file
from prismdesk.session.training_sets_parts import FilePart
from prismdesk.session.training_sets_regions import pair_of_region

if TYPE_CHECKING:
    from prismdesk.adapters.training_set import TrainingPair, TrainingSet
    from prismdesk.session.session import Session


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came of making a set again.

    Attributes:
        training_set: as it is now, written.
        changed: a sentence for each pair whose sound or picture is another than before.
        kept: a sentence for each pair that couldn't be made again and is as it was.
    """

    training_set: TrainingSet
    changed: tuple[str, ...]
    kept: tuple[str, ...]


def rebuild(
    folder: Path,
    *,
    session: Session | None = None,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> Rebuilt:
    """Make every pair's sound, masks and place in the film again from its source.

    What was done to a sound in the set is done again; words, use, licence and order stay.

    Args:
        folder: of the set.
        session: of a project that is open; others are opened meanwhile.
        progress: told the share done.
        cancelled: asked often.

    Raises:
        TrainingSetError: the set can't be read or written.
        Cancelled: as told; the set is as it was.
    """
    made = read_set(folder)
    changed: list[str] = []
    kept: list[str] = []
    with ExitStack() as opened:
        sessions = _Sessions(opened, session, cancelled)
        for number, pair in enumerate(made.pairs):
            raise_if_cancelled(cancelled)
            progress(number / len(made.pairs))
            try:
                new = _remade(folder, pair, sessions, cancelled)
            except InputError as error:
                kept.append(f"{pair.name} stays as it was: {error}")
                continue
            if differences := _differences(pair, new):
                changed.append(f"{pair.name} has {differences}.")
            made = made.with_pair(new)
    write_set(folder, made)
    progress(1.0)
    return Rebuilt(made, tuple(changed), tuple(kept))


def remade(
    folder: Path,
    pair: TrainingPair,
    *,
    session: Session | None = None,
    cancelled: IsCancelled = never_cancelled,
) -> TrainingPair:
    """Return one pair made again from its source; its sound is written.

    Raises:
        TrainingSetError: it has no source, or what was done to its sound can't be again.
        InputError: the source can't be read.
        Cancelled: as told.
    """
    with ExitStack() as opened:
        return _remade(folder, pair, _Sessions(opened, session, cancelled), cancelled)


class _Sessions:
    """Projects that pairs come from, each opened once."""

    def __init__(self, opened: ExitStack, session: Session | None, cancelled: IsCancelled) -> None:
        self._opened = opened
        self._cancelled = cancelled
        self._sessions: dict[str, Session] = {}
        if session is not None:
            self._sessions[str(session.store.path.resolve())] = session

    def of(self, project: str) -> Session:
        """Return the session of a project.

        Raises:
            InputError: it can't be opened.
        """
        if project not in self._sessions:
            session = open_session(Path(project), cancelled=self._cancelled)
            self._sessions[project] = self._opened.enter_context(session)
        return self._sessions[project]


def _remade(
    folder: Path, pair: TrainingPair, sessions: _Sessions, cancelled: IsCancelled
) -> TrainingPair:
    source = pair.source
    if source.project:
        session = sessions.of(source.project)
        return pair_of_region(
            session,
            session.project,
            RegionId(source.region),
            folder,
            old=pair,
            taken=set(),
            progress=ignore_progress,
            cancelled=cancelled,
        )
    if not source.file:
        raise TrainingSetError(f"{pair.name} tells no source that it could be made from again.")
    part = FilePart(Path(source.file), source.start_seconds, source.end_seconds)
    changes = [change_of(text) for text in pair.changes]
    new = pair_of_file(part, folder, key=pair.key, changes=changes, cancelled=cancelled)
    if pair.film:
        new = replace(new, masks=pair.masks, mask_name=pair.mask_name)
    else:
        new = replace(new, film="", film_stream=0, film_start=Fraction(0))
        new = new if pair.features else replace(new, features="")
    return replace(
        new,
        name=pair.name,
        prompt=pair.prompt,
        split=pair.split,
        licence=pair.licence,
        note=pair.note,
        accepted=pair.accepted,
    )


def _differences(before: TrainingPair, after: TrainingPair) -> str:
    found = []
    if after.sound != before.sound:
        found.append("another sound")
    if after.features != before.features:
        found.append("other features of its picture")
    if (after.film, after.film_start) != (before.film, before.film_start):
        found.append("another place in the film")
    if after.masks != before.masks:
        found.append("other masks")
    return " and ".join(found)
