"""What one action is: a row of the table that menus, keys and help are made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prismdesk.ui.icons import IconName


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One thing the user can do.

    Attributes:
        id: its name in the program, ``menu.verb``; never shown.
        text: its name in the menu; with … if it asks something before it is done.
        menu: where it is; ``Edit/Nudge`` is a menu within a menu.
        keys_nle: its keys for who comes from picture editing, the first one shown in the menu.
        keys_daw: its keys for who comes from a sound workstation.
        help: what it does, in one sentence.
        icon: its icon on buttons and in the menu.
        starts_group: a line is drawn above it in the menu.
    """

    id: str
    text: str
    menu: str
    keys_nle: tuple[str, ...]
    keys_daw: tuple[str, ...]
    help: str
    icon: IconName | None = None
    starts_group: bool = False

    @property
    def name(self) -> str:
        """The text without the dots that promise a question."""
        return self.text.removesuffix("…")


@dataclass(frozen=True, slots=True)
class MenuRows:
    """Makes the rows of one menu; keys are written one after another with spaces between."""

    menu: str

    def row(
        self,
        id: str,
        text: str,
        keys: str = "",
        *,
        help: str,
        daw: str | None = None,
        icon: IconName | None = None,
        group: bool = False,
        within: str = "",
    ) -> ActionSpec:
        """Return one row; ``daw`` None takes the same keys."""
        return ActionSpec(
            id=id,
            text=text,
            menu=f"{self.menu}/{within}" if within else self.menu,
            keys_nle=tuple(keys.split()),
            keys_daw=tuple((keys if daw is None else daw).split()),
            help=help,
            icon=icon,
            starts_group=group,
        )
