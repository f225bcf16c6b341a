"""Seams and onsets of a region as they are heard: chosen takes, trims and nudges included."""

from dataclasses import replace

import pytest

from prismdesk.errors import Cancelled
from prismdesk.media.region_proof import prove_region
from prismdesk.project.edits import (
    SeamEnd,
    add_marker,
    choose_take,
    clear_choice,
    nudge_take,
    resize_region,
    set_take_gain,
    shift_seam,
)
from prismdesk.project.lookup import region_of
from prismdesk.project.model import Project
from prismdesk.project.timebase import SampleRange
from prismdesk.session.seams import (
    RegionSeams,
    markers_near,
    measure_seams,
    read_onsets,
    seam_figures,
)
from tests.builders import RATE_HZ, a_marker
from tests.media.fake_sounds import ArraySounds
from tests.seam_scene import (
    END,
    FITTING,
    HANDLE,
    LOUD,
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


def measured(project: Project, sounds: ArraySounds, **options: object) -> RegionSeams:
    found = measure_seams(project, sounds, REGION, **options)  # type: ignore[arg-type]  # as given
    assert found is not None
    return found


def steps(found: RegionSeams) -> list[float]:
    return [seam.figures.level_step_db or 0.0 for seam in found.seams]


def test_a_take_that_is_louder_than_the_lane_is_beyond_the_limit(sounds: ArraySounds) -> None:
    found = measured(the_project(), sounds)
    assert steps(found) == pytest.approx([6.0, 6.0], abs=1.0)
    assert found.exceeded == ("level step in", "level step out")
    assert found.verdict == "Beyond limits"
    within = (False, False)
    assert [row.is_beyond for row in seam_figures(found)] == [(True, True), within, within]


def test_another_choice_or_gain_is_measured_as_it_is_heard(sounds: ArraySounds) -> None:
    project = the_project()
    fitting = measured(choose_take(project, FITTING), sounds)
    assert fitting.is_within
    assert fitting.verdict == "Within limits"
    assert measured(project, sounds, take_id=FITTING).seams == fitting.seams
    softer = measured(set_take_gain(project, LOUD, -6.0), sounds)
    assert steps(softer) == pytest.approx(steps(fitting), abs=0.3)


def test_seams_tell_where_they_lie_and_what_is_kept(sounds: ArraySounds) -> None:
    first, last = measured(the_project(), sounds).seams
    assert (first.at_samples, last.at_samples) == (START, END)
    assert (first.kept_samples, last.kept_samples) == (HANDLE, HANDLE)
    shifted = shift_seam(the_project(), REGION, SeamEnd.IN, -960)
    first, _ = measured(shifted, sounds).seams
    assert (first.at_samples, first.shift_samples, first.kept_samples) == (START - 960, -960, 3840)


def test_a_region_without_a_take_has_nothing_to_measure(sounds: ArraySounds) -> None:
    bare = clear_choice(the_project(), REGION)
    assert measure_seams(bare, sounds, REGION) is None
    assert read_onsets(bare, sounds, REGION) == ()


@pytest.mark.parametrize("edit", ["shift in", "shift out", "nudge", "longer"])
def test_nothing_outside_the_region_changes(edit: str, sounds: ArraySounds) -> None:
    project = the_project()
    if edit == "shift in":
        project = shift_seam(project, REGION, SeamEnd.IN, -4000)
    elif edit == "shift out":
        project = shift_seam(project, REGION, SeamEnd.OUT, 4000)
    elif edit == "nudge":
        project = nudge_take(project, LOUD, -384)
    else:
        project = resize_region(project, REGION, SampleRange(START - HANDLE, END + HANDLE))
    proof = prove_region(project, sounds, REGION)
    assert proof.passed
    changed = region_of(project, REGION).range.length_samples
    assert proof.inside.different_samples > 0.99 * changed


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
