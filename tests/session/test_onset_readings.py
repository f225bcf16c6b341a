"""Onsets of a region's takes as they are heard, held against markers."""

from dataclasses import replace

import pytest

from prismdesk.errors import Cancelled
from prismdesk.project.edits import (
    add_marker,
    nudge_take,
)
from prismdesk.project.lookup import region_of
from prismdesk.session.onset_readings import markers_near, read_onsets
from tests.builders import RATE_HZ, a_marker
from tests.media.fake_sounds import ArraySounds
from tests.seam_scene import (
    MARKER_AT,
    REGION,
    START,
    STEP_AT,
    the_project,
    the_sounds,
)


@pytest.fixture(scope="module")
def sounds() -> ArraySounds:
    return the_sounds()


class TestOnsets:
    def test_the_nearest_to_a_marker_is_told_in_samples(self, sounds: ArraySounds) -> None:
        (reading,) = read_onsets(the_project(), sounds, REGION)
        assert reading.marker.name == "first step"
        assert reading.late_samples == pytest.approx(430, abs=72)
        assert reading.onset_samples == pytest.approx(STEP_AT, abs=72)
        assert reading.is_first

    def test_nudging_by_it_brings_the_onset_to_the_marker(self, sounds: ArraySounds) -> None:
        project = the_project()
        (reading,) = read_onsets(project, sounds, REGION)
        fitted = nudge_take(project, reading.take_id, -reading.late_samples)
        (after,) = read_onsets(fitted, sounds, REGION)
        assert after.late_samples == 0
        assert after.onset_samples == MARKER_AT

    def test_what_was_found_in_a_file_is_not_looked_for_again(self, sounds: ArraySounds) -> None:
        known: dict[str, tuple[int, ...]] = {}
        first = read_onsets(the_project(), sounds, REGION, known=known)
        assert list(known) == ["takes/take-loud.wav"]
        assert read_onsets(the_project(), ArraySounds({}), REGION, known=known) == first

    def test_it_can_be_stopped(self, sounds: ArraySounds) -> None:
        with pytest.raises(Cancelled):
            read_onsets(the_project(), sounds, REGION, cancelled=lambda: True)


class TestMarkers:
    def test_those_inside_count_and_else_those_beside(self) -> None:
        project = the_project()
        region = region_of(project, REGION)
        beside = a_marker("beside", START - RATE_HZ // 4)
        both = add_marker(project, beside)
        assert [marker.id for marker in markers_near(both, region)] == ["marker-1"]
        alone = replace(both, markers=(beside, a_marker("far", START - RATE_HZ)))
        assert [marker.id for marker in markers_near(alone, region)] == ["beside"]
