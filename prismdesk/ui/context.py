"""What every panel of the window may need, in one value that the composition root passes on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from prismdesk.ui.adapters.shelf import PresetShelf
from prismdesk.ui.adapters.training.bridge import TrainingBridge
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
    """Look, words, long work, actions, preferences, models, presets, training of the program.

    ``turns`` says when what can wait a moment is refreshed; without a window, at once.
    """

    theme: Theme
    messages: Messages
    background: Background
    actions: Actions
    preferences: PreferencesFile
    models: ModelShelf = field(default_factory=ModelShelf)
    presets: PresetShelf = field(default_factory=PresetShelf)
    training: TrainingBridge = field(default_factory=TrainingBridge)
    turns: Turns = field(default_factory=AtOnce)
