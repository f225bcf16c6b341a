"""What a stretch of some lanes is like, and what follows from it for a region there.

``heard_around`` listens (off the window's thread, it takes moments); ``facts_of``, ``fact_lines``
and ``suggestions_for`` are pure. ``heard_key`` names the content that was listened to.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from prismdesk.engines.capabilities import EngineInput
from prismdesk.media.mixdown import lane_sound
from prismdesk.media.sound_character import NOTHING, Character, SoundCharacter, character_of
from prismdesk.media.speech import PACKAGE, installed_network
from prismdesk.progress import IsCancelled, never_cancelled, raise_if_cancelled
from prismdesk.project.lookup import lane_of, media_of
from prismdesk.project.model import Task
from prismdesk.project.timebase import SampleRange
from prismdesk.session.avoiding import SPEECH, avoided, with_avoided

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from prismdesk.engines.capabilities import Capabilities
    from prismdesk.media.sounds import Sounds
    from prismdesk.project.ids import LaneId, RegionId, TrackId
    from prismdesk.project.model import Project, Region

AROUND_SECONDS = 5.0
"""How far before and after is listened to."""
MOST_SECONDS = 60.0
"""Of a longer stretch, its beginning is listened to."""
_TASK_VERBS = {Task.GENERATE: "Generate", Task.INPAINT: "Inpaint", Task.CONTINUE: "Continue"}
_QUIET = frozenset({Character.NOTHING, Character.SILENCE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Where to listen: a region's place, or one that is to become a region."""

    track_id: TrackId
    lane_ids: tuple[LaneId, ...]
    range: SampleRange
    region_id: RegionId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the original lanes hold inside a stretch, and within 5 s before and after it."""

    inside: SoundCharacter
    before: SoundCharacter
    after: SoundCharacter
    knows_speech: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionFacts:
    """All that suggestions go by.

    Attributes:
        duration_seconds: how long the stretch is.
        engine_name: who is to make its sound; empty if nobody is chosen.
        natural_seconds: how long a sound that engine makes at once; None where any is.
        takes_avoid: whether it heeds what to avoid.
        cuts_samples: where the picture cuts inside the stretch.
        heard: the sound there.
    """

    duration_seconds: float
    engine_name: str
    natural_seconds: float | None
    takes_avoid: bool
    cuts_samples: tuple[int, ...]
    heard: Heard


class SuggestionKind(StrEnum):
    """What a suggestion would do."""

    SPLIT = "split"
    TASK = "task"
    AVOID = "avoid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One thing to do, the reason for it, and the words on its button.

    ``task`` belongs to ``TASK``; ``avoid``, the whole text to avoid, to ``AVOID``.
    """

    kind: SuggestionKind
    reason: str
    button: str
    task: Task | None = None
    avoid: str = ""


def stretch_of(region: Region) -> Stretch:
    """Return where a region lies."""
    return Stretch(
        track_id=region.track_id,
        lane_ids=region.lane_ids,
        range=region.range,
        region_id=region.id,
    )


def heard_key(project: Project, stretch: Stretch) -> Hashable:
    """Return what is equal as long as the same sound is heard in and around a stretch."""
    window = _window(stretch.range, project.rate_hz)
    clips = tuple(
        (clip, media_of(project, clip.media_id).content_key)
        for lane_id in stretch.lane_ids
        for clip in lane_of(project, lane_id).clips
        if clip.range.overlaps(window)
    )
    others = tuple(
        (region.range, region.comp, region.comp_fade_samples, region.takes)
        for region in project.regions
        if region.id != stretch.region_id
        and region.range.overlaps(window)
        and set(region.lane_ids) & set(stretch.lane_ids)
    )
    return (project.rate_hz, stretch, clips, others)


def heard_around(
    project: Project,
    sounds: Sounds,
    stretch: Stretch,
    *,
    cancelled: IsCancelled = never_cancelled,
) -> Heard:
    """Listen to a stretch and what is around it; a region's own takes are left out.

    Raises:
        MediaError: a file is missing or unlike what the project says of it.
        Cancelled: as told.
    """
    network = installed_network()

    def listen(span: SampleRange) -> SoundCharacter:
        if span.is_empty():
            return NOTHING
        raise_if_cancelled(cancelled)
        sound, covered = lane_sound(
            project,
            sounds,
            stretch.track_id,
            stretch.lane_ids,
            span,
            without_region_id=stretch.region_id,
        )
        if not covered.any():
            return NOTHING
        return character_of(sound, rate_hz=project.rate_hz, network=network, cancelled=cancelled)

    start, end = stretch.range.start_samples, stretch.range.end_samples
    around = round(AROUND_SECONDS * project.rate_hz)
    most = round(MOST_SECONDS * project.rate_hz)
    return Heard(
        inside=listen(SampleRange(start, min(end, start + most))),
        before=listen(SampleRange(max(0, start - around), start)),
        after=listen(SampleRange(end, end + around)),
        knows_speech=network is not None,
    )


def facts_of(
    project: Project,
    stretch: Stretch,
    heard: Heard,
    *,
    engine: Capabilities | None,
    cuts: Sequence[int],
) -> RegionFacts:
    """Put together what is known of a stretch.

    Args:
        project: where it lies.
        stretch: the stretch.
        heard: what ``heard_around`` found.
        engine: who is to make its sound.
        cuts: where the picture cuts, in samples.
    """
    span = stretch.range
    return RegionFacts(
        duration_seconds=span.length_samples / project.rate_hz,
        engine_name="" if engine is None else engine.name,
        natural_seconds=None if engine is None else engine.natural_length_seconds,
        takes_avoid=engine is not None and EngineInput.NEGATIVE_TEXT in engine.inputs,
        cuts_samples=tuple(cut for cut in cuts if span.start_samples < cut < span.end_samples),
        heard=heard,
    )


def fact_lines(facts: RegionFacts, timecode: Callable[[int], str]) -> tuple[str, ...]:
    """Return the facts in short lines: length, cuts, what the lane holds, what is around.

    Args:
        facts: what is known.
        timecode: writes a position.
    """
    heard = facts.heard
    lines = [_length_words(facts)]
    if facts.cuts_samples:
        count = len(facts.cuts_samples)
        first = timecode(facts.cuts_samples[0])
        lines.append(f"1 cut at {first}" if count == 1 else f"{count} cuts, the first at {first}")
    lines.append(f"In it: {_sound_words(heard.inside)}")
    lines.append(f"Before: {_sound_words(heard.before)} · After: {_sound_words(heard.after)}")
    if not heard.knows_speech:
        lines.append(f"Speech can't be told: the package {PACKAGE} isn't installed.")
    return tuple(lines)


def suggestions_for(facts: RegionFacts, region: Region) -> tuple[Suggestion, ...]:
    """Return what could be done for a region, what matters most first; often nothing."""
    found = []
    if facts.cuts_samples:
        count = len(facts.cuts_samples)
        found.append(
            Suggestion(
                kind=SuggestionKind.SPLIT,
                reason="Sound made across a cut smears two scenes.",
                button="Split at the cut" if count == 1 else f"Split at {count} cuts",
            )
        )
    task, reason = likely_task_of(facts.heard)
    if task is not region.task:
        found.append(
            Suggestion(kind=SuggestionKind.TASK, reason=reason, button=_TASK_VERBS[task], task=task)
        )
    found.extend(_avoid_suggestions(facts, region))
    return tuple(found)


def likely_task_of(heard: Heard) -> tuple[Task, str]:
    """Return the task that fits what is heard, and why."""
    is_empty = heard.inside.character in _QUIET
    has_before = heard.before.character not in _QUIET
    has_after = heard.after.character not in _QUIET
    if is_empty and has_before and not has_after:
        return Task.CONTINUE, "Sound ends before it and nothing follows."
    if not is_empty or (has_before and has_after):
        where = "between sound on both sides" if has_before and has_after else "over sound"
        return Task.INPAINT, f"It lies {where}."
    if has_after:
        return Task.GENERATE, "Nothing is on the lane before sound begins."
    return Task.GENERATE, "The lane is empty here."


def _avoid_suggestions(facts: RegionFacts, region: Region) -> list[Suggestion]:
    if not facts.takes_avoid or region.takes:
        return []
    heard = facts.heard
    spoken = [
        where
        for where, sound in (
            ("in it", heard.inside),
            ("before it", heard.before),
            ("after it", heard.after),
        )
        if sound.speech_seconds > 0
    ]
    words = {one.casefold() for one in avoided(region.negative_prompt)}
    if not spoken or SPEECH in words or SPEECH in region.prompt.casefold():
        return []
    return [
        Suggestion(
            kind=SuggestionKind.AVOID,
            reason=f"There is speech {spoken[0]}; a model that hears it babbles on.",
            button="Avoid speech",
            avoid=with_avoided(region.negative_prompt, SPEECH),
        )
    ]


def _length_words(facts: RegionFacts) -> str:
    seconds, natural = facts.duration_seconds, facts.natural_seconds
    if natural is None:
        return f"{_seconds(seconds)} long"
    if seconds <= natural:
        return f"{_seconds(seconds)} of the model's {natural:g} s"
    return f"{_seconds(seconds)}, in windows of the model's {natural:g} s"


def _sound_words(sound: SoundCharacter) -> str:
    words = str(sound.character)
    if sound.character is Character.SPEECH:
        words += f" {_seconds(sound.speech_seconds)}"
    elif sound.character is Character.HITS:
        words = f"{sound.hit_count} hit{'s' * (sound.hit_count != 1)}"
    if sound.character is not Character.SPEECH and sound.speech_seconds:
        words += f", speech {_seconds(sound.speech_seconds)}"
    if math.isfinite(sound.level_lufs):
        words += f", {sound.level_lufs:.0f} LUFS".replace("-", "−")
    return words


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 100 else f"{seconds:.0f} s"


def _window(span: SampleRange, rate_hz: int) -> SampleRange:
    around = round(AROUND_SECONDS * rate_hz)
    return SampleRange(max(0, span.start_samples - around), span.end_samples + around)
