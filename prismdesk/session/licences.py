"""Who allows what: the licences behind a sound, held against what the project is for.

Every part of a model speaks for itself (its weights, encoders, VAE, vocoder, and the adapters on
it); the strictest wins and is the one that is named. What is not stated is treated as
non-commercial. The engines themselves are PrismDesk's own code, which allows any use; the
publishers' code, whose licence the models' page shows, is not part of the program. A company's
policy file can answer in place of the publishers (see ``session.policy``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from prismdesk.engines.catalogue import capabilities_of, variant_of
from prismdesk.engines.weights.catalogue import all_models
from prismdesk.engines.weights.published import published_models
from prismdesk.media.mixdown import sounding_takes
from prismdesk.project.model import ProjectUse
from prismdesk.session.policy import policy_in_force

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from prismdesk.engines.weights.model import Licence, Model
    from prismdesk.project.model import Project, Region, Take
    from prismdesk.project.timebase import SampleRange
    from prismdesk.session.policy import Answer, PolicyInForce

Adapters = tuple[tuple[str, float], ...]

ANY_USE = tuple(ProjectUse)
NOT_FOR_SALE = (ProjectUse.PERSONAL, ProjectUse.NON_COMMERCIAL)
PERSONAL_ONLY = (ProjectUse.PERSONAL,)
UNSTATED = "unstated"
NONE_NEEDED = "none needed"

_ROLES = {
    "generator": "weights",
    "model": "weights",
    "config": "weights",
    "sync": "picture encoder",
    "clip": "picture and text encoder",
    "clip_vocabulary": "vocabulary",
    "t5": "text encoder",
    "vae": "VAE",
    "vocoder": "vocoder",
    "vocoder_config": "vocoder",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What is said of one part of what makes a sound.

    Attributes:
        part: "weights", "vocoder", "adapter" …; of weights the model's own.
        subject: the model or adapter it belongs to, by name.
        name: the file or adapter.
        uses: what sound made with it may be for.
        licence: its name, "unstated" where nothing was found.
        licence_id: in the catalogue; empty if it isn't there.
        where_stated: where that can be read.
        credit: the line it asks for; else empty.
        sha256: of the file, where it is known.
        said_by: "the policy file of …" where that answers; empty for the publishers.
        reason: the policy's, or empty.
        contact: whom to ask, or empty.
    """

    part: str
    subject: str
    name: str
    uses: tuple[ProjectUse, ...]
    licence: str
    licence_id: str = ""
    where_stated: str = ""
    credit: str = ""
    sha256: str = ""
    said_by: str = ""
    reason: str = ""
    contact: str = ""

    @property
    def is_stated(self) -> bool:
        """Whether anybody says anything."""
        return self.licence != UNSTATED or bool(self.said_by)


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


def refusal_of_take(use: ProjectUse, take: Take) -> Refusal | None:
    """Return why a take mustn't be heard in a project, None if it may."""
    return refused(use, statements_of_take(take))


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


def statements_of(
    engine: str, variant_id: str, adapters: Adapters = (), policy: PolicyInForce | None = None
) -> tuple[Statement, ...]:
    """Return what is said of everything that an engine's variant makes sound with.

    Raises:
        UnsupportedError: there is no such engine.
    """
    policy = policy or policy_in_force()
    capabilities = capabilities_of(engine)
    variant = variant_of(capabilities, variant_id)
    model = None if variant is None else _model_by_id(variant.id)
    if model is not None:
        own = statements_of_model(model, policy)
    else:
        offer = variant or capabilities
        licence = offer.licence_weights
        said = Statement(
            part="weights",
            subject=capabilities.name,
            name=offer.id,
            uses=ANY_USE if offer.allows_commercial_use else NOT_FOR_SALE,
            licence=licence or (NONE_NEEDED if offer.allows_commercial_use else UNSTATED),
        )
        own = _answered(said, policy, (capabilities.id, offer.id))
    return (*own, *_of_adapters(adapters, policy))


def statements_of_model(
    model: Model, policy: PolicyInForce | None = None, hashes: dict[str, str] | None = None
) -> tuple[Statement, ...]:
    """Return what is said of a checkpoint: of it as a whole by a policy, else of every file.

    Args:
        model: the checkpoint.
        policy: None takes the one in force.
        hashes: SHA-256 by file name, of a take's record; None takes the published ones.
    """
    policy = policy or policy_in_force()
    whole = _statement(model, "weights", model.id, model.licence_weights)
    if policy.policy is not None and (answer := policy.policy.models.get(model.id)):
        return (_with(whole, answer, policy),)
    said: list[Statement] = []
    for role, file in model.files.items():
        known = file.sha256 if hashes is None else hashes.get(file.file_name, "")
        one = _statement(model, _ROLES.get(role, role), file.file_name, file.licence)
        said += _answered(replace(one, sha256=known), policy, ())
    return tuple(said)


def statements_of_take(
    take: Take,
    policy: PolicyInForce | None = None,
    model_of_id: Callable[[str], Model | None] | None = None,
) -> tuple[Statement, ...]:
    """Return what is said of what made a take: by the catalogue now, and by the take's record.

    The record counts where the catalogue doesn't know the model any more, or was laxer when the
    take was made; a policy's answer for the model stands above both.
    """
    policy = policy or policy_in_force()
    made = take.provenance
    adapters = _of_adapters(made.adapters, policy)
    model = (model_of_id or _model_by_id)(made.variant)
    if model is not None:
        own = statements_of_model(model, policy, dict(made.weights))
        is_answered = any(one.said_by for one in own if one.part == "weights")
        if is_answered or made.allows_commercial_use or uses_of(own) != ANY_USE:
            return (*own, *adapters)
    needs_none = made.allows_commercial_use and not (made.variant or made.weights)
    may_be_sold = made.allows_commercial_use and (needs_none or bool(made.licence))
    recorded = Statement(
        part="weights",
        subject=model.name if model is not None else made.engine,
        name=made.variant or made.engine,
        uses=ANY_USE if may_be_sold else NOT_FOR_SALE,
        licence=made.licence or (NONE_NEEDED if needs_none else UNSTATED),
        where_stated="the take's own record",
    )
    hashed = [replace(recorded, name=name, sha256=sha256) for name, sha256 in made.weights]
    keys = (made.variant or made.engine,)
    own = tuple(said for one in hashed or [recorded] for said in _answered(one, policy, keys))
    return (*own, *adapters)


def refused(use: ProjectUse, statements: Sequence[Statement]) -> Refusal | None:
    """Return the strictest statement that forbids a use, None if none does."""
    forbidding = [said for said in statements if use not in said.uses]
    return Refusal(use=use, statement=strictest(forbidding)) if forbidding else None


def uses_of(statements: Iterable[Statement]) -> tuple[ProjectUse, ...]:
    """Return what all of them together allow."""
    said = tuple(statements)
    return tuple(use for use in ProjectUse if all(use in one.uses for one in said))


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


def strictest(statements: Sequence[Statement]) -> Statement:
    """Return the statement that allows least; of equals the first."""
    return min(statements, key=lambda said: len(said.uses))


def _heard(project: Project, span: SampleRange | None) -> Iterable[tuple[Region, Take]]:
    if span is not None:
        return sounding_takes(project, span)
    return [
        (region, take)
        for region in project.regions
        for take in region.takes
        if any(segment.take_id == take.id for segment in region.comp)
    ]


def _model_by_id(variant_id: str) -> Model | None:
    # Custom checkpoints are read from the disk, so they are only looked for where need be.
    found = (model for models in (published_models, all_models) for model in models())
    return next((model for model in found if model.id == variant_id), None) if variant_id else None


def _statement(model: Model, part: str, name: str, licence: Licence) -> Statement:
    return Statement(
        part=part,
        subject=model.name,
        name=name,
        uses=tuple(ProjectUse(use) for use in licence.uses),
        licence=licence.name if licence.is_stated else UNSTATED,
        licence_id=licence.id,
        where_stated=licence.where_stated,
        credit=licence.credit,
    )


def _of_adapters(adapters: Adapters, policy: PolicyInForce) -> tuple[Statement, ...]:
    """Adapters name no licence themselves, so they are as if unstated; a policy can answer."""
    said = [
        Statement(part="adapter", subject=name, name=name, uses=NOT_FOR_SALE, licence=UNSTATED)
        for name, _ in adapters
    ]
    return tuple(done for one in said for done in _answered(one, policy, ()))


def _answered(
    said: Statement, policy: PolicyInForce, model_keys: Sequence[str]
) -> tuple[Statement, ...]:
    """Return a statement as a policy has it: one tuple, to be laid beside others."""
    needs_none = said.licence == NONE_NEEDED
    if policy.problem and not needs_none:
        kept = tuple(use for use in said.uses if use in PERSONAL_ONLY)
        return (replace(said, uses=kept, said_by="a policy file that can't be read"),)
    if policy.policy is None:
        return (said,)
    file = policy.policy
    answers = [file.models.get(key) for key in model_keys]
    if said.part == "adapter":
        answers += [file.adapters.get(said.name), file.adapters.get(said.sha256)]
    else:
        answers.append(file.weights.get(said.sha256))
    answers += [file.licences.get(said.licence_id), file.licences.get(said.licence)]
    answer = next((one for one in answers if one is not None), None)
    if answer is not None:
        return (_with(said, answer, policy),)
    if file.unnamed == "refuse" and not needs_none:
        words = "it names what is allowed, and not this"
        return (replace(said, uses=(), said_by=policy.said_by, reason=words, contact=file.contact),)
    return (said,)


def _with(said: Statement, answer: Answer, policy: PolicyInForce) -> Statement:
    default = policy.policy.contact if policy.policy is not None else ""
    return replace(
        said,
        uses=tuple(use for use in ProjectUse if use in answer.uses),
        credit=answer.credit or said.credit,
        said_by=policy.said_by,
        reason=answer.reason,
        contact=answer.contact or default,
    )


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
