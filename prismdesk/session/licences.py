"""Who allows what: the licences behind a sound, held against what the project is for.

Every part of a model speaks for itself (its weights, encoders, VAE, vocoder, and the adapters on
it); the strictest wins and is the one that is named. What is not stated is treated as
non-commercial. The engines themselves are PrismDesk's own code, which allows any use; the
publishers' code, whose licence the models' page shows, is not part of the program. A company's
policy file can answer in place of the publishers (see ``session.policy``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.engines.weights.catalogue import all_models
from prismdesk.media.mixdown import sounding_takes
from prismdesk.project.model import ProjectUse
from prismdesk.session.licence_statements import (
    ANY_USE,
    statements_of,
    statements_of_take,
    strictest,
    uses_of,
)
from prismdesk.session.policy import policy_in_force

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prismdesk.engines.weights.model import Model
    from prismdesk.project.model import Project, Region, Take
    from prismdesk.project.timebase import SampleRange
    from prismdesk.session.licence_statements import Adapters, Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a sound mustn't be in a project of one use: the strictest statement on it."""

    use: ProjectUse
    statement: Statement

    @property
    def title(self) -> str:
        """What is refused where, as the head of a message."""
        return f"Refused in this {self.use.value} project."

    @property
    def body(self) -> str:
        """Which part forbids it, and who says so."""
        said = self.statement
        is_adapter = said.part == "adapter"
        subject = said.subject.partition(",")[0]
        what = f"The adapter {said.name}" if is_adapter else f"{subject}'s {said.part}"
        verb = "are" if said.part == "weights" else "is"
        told = f"{what} {verb} {_allowed_words(said.uses)}"
        if not said.said_by and not said.is_stated:
            return f"{what} {verb} treated as non-commercial: no licence is stated."
        if not said.said_by:
            return f"{told} ({said.licence})."
        reason = f": {said.reason}" if said.reason else ""
        ask = f" Ask {said.contact}." if said.contact else ""
        return f"{told}, says {said.said_by}{reason}.{ask}"

    @property
    def sentence(self) -> str:
        """Title and body as one line."""
        return f"{self.title.removesuffix('.')}: {self.body}"


def refusal_of_use(project: Project, engine: str, variant: str, adapters: Adapters = ()) -> str:
    """Say in a sentence why an engine's variant mustn't be used in a project; empty if it may.

    Raises:
        UnsupportedError: there is no such engine.
    """
    found = use_refusal(project.use, engine, variant, adapters)
    return "" if found is None else found.sentence


def use_refusal(
    use: ProjectUse, engine: str, variant: str, adapters: Adapters = ()
) -> Refusal | None:
    """Return why an engine's variant mustn't be used for something, None if it may.

    Raises:
        UnsupportedError: there is no such engine.
    """
    return refused(use, statements_of(engine, variant, adapters))


class TakeJudge:
    """Judges takes as things stand when it is made; takes made alike are looked at once.

    Called with a project and a take, it says why that mustn't be heard there, "" if it may.
    """

    def __init__(self) -> None:
        self._policy = policy_in_force()
        self._models: dict[str, Model] | None = None
        self._known: dict[object, tuple[Statement, ...]] = {}

    def __call__(self, project: Project, take: Take) -> str:
        """Say why a take mustn't be heard in a project, "" if it may."""
        found = refused(project.use, self.statements(take))
        return "" if found is None else found.body

    def statements(self, take: Take) -> tuple[Statement, ...]:
        """Return what is said of what made a take."""
        made = take.provenance
        licence = (made.licence, made.allows_commercial_use)
        key = (made.engine, made.variant, made.weights, made.adapters, licence)
        if key not in self._known:
            self._known[key] = statements_of_take(take, self._policy, self._model)
        return self._known[key]

    def _model(self, model_id: str) -> Model | None:
        if self._models is None:
            self._models = {model.id: model for model in all_models()}
        return self._models.get(model_id)


def refused_takes(
    project: Project, span: SampleRange | None = None
) -> tuple[tuple[Region, Take, Refusal], ...]:
    """Return the takes heard in a span (None: anywhere) that don't fit what the project is for."""
    judge = TakeJudge()
    told = (
        (region, take, refused(project.use, judge.statements(take)))
        for region, take in _heard(project, span)
    )
    return tuple((region, take, why) for region, take, why in told if why is not None)


def refused(use: ProjectUse, statements: Sequence[Statement]) -> Refusal | None:
    """Return the strictest statement that forbids a use, None if none does."""
    forbidding = [said for said in statements if use not in said.uses]
    return Refusal(use=use, statement=strictest(forbidding)) if forbidding else None


def verdict_of(statements: Sequence[Statement]) -> str:
    """Say in a few words what a model's sound may be for, and who says so: for cards and tables."""
    hardest = strictest(statements)
    allowed = uses_of(statements)
    words = _verdict_words(allowed)
    if hardest.said_by:
        return f"{words}, says {hardest.said_by}."
    if ProjectUse.COMMERCIAL in allowed:
        return f"{words}."
    if not hardest.is_stated:
        return "No licence is stated. Treated as non-commercial."
    return f"{words} ({hardest.licence})."


def _heard(project: Project, span: SampleRange | None) -> Iterable[tuple[Region, Take]]:
    if span is not None:
        return sounding_takes(project, span)
    return [
        (region, take)
        for region in project.regions
        for take in region.takes
        if any(segment.take_id == take.id for segment in region.comp)
    ]


def _allowed_words(uses: tuple[ProjectUse, ...]) -> str:
    """Return what is left, as "for non-commercial use"."""
    if ProjectUse.COMMERCIAL in uses:
        kinds = " and ".join(use.value for use in uses)
        return f"for {kinds} use" if uses != ANY_USE else "for any use"
    if ProjectUse.NON_COMMERCIAL in uses:
        return "for non-commercial use"
    return "for personal use alone" if uses else "not to be used"


def _verdict_words(uses: tuple[ProjectUse, ...]) -> str:
    if uses == ANY_USE:
        return "Any use"
    if not uses:
        return "No use"
    return f"{_allowed_words(uses).removeprefix('for ').capitalize()} only".replace(
        "Personal use alone only", "Personal use only"
    )
