from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prismdesk.ui.timeline.ruler_ticks import LABEL_PX, ticks_of
from prismdesk.ui.timeline.timescale import LEVELS, LOWEST_LEVEL, Timescale
from prismdesk.ui.times import RulerUnit, Times
from tests.builders import a_media, a_picture, a_project

HOUR = 48_000 * 3_600


def times_of(rate: Fraction = Fraction(24)) -> Times:
    picture = a_picture(rate=rate, duration_samples=2 * HOUR)
    return Times(a_project(media=(a_media(picture=picture),)))


scales = st.builds(
    Timescale,
    end_samples=st.just(2 * HOUR),
    width_px=st.integers(600, 2_500),
    level=st.integers(LOWEST_LEVEL, len(LEVELS) - 1),
).flatmap(lambda scale: st.integers(0, max(scale.last_first_px, 1)).map(scale.scrolled_to))


@given(scales, st.sampled_from(RulerUnit), st.sampled_from([Fraction(24), Fraction(30000, 1001)]))
def test_labels_never_touch_and_ticks_are_few(
    scale: Timescale, unit: RulerUnit, rate: Fraction
) -> None:
    ticks = ticks_of(scale, times_of(rate), unit)

    assert len(ticks) < 1_500
    places = [tick.position_samples for tick in ticks]
    assert places == sorted(places)
    labels = [scale.x_of(tick.position_samples) for tick in ticks if tick.label]
    assert all(right - left >= LABEL_PX - 1 for left, right in itertools.pairwise(labels))


@given(scales, st.sampled_from(RulerUnit))
def test_ticks_of_a_part_are_those_of_the_whole(scale: Timescale, unit: RulerUnit) -> None:
    times, seen = times_of(), scale.seen
    whole = ticks_of(scale, times, unit)
    middle = (seen.start_samples + seen.end_samples) // 2
    part = ticks_of(scale, times, unit, seen=type(seen)(middle, seen.end_samples))

    assert {t for t in whole if t.position_samples >= middle} <= set(part)


@pytest.mark.parametrize(
    ("unit", "level", "words"),
    [
        (RulerUnit.TIMECODE, 80, "01:00:00:00"),
        (RulerUnit.FRAMES, 40, "12"),
        (RulerUnit.SECONDS, 64, "5.000 s"),
        (RulerUnit.SAMPLES, 0, "200"),
    ],
)
def test_labels_are_written_in_their_unit(unit: RulerUnit, level: int, words: str) -> None:
    scale = Timescale(end_samples=2 * HOUR, width_px=1_400, level=level)

    assert words in [tick.label for tick in ticks_of(scale, times_of(), unit)]


def test_samples_are_counted_inside_a_frame_where_it_is_wide() -> None:
    scale = Timescale(end_samples=2 * HOUR, width_px=1_400, level=-5)
    ticks = ticks_of(scale, times_of(), RulerUnit.TIMECODE)

    assert "01:00:00:00" in [tick.label for tick in ticks]
    inside = {tick.label: tick.position_samples for tick in ticks if tick.label.startswith("+")}
    assert inside
    assert all(int(label[1:]) == place % 2_000 for label, place in inside.items())
