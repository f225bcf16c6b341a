"""Takes that don't fit what the project is for: shown in turn, made again with Ambience."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from prismdesk.project.lookup import region_of
from prismdesk.session.model_words import page_in
from prismdesk.session.policy import policy_in_force
from prismdesk.session.replacing import refused_region_ids, replacing_label, with_engine
from prismdesk.ui.messages import MessageKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prismdesk.project.ids import RegionId
    from prismdesk.project.model import Project
    from prismdesk.session.licence_statements import Statement
    from prismdesk.session.licences import Refusal
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.job_outcomes import JobOutcomes
    from prismdesk.ui.making import Making
    from prismdesk.ui.messages import MessageButton
    from prismdesk.ui.selection import Selection

_NONE_REFUSED = "Every take that is heard fits what this project is for."


class Replacing(QObject):
    """Gives regions the engine that no licence forbids, and queues them: one step to undo.

    Args:
        document: the project.
        selection: goes to what doesn't fit.
        making: queues regions, and says which engine is refused.
        outcomes: tells when new takes have come.
        desktop: messages and actions.
        parent: owns it.
    """

    def __init__(
        self,
        document: Document,
        selection: Selection,
        making: Making,
        outcomes: JobOutcomes,
        desktop: Desktop,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._selection = selection
        self._making = making
        self._desktop = desktop
        self._awaited: set[RegionId] = set()
        self._made = 0
        self._known: tuple[Project | None, object, tuple[RegionId, ...]] = (None, None, ())
        outcomes.accepted.connect(self._note_made)
        making.use_refused.connect(self._tell_refused)

    def bind_actions(self) -> None:
        """Give the actions of this page to their menus."""
        actions = self._desktop.actions
        actions.bind("region.ambience", self.replace_selected, enabled=self._has_region)
        actions.bind("takes.next_refused", self.show_next, enabled=self._has_refused)
        actions.bind("takes.replace_refused", self.replace_refused, enabled=self._has_refused)

    def with_ambience(self, region_ids: Sequence[RegionId]) -> bool:
        """Make regions with Ambience: what it can't take goes, the takes there are stay.

        Returns:
            Whether they were queued; why not has been told.
        """
        self._making.flush()
        project = self._document.project
        regions = [region_of(project, region_id) for region_id in region_ids]
        label = replacing_label([region.name or "the region" for region in regions])
        if not regions or not self._document.apply(label, lambda p: with_engine(p, region_ids)):
            return False
        self._awaited |= set(region_ids)
        for region_id in region_ids:
            self._making.queue(region_of(self._document.project, region_id), 1)
        return True

    def replace_selected(self) -> None:
        """Make the selected region with Ambience."""
        if self._selection.region_id is not None:
            self.with_ambience((self._selection.region_id,))

    def replace_refused(self) -> None:
        """Make every region again that sounds what doesn't fit."""
        self.with_ambience(self.refused())

    def show_next(self) -> None:
        """Select the next region that sounds what doesn't fit, from the first one on again."""
        refused = set(self.refused())
        regions = sorted(self._document.project.regions, key=lambda region: region.range)
        ids = [region.id for region in regions if region.id in refused]
        if not ids:
            return
        at = self._selection.region_id
        place = ids.index(at) + 1 if at in ids else 0
        self._selection.select_region(ids[place % len(ids)])

    def _note_made(self, region_id: RegionId) -> None:
        if region_id not in self._awaited:
            return
        self._awaited.discard(region_id)
        self._made += 1
        if self._awaited:
            return
        made, self._made = self._made, 0
        what = "1 clip was" if made == 1 else f"{made} clips were"
        left = len(self.refused())
        body = "The earlier takes are kept beside the new ones. "
        body += f"{left} still don't fit this project." if left else "Everything fits now."
        self._desktop.messages.tell(
            f"{what} made again with Ambience.",
            body,
            kind=MessageKind.WARNING if left else MessageKind.GOOD,
            buttons=(("Export…", partial(self._desktop.actions.trigger, "file.export")),),
        )

    def _tell_refused(self, region_id: RegionId, refusal: Refusal) -> None:
        """Tell why a region's engine is refused in this project, with what can be done."""
        actions = self._desktop.actions
        region = region_of(self._document.project, region_id)
        buttons: list[MessageButton] = [
            ("Choose another model", partial(actions.trigger, "view.models")),
            ("Where it says so", partial(self.show_source, refusal.statement)),
            ("Make it with Ambience", partial(self.with_ambience, (region_id,))),
        ]
        self._desktop.messages.tell(
            refusal.title,
            f"{refusal.body} “{region.name or 'The region'}” is as it was.",
            kind=MessageKind.WARNING,
            buttons=buttons,
            stands=self._making.refusals.stands(region, refusal.sentence),
        )

    def show_source(self, statement: Statement) -> None:
        """Show where what is said of a model can be read."""
        if statement.said_by:
            self._desktop.actions.trigger("licence.policy")
        elif page := page_in(statement.where_stated):
            QDesktopServices.openUrl(QUrl(page))
        else:
            where = statement.where_stated or "Nothing is stated anywhere that is known."
            self._desktop.messages.tell(f"{statement.subject}: {statement.licence}.", where)

    def _has_region(self) -> bool | str:
        return True if self._selection.region_id is not None else "Select a region."

    def refused(self) -> tuple[RegionId, ...]:
        """Return the regions that sound what doesn't fit; it is asked at every refresh."""
        project, stamp = self._document.project, policy_in_force().stamp
        if self._known[0] is not project or self._known[1] != stamp:
            self._known = (project, stamp, refused_region_ids(project))
        return self._known[2]

    def _has_refused(self) -> bool | str:
        return True if self.refused() else _NONE_REFUSED
