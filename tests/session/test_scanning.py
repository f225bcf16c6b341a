"""A track is scanned clip by clip, on the timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prismdesk.media.gaps import GapKind
from prismdesk.project.ids import TrackId
from prismdesk.session.scanning import scan_track
from tests.builders import RATE_HZ, TEN_SECONDS, a_clip, a_project, a_region

if TYPE_CHECKING:
    from prismdesk.media.audio import AudioBlock
    from prismdesk.project.model import Media, Take

TRACK = TrackId("track-1")
HOLE = (100_000, 100_960)


class _Broken:
    """Ten seconds of noise with a hole of 20 ms."""

    rate_hz = RATE_HZ
    channels = 2
    length_samples = TEN_SECONDS

    def __init__(self) -> None:
        noise = np.random.default_rng(3).normal(0, 0.1, (2, TEN_SECONDS))
        self._audio = noise.astype(np.float32)
        self._audio[:, HOLE[0] : HOLE[1]] = 0.0

    def read(self, start_samples: int, count_samples: int) -> AudioBlock:
        found = np.zeros((2, count_samples), np.float32)
        part = self._audio[:, start_samples : start_samples + count_samples]
        found[:, : part.shape[1]] = part
        return found


class _Sounds:
    def stream(self, media: Media, stream_index: int) -> _Broken:
        return _Broken()

    def take(self, take: Take) -> _Broken:
        raise AssertionError


def test_gaps_lie_where_the_clip_does() -> None:
    clip = a_clip("clip-1", 48_000, 192_000, source_start=48_000 + 9_600)
    gaps = scan_track(a_project(clips=(clip,)), _Sounds(), TRACK)
    dropouts = [gap for gap in gaps if gap.kind is GapKind.DROPOUT]
    assert [gap.range.start_samples for gap in dropouts] == [HOLE[0] - 9_600]


def test_what_lies_between_clips_is_no_gap() -> None:
    clips = (a_clip("clip-1", 0, 48_000), a_clip("clip-2", 96_000, 384_000, source_start=1))
    gaps = scan_track(a_project(clips=clips), _Sounds(), TRACK)
    assert all(gap.range.length_samples < 2_000 for gap in gaps)


def test_sound_that_ends_before_the_picture_is_a_gap_at_the_end() -> None:
    clips = (a_clip("clip-1", 0, TEN_SECONDS // 2),)
    (gap,) = (
        gap
        for gap in scan_track(a_project(clips=clips), _Sounds(), TRACK)
        if gap.kind is GapKind.SILENCE
    )
    assert gap.range.start_samples == TEN_SECONDS // 2


def test_gaps_under_a_region_are_known_already() -> None:
    project = a_project(
        clips=(a_clip("clip-1", 0, TEN_SECONDS),), regions=(a_region("region-1", *HOLE),)
    )
    assert scan_track(project, _Sounds(), TRACK) == ()


def test_progress_runs_once_from_nothing_to_all() -> None:
    fractions: list[float] = []
    clips = (a_clip("clip-1", 0, 96_000), a_clip("clip-2", 96_000, 96_000, source_start=96_000))
    scan_track(a_project(clips=clips), _Sounds(), TRACK, progress=fractions.append)
    assert fractions == sorted(fractions)
    assert 0.99 < fractions[-1] <= 1.001
