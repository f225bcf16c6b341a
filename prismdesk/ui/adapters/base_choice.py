"""Which model a preset was trained on, chosen from those that are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QInputDialog

from prismdesk.engines.weights.catalogue import all_models

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from prismdesk.engines.weights.model import Model


def models_for(family: str) -> tuple[Model, ...]:
    """Return the models that a preset of an engine can belong to; all for ""."""
    return tuple(model for model in all_models() if family in ("", model.engine))


def ask_base(window: QWidget, question: str, family: str) -> str:
    """Return the id of the model that the user names; "" if he names none."""
    models = models_for(family)
    names = [model.name for model in models]
    name, is_given = QInputDialog.getItem(window, "Model", question, names, 0, False)
    return models[names.index(name)].id if is_given and name in names else ""
