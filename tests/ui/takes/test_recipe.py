from __future__ import annotations

import shlex
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from prismdesk.cli.parser import build_parser
from prismdesk.project.model import Project, Task
from prismdesk.project.timebase import SampleRange
from prismdesk.session.recipes import command_line
from prismdesk.ui.takes.recipe import facts_of, made_words, seed_words
from prismdesk.ui.times import Times
from tests.builders import a_project, a_provenance, a_region, a_take

FILE = Path("/films/Salt Road/Salt Road.prismdesk")


def a_project_with_take(**made: object) -> Project:
    take = a_take("take-1", 48_000, 96_000, provenance=a_provenance(**made))
    return a_project(regions=(a_region("region-1", 48_000, 96_000, takes=(take,)),))


def facts(**made: object) -> dict[str, str]:
    project = a_project_with_take(**made)
    return dict(facts_of(project.regions[0].takes[0], Times(project), "−31.8 LUFS"))


def test_what_does_not_apply_is_left_out() -> None:
    assert set(facts()) == {"Engine", "Task", "Seed", "Level"}


def test_facts_are_told_with_units() -> None:
    told = facts(
        seed=81_234_077,
        prompt="gulls",
        negative_prompt="speech",
        settings=(("guidance", 4.5), ("keep_tones", True)),
        weights=(("big.safetensors", "7be2" + "0" * 56 + "c41f"),),
        allows_commercial_use=False,
        adapters=(("Harbour planks", 0.8),),
        context=SampleRange(0, 240_000),
    )
    assert told["Seed"] == "81\u202f234\u202f077"
    assert told["Settings"] == "guidance 4.5 · keep tones on"
    assert told["Weights"] == "big.safetensors · sha256 7be2…c41f"
    assert told["Use"] == "No licence is stated. Treated as non-commercial"
    assert told["Adapter"] == "Harbour planks 0.80"
    assert told["Context"] == "1.0 s before, 3.0 s after"
    assert told["Level"] == "−31.8 LUFS as made, gain 0.0 dB"


def test_the_command_line_can_be_read_by_the_program() -> None:
    project = a_project_with_take(
        seed=7, prompt="rain, don't stop", settings=(("keep_tones", False), ("variation", 0.25))
    )
    line = command_line(project, project.regions[0].takes[0], FILE)
    words = shlex.split(line)
    assert words[0] == "prismdesk"
    read = build_parser().parse_args(words[1:])
    assert (read.source, read.start, read.end) == (FILE, "48000sm", "96000sm")
    assert (read.prompt, read.seed, read.track) == ("rain, don't stop", 7, 1)
    assert read.settings == ["keep_tones=off", "variation=0.25"]


def test_continuing_and_generating_have_commands_of_their_own() -> None:
    project = a_project_with_take(task=Task.CONTINUE)
    line = command_line(project, project.regions[0].takes[0], FILE)
    assert " extend " in line
    assert "--at 48000sm --by 48000sm" in line
    project = a_project_with_take(task=Task.GENERATE, engine="selva")
    line = command_line(project, project.regions[0].takes[0], FILE)
    assert " generate " in line
    assert "--from 48000sm --to 96000sm" in line
    assert line.count("--no-picture") == 1


def test_a_variation_names_the_take_it_varies_and_not_where_it_lies() -> None:
    project = a_project_with_take(varied_take_id="take-7", saw_picture=True, masks=("masks/a.png",))
    line = command_line(project, project.regions[0].takes[0], FILE)
    assert "--vary take-7" in line
    assert f"--mask {shlex.quote(str(FILE.parent / 'masks/a.png'))}" in line
    assert not {"--from", "--engine", "--track", "--no-picture"} & set(line.split())


def test_a_proposed_level_is_told_until_the_take_has_it() -> None:
    project = a_project_with_take()
    take = replace(project.regions[0].takes[0], proposed_gain_db=-3.5)
    told = dict(facts_of(take, Times(project), ""))
    assert told["Level"] == "gain 0.0 dB; −3.5 dB would fit the surroundings"
    told = dict(facts_of(replace(take, gain_db=-3.5), Times(project), ""))
    assert told["Level"] == "gain −3.5 dB"


@pytest.mark.parametrize(
    ("created", "words"),
    [("2025-01-31T12:00:00Z", "Made 2025-01-31"), ("nonsense", "Made at an unknown time")],
)
def test_when_it_was_made(created: str, words: str) -> None:
    take = a_take(created_utc=created)
    assert made_words(take, now=datetime(2026, 1, 1, tzinfo=UTC)).startswith(words)


def test_today_has_the_time_only() -> None:
    take = a_take(created_utc="2026-03-01T12:00:07Z")
    words = made_words(take, now=datetime(2026, 3, 1, 12, 5, tzinfo=UTC))
    assert words.startswith("Made today ")
    assert words.endswith(":07")


def test_seeds_are_grouped() -> None:
    assert seed_words(42) == "42"
    assert seed_words(4_294_967_295) == "4\u202f294\u202f967\u202f295"
