"""Whether a take can still be made as it is: it is made again, compared, and thrown away."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, log10
from typing import TYPE_CHECKING

import numpy as np

from prismdesk.errors import InputError
from prismdesk.jobs.spec import inside
from prismdesk.jobs.take_files import remove_takes
from prismdesk.jobs.take_record import record_of
from prismdesk.media.wav import map_wav
from prismdesk.progress import IsCancelled, never_cancelled
from prismdesk.project.lookup import take_of
from prismdesk.session.again import queue_again
from prismdesk.session.circumstances import circumstances_now
from prismdesk.session.making import wait_for_job
from prismdesk.session.records import circumstances_of, differences
from prismdesk.session.take_values import take_of_record

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.media.audio import AudioBlock
    from prismdesk.project.ids import TakeId
    from prismdesk.project.model import Take
    from prismdesk.session.session import Session

_CHUNK_SAMPLES = 1 << 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two takes' sounds held against each other.

    Attributes:
        is_identical: whether they have the same samples, bit for bit.
        difference_db: level of the difference against the first sound's, RMS; -inf where there is
            none.
        has_same_length: whether they are equally long, with as many channels.
    """

    is_identical: bool
    difference_db: float
    has_same_length: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeCheck:
    """What came of making a take again: how its samples differ, and why they may."""

    comparison: Comparison
    differences: tuple[str, ...]


def compare_takes(folder: Path, first: Take, second: Take) -> Comparison:
    """Hold the sound that a take repeats against the take's.

    Args:
        folder: the project's.
        first: what was there before.
        second: what was made of it again.

    Raises:
        MediaError: one of the files can't be read.
    """
    return compare_sounds(inside(folder, first.path), inside(folder, second.path))


def compare_sounds(first: Path, second: Path) -> Comparison:
    """Hold two WAVs against each other.

    Raises:
        MediaError: one of them can't be read.
    """
    with map_wav(first) as one, map_wav(second) as other:
        if (one.channels, one.length_samples) != (other.channels, other.length_samples):
            return Comparison(is_identical=False, difference_db=0.0, has_same_length=False)
        is_identical, power, difference_power = True, 0.0, 0.0
        for start in range(0, one.length_samples, _CHUNK_SAMPLES):
            length = min(_CHUNK_SAMPLES, one.length_samples - start)
            left, right = one.read(start, length), other.read(start, length)
            is_identical = is_identical and left.tobytes() == right.tobytes()
            power += _power(left)
            difference_power += _power(left.astype(np.float64) - right)
    return Comparison(
        is_identical=is_identical,
        difference_db=_ratio_db(difference_power, power),
        has_same_length=True,
    )


def check_take(
    session: Session,
    take_id: TakeId,
    *,
    watch: Callable[[JobSnapshot], None] | None = None,
    cancelled: IsCancelled = never_cancelled,
) -> TakeCheck:
    """Make a take again, compare it with what is there, and leave the project as it was.

    Args:
        session: the open project.
        take_id: the take.
        watch: called on this thread with the job as it goes on.
        cancelled: asked often; True cancels the job.

    Raises:
        EditError: there is no such take.
        InputError, EngineError, WorkError: it can't be made again.
        MediaError: one of the sounds can't be read.
        Cancelled: it was.
    """
    project = session.project
    take = take_of(project, take_id)
    if not inside(session.folder, take.path).is_file():
        raise InputError(f"The sound of {take.name} ({take.path}) isn't there to compare with.")
    before = circumstances_now(session, project, take, cancelled)
    job = wait_for_job(
        session,
        queue_again(session, project, take_id, cancelled=cancelled),
        watch=watch,
        cancelled=cancelled,
    )
    try:
        done = job.takes[0]
        made = take_of_record(record_of(job.spec, done), name=take.name, path=done.path)
        told = (*before.missing, *differences(take, circumstances_of(made)))
        return TakeCheck(
            comparison=compare_takes(session.folder, take, made),
            differences=tuple(dict.fromkeys(told)),
        )
    finally:
        session.queue.clear(job.id)
        remove_takes(job.spec, session.folder)


def comparison_words(comparison: Comparison) -> str:
    """Say in a few words how a take that was made again sounds beside what it repeats."""
    if comparison.is_identical:
        return "the same samples, bit for bit"
    if not comparison.has_same_length:
        return "another length"
    if comparison.difference_db == -inf:
        return "the same samples, but for the sign of silence"
    return f"differs, {comparison.difference_db:.0f} dB against its own level"


def _power(sound: AudioBlock | np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    return float(np.sum(np.square(sound, dtype=np.float64)))


def _ratio_db(difference_power: float, power: float) -> float:
    if difference_power == 0.0:
        return -inf
    return 10 * log10(difference_power / power) if power > 0.0 else 0.0
