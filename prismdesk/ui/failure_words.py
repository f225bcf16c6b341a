"""What went wrong with a job, in words: what happened, what was kept, what can be done. No Qt.

To tell another kind of failure, add its words to ``_WORDS``; to offer another remedy, add its id
to ``RemedyId`` and what does it to the table of ``ui.remedies``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from prismdesk.engines.capabilities import EngineInput
from prismdesk.engines.catalogue import capabilities_of
from prismdesk.engines.errors import SmallerWay, UnsupportedError
from prismdesk.jobs.messages import FailureKind, JobFailure
from prismdesk.session.model_words import size_words
from prismdesk.session.replacing import AMBIENCE

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.engines.errors import SmallerWork
    from prismdesk.jobs.spec import JobSpec
    from prismdesk.jobs.states import JobSnapshot

KEPT = "Region, prompt and queue are as they were; playback was not touched."
_MOST_SMALLER = 2
"""How many ways to make the work smaller are offered, so that the row is taken in at once."""


class RemedyId(StrEnum):
    """What can be done about a failure; ``ui.remedies`` does it."""

    START_AGAIN = "start again"
    SHOW_LOG = "show log"
    SHOW_REGION = "show region"
    WITH_OFFLOAD = "with offload"
    ON_PROCESSOR = "on processor"
    USE_VARIANT = "use variant"
    USE_PRECISION = "use precision"
    ONE_TAKE = "one take"
    SHORTEN = "shorten"
    FITTED = "fitted"
    SAVE_ELSEWHERE = "save elsewhere"
    EMPTY_CACHE = "empty cache"
    GET_WEIGHTS = "get weights"
    GET_DAMAGED = "get damaged"
    REMOVE_WEIGHTS = "remove weights"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """One button: what it says, and as plain data what it does.

    ``value`` is what the id needs to know: a variant, a precision, seconds.
    """

    id: RemedyId
    words: str
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureWords:
    """A failure for the message bar, the region and the dock; the first remedy is the best."""

    title: str
    body: str
    remedies: tuple[Remedy, ...] = ()


START_AGAIN = Remedy(id=RemedyId.START_AGAIN, words="Start again")
SHOW_LOG = Remedy(id=RemedyId.SHOW_LOG, words="Show log")
SHOW_REGION = Remedy(id=RemedyId.SHOW_REGION, words="Show it")


def failure_words(job: JobSnapshot, failure: JobFailure, *, kept_takes: int = 0) -> FailureWords:
    """Return what happened, what was kept and what can be done.

    Args:
        job: that failed.
        failure: why.
        kept_takes: how many takes its region has.
    """
    return _WORDS[failure.kind](job, failure, kept_takes)


def _out_of_memory(job: JobSnapshot, failure: JobFailure, kept_takes: int) -> FailureWords:
    is_processor = failure.device in ("", "processor")
    if failure.needed_bytes and failure.free_bytes:
        body = (
            f"“{job.label}” needs {_gigabytes(failure.needed_bytes)}, "
            f"{_gigabytes(failure.free_bytes)} are free."
        )
    else:
        body = f"“{job.label}”: {_without_advice(failure)}"
    return FailureWords(
        title="Memory ran out." if is_processor else "The GPU ran out of memory.",
        body=f"{body} {_kept_words(kept_takes)}".strip(),
        remedies=(
            *[_made_smaller(work) for work in failure.smaller[:_MOST_SMALLER]],
            START_AGAIN,
            SHOW_LOG,
        ),
    )


def _without_advice(failure: JobFailure) -> str:
    """Return what an engine said of its memory, and of what would fit only what has no button."""
    on_buttons = {words for work in failure.smaller for words in (work.words, work.value)}
    others = [words for words in failure.would_fit if words not in on_buttons]
    if not failure.smaller:
        said = failure.message
    else:
        said = failure.message.partition(";")[0].rstrip(".") + "."
    if others and not all(words in said for words in others):
        said += f" What would fit: {'; '.join(others)}."
    return said


def _made_smaller(work: SmallerWork) -> Remedy:
    ids_and_words = {
        SmallerWay.OFFLOAD: (RemedyId.WITH_OFFLOAD, "Make it with offload"),
        SmallerWay.VARIANT: (RemedyId.USE_VARIANT, f"Use {work.words}"),
        SmallerWay.PRECISION: (RemedyId.USE_PRECISION, f"Use {work.value}"),
        SmallerWay.ONE_TAKE: (RemedyId.ONE_TAKE, "Make one take"),
        SmallerWay.SHORTER: (RemedyId.SHORTEN, f"Shorten it to {work.value} s"),
    }
    remedy_id, words = ids_and_words[work.way]
    return Remedy(id=remedy_id, words=words, value=work.value)


def _process_stopped(job: JobSnapshot, failure: JobFailure, kept_takes: int) -> FailureWords:
    return FailureWords(
        title="The engine's process stopped.",
        body=f"“{job.label}” was not made. {KEPT}",
        remedies=(START_AGAIN, SHOW_LOG),
    )


def _driver_lost(job: JobSnapshot, failure: JobFailure, kept_takes: int) -> FailureWords:
    on_processor = Remedy(id=RemedyId.ON_PROCESSOR, words="Make it on the processor")
    return FailureWords(
        title="The graphics driver stopped.",
        body=f"“{job.label}” was not made. {KEPT} The engine's process is a new one.",
        remedies=(START_AGAIN, on_processor, SHOW_LOG),
    )


def _weights_missing(job: JobSnapshot, failure: JobFailure, kept_takes: int) -> FailureWords:
    get = Remedy(id=RemedyId.GET_WEIGHTS, words="Get them…", value=job.spec.variant)
    return FailureWords(
        title="The engine's weights are not installed.",
        body=f"“{job.label}”: {failure.message}",
        remedies=(*([get] if job.spec.variant else []), START_AGAIN, SHOW_LOG),
    )


def _weights_damaged(job: JobSnapshot, failure: JobFailure, kept_takes: int) -> FailureWords:
    of_model = failure.model_id
    get = Remedy(id=RemedyId.GET_DAMAGED, words="Get the damaged part", value=of_model)
    remove = Remedy(id=RemedyId.REMOVE_WEIGHTS, words="Remove", value=of_model)
    what = failure.message.partition(";")[0].rstrip(".")
    return FailureWords(
        title="This file is damaged.",
        body=f"{what}. “{job.label}” was not made; {KEPT[:1].lower()}{KEPT[1:]}",
        remedies=(*([get, remove] if of_model else []), START_AGAIN),
    )


def _disk_full(job: JobSnapshot, failure: JobFailure, kept_takes: int) -> FailureWords:
    takes = "The take" if job.spec.kept_takes == 1 else f"{job.spec.kept_takes} takes"
    verb = "is" if job.spec.kept_takes == 1 else "are"
    empty_cache = Remedy(id=RemedyId.EMPTY_CACHE, words="Empty the cache")
    if failure.saved_takes:
        comes = "It comes" if job.spec.kept_takes == 1 else "They come"
        return FailureWords(
            title="Saved outside the project.",
            body=f"{takes} of “{job.label}” {verb} in {failure.saved_in}. {comes} into the "
            "project once there is room.",
            remedies=(Remedy(id=RemedyId.START_AGAIN, words="Bring in"), empty_cache),
        )
    if 0 <= failure.free_bytes < failure.needed_bytes:
        body = (
            f"{size_words(failure.needed_bytes)} are needed for “{job.label}”, "
            f"{size_words(failure.free_bytes)} are free."
        )
    elif failure.needed_bytes:
        body = (
            f"{size_words(failure.needed_bytes)} are needed for “{job.label}”, and the disk takes "
            "no more: its format or a quota sets a limit."
        )
    else:
        body = f"“{job.label}”: {failure.message}"
    if not failure.is_kept:
        return FailureWords(
            title="No more room on the disk.",
            body=f"{body} {KEPT}",
            remedies=(empty_cache, START_AGAIN, SHOW_LOG),
        )
    return FailureWords(
        title="No more room on the disk.",
        body=f"{body} {takes} {verb} kept in memory until you choose.",
        remedies=(
            Remedy(id=RemedyId.SAVE_ELSEWHERE, words="Save elsewhere…"),
            empty_cache,
            Remedy(id=RemedyId.START_AGAIN, words="Try again"),
        ),
    )


def _can_be_retried(title: str) -> Words:
    """Words for what may go well the next time."""

    def words(job: JobSnapshot, failure: JobFailure, kept_takes: int) -> FailureWords:
        body = f"“{job.label}”: {failure.message}"
        return FailureWords(title=title, body=body, remedies=(START_AGAIN, SHOW_LOG))

    return words


def _will_fail_again(title: str) -> Words:
    """Words for what fails again unless the region is changed."""

    def words(job: JobSnapshot, failure: JobFailure, kept_takes: int) -> FailureWords:
        body = f"“{job.label}”: {failure.message}"
        return FailureWords(title=title, body=body, remedies=(SHOW_REGION,))

    return words


def _unsupported(job: JobSnapshot, failure: JobFailure, kept_takes: int) -> FailureWords:
    return FailureWords(
        title="This engine can't do that.",
        body=f"“{job.label}”: {failure.message}",
        remedies=(*_fitted_to(job.spec), SHOW_REGION),
    )


def _fitted_to(spec: JobSpec) -> tuple[Remedy, ...]:
    """Return a way to ask for less of the same engine, else for another one's work."""
    try:
        offer = capabilities_of(spec.engine)
    except UnsupportedError:
        offer = None
    words = "Make it with Ambience"
    if offer is not None and spec.adapters and not offer.takes_adapters:
        words = "Make it without adapters"
    elif offer is not None and has_words(spec) and EngineInput.TEXT not in offer.inputs:
        words = "Make it without words"
    elif spec.engine == AMBIENCE:
        return ()
    engine = AMBIENCE if words.endswith("Ambience") else spec.engine
    return (Remedy(id=RemedyId.FITTED, words=words, value=engine),)


def has_words(spec: JobSpec) -> bool:
    """Whether a job has words to go by, or to keep away from."""
    return bool(spec.prompt.strip() or spec.negative_prompt.strip())


if TYPE_CHECKING:
    Words = Callable[[JobSnapshot, JobFailure, int], FailureWords]

_WORDS: dict[FailureKind, Words] = {
    FailureKind.OUT_OF_MEMORY: _out_of_memory,
    FailureKind.CRASHED: _process_stopped,
    FailureKind.DRIVER_LOST: _driver_lost,
    FailureKind.WEIGHTS_MISSING: _weights_missing,
    FailureKind.WEIGHTS_DAMAGED: _weights_damaged,
    FailureKind.DISK_FULL: _disk_full,
    FailureKind.WORK_FAILED: _can_be_retried("The work stopped."),
    FailureKind.UNEXPECTED: _can_be_retried("The engine stopped with an error."),
    FailureKind.UNSUPPORTED: _unsupported,
    FailureKind.UNUSABLE_CONTEXT: _will_fail_again("There is too little sound around the region."),
    FailureKind.BAD_INPUT: _will_fail_again("The job can't be done as it is."),
}


def _kept_words(takes: int) -> str:
    if not takes:
        return "Nothing was changed."
    if takes == 1:
        return "Take 1 is kept."
    return "Takes 1 and 2 are kept." if takes == 2 else f"Takes 1 to {takes} are kept."


def _gigabytes(count: int) -> str:
    return f"{count / 1e9:.1f} GB"
