"""A batch in words: when it was, how far it is, what is planned. No Qt."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from prismdesk.jobs.batch_records import BatchState, Outcome
from prismdesk.session.batch_summary import local_time
from prismdesk.session.durations import format_duration
from prismdesk.session.model_words import plural, size_words
from prismdesk.ui.job_words import takes_words, time_left_words

if TYPE_CHECKING:
    from prismdesk.jobs.batch_records import BatchRecord
    from prismdesk.session.batch_watch import BatchMoment
    from prismdesk.session.batches import BatchPlan, PlannedRegion

_EVENING_HOUR = 18
_MORNING_HOUR = 5


def batch_name(record: BatchRecord, now: datetime | None = None) -> str:
    """Return "The batch of last night", "The batch of today 14:02"."""
    now = (now or datetime.now()).astimezone()
    try:
        then = datetime.fromisoformat(record.start_at_utc or record.created_utc).astimezone()
    except ValueError:
        return "The batch"
    last_evening = (now - timedelta(days=1)).replace(hour=_EVENING_HOUR, minute=0, second=0)
    this_morning = now.replace(hour=_MORNING_HOUR, minute=0, second=0)
    if last_evening <= then < this_morning <= now:
        return "The batch of last night"
    return f"The batch of {local_time(then.isoformat())}"


def made_words(record: BatchRecord) -> str:
    """Return "4 of 10 made"."""
    return f"{len(record.of(Outcome.MADE))} of {len(record.to_make)} made"


def moment_words(moment: BatchMoment) -> str:
    """Return how far a batch is: "Batch: 4 of 10 · 12 min left", "Batch: paused, 3 of 10 made"."""
    record = moment.record
    if record.state is BatchState.PLANNED:
        return f"Batch: begins {local_time(record.start_at_utc)}"
    if record.paused_because:
        return f"Batch: paused, {made_words(record)}"
    left = time_left_words(moment.seconds_left)
    words = f"Batch: {moment.number} of {len(record.to_make)}"
    return f"{words} · {left}" if left else words


def plan_words(plan: BatchPlan) -> str:
    """Return what a plan comes to: regions and takes, time, room, loads."""
    count = len(plan.to_make)
    parts = [f"{plural(count, 'region')}, {takes_words(plan.wish.takes)} each"]
    parts.append(time_words(plan))
    room = f"{size_words(plan.needed_bytes)} on the disk"
    parts.append(f"{room}, {size_words(plan.free_bytes)} free" if plan.free_bytes >= 0 else room)
    if plan.loads > 1:
        parts.append(f"{plan.loads} engines in turn")
    return " · ".join(part for part in parts if part)


def refused_words(plan: BatchPlan) -> str:
    """Return why the first of the refused regions is, and how many more there are."""
    if not plan.refused:
        return ""
    first = plan.refused[0]
    more = f" And {len(plan.refused) - 1} more." if len(plan.refused) > 1 else ""
    return (
        f"“{first.region.name or first.region.id}” is refused: {shown_reason(first.refused)}{more}"
    )


def shown_reason(reason: str) -> str:
    """Return a reason without the commands that a button stands for in the window."""
    what, _, command = reason.partition("; fetch them with")
    return f"{what}." if command else what


def lacks_weights(row: PlannedRegion) -> bool:
    """Whether a region is refused for weights that can be fetched."""
    return "prismdesk models get" in row.refused


def time_words(plan: BatchPlan) -> str:
    """Return "about 12 min 40 s", "at least …" where some wasn't measured; empty if nothing was."""
    if plan.seconds is None:
        return "time not measured yet"
    seconds = format_duration(plan.seconds)
    return f"at least {seconds}" if plan.unknown else f"about {seconds}"
