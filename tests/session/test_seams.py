"""Seams and onsets of a region as they are heard: chosen takes, trims and nudges included."""

import pytest

from prismdesk.media.region_proof import prove_region
from prismdesk.project.edits import (
    SeamEnd,
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
from prismdesk.session.onset_readings import read_onsets
from prismdesk.session.seam_figures import seam_figures
from prismdesk.session.seams import RegionSeams, measure_seams
from tests.media.fake_sounds import ArraySounds
from tests.seam_scene import (
    END,
    FITTING,
    HANDLE,
    LOUD,
    REGION,
    START,
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
