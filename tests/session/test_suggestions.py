from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.engines.catalogue import capabilities_of
from prismdesk.errors import Cancelled
from prismdesk.media.sound_character import NOTHING, Character, SoundCharacter
from prismdesk.project.edits import move_clip, set_region_prompt
from prismdesk.project.model import Task
from prismdesk.project.timebase import SampleRange
from prismdesk.session import suggestions
from prismdesk.session.suggestions import (
    Heard,
    RegionFacts,
    SuggestionKind,
    fact_lines,
    facts_of,
    heard_around,
    heard_key,
    likely_task_of,
    stretch_of,
    suggestions_for,
)
from tests.builders import a_region
from tests.session.making_session import RATE_HZ, a_session, mark

if TYPE_CHECKING:
    from pathlib import Path

ROOM = SoundCharacter(character=Character.ROOM_TONE, level_lufs=-51.6, speech=())
SPEECH = SoundCharacter(character=Character.SPEECH, level_lufs=-24.2, speech=((0.5, 1.7),))
SILENCE = SoundCharacter(character=Character.SILENCE, speech=())
STEPS = SoundCharacter(character=Character.HITS, level_lufs=-30, hit_count=3, speech=())


def heard(
    before: SoundCharacter, inside: SoundCharacter, after: SoundCharacter, *, knows: bool = True
) -> Heard:
    return Heard(before=before, inside=inside, after=after, knows_speech=knows)


def facts(seconds: float, sound: Heard, *cuts: int) -> RegionFacts:
    return RegionFacts(
        duration_seconds=seconds,
        engine_name="SelVA",
        natural_seconds=8.0,
        takes_avoid=True,
        cuts_samples=cuts,
        heard=sound,
    )


@pytest.mark.parametrize(
    ("sound", "task"),
    [
        (heard(ROOM, SILENCE, ROOM), Task.INPAINT),
        (heard(ROOM, STEPS, ROOM), Task.INPAINT),
        (heard(NOTHING, NOTHING, NOTHING), Task.GENERATE),
        (heard(ROOM, NOTHING, NOTHING), Task.CONTINUE),
        (heard(ROOM, SILENCE, SILENCE), Task.CONTINUE),
        (heard(NOTHING, NOTHING, ROOM), Task.GENERATE),
        (heard(SILENCE, STEPS, SILENCE), Task.INPAINT),
    ],
)
def test_the_task_follows_from_what_is_heard(sound: Heard, task: Task) -> None:
    assert likely_task_of(sound)[0] is task
    region = a_region(task=task)
    kinds = [one.kind for one in suggestions_for(facts(3, sound), region)]
    assert SuggestionKind.TASK not in kinds
    other = a_region(task=Task.CONTINUE if task is not Task.CONTINUE else Task.GENERATE)
    proposed = [one.task for one in suggestions_for(facts(3, sound), other)]
    assert task in proposed


def test_a_cut_inside_is_offered_to_be_split_at_first_of_all() -> None:
    region = a_region(task=Task.GENERATE)
    first = suggestions_for(facts(3, heard(ROOM, SILENCE, ROOM), 100, 200), region)[0]
    assert (first.kind, first.button) == (SuggestionKind.SPLIT, "Split at 2 cuts")


def test_speech_is_to_be_avoided_unless_it_is_or_is_wanted() -> None:
    sound = facts(3, heard(SPEECH, ROOM, ROOM))
    region = a_region(task=Task.INPAINT, negative_prompt="music")
    (only,) = suggestions_for(sound, region)
    assert (only.kind, only.avoid) == (SuggestionKind.AVOID, "music, speech")
    assert "before it" in only.reason
    for settled in (
        a_region(task=Task.INPAINT, negative_prompt="Speech"),
        a_region(task=Task.INPAINT, prompt="speech of a crowd"),
    ):
        assert suggestions_for(sound, settled) == ()
    deaf = replace(sound, takes_avoid=False)
    assert suggestions_for(deaf, region) == ()


def test_facts_are_told_in_short_lines() -> None:
    lines = fact_lines(facts(3.2, heard(SPEECH, STEPS, NOTHING), 48_000), "at {}".format)
    assert lines == (
        "3.2 s of the model's 8 s",
        "1 cut at at 48000",
        "In it: 3 hits, −30 LUFS",
        "Before: speech 1.2 s, −24 LUFS · After: nothing",
    )
    long = fact_lines(facts(31, heard(ROOM, ROOM, ROOM, knows=False)), str)
    assert "windows" in long[0]
    assert "silero-vad isn't installed" in long[-1]


def test_a_film_is_listened_to_around_a_region(tmp_path: Path) -> None:
    with a_session(tmp_path) as session:
        region = mark(session)
        stretch = stretch_of(region)
        found = heard_around(session.project, session.sounds, stretch)
        assert found.inside.character is Character.STEADY
        assert found.before.level_lufs == pytest.approx(found.inside.level_lufs, abs=1)
        far = replace(stretch, range=SampleRange(9 * RATE_HZ, 10 * RATE_HZ))
        assert heard_around(session.project, session.sounds, far).inside is NOTHING
        cuts = (RATE_HZ, 2 * RATE_HZ, 2 * RATE_HZ + 5)
        engine = capabilities_of("selva")
        known = facts_of(session.project, stretch, found, engine=engine, cuts=cuts)
        assert known.cuts_samples == (2 * RATE_HZ + 5,)
        assert known.natural_seconds == 8.0
        with pytest.raises(Cancelled):
            heard_around(session.project, session.sounds, stretch, cancelled=lambda: True)


def test_what_was_heard_is_known_by_content(tmp_path: Path) -> None:
    with a_session(tmp_path) as session:
        region = mark(session)
        key = heard_key(session.project, stretch_of(region))
        renamed = set_region_prompt(session.project, region.id, "rain")
        assert heard_key(renamed, stretch_of(region)) == key
        clip = session.project.tracks[0].lanes[0].clips[0]
        moved = move_clip(session.project, clip.id, 10)
        assert heard_key(moved, stretch_of(region)) != key


def test_without_the_speech_model_the_rest_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suggestions, "installed_network", lambda: None)
    with a_session(tmp_path) as session:
        found = heard_around(session.project, session.sounds, stretch_of(mark(session)))
    assert not found.knows_speech
    assert found.inside.speech is None
    assert np.isfinite(found.inside.level_lufs)
