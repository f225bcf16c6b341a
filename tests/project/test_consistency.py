from dataclasses import replace
from fractions import Fraction

import pytest

from prismdesk.project.consistency import LATEST_SAMPLES, check_consistent, is_inner_path
from prismdesk.project.errors import InconsistentProject
from prismdesk.project.ids import BusId, LaneId, MediaId
from prismdesk.project.lookup import new_project
from prismdesk.project.model import Clip, NamedPrompt, Project, Region, RegionStatus, Take
from prismdesk.project.timebase import SampleRange
from tests.builders import (
    TEN_SECONDS,
    a_clip,
    a_lane,
    a_marker,
    a_media,
    a_picture,
    a_project,
    a_provenance,
    a_region,
    a_segment,
    a_sound,
    a_take,
    a_track,
)


def with_clips(*clips: Clip) -> Project:
    return a_project(clips=clips)


def with_region(region: Region) -> Project:
    return a_project(regions=(region,))


def with_take(take: Take) -> Project:
    return with_region(a_region(takes=(take,)))


TWO_TAKES = (a_take("take-1"), a_take("take-2", 120, 160, head=10, tail=10))


@pytest.mark.parametrize(
    "project",
    [
        new_project("Empty"),
        a_project(),
        with_clips(a_clip("a", 0, 10), a_clip("b", 10, 10)),
        with_clips(a_clip("a", 0, 100, fade_out=30), a_clip("b", 70, 100, fade_in=30)),
        with_clips(a_clip("a", 0, TEN_SECONDS, fade_in=1000, fade_out=TEN_SECONDS - 1000)),
        with_region(
            a_region(
                takes=TWO_TAKES,
                comp=(a_segment("take-1", 100, 110), a_segment("take-2", 110, 170)),
            )
        ),
        a_project(markers=(a_marker("m", 0),)),
    ],
)
def test_sound_projects_pass(project: Project) -> None:
    check_consistent(project)


def test_what_an_edit_makes_anew_is_checked() -> None:
    known = a_project(
        clips=(a_clip("a", 0, 10), a_clip("b", 10, 10)), regions=(a_region(takes=TWO_TAKES),)
    )
    (track,) = known.tracks
    lane = track.lanes[0]
    broken_clip = replace(lane.clips[1], gain_db=float("nan"))
    overlapping = replace(lane.clips[1], start_samples=5)
    broken_region = replace(known.regions[0], lane_ids=(LaneId("nowhere"),))

    def with_second(clip: Clip) -> Project:
        changed = replace(lane, clips=(lane.clips[0], clip))
        return replace(known, tracks=(replace(track, lanes=(changed,)),))

    for project in (
        with_second(broken_clip),
        with_second(overlapping),
        replace(known, regions=(broken_region,)),
    ):
        with pytest.raises(InconsistentProject):
            check_consistent(project, known=known)


def test_what_is_referred_to_is_checked_when_it_goes() -> None:
    known = a_project(clips=(a_clip("a", 0, 10),), regions=(a_region(),))
    (track,) = known.tracks
    other_lane = replace(track, lanes=(replace(track.lanes[0], id=LaneId("lane-2")),))
    for project in (replace(known, media=(), film_id=None), replace(known, tracks=(other_lane,))):
        with pytest.raises(InconsistentProject):
            check_consistent(project, known=known)


LANE_TWICE = a_project(tracks=(a_track("t", a_lane("same"), a_lane("same")),))

BROKEN: dict[str, tuple[Project, str]] = {
    "rate": (a_project(rate_hz=0), "rate is 0 Hz"),
    "empty id": (a_project(markers=(a_marker(""),)), "empty id"),
    "prompt without a name": (
        replace(a_project(), prompts=(NamedPrompt(name=" "),)),
        "has no name",
    ),
    "two prompts of one name": (
        replace(a_project(), prompts=(NamedPrompt(name="Rain"), NamedPrompt(name="rain"))),
        'called "rain"',
    ),
    "a prompt's settings out of order": (
        replace(a_project(), prompts=(NamedPrompt(name="A", settings=(("b", 1), ("a", 2))),)),
        "not sorted",
    ),
    "two clips of one id": (with_clips(a_clip("a", 0), a_clip("a", 5000)), '"a" is used twice'),
    "two lanes of one id": (LANE_TWICE, '"same" is used twice'),
    "one id for two kinds": (a_project(markers=(a_marker("lane-1"),)), '"lane-1" is used twice'),
    "film unknown": (a_project(film_id=MediaId("gone")), '"gone" is not among'),
    "film without picture": (a_project(media=(a_media(picture=None),)), "has no picture"),
    "stream twice": (a_project(media=(a_media(sounds=(a_sound(), a_sound())),)), "stream twice"),
    "source of negative length": (
        a_project(media=(a_media(sounds=(a_sound(length_samples=-1),)),)),
        "length samples -1",
    ),
    "sound rate": (
        a_project(media=(a_media(sounds=(a_sound(native_rate_hz=0),)),)),
        "sound rate of 0",
    ),
    "picture rate": (
        a_project(media=(a_media(picture=a_picture(rate=Fraction(0))),)),
        "picture rate of 0",
    ),
    "picture size": (a_project(media=(a_media(picture=a_picture(width_px=0)),)), "of no size"),
    "picture length": (
        a_project(media=(a_media(picture=a_picture(duration_samples=-5)),)),
        "duration samples -5",
    ),
    "bus gain": (
        a_project(buses=tuple(replace(b, gain_db=float("nan")) for b in a_project().buses)),
        "gain of nan dB",
    ),
    "track gain": (a_project(tracks=(a_track(gain_db=float("inf")),)), "gain of inf dB"),
    "track without bus": (a_project(tracks=(a_track(bus_id=BusId("gone")),)), "no such bus"),
    "track without lane": (a_project(tracks=(replace(a_track(), lanes=()),)), "no lane"),
    "clip without media": (with_clips(a_clip(media_id=MediaId("gone"))), "no source.*gone"),
    "clip without stream": (with_clips(a_clip(stream_index=9)), "no source.*stream 9"),
    "clip of no length": (with_clips(a_clip("a", 0, 0)), "length of 0"),
    "clip before the start": (with_clips(a_clip("a", -1, source_start=0)), "lies at -1"),
    "clip far away": (with_clips(a_clip("a", LATEST_SAMPLES, source_start=0)), "far too late"),
    "clip before its source": (with_clips(a_clip("a", source_start=-1)), r"\[-1, 999\)"),
    "clip past its source": (with_clips(a_clip("a", TEN_SECONDS - 999)), "from a source of"),
    "clip gain": (with_clips(a_clip(gain_db=float("-inf"))), "gain of -inf"),
    "negative fade": (with_clips(a_clip(fade_in=-1)), "fade in -1"),
    "fades that meet": (with_clips(a_clip("a", 0, 10, fade_in=6, fade_out=5)), "longer than"),
    "clips unsorted": (with_clips(a_clip("a", 50, 10), a_clip("b", 0, 10)), "not sorted"),
    "clips overlap": (with_clips(a_clip("a", 0, 10), a_clip("b", 9, 10)), "overlap by 1"),
    "crossfade too short": (
        with_clips(a_clip("a", 0, 100, fade_out=29), a_clip("b", 70, 100, fade_in=30)),
        "overlap by 30",
    ),
    "crossfade too long": (
        with_clips(a_clip("a", 0, 100, fade_out=30), a_clip("b", 70, 100, fade_in=31)),
        "overlap by 30",
    ),
    "region without lane": (with_region(a_region(lane_ids=())), "has no lane"),
    "region on a lane twice": (with_region(a_region(lane_ids=("lane-1", "lane-1"))), "lane twice"),
    "region on a foreign lane": (
        a_project(
            tracks=(a_track(), a_track("track-2", a_lane("lane-2"))),
            regions=(a_region(lane_ids=("lane-2",)),),
        ),
        "lane-2.*has not",
    ),
    "region of no length": (with_region(a_region("r", 5, 5)), "no length"),
    "region before the start": (with_region(a_region("r", -5, 5)), "lies at -5"),
    "region comp fade": (with_region(a_region(comp_fade_samples=-1)), "comp fade -1"),
    "region settings unsorted": (with_region(a_region(settings=(("b", 1), ("a", 2)))), "settings"),
    "region setting nan": (with_region(a_region(settings=(("a", float("nan")),))), "setting"),
    "region adapter": (with_region(a_region(adapters=(("x", float("inf")),))), "strength"),
    "region mutes an adapter it has not": (
        with_region(a_region(adapters=(("x", 1.0),), muted_adapters=("y",))),
        r"mutes adapters \['y'\]",
    ),
    "region mutes an adapter twice": (
        with_region(a_region(adapters=(("x", 1.0),), muted_adapters=("x", "x"))),
        "mutes an adapter twice",
    ),
    "region mask": (with_region(a_region(masks=("/a.png",))), "outside the project's folder"),
    "take proposed gain": (with_take(a_take(proposed_gain_db=float("nan"))), "gain"),
    "region queued": (with_region(a_region(status=RegionStatus.QUEUED)), 'stored as "queued"'),
    "comp of unknown take": (with_region(a_region(comp=(a_segment("t", 100, 200),))), 'take "t"'),
    "comp segment empty": (
        with_region(a_region(takes=TWO_TAKES, comp=(a_segment("take-1", 120, 120),))),
        "empty segment",
    ),
    "comp past the region": (
        with_region(
            a_region(takes=(a_take(tail=50),), comp=(a_segment("take-1", 100, 201),)),
        ),
        "past the region",
    ),
    "comp past the take": (
        with_region(a_region(takes=TWO_TAKES, comp=(a_segment("take-2", 109, 170),))),
        'past the sound of take "take-2"',
    ),
    "comp unsorted": (
        with_region(
            a_region(
                takes=TWO_TAKES,
                comp=(a_segment("take-1", 100, 131), a_segment("take-2", 130, 150)),
            )
        ),
        "overlap or are not sorted",
    ),
    "take of no length": (with_take(a_take("t", 5, 5)), "no length"),
    "take handle": (with_take(a_take(head=-1)), "head -1"),
    "take channels": (with_take(a_take(channels=0)), "0 channels"),
    "take rating": (with_take(a_take(rating=6)), "rated 6 of 5"),
    "take gain": (with_take(a_take(gain_db=float("nan"))), "gain of nan"),
    "take far away": (with_take(a_take("t", 0, LATEST_SAMPLES)), "far too late"),
    "take outside": (with_take(a_take(path="../../etc/passwd")), "outside the project's folder"),
    "take settings": (
        with_take(a_take(provenance=a_provenance(settings=(("a", 1), ("a", 2))))),
        "settings",
    ),
    "take adapter": (
        with_take(a_take(provenance=a_provenance(adapters=(("x", float("nan")),)))),
        "strength",
    ),
    "marker before the start": (a_project(markers=(a_marker("m", -1),)), 'marker "m" lies at -1'),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_is_named(name: str) -> None:
    project, says = BROKEN[name]
    with pytest.raises(InconsistentProject, match=says):
        check_consistent(project)


def test_only_lanes_of_the_regions_own_track_count() -> None:
    project = a_project(tracks=(a_track("track-1", a_lane("lane-1"), a_lane("lane-2")),))
    check_consistent(replace(project, regions=(a_region(lane_ids=("lane-2", "lane-1")),)))
    with pytest.raises(InconsistentProject):
        check_consistent(replace(project, regions=(a_region(lane_ids=(LaneId("lane-3"),)),)))


def test_a_take_may_reach_before_the_films_start_with_its_handle() -> None:
    check_consistent(with_region(a_region("r", 0, 50, takes=(a_take("t", 0, 50, head=100),))))
    check_consistent(with_region(a_region("r", 0, 50, takes=(a_take("t", -20, 50),))))


@pytest.mark.parametrize("path", ["takes/a.wav", "a.wav", "takes/..a.wav"])
def test_inner_paths(path: str) -> None:
    assert is_inner_path(path)


@pytest.mark.parametrize(
    "path",
    ["", ".", "/a", "../a", "takes/../../a", "C:/a", "C:a", "//host/a", "takes\\..\\a", "a\0b"],
)
def test_paths_that_lead_out(path: str) -> None:
    assert not is_inner_path(path)


def test_ranges_are_half_open_for_comps() -> None:
    region = a_region(takes=(a_take(),), comp=(a_segment("take-1", 100, 200),))
    assert region.comp[0].range == SampleRange(100, 200)
    check_consistent(with_region(region))
