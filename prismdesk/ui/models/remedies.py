"""What can be done about weights that a job missed or found damaged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.weights.catalogue import UnknownModelError, model_of
from prismdesk.ui.failure_words import RemedyId

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.engines.weights.model import Model
    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.failure_words import Remedy
    from prismdesk.ui.remedies import Remedies


class WeightRemedies:
    """Has the shelf do what a failed job's buttons offer.

    Args:
        remedies: the table of a window's remedies.
        desktop: the models, and who shows the work.
    """

    def __init__(self, remedies: Remedies, desktop: Desktop) -> None:
        self._desktop = desktop
        remedies.add(RemedyId.GET_WEIGHTS, self._get)
        remedies.add(RemedyId.GET_DAMAGED, self._with_model(self._get_damaged))
        remedies.add(RemedyId.REMOVE_WEIGHTS, self._with_model(self._remove))

    def _get(self, _: JobSnapshot, remedy: Remedy) -> None:
        self._desktop.models.want_terms(remedy.value)

    def _with_model(self, do: Callable[[Model], object]) -> Callable[[JobSnapshot, Remedy], object]:
        def with_model(_: JobSnapshot, remedy: Remedy) -> None:
            try:
                model = model_of(remedy.value)
            except UnknownModelError as error:
                self._desktop.messages.error(error)
                return
            self._desktop.models.show_model(model.id)
            do(model)

        return with_model

    def _get_damaged(self, model: Model) -> None:
        self._desktop.models.note_damage(model.id)
        self._desktop.models.fetch_damaged(model, self._desktop)

    def _remove(self, model: Model) -> None:
        self._desktop.models.remove(model, self._desktop)
