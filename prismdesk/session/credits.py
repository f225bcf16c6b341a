"""Who is to be credited for a project, and which clips in it were machine-made."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from prismdesk.adapters.reference import reference_of
from prismdesk.engines.catalogue import available_engines
from prismdesk.engines.weights.catalogue import all_models
from prismdesk.media.comping import take_runs
from prismdesk.media.export.credits import Credit, CreditedPart, Credits, MadeClip
from prismdesk.media.mixdown import sounding_takes
from prismdesk.project.lookup import picture_of, project_end_samples, track_of
from prismdesk.project.positions import format_position
from prismdesk.project.timebase import SampleRange
from prismdesk.session.licence_statements import ADAPTER_PREFIX, Statement, strictest
from prismdesk.session.licences import TakeJudge, refused, verdict_of
from prismdesk.session.policy import policy_in_force

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prismdesk.project.model import Project, Region, Take
    from prismdesk.session.policy import PolicyInForce


@dataclass(slots=True)
class _Heard:
    """What is counted of one model, adapter or engine while clips are gone through."""

    kind: str
    name: str
    id: str
    version: str
    statements: dict[tuple[str, str, str], Statement] = field(default_factory=dict)
    clips: int = 0
    samples: int = 0


def credits_of(project: Project, span: SampleRange | None = None) -> Credits:
    """Return the credits and the machine-made clips of what is heard in a span.

    Args:
        project: the project as it stands.
        span: timeline samples; None is everything.
    """
    policy = policy_in_force()
    span = span or SampleRange(0, project_end_samples(project))
    names = {model.id: model.name for model in all_models()}
    names |= {engine.id: engine.name for engine in available_engines()}
    heard: dict[str, _Heard] = {}
    clips: list[MadeClip] = []
    judge = TakeJudge()
    for region, take, stretch in _stretches(project, span):
        said = judge.statements(take)
        clips.append(_clip(project, region, take, stretch, said, names))
        for key, one, own in _makers(take, said, names):
            counted = heard.setdefault(key, one)
            counted.clips += 1
            counted.samples += stretch.length_samples
            for part in own:
                counted.statements.setdefault((part.part, part.name, part.sha256), part)
    clips.sort(key=lambda clip: (clip.start_samples, clip.end_samples, clip.track))
    return Credits(
        project=project.name,
        use=project.use.value,
        policy=_policy_words(policy),
        rate_hz=project.rate_hz,
        start_samples=span.start_samples,
        end_samples=span.end_samples,
        entries=tuple(_credit(project, one) for one in heard.values()),
        clips=tuple(_numbered(clips)),
    )


def _stretches(project: Project, span: SampleRange) -> Iterator[tuple[Region, Take, SampleRange]]:
    """Yield what is heard of each take; where one gives way to another, in the middle."""
    audible = {(region.id, take.id) for region, take in sounding_takes(project, span)}
    for index, region in enumerate(project.regions):
        takes = {take.id: take for take in region.takes if (region.id, take.id) in audible}
        if not takes:
            continue
        over = [
            run
            for later in project.regions[index + 1 :]
            if later.range.overlaps(region.range) and set(region.lane_ids) <= set(later.lane_ids)
            for run in take_runs(later)
        ]
        for segment in region.comp:
            stretch = segment.range.intersection(span)
            if stretch is None or segment.take_id not in takes:
                continue
            # What only a seam lets through is heard, too.
            parts = _uncovered(stretch, [run.range for run in over])
            for part in parts or _uncovered(stretch, [run.silences for run in over]):
                yield region, takes[segment.take_id], part


def _uncovered(stretch: SampleRange, covers: Sequence[SampleRange]) -> list[SampleRange]:
    """Return the parts of a stretch over which nothing else lies."""
    parts = [stretch]
    for over in covers:
        found = []
        for part in parts:
            if not part.overlaps(over):
                found.append(part)
                continue
            if part.start_samples < over.start_samples:
                found.append(SampleRange(part.start_samples, over.start_samples))
            if over.end_samples < part.end_samples:
                found.append(SampleRange(over.end_samples, part.end_samples))
        parts = found
    return parts


def _makers(
    take: Take, said: tuple[Statement, ...], names: dict[str, str]
) -> list[tuple[str, _Heard, list[Statement]]]:
    """Return the model (or engine) and the adapters behind a take, each with its statements."""
    made = take.provenance
    maker_id = made.variant or made.engine
    kind = "model" if made.variant or made.weights else "engine"
    own = [one for one in said if one.part != "adapter"]
    name = names.get(maker_id, own[0].subject if own else maker_id)
    own_files = [sha for file, sha in made.weights if not file.startswith(ADAPTER_PREFIX)]
    key = f"{maker_id}|{made.engine_version}|{'|'.join(own_files)}"
    found = [(key, _Heard(kind, name, maker_id, made.engine_version), own)]
    for one in said:
        if one.part == "adapter":
            reference = reference_of(one.name, one.sha256) if one.sha256 else one.name
            found.append(
                (f"adapter {reference}", _Heard("adapter", one.name, reference, ""), [one])
            )
    return found


def _credit(project: Project, heard: _Heard) -> Credit:
    statements = tuple(heard.statements.values())
    hardest = strictest(statements)
    return Credit(
        kind=heard.kind,
        name=heard.name,
        id=heard.id,
        version=heard.version,
        verdict=verdict_of(statements),
        licence=hardest.licence,
        said_by=hardest.said_by,
        parts=tuple(
            CreditedPart(
                part=one.part,
                name=one.name,
                sha256=one.sha256,
                licence=one.licence,
                where_stated=one.where_stated or one.said_by,
                credit=one.credit,
            )
            for one in statements
        ),
        clips=heard.clips,
        seconds=heard.samples / project.rate_hz,
        fits=refused(project.use, statements) is None,
    )


def _clip(
    project: Project,
    region: Region,
    take: Take,
    stretch: SampleRange,
    said: tuple[Statement, ...],
    names: dict[str, str],
) -> MadeClip:
    made, track = take.provenance, track_of(project, region.track_id)
    rate_hz, picture = project.rate_hz, picture_of(project)
    why = refused(project.use, said)
    lanes = [
        lane.name or str(number)
        for number, lane in enumerate(track.lanes, 1)
        if lane.id in region.lane_ids
    ]
    maker_id = made.variant or made.engine
    return MadeClip(
        number=0,
        tc_in=format_position(stretch.start_samples, rate_hz=rate_hz, picture=picture),
        tc_out=format_position(stretch.end_samples, rate_hz=rate_hz, picture=picture),
        start_samples=stretch.start_samples,
        end_samples=stretch.end_samples,
        seconds=stretch.length_samples / rate_hz,
        track=track.name,
        lane=", ".join(f"lane {name}" for name in lanes) if len(track.lanes) > 1 else "",
        region=region.name or region.id,
        take=take.name,
        task=made.task.value,
        engine=made.engine,
        engine_version=made.engine_version,
        model=names.get(maker_id, maker_id),
        prompt=made.prompt,
        negative_prompt=made.negative_prompt,
        seed=made.seed,
        adapters="; ".join(f"{name} {strength:g}" for name, strength in made.adapters),
        licence=strictest(said).licence,
        refusal="" if why is None else why.body,
    )


def _numbered(clips: list[MadeClip]) -> Iterator[MadeClip]:
    for number, clip in enumerate(clips, 1):
        yield replace(clip, number=number)


def _policy_words(policy: PolicyInForce) -> str:
    if policy.path is None:
        return ""
    return policy.problem or f"{policy.said_by} ({policy.path.name})"
