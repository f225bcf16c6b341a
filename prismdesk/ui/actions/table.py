"""All actions in the order of the menus; menus, keys, help page and palette come from here."""

from __future__ import annotations

from prismdesk.ui.actions.desk_rows import PRESETS, REGION, TAKES, TRANSPORT, VIEW
from prismdesk.ui.actions.project_rows import EDIT, FILE, HELP, TRACK
from prismdesk.ui.actions.spec import ActionSpec

__all__ = ["ACTIONS", "ActionSpec", "belongs_to_project", "menu_titles", "spec_of"]

ACTIONS: tuple[ActionSpec, ...] = (
    *FILE,
    *EDIT,
    *VIEW,
    *REGION,
    *TAKES,
    *PRESETS,
    *TRANSPORT,
    *TRACK,
    *HELP,
)

_BY_ID = {spec.id: spec for spec in ACTIONS}


def spec_of(action_id: str) -> ActionSpec:
    """Return an action's row."""
    return _BY_ID[action_id]


def belongs_to_project(spec: ActionSpec) -> bool:
    """Whether the panels of an open project do an action; the window itself does the others."""
    return spec.menu.split("/")[0] not in ("File", "Help") and not spec.id.startswith(
        ("view.theme_", "view.text_")
    )


def menu_titles() -> tuple[str, ...]:
    """Return the menus of the menu bar, from left to right."""
    return tuple(dict.fromkeys(spec.menu.split("/")[0] for spec in ACTIONS))
