"""What is said of everything that a sound is made with: by publishers, or by a policy file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from prismdesk.adapters.reference import hash_in, name_in
from prismdesk.engines.catalogue import capabilities_of, variant_of
from prismdesk.engines.weights.catalogue import all_models
from prismdesk.engines.weights.published import published_models
from prismdesk.project.model import ProjectUse
from prismdesk.session.policy import policy_in_force
from prismdesk.session.preset_licences import credit_by_name, uses_by_name
from prismdesk.session.presets import known_preset

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from prismdesk.engines.weights.model import Licence, Model
    from prismdesk.project.model import Take
    from prismdesk.session.policy import Answer, PolicyInForce


Adapters = tuple[tuple[str, float], ...]

ANY_USE = tuple(ProjectUse)

NOT_FOR_SALE = (ProjectUse.PERSONAL, ProjectUse.NON_COMMERCIAL)

PERSONAL_ONLY = (ProjectUse.PERSONAL,)

UNSTATED = "unstated"

NONE_NEEDED = "none needed"

ADAPTER_PREFIX = "adapter "
"""Before the name of an adapter, among the names of the weights that a take was made with."""

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
    adapters = _of_adapters(made.adapters, policy, made.weights)
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
    # Adapters have statements of their own.
    hashed = [
        replace(recorded, name=name, sha256=sha256)
        for name, sha256 in made.weights
        if not name.startswith(ADAPTER_PREFIX)
    ]
    keys = (made.variant or made.engine,)
    own = tuple(said for one in hashed or [recorded] for said in _answered(one, policy, keys))
    return (*own, *adapters)


def uses_of(statements: Iterable[Statement]) -> tuple[ProjectUse, ...]:
    """Return what all of them together allow."""
    said = tuple(statements)
    return tuple(use for use in ProjectUse if all(use in one.uses for one in said))


def strictest(statements: Sequence[Statement]) -> Statement:
    """Return the statement that allows least; of equals the first."""
    return min(statements, key=lambda said: len(said.uses))


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


def _of_adapters(
    adapters: Adapters, policy: PolicyInForce, weights: Iterable[tuple[str, str]] = ()
) -> tuple[Statement, ...]:
    """What is said of presets, by their cards; a policy can answer by name or by SHA-256.

    Args:
        adapters: (reference, strength) each.
        policy: in force.
        weights: what a take was made with, where they are named with their SHA-256.
    """
    recorded = [(name, sha256) for name, sha256 in weights if name.startswith(ADAPTER_PREFIX)]
    said: list[Statement] = []
    for reference, _ in adapters:
        sums = (sha256 for name, sha256 in recorded if _is_of(reference, name, sha256))
        said += _answered(statement_of_adapter(reference, next(sums, "")), policy, ())
    return tuple(said)


def _is_of(reference: str, recorded_name: str, sha256: str) -> bool:
    """Whether a recorded checksum is that of a preset; one without a hash goes by its name."""
    if digits := hash_in(reference):
        return sha256.startswith(digits)
    return recorded_name.removeprefix(ADAPTER_PREFIX) == reference


def statement_of_adapter(reference: str, sha256: str = "") -> Statement:
    """Return what a preset says of its licence, and of where its sound came from.

    As long as it doesn't say both it is as if nothing were stated; so it is where it isn't here.

    Args:
        reference: of the preset.
        sha256: of its content, as a take's record has it; empty where that isn't known.
    """
    name = name_in(reference)
    preset = known_preset(reference)
    said = Statement(
        part="adapter",
        subject=name,
        name=name,
        uses=NOT_FOR_SALE,
        licence=UNSTATED,
        sha256=sha256 if preset is None else preset.content_sha256,
    )
    if preset is None or not preset.licence or not preset.sound_from:
        return said
    return replace(
        said,
        uses=uses_by_name(preset.licence, preset.sound_from, preset.sidecar.allows_commercial_use),
        licence=preset.licence,
        where_stated=f"the preset's card; its sound: {preset.sound_from}",
        credit=credit_by_name(preset.licence, preset.name, preset.author),
    )


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
