from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest

from prismdesk.interchange.lane_events import lane_events, placed
from prismdesk.interchange.otio_timeline import KEY, labelled_takes, timeline_text
from prismdesk.media.mixdown import sounding_takes
from prismdesk.project.edits import crossfade
from prismdesk.project.ids import ClipId, MarkerId
from prismdesk.project.lookup import picture_of, replace_media
from prismdesk.project.model import Marker, Project
from prismdesk.project.timebase import SampleRange
from prismdesk.session.credits import credits_of
from tests.builders import (
    RATE_HZ,
    a_clip,
    a_project,
    a_provenance,
    a_region,
    a_segment,
    a_take,
)

FOLDER = Path("/films/My film")
NTSC = (Fraction(24000, 1001), Fraction(30000, 1001), Fraction(60000, 1001))


def read(project: Project, span: SampleRange | None = None) -> Any:
    text = timeline_text(project, FOLDER, film_path=FOLDER / "film.mov", span=span)
    return otio.core.deserialize_json_from_string(text)


def sound_tracks(timeline: Any) -> list[Any]:
    return [one for one in timeline.tracks if one.kind == otio.schema.TrackKind.Audio]


def laid_out(track: Any) -> list[tuple[str, int, int, int]]:
    """Return (name, start on the timeline, source start, length) of clips as OTIO counts them."""
    found = []
    for clip in track.find_clips():
        place = track.trimmed_range_of_child(clip)
        for time in (place.start_time, place.duration, clip.source_range.start_time):
            assert time.rate == RATE_HZ
            assert time.value == int(time.value)
        found.append(
            (
                clip.name,
                int(place.start_time.value),
                int(clip.source_range.start_time.value),
                int(place.duration.value),
            )
        )
    return found


def test_clips_and_gaps_lie_to_the_sample() -> None:
    clips = (a_clip("one", 7, 100, source_start=3), a_clip("two", 207, 93, source_start=11))
    (track, *_) = sound_tracks(read(a_project(clips=clips)))
    assert [(at, source, length) for _, at, source, length in laid_out(track)] == [
        (7, 3, 100),
        (207, 11, 93),
    ]


def test_a_crossfade_is_a_join_about_its_middle() -> None:
    clips = (a_clip("one", 0, 100, source_start=0), a_clip("two", 100, 100, source_start=50))
    project = crossfade(a_project(clips=clips), ClipId("one"), ClipId("two"), 21)
    (track, *_) = sound_tracks(read(project))
    first, join, second = track
    assert isinstance(join, otio.schema.Transition)
    offsets = int(join.in_offset.value), int(join.out_offset.value)
    assert sum(offsets) == 21
    cut = int(track.trimmed_range_of_child(second).start_time.value)
    whole = [list(one.metadata[KEY]["timeline_samples"]) for one in (first, second)]
    assert whole == [
        [clip.range.start_samples, clip.range.end_samples]
        for clip in project.tracks[0].lanes[0].clips
    ]
    assert (cut - offsets[0], cut + offsets[1]) == (whole[1][0], whole[0][1])


def test_a_take_takes_the_place_of_the_lane_and_tells_its_provenance() -> None:
    made = a_provenance(engine="selva", variant="small", prompt="rain", seed=7)
    take = a_take("one", 100, 200, head=10, tail=5, provenance=made)
    other = a_take("two", 100, 200)
    region = a_region(name="Pier", takes=(take, other), comp=(a_segment("one", 100, 200),))
    project = a_project(clips=(a_clip("clip", 0, 500, source_start=0),), regions=(region,))
    timeline = read(project)
    (track, *_) = sound_tracks(timeline)
    assert [(at, source, length) for _, at, source, length in laid_out(track)] == [
        (0, 0, 100),
        (100, 10, 100),
        (200, 200, 300),
    ]
    clip = list(track.find_clips())[1]
    about = clip.metadata[KEY]
    assert clip.name == "Pier (one, synthetic)"
    assert (about["kind"], about["label"]) == ("take", "synthetic")
    assert about["provenance"]["seed"] == 7
    assert about["provenance"]["prompt"] == "rain"
    assert list(about["channels"]) == [0, 2]
    assert list(about["other_takes"]) == ["two"]
    assert clip.media_reference.target_url == "file:///films/My%20film/takes/one.wav"
    assert int(clip.media_reference.available_range.duration.value) == 115
    assert clip.media_reference.metadata[KEY]["content_key"] == "key-of-one"
    assert labelled_takes(timeline.to_json_string()) == ("one",)


def test_every_sample_has_one_owner_whatever_the_seams() -> None:
    """Seams, joins of a comp and crossfades: cuts lie in order, and sources run on through them."""
    one = a_take("one", 100, 200, head=50, tail=50, seam=16)
    two = a_take("two", 100, 200, head=50, tail=50, seam=16)
    region = a_region(
        takes=(one, two),
        comp=(a_segment("one", 100, 150), a_segment("two", 150, 190)),
        comp_fade_samples=12,
    )
    clips = (a_clip("clip", 0, 160, source_start=0), a_clip("next", 160, 240, source_start=500))
    project = a_project(clips=clips, regions=(region,))
    events = placed(lane_events(project, project.tracks[0].lanes[0]))
    ends = 0
    for event in events:
        assert event.start_samples >= ends
        ends = event.end_samples
        shift = event.event.source_start_samples - event.event.range.start_samples
        assert event.source_start_samples - event.start_samples == shift
        assert event.event.range.start_samples <= event.start_samples
        assert event.end_samples <= event.event.range.end_samples
    names = [
        e.event.take.name if e.event.take else e.event.clip and e.event.clip.id for e in events
    ]
    assert names == ["clip", "one", "two", "next"]
    (track, *_) = sound_tracks(read(project))
    assert [at for _, at, _, _ in laid_out(track)] == [event.start_samples for event in events]
    assert sum(isinstance(item, otio.schema.Transition) for item in track) == 3


@pytest.mark.parametrize("rate", NTSC, ids=str)
def test_two_hours_at_an_ntsc_rate_stay_exact(rate: Fraction) -> None:
    frames = int(7200 * rate)
    samples = int(frames * RATE_HZ / rate)
    project = a_project(
        clips=(a_clip("late", samples - 1001, 1001, source_start=0),),
        markers=(Marker(id=MarkerId("end"), position_samples=samples - 1, name="last sample"),),
    )
    assert project.film_id is not None
    media = next(one for one in project.media if one.id == project.film_id)
    assert media.picture is not None
    picture = replace(
        media.picture, rate=rate, frame_count=frames, duration_samples=samples, start_frame=86400
    )
    project = replace_media(project, replace(media, picture=picture))
    timeline = read(project, SampleRange(0, samples))
    about = timeline.metadata[KEY]
    assert Fraction(about["frame_rate"]) == rate
    video = next(one for one in timeline.tracks if one.kind == otio.schema.TrackKind.Video)
    (clip,) = video.find_clips()
    assert clip.source_range.start_time.rate == float(rate)
    assert (clip.source_range.start_time.value, clip.source_range.duration.value) == (86400, frames)
    start = timeline.global_start_time
    assert (start.value, start.rate) == (86400, float(rate))
    (track, *_) = sound_tracks(timeline)
    assert laid_out(track)[0][1:] == (samples - 1001, 0, 1001)
    marker = timeline.tracks.markers[0]
    assert marker.marked_range.start_time.value == samples - 1
    # Where the picture ends, in samples, by the rate as it was read: not a tenth of a sample off.
    seconds = clip.source_range.duration.value / clip.source_range.duration.rate
    assert abs(seconds * RATE_HZ - float(frames * RATE_HZ / rate)) < 0.1


def test_a_range_begins_at_zero_and_keeps_picture_and_sound_together() -> None:
    project = a_project(
        clips=(a_clip("one", 0, 4 * RATE_HZ, source_start=0),),
        markers=(
            Marker(id=MarkerId("before"), position_samples=10),
            Marker(id=MarkerId("in"), position_samples=RATE_HZ + 5, colour="red"),
        ),
    )
    picture = picture_of(project)
    assert picture is not None
    timeline = read(project, SampleRange(RATE_HZ, 3 * RATE_HZ))
    (track, *_) = sound_tracks(timeline)
    assert laid_out(track)[0][1:] == (0, RATE_HZ, 2 * RATE_HZ)
    assert timeline.global_start_time.value == picture.start_frame + picture.rate
    (marker,) = timeline.tracks.markers
    assert (marker.marked_range.start_time.value, marker.color) == (5, "RED")


def test_open_regions_are_markers_on_their_lane() -> None:
    region = a_region("open", 100, 250, name="Gap", takes=(a_take("one"),))
    (track, *_) = sound_tracks(read(a_project(regions=(region,))))
    (marker,) = track.markers
    assert marker.name == "Gap"
    assert (marker.marked_range.start_time.value, marker.marked_range.duration.value) == (100, 150)
    assert list(marker.metadata[KEY]["takes"]) == ["one"]


def test_what_is_muted_is_disabled() -> None:
    clips = (replace(a_clip("one", 0, 10), is_muted=True), a_clip("two", 20, 10))
    project = a_project(clips=clips)
    track, *_ = sound_tracks(read(project))
    assert [clip.enabled for clip in track.find_clips()] == [False, True]
    muted = replace(project, tracks=(replace(project.tracks[0], is_muted=True),))
    assert not sound_tracks(read(muted))[0].enabled


@pytest.mark.parametrize("text", ["", "nothing", "{}", '{"OTIO_SCHEMA": "Clip.2"}'])
def test_what_is_no_timeline_is_said(text: str) -> None:
    with pytest.raises(ValueError, match=r"no OTIO file|no timeline"):
        labelled_takes(text)


def test_a_later_region_lies_over_an_earlier_one() -> None:
    """As in the mix: what lies wholly under another region's take is not on the timeline."""
    under = a_region(
        "under", 120, 140, takes=(a_take("u", 120, 140),), comp=(a_segment("u", 120, 140),)
    )
    beside = a_region(
        "beside", 180, 220, takes=(a_take("b", 180, 220),), comp=(a_segment("b", 180, 220),)
    )
    over = a_region(
        "over", 100, 200, takes=(a_take("o", 100, 200),), comp=(a_segment("o", 100, 200),)
    )
    project = a_project(
        clips=(a_clip("clip", 0, 500, source_start=0),), regions=(under, beside, over)
    )
    (track, *_) = sound_tracks(read(project))
    assert [(at, source, length) for _, at, source, length in laid_out(track)] == [
        (0, 0, 100),
        (100, 0, 100),
        (200, 20, 20),
        (220, 220, 280),
    ]
    whole = SampleRange(0, 500)
    assert [take.id for _, take in sounding_takes(project, whole)] == ["b", "o"]
    assert [
        (clip.take, clip.start_samples, clip.end_samples) for clip in credits_of(project).clips
    ] == [
        ("o", 100, 200),
        ("b", 200, 220),
    ]
