"""All that the panel of models shows, looked up in one go off the window's thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.session.model_words import FAMILY_NAMES
from prismdesk.session.models import added_folders, checkpoint_problems, list_models

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.session.models import ListedModel

_OWN = "Your own checkpoints"


@dataclass(frozen=True, slots=True)
class Listing:
    """The models there are.

    Attributes:
        models: published ones first.
        folders: those the user added, and whether each is there.
        problems: a sentence for each checkpoint of the user's that can't be used.
    """

    models: tuple[ListedModel, ...] = ()
    folders: tuple[tuple[Path, bool], ...] = ()
    problems: tuple[str, ...] = ()

    def groups(self) -> dict[str, tuple[ListedModel, ...]]:
        """Return the models under the headings they stand under, in their order."""
        grouped: dict[str, list[ListedModel]] = {}
        for listed in self.models:
            grouped.setdefault(heading_of(listed), []).append(listed)
        return {heading: tuple(models) for heading, models in grouped.items()}

    def model(self, model_id: str) -> ListedModel | None:
        """Return the model of an id; None if there is none (any more)."""
        return next((one for one in self.models if one.model.id == model_id), None)


def look_up(*_: object) -> Listing:
    """Look everything up; it takes a while where folders are large or far."""
    return Listing(
        models=list_models(),
        folders=tuple((folder, folder.is_dir()) for folder in added_folders()),
        problems=checkpoint_problems(),
    )


def heading_of(listed: ListedModel) -> str:
    """Return what a model stands under."""
    if listed.model.custom_folder is not None:
        return _OWN
    return FAMILY_NAMES.get(listed.model.family, listed.model.family)


def matches(listed: ListedModel, words: str, *, only_installed: bool) -> bool:
    """Whether a model is what somebody looks for: all words are in its names or summary."""
    if only_installed and not listed.state.is_installed:
        return False
    model = listed.model
    text = " ".join(
        (model.name, model.id, model.family, model.summary, model.licence_weights.name)
    ).casefold()
    return all(word in text for word in words.casefold().split())
