from fractions import Fraction

import pytest

from prismdesk.media.picture_rate import picture_timing
from prismdesk.project.timebase import FRAME_RATES

MILLISECONDS = Fraction(1, 1000)


@pytest.mark.parametrize("rate", FRAME_RATES.values())
def test_rates_are_found_through_milliseconds(rate: Fraction) -> None:
    ticks = [round(n / rate * 1000) for n in range(100_000)]
    timing = picture_timing(
        ticks, last_duration_ticks=0, time_base=MILLISECONDS, named_rates=[None, Fraction(90000)]
    )
    assert (timing.rate, timing.is_variable) == (rate, False)


@pytest.mark.parametrize("rate", [Fraction(2997, 100), Fraction(2500, 83), Fraction(12)])
def test_a_rate_that_the_file_names_is_believed_if_it_fits(rate: Fraction) -> None:
    ticks = [int(n / rate * 90000) for n in range(5000)]
    timing = picture_timing(
        ticks, last_duration_ticks=0, time_base=Fraction(1, 90000), named_rates=[rate]
    )
    assert timing.rate == rate


def test_one_missing_picture_makes_the_rate_variable() -> None:
    ticks = [n * 40 for n in range(100) if n != 50]
    timing = picture_timing(
        ticks, last_duration_ticks=40, time_base=MILLISECONDS, named_rates=[Fraction(25)]
    )
    assert timing.is_variable
    assert timing.duration_seconds == 4
    assert timing.frame_count == 99


def test_order_and_repeats_do_not_matter() -> None:
    ticks = [0, 120, 40, 80, 80]
    timing = picture_timing(
        ticks, last_duration_ticks=0, time_base=MILLISECONDS, named_rates=[Fraction(25)]
    )
    assert (timing.frame_count, timing.is_variable) == (4, False)


@pytest.mark.parametrize("ticks", [[5], [5, 5]])
def test_a_single_picture_has_a_rate(ticks: list[int]) -> None:
    timing = picture_timing(
        ticks, last_duration_ticks=0, time_base=MILLISECONDS, named_rates=[None]
    )
    assert timing.duration_seconds * timing.rate == 1


def test_a_rate_is_never_zero_however_far_apart_the_timestamps_lie() -> None:
    timing = picture_timing(
        [0, 1, 2**50], last_duration_ticks=1, time_base=Fraction(1, 90_000), named_rates=()
    )
    assert timing.rate == Fraction(2 * 90_000, 2**50)
