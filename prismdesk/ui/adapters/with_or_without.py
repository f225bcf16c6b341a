"""The key that makes the heard take once more without its adapters, or with its region's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.project.lookup import region_of_take, take_of
from prismdesk.session.adapter_comparison import (
    other_adapters,
    queue_with_or_without,
    why_no_other,
)
from prismdesk.session.asking import region_as_made

if TYPE_CHECKING:
    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.progress import FractionDone, IsCancelled
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.making import Making
    from prismdesk.ui.takes.audition import Audition


class WithOrWithout:
    """Queues the counterpart of the take that is heard; A/B then goes between the two.

    Args:
        document: the project.
        audition: which take is heard.
        making: queues.
        desktop: actions.
    """

    def __init__(
        self, document: Document, audition: Audition, making: Making, desktop: Desktop
    ) -> None:
        self._document = document
        self._audition = audition
        self._making = making
        self._desktop = desktop

    def bind_actions(self) -> None:
        """Give it to its key and menu."""
        self._desktop.actions.bind("takes.with_or_without", self.make, enabled=self._can_make)

    def make(self) -> None:
        """Make the counterpart."""
        take = self._audition.current
        if take is None:
            return
        self._making.flush()
        project, session, take_id = self._document.project, self._document.session, take.id
        region = region_of_take(project, take_id)
        wanted = replace(
            region_as_made(region, take_of(project, take_id)),
            adapters=other_adapters(region, take),
        )
        if reason := self._making.refusals.of(wanted):
            self._making.tell_why_not(wanted, reason)
            return

        def queue(progress: FractionDone, cancelled: IsCancelled) -> JobSnapshot:
            return queue_with_or_without(
                session, project, take_id, progress=progress, cancelled=cancelled
            )

        self._making.prepare(wanted, queue)

    def _can_make(self) -> bool | str:
        take = self._audition.current
        if take is None:
            return "No take is chosen in the selected region."
        region = region_of_take(self._document.project, take.id)
        return why_no_other(region, take) or True
