"""The commands for takes, on their keys and in their menu."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol

from prismdesk.project.consistency import BEST_RATING
from prismdesk.project.edits import rate_take, remove_take, restore_take, set_take_gain
from prismdesk.project.lookup import region_of_take, take_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.project.ids import RegionId, TakeId
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.making import Making
    from prismdesk.ui.takes.audition import Audition


class ShowsTakes(Protocol):
    """Where takes are drawn as rows below their lane."""

    def open_takes(self, region_id: RegionId | None) -> None:
        """Show the takes of a region, or none."""


class TakeCommands:
    """Does what the Takes menu says, for the take that is heard.

    Args:
        document: the project.
        audition: which take is heard.
        making: makes takes again.
        desktop: actions and messages.
        canvas: shows the rows of takes.
    """

    def __init__(
        self,
        document: Document,
        audition: Audition,
        making: Making,
        desktop: Desktop,
        canvas: ShowsTakes,
    ) -> None:
        self._document = document
        self._audition = audition
        self._making = making
        self._desktop = desktop
        self._canvas = canvas
        self._open_region_id: RegionId | None = None

    def bind_actions(self) -> None:
        """Give the commands to their keys and menu."""
        bind, audition = self._desktop.actions.bind, self._audition
        bind("takes.open", self.toggle_open, enabled=self._has_region, checked=self._is_open)
        bind("takes.next", partial(audition.step, 1), enabled=self._has_takes)
        bind("takes.previous", partial(audition.step, -1), enabled=self._has_takes)
        bind("takes.ab", audition.toggle_ab, enabled=self._has_two)
        bind(
            "takes.level_match",
            lambda: audition.set_level_matched(not audition.is_level_matched),
            enabled=self._has_takes,
            checked=lambda: audition.is_level_matched,
        )
        bind(
            "takes.comp",
            lambda: audition.set_comping(not audition.is_comping),
            enabled=self._has_two,
            checked=lambda: audition.is_comping,
        )
        bind("takes.choose", audition.choose_heard, enabled=self._hears_other)
        bind("takes.none", audition.choose_none, enabled=self._has_takes)
        bind("takes.star", self._for_current(self.star), enabled=self._has_current)
        bind("takes.remove", self._for_current(self.remove), enabled=self._has_current)
        bind("takes.again", self._for_current(self._making.again), enabled=self._has_current)
        bind(
            "takes.again_new_seed",
            self._for_current(partial(self._making.again, with_new_seed=True)),
            enabled=self._has_current,
        )
        bind("takes.vary", self._for_current(self._making.vary), enabled=self._can_vary)
        bind(
            "takes.proposed_gain",
            self._for_current(self.take_proposed_gain),
            enabled=self._has_proposed_gain,
        )

    def toggle_open(self) -> None:
        """Show the rows of the selected region's takes, or put them away."""
        region = self._audition.region
        self.show_rows(None if region is None or self._is_open() else region.id)

    def show_rows(self, region_id: RegionId | None) -> None:
        """Show the rows of a region's takes, None for none."""
        self._open_region_id = region_id
        self._canvas.open_takes(region_id)

    def star(self, take_id: TakeId) -> None:
        """Mark a take as a good one, or no longer."""
        take = take_of(self._document.project, take_id)
        verb, rating = ("Unstar", 0) if take.rating else ("Star", BEST_RATING)
        self._document.apply(f"{verb} {take.name}", lambda p: rate_take(p, take_id, rating))

    def remove(self, take_id: TakeId) -> None:
        """Take a take out of the project; the message that tells it can bring it back."""
        project = self._document.project
        region, take = region_of_take(project, take_id), take_of(project, take_id)
        place = region.takes.index(take)
        if not self._document.apply(f"Remove {take.name}", lambda p: remove_take(p, take_id)):
            return
        comp = self._document.project.regions
        after = next(one.comp for one in comp if one.id == region.id)

        def restore() -> None:
            now = [one for one in self._document.project.regions if one.id == region.id]
            was_left_alone = bool(now) and now[0].comp == after
            self._document.apply(
                f"Restore {take.name}",
                lambda p: restore_take(
                    p, region.id, take, place=place, comp=region.comp if was_left_alone else None
                ),
            )

        self._desktop.messages.tell(
            f"{take.name} of “{region.name or 'the region'}” was removed.",
            "Its sound is kept on disk.",
            buttons=(("Restore", restore),),
        )

    def take_proposed_gain(self, take_id: TakeId) -> None:
        """Give a take the gain that its engine proposed."""
        take = take_of(self._document.project, take_id)
        gain_db = take.proposed_gain_db
        if gain_db is not None:
            self._document.apply(
                f"Level of {take.name}", lambda p: set_take_gain(p, take_id, round(gain_db, 2))
            )

    def _for_current(self, do: Callable[[TakeId], object]) -> Callable[[], None]:
        def done() -> None:
            if (take := self._audition.current) is not None:
                do(take.id)

        return done

    def _is_open(self) -> bool:
        region = self._audition.region
        return region is not None and region.id == self._open_region_id

    def _has_region(self) -> bool | str:
        return self._audition.region is not None or "Select a region."

    def _has_takes(self) -> bool | str:
        region = self._audition.region
        if region is None:
            return "Select a region."
        return bool(region.takes) or "The region has no takes yet."

    def _has_two(self) -> bool | str:
        region = self._audition.region
        if region is None:
            return "Select a region."
        return len(region.takes) > 1 or "The region needs two takes for that."

    def _hears_other(self) -> bool | str:
        return self._audition.is_b_heard or "What is heard is chosen already."

    def _has_current(self) -> bool | str:
        return self._audition.current is not None or "No take is chosen in the selected region."

    def _can_vary(self) -> bool | str:
        take = self._audition.current
        if take is None:
            return self._has_current()
        return self._making.refusals.of_variation(take.id) or True

    def _has_proposed_gain(self) -> bool | str:
        take = self._audition.current
        if take is None:
            return self._has_current()
        if take.proposed_gain_db is None:
            return "The take's engine proposed no level."
        has_it = round(take.proposed_gain_db, 2) == take.gain_db
        return "The take has the proposed level." if has_it else True
