from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from prismdesk.project.timebase import SampleRange
from prismdesk.ui.timeline.timescale import LEVELS, LOWEST_LEVEL, Timescale

RATE_HZ = 48_000

scales = st.builds(
    Timescale,
    end_samples=st.integers(1, 48_000 * 7_200),
    width_px=st.integers(400, 4_000),
    level=st.integers(LOWEST_LEVEL, len(LEVELS) - 1),
).flatmap(lambda scale: st.integers(0, max(scale.last_first_px, 1)).map(scale.scrolled_to))


@given(scales)
def test_fitting_shows_the_whole_film(scale: Timescale) -> None:
    fitted = scale.fitting()

    assert fitted.x_of(0) == 0
    assert fitted.x_of(scale.end_samples) <= scale.width_px


@given(scales, st.integers(-40, 40), st.integers(0, 3_999))
def test_zoom_keeps_what_is_under_the_pointer(scale: Timescale, steps: int, x: int) -> None:
    x = min(x, scale.width_px - 1)
    anchor = Fraction((x + scale.first_px) * scale.samples_per_px, scale.px_per_sample)

    zoomed = scale.zoomed(steps, x)

    there = anchor * zoomed.px_per_sample / zoomed.samples_per_px - zoomed.first_px
    at_an_end = zoomed.first_px in (0, zoomed.last_first_px)
    assert at_an_end or abs(there - x) <= 1
    assert 0 <= zoomed.first_px <= zoomed.last_first_px


@given(scales, st.integers(0, 48_000 * 7_200))
def test_showing_brings_a_position_into_view(scale: Timescale, samples: int) -> None:
    samples = min(samples, scale.end_samples - 1)

    assert 0 <= scale.showing(samples).x_of(samples) < scale.width_px


@given(scales, st.integers(-100, 5_000))
def test_pixel_and_sample_agree(scale: Timescale, x: int) -> None:
    samples = scale.sample_under(x)

    assert scale.x_of(samples) <= x < scale.x_of(samples) + scale.px_per_sample


@given(scales, st.integers(0, 48_000 * 7_200))
def test_sample_is_found_again_under_its_first_pixel(scale: Timescale, samples: int) -> None:
    found = scale.sample_under(scale.x_of(samples))

    assert found <= samples < found + scale.samples_per_px


@given(scales, st.integers(0, 48_000 * 7_200), st.integers(1, 48_000 * 600))
def test_stretch_zoomed_to_is_seen_whole(scale: Timescale, start: int, length: int) -> None:
    start = min(start, scale.end_samples - 1)
    span = SampleRange(start, min(start + length, scale.end_samples))

    shown = scale.showing_span(span)

    assert shown.x_of(span.start_samples) >= 0
    assert shown.x_of(span.end_samples) <= shown.width_px
    assert shown.level == LOWEST_LEVEL or shown.px_of_length(span.length_samples) > (
        shown.width_px * 0.3
    )


@given(scales, st.integers(0, 48_000 * 7_200))
def test_playhead_that_left_is_on_the_next_page(scale: Timescale, samples: int) -> None:
    samples = min(samples, scale.end_samples - 1)

    assert 0 <= scale.paged_to(samples).x_of(samples) < scale.width_px
    assert scale.paged_to(samples).paged_to(samples) == scale.paged_to(samples)


@given(scales, st.integers(0, 48_000 * 7_200))
def test_centred_sample_is_in_the_middle_or_the_film_ends(scale: Timescale, samples: int) -> None:
    samples = min(samples, scale.end_samples - 1)

    centred = scale.centred_on(samples)

    x = centred.x_of(samples)
    at_an_end = centred.first_px in (0, centred.last_first_px)
    assert 0 <= x < scale.width_px
    assert at_an_end or x == scale.width_px // 2
