"""What every panel of the window may need, in one value that the composition root passes on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from prismdesk.ui.models.shelf import ModelShelf
from prismdesk.ui.turns import AtOnce

if TYPE_CHECKING:
    from prismdesk.session.preferences import PreferencesFile
    from prismdesk.ui.actions.registry import Actions
    from prismdesk.ui.background import Background
    from prismdesk.ui.messages import Messages
    from prismdesk.ui.theme import Theme
    from prismdesk.ui.turns import Turns


@dataclass(frozen=True, slots=True, kw_only=True)
class Desktop:
    """Look, words to the user, long work, actions, preferences and models of the program.

    ``turns`` says when what can wait a moment is refreshed; without a window, at once.
    """

    theme: Theme
    messages: Messages
    background: Background
    actions: Actions
    preferences: PreferencesFile
    models: ModelShelf = field(default_factory=ModelShelf)
    turns: Turns = field(default_factory=AtOnce)
