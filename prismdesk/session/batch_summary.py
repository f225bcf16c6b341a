"""What became of a batch, in words: for the summary page, a text and a table."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from prismdesk.engines.catalogue import capabilities_of, variant_of
from prismdesk.errors import PrismDeskError
from prismdesk.jobs.batch_records import BatchState, Outcome
from prismdesk.project.table_cells import harmless
from prismdesk.session.durations import format_duration

if TYPE_CHECKING:
    from prismdesk.jobs.batch_records import BatchEntry, BatchRecord

OUTCOME_WORDS = {
    Outcome.WAITING: "Waits",
    Outcome.MADE: "Made",
    Outcome.FAILED: "Failed",
    Outcome.SKIPPED: "Skipped",
    Outcome.REFUSED: "Refused",
    Outcome.CANCELLED: "Cancelled",
}
SUMMARY_ORDER = (
    Outcome.FAILED,
    Outcome.REFUSED,
    Outcome.WAITING,
    Outcome.CANCELLED,
    Outcome.SKIPPED,
    Outcome.MADE,
)
"""What needs a look first."""
_HEADINGS = ("region", "id", "engine", "variant", "takes", "outcome", "seconds", "why", "note")


@dataclass(frozen=True, slots=True)
class BatchSummary:
    """A batch looked at as a whole."""

    record: BatchRecord

    @property
    def headline(self) -> str:
        """Return "7 of 10 regions are made, 2 failed, 1 was skipped; 1 more was refused."."""
        record = self.record
        made, of = len(record.of(Outcome.MADE)), len(record.to_make)
        first = f"All {of} regions are made" if made == of else f"{made} of {of} regions are made"
        if of == 1:
            first = "The region is made" if made else "The region isn't made"
        others = [
            f"{count} {words if count > 1 else word}"
            for outcome, word, words in (
                (Outcome.FAILED, "failed", "failed"),
                (Outcome.SKIPPED, "was skipped", "were skipped"),
                (Outcome.CANCELLED, "was cancelled", "were cancelled"),
                (Outcome.WAITING, "waits", "wait"),
            )
            if (count := len(record.of(outcome)))
        ]
        refused = len(record.of(Outcome.REFUSED))
        more = f"; {refused} more {'was' if refused == 1 else 'were'} refused" if refused else ""
        return f"{', '.join([first, *others])}{more}."

    @property
    def when(self) -> str:
        """Return when it began and ended, in this machine's time; and how long it took."""
        record = self.record
        began = local_time(record.created_utc)
        if record.state is BatchState.PLANNED:
            return f"Asked for {began}, begins {local_time(record.start_at_utc)}."
        if not record.ended_utc:
            return f"Began {began}."
        made_seconds = sum(entry.seconds for entry in record.entries)
        work = f", {format_duration(made_seconds)} of work" if made_seconds >= 1 else ""
        return f"Began {began}, ended {local_time(record.ended_utc)}{work}."

    @property
    def rows(self) -> tuple[BatchEntry, ...]:
        """Return the regions, those first that need a look."""
        return tuple(entry for outcome in SUMMARY_ORDER for entry in self.record.of(outcome))

    def text(self) -> str:
        """Return all of it as lines to be read."""
        lines = [self.headline, self.when]
        if self.record.paused_because:
            lines.append(f"Paused: {self.record.paused_because}")
        lines.append("")
        width = max((len(entry.label) for entry in self.record.entries), default=0)
        for entry in self.rows:
            lines.append(
                f"{OUTCOME_WORDS[entry.outcome]:<10}{entry.label:<{width}}  {what_made(entry)}"
            )
            lines += [f"{'':<10}{words}" for words in why(entry)]
        return "\n".join(lines) + "\n"

    def csv(self) -> str:
        """Return a table with a line for each region, in the order of the batch."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(_HEADINGS)
        for entry in self.record.entries:
            cells = (
                entry.label,
                entry.region_id,
                entry.engine,
                entry.variant,
                str(entry.takes),
                str(entry.outcome),
                f"{entry.seconds:.1f}" if entry.seconds else "",
                entry.reason,
                " ".join(entry.notes),
            )
            writer.writerow([harmless(cell) for cell in cells])
        return out.getvalue()

    def to_json(self) -> dict[str, object]:
        """Return it for other programs."""
        record = self.record
        return {
            "batch": record.batch_id,
            "state": str(record.state),
            "created_utc": record.created_utc,
            "start_at_utc": record.start_at_utc,
            "ended_utc": record.ended_utc,
            "paused_because": record.paused_because,
            "counts": {str(outcome): len(record.of(outcome)) for outcome in Outcome},
            "regions": [
                {
                    "id": entry.region_id,
                    "name": entry.label,
                    "engine": entry.engine,
                    "variant": entry.variant,
                    "takes": entry.takes,
                    "outcome": str(entry.outcome),
                    "why": entry.reason,
                    "failure": entry.failure,
                    "notes": list(entry.notes),
                    "seconds": round(entry.seconds, 1),
                }
                for entry in record.entries
            ],
        }


def what_made(entry: BatchEntry) -> str:
    """Return "SelVA small 16k · 2 takes"."""
    takes = f"{entry.takes} take{'s' * (entry.takes != 1)}"
    return f"{engine_name(entry.engine, entry.variant)} · {takes}"


def engine_name(engine: str, variant: str) -> str:
    """Return what people call a variant of an engine."""
    try:
        offer = capabilities_of(engine)
    except PrismDeskError:
        return " ".join(part for part in (engine, variant) if part)
    found = variant_of(offer, variant) if variant else None
    return found.name if found is not None else " ".join(filter(None, (offer.name, variant)))


def why(entry: BatchEntry) -> tuple[str, ...]:
    """Return what is to be known of a region: why it isn't made, what is odd about it."""
    return tuple(words for words in (entry.reason, *entry.notes) if words)


def local_time(utc: str) -> str:
    """Return "today 23:00", "22 Nov 23:00" in this machine's time; the text if it is no time."""
    try:
        then = datetime.fromisoformat(utc).astimezone()
    except ValueError:
        return utc
    if then.date() == datetime.now().astimezone().date():
        return f"today {then:%H:%M}"
    return f"{then.day} {then:%b %H:%M}"
