"""``prismdesk suggest`` and ``prismdesk prompts``: what a stretch asks for, and named prompts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from prismdesk.cli.projects import open_project
from prismdesk.cli.wanted_sound import position
from prismdesk.engines.catalogue import capabilities_of
from prismdesk.engines.errors import UnsupportedError
from prismdesk.errors import InputError
from prismdesk.interchange.prompt_table import PromptLine, settings_words
from prismdesk.project.edits.prompts import (
    apply_named_prompt,
    put_named_prompt,
    put_named_prompts,
    remove_named_prompt,
)
from prismdesk.project.lookup import picture_of
from prismdesk.project.positions import format_position
from prismdesk.project.store.project_store import ProjectStore
from prismdesk.project.timebase import SampleRange
from prismdesk.session.finding import find_region, find_regions, name_of
from prismdesk.session.new_regions import new_region
from prismdesk.session.picture_work import find_shots
from prismdesk.session.preferences import PreferencesFile
from prismdesk.session.prompts import named_prompt, read_table, write_table
from prismdesk.session.suggestions import (
    fact_lines,
    facts_of,
    heard_around,
    stretch_of,
    suggestions_for,
)

if TYPE_CHECKING:
    import argparse

    from prismdesk.cli.terminal import Interrupt, ProgressLine
    from prismdesk.engines.capabilities import Capabilities
    from prismdesk.media.sound_character import SoundCharacter
    from prismdesk.project.model import NamedPrompt, Project, Region
    from prismdesk.session.session import Session
    from prismdesk.session.suggestions import RegionFacts, Suggestion


def suggest(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Print what a region, or a stretch of a track, is like and what follows from it."""
    if (options.region is None) == (options.start is None and options.end is None):
        raise InputError("Name a region, or a stretch by --start and --end.")
    with open_project(options.project, progress, interrupt) as session:
        project = session.project
        region = _wanted_region(session, options)
        stretch = stretch_of(region)
        progress.begin("Looking for cuts")
        cuts = find_shots(session, progress, interrupt)
        progress.begin(f"Listening to {region.name}")
        heard = heard_around(project, session.sounds, stretch, cancelled=interrupt)
        facts = facts_of(project, stretch, heard, engine=_engine_of(region), cuts=cuts)
        suggestions = suggestions_for(facts, region)
        progress.clear()
        if options.as_json:
            node = suggestions_to_json(facts, suggestions)
            print(json.dumps(node, indent=2, ensure_ascii=False))
            return 0
        for line in fact_lines(facts, lambda samples: _timecode(project, samples)):
            print(line)
        for one in suggestions:
            print(f"→ {one.button}: {one.reason}")
    return 0


def suggestions_to_json(facts: RegionFacts, suggestions: tuple[Suggestion, ...]) -> dict[str, Any]:
    """Return what ``suggest --json`` prints; documented in docs/cli.md, and stable."""
    heard = facts.heard
    return {
        "duration_seconds": facts.duration_seconds,
        "engine": facts.engine_name,
        "natural_seconds": facts.natural_seconds,
        "cuts_samples": list(facts.cuts_samples),
        "knows_speech": heard.knows_speech,
        "inside": _sound_to_json(heard.inside),
        "before": _sound_to_json(heard.before),
        "after": _sound_to_json(heard.after),
        "suggestions": [
            {
                "kind": one.kind.value,
                "task": None if one.task is None else one.task.value,
                "avoid": one.avoid,
                "reason": one.reason,
            }
            for one in suggestions
        ],
    }


def run_prompts(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Do what was asked with a project's table of prompts."""
    if options.action is None:
        raise InputError("Say what to do: prismdesk prompts list|add|remove|import|export|apply.")
    if options.action in ("list", "export"):
        prompts = ProjectStore.read(options.project).history.project.prompts
        if options.action == "list":
            _print_table(prompts, as_json=options.as_json)
        else:
            write_table(options.file, prompts)
            print(f"{_counted(len(prompts))} in {options.file}")
        return 0
    with ProjectStore.open(options.project) as store:
        _change_table(store, options)
        store.save()
    return 0


def _change_table(store: ProjectStore, options: argparse.Namespace) -> None:
    if options.action == "add":
        line = named_prompt(_line_of(options))
        store.apply(f"Keep prompt {line.name}", lambda p: put_named_prompt(p, line))
        print(f"“{line.name}” is in the table.")
    elif options.action == "remove":
        store.apply(f"Remove prompt {options.name}", lambda p: remove_named_prompt(p, options.name))
        print(f"“{options.name}” is gone from the table.")
    elif options.action == "import":
        lines = read_table(options.file)
        store.apply(f"Import {options.file.name}", lambda p: put_named_prompts(p, lines))
        print(f"{_counted(len(lines))} from {options.file}")
    else:
        regions = find_regions(store.project, options.regions)
        ids = [region.id for region in regions]
        store.apply(
            f"Apply prompt {options.name}", lambda p: apply_named_prompt(p, ids, options.name)
        )
        print(f"“{options.name}” is what {', '.join(map(name_of, regions))} asks for now.")


def _line_of(options: argparse.Namespace) -> PromptLine:
    settings = []
    for text in options.settings:
        name, equals, value = text.partition("=")
        if not (equals and name):
            raise InputError(f"--set {text} must be NAME=VALUE.")
        settings.append((name, value))
    return PromptLine(
        number=1,
        name=options.name,
        prompt=options.prompt,
        negative_prompt=options.negative or "",
        engine=options.engine or "",
        variant=options.variant or "",
        settings=tuple(settings),
    )


def _print_table(prompts: tuple[NamedPrompt, ...], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([_prompt_to_json(line) for line in prompts], indent=2, ensure_ascii=False))
        return
    if not prompts:
        print("The prompt table is empty.")
    for line in prompts:
        print(f"{line.name}: {line.prompt}")
        if line.negative_prompt:
            print(f"    avoid: {line.negative_prompt}")
        if line.engine:
            by = " ".join(part for part in (line.engine, line.variant) if part)
            settings = settings_words(line.settings)
            print(f"    by: {by}{', ' * bool(settings)}{settings}")


def _prompt_to_json(line: NamedPrompt) -> dict[str, Any]:
    return {
        "name": line.name,
        "prompt": line.prompt,
        "negative_prompt": line.negative_prompt,
        "engine": line.engine,
        "variant": line.variant,
        "settings": dict(line.settings),
    }


def _sound_to_json(sound: SoundCharacter) -> dict[str, Any]:
    level = sound.level_lufs
    return {
        "character": sound.character.value,
        "level_lufs": round(level, 1) if level > float("-inf") else None,
        "speech_seconds": None if sound.speech is None else [list(one) for one in sound.speech],
        "hits": sound.hit_count,
        "tonal_share": round(sound.tonal_share, 3),
    }


def _wanted_region(session: Session, options: argparse.Namespace) -> Region:
    """Return the region named, or one as it would be made of a stretch."""
    project = session.project
    if options.region is not None:
        return find_region(project, options.region)
    if options.start is None or options.end is None:
        raise InputError("A stretch needs both --start and --end.")
    span = SampleRange(position(session, options.start), position(session, options.end))
    if span.is_empty():
        raise InputError(f"--end {options.end} must lie after --start {options.start}.")
    if options.track > len(project.tracks):
        raise InputError(f"There is no track {options.track}; the project has fewer.")
    track = project.tracks[options.track - 1]
    file = PreferencesFile()
    return new_region(project, track, [track.lanes[0].id], span, preferences=file.load())


def _engine_of(region: Region) -> Capabilities | None:
    try:
        return capabilities_of(region.engine) if region.engine else None
    except UnsupportedError:
        return None


def _timecode(project: Project, samples: int) -> str:
    return format_position(samples, rate_hz=project.rate_hz, picture=picture_of(project))


def _counted(count: int) -> str:
    return f"{count} prompt{'s' * (count != 1)}"
