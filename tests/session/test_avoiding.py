from __future__ import annotations

from dataclasses import replace

import pytest

from prismdesk.engines.catalogue import capabilities_of
from prismdesk.project.ids import TrackId
from prismdesk.project.model import BusKind, Task
from prismdesk.session.avoiding import (
    avoided,
    avoided_at_first,
    with_avoided,
    without_avoided,
)
from tests.builders import a_project

SELVA = capabilities_of("selva")


def test_words_are_read_once_each_whatever_stands_between_them() -> None:
    assert avoided(" speech,  wind  rumble;MUSIC\nMusic,, ") == ("speech", "wind rumble", "MUSIC")
    assert avoided("") == ()


def test_words_are_added_at_the_end_and_taken_away_by_name() -> None:
    assert with_avoided("speech, music", "hum") == "speech, music, hum"
    assert with_avoided("speech, music", "Music") == "speech, music"
    assert without_avoided("speech, Music, hum", "music") == "speech, hum"
    assert without_avoided("speech", "hum") == "speech"


@pytest.mark.parametrize(
    ("kind", "task", "engine", "expected"),
    [
        (BusKind.EFFECTS, Task.GENERATE, "selva", "speech, music"),
        (BusKind.AMBIENCE, Task.INPAINT, "selva", "speech, music"),
        (BusKind.DIALOGUE, Task.INPAINT, "audiox", "speech, music"),
        (BusKind.MUSIC, Task.GENERATE, "selva", ""),
        (BusKind.EFFECTS, Task.CONTINUE, "selva", ""),
        (BusKind.EFFECTS, Task.INPAINT, "ambience", ""),
    ],
)
def test_effects_avoid_what_the_preferences_say(
    kind: BusKind, task: Task, engine: str, expected: str
) -> None:
    project = a_project()
    buses = tuple(replace(bus, kind=kind) for bus in project.buses)
    project = replace(project, buses=buses)
    track_id = TrackId(project.tracks[0].id)
    offer = capabilities_of(engine)
    assert avoided_at_first(project, track_id, task, offer, "speech,music") == expected
    assert avoided_at_first(project, track_id, task, offer, "") == ""
    assert avoided_at_first(project, track_id, task, None, "speech") == ""
