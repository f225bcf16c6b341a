"""The command that uses a take's recipe on other regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.project.lookup import region_of_take, take_of
from prismdesk.session.recipes import recipe_of, why_not_for
from prismdesk.ui.takes.use_recipe import UseRecipeDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from prismdesk.project.ids import TakeId
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.making import Making
    from prismdesk.ui.takes.audition import Audition


class RecipeCommands:
    """Asks on which regions a recipe is to be used.

    Args:
        document: the project.
        audition: which take is heard: the command is about it.
        making: typed edits are made before.
        desktop: actions and messages.
        home: a widget of the window that the question belongs to.
    """

    def __init__(
        self,
        document: Document,
        audition: Audition,
        making: Making,
        desktop: Desktop,
        home: QWidget,
    ) -> None:
        self._document = document
        self._audition = audition
        self._making = making
        self._desktop = desktop
        self._home = home
        self.dialog: UseRecipeDialog | None = None

    def bind_actions(self) -> None:
        """Give the command to its key and menu."""
        self._desktop.actions.bind(
            "takes.use_recipe", self.use_current, enabled=self._has_take_and_regions
        )

    def use_current(self) -> None:
        """Ask for the regions that the heard take's recipe is for."""
        if (take := self._audition.current) is not None:
            self.use(take.id)

    def use(self, take_id: TakeId) -> None:
        """Ask for the regions that a take's recipe is for; a region that is alone is ticked."""
        self._making.flush()
        project = self._document.project
        take, region = take_of(project, take_id), region_of_take(project, take_id)
        recipe = recipe_of(take)
        fitting = [
            one for one in project.regions if one.id != region.id and not why_not_for(one, recipe)
        ]
        if not fitting:
            self._desktop.messages.tell(
                f"There is no other region that {take.name}'s recipe can be used on.",
                f"Mark time and make a region; {take.provenance.engine} must be able to make it.",
            )
            return
        self.dialog = UseRecipeDialog(self._document, take, region, self._home.window())
        self.dialog.destroyed.connect(self._forget_dialog)
        if len(fitting) == 1:
            self.dialog.tick(fitting[0].id)
        self.dialog.open()

    def _forget_dialog(self) -> None:
        self.dialog = None

    def _has_take_and_regions(self) -> bool | str:
        if self._audition.current is None:
            return "No take is chosen in the selected region."
        return len(self._document.project.regions) > 1 or "There is no other region."
