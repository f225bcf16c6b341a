"""All that the panel of models shows, looked up in one go off the window's thread."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from prismdesk.engines.weights.choices import own_folder_free_bytes
from prismdesk.session.licence_statements import statements_of_model
from prismdesk.session.licences import refused
from prismdesk.session.model_words import PURPOSES, purposes
from prismdesk.session.models import added_folders, checkpoint_problems, list_models
from prismdesk.session.policy import policy_in_force

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from prismdesk.project.model import ProjectUse
    from prismdesk.session.licence_statements import Statement
    from prismdesk.session.licences import Refusal
    from prismdesk.session.models import ListedModel


@dataclass(frozen=True, slots=True)
class Listing:
    """The models there are.

    Attributes:
        models: published ones first.
        folders: those the user added, and whether each is there.
        problems: a sentence for each checkpoint of the user's that can't be used.
        statements: what is said of each model's parts, by its id; of publishers or a policy.
        disk_bytes: what all models' files take.
        free_bytes: of the disk that fetched ones lie on; None where it doesn't say.
    """

    models: tuple[ListedModel, ...] = ()
    folders: tuple[tuple[Path, bool], ...] = ()
    problems: tuple[str, ...] = ()
    statements: Mapping[str, tuple[Statement, ...]] = field(default_factory=dict)
    disk_bytes: int = 0
    free_bytes: int | None = None

    def model(self, model_id: str) -> ListedModel | None:
        """Return the model of an id; None if there is none (any more)."""
        return next((one for one in self.models if one.model.id == model_id), None)

    def refusal(self, model_id: str, use: ProjectUse) -> Refusal | None:
        """Return why a model mustn't be used in a project of a use; None if it may."""
        return refused(use, self.statements.get(model_id, ()))

    def counts(self) -> dict[str, int]:
        """Return how many models there are for each purpose."""
        told = [purpose for one in self.models for purpose in purposes(one.model)]
        return {purpose: told.count(purpose) for purpose in PURPOSES}


def look_up(*_: object) -> Listing:
    """Look everything up; it takes a while where folders are large or far."""
    models, policy = list_models(), policy_in_force()
    return Listing(
        models=models,
        folders=tuple((folder, folder.is_dir()) for folder in added_folders()),
        problems=checkpoint_problems(),
        statements={one.model.id: statements_of_model(one.model, policy) for one in models},
        disk_bytes=_disk_bytes(models),
        free_bytes=own_folder_free_bytes(),
    )


def matches(listed: ListedModel, words: str) -> bool:
    """Whether a model is what somebody looks for: all words are in its names or summary."""
    model = listed.model
    text = " ".join(
        (model.name, model.id, model.family, model.summary, model.licence_weights.name)
    ).casefold()
    return all(word in text for word in words.casefold().split())


def _disk_bytes(models: tuple[ListedModel, ...]) -> int:
    """Add up files, those of several models once."""
    sizes: dict[Path, int] = {}
    for one in models:
        for role, path in one.state.paths.items():
            file = one.model.files[role]
            if not file.resource:
                sizes[path] = file.size_bytes
    return sum(sizes.values()) + sum(one.partial_bytes for one in models)
