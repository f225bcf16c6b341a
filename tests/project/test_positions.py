from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prismdesk.errors import InputError
from prismdesk.project.model import PictureStream
from prismdesk.project.positions import (
    PositionError,
    format_position,
    parse_position,
    parse_range,
)
from prismdesk.project.timebase import FRAME_RATES, SampleRange
from tests.builders import a_picture

FROM_ONE_HOUR = a_picture()
FROM_ZERO = a_picture(start_frame=0)
NTSC = FRAME_RATES["29.97"]
DROP_FROM_ONE_HOUR = a_picture(rate=NTSC, start_frame=107_892, is_drop_frame=True)


def parse(text: str, picture: PictureStream | None = FROM_ONE_HOUR) -> int:
    return parse_position(text, rate_hz=48_000, picture=picture)


@pytest.mark.parametrize(
    ("text", "samples"),
    [
        ("01:00:00:00", 0),
        ("01:00:03:12", 168_000),
        ("  01:00:03:12 ", 168_000),
        ("3.5s", 168_000),
        ("3.5 s", 168_000),
        (".5s", 24_000),
        ("2.s", 96_000),
        ("0s", 0),
        ("168000sm", 168_000),
        ("0.00001041666s", 0),
        ("0.0000104167s", 1),
        ("7200s", 345_600_000),
    ],
)
def test_positions_are_read_exactly(text: str, samples: int) -> None:
    assert parse(text) == samples


def test_the_start_timecode_is_subtracted() -> None:
    assert parse("00:00:03:12", FROM_ZERO) == 168_000
    assert parse("01:00:10;00", DROP_FROM_ONE_HOUR) == 480_480
    assert parse("01:00:10,00", DROP_FROM_ONE_HOUR) == 480_480


def test_a_film_may_run_across_midnight() -> None:
    late = a_picture(start_frame=24 * 86_400 - 24)
    assert parse("00:00:00:00", late) == 48_000
    assert parse("00:00:08:23", late) == 9 * 48_000 + 23 * 2000
    with pytest.raises(PositionError, match="before the film's start at 23:59:59:00"):
        parse("00:00:09:00", late)


def test_seconds_and_samples_need_no_picture() -> None:
    assert parse("3.5s", None) == 168_000
    assert parse("7sm", None) == 7
    with pytest.raises(PositionError, match=r"no picture.*3\.5s.*168000sm"):
        parse("01:00:03:12", None)


@pytest.mark.parametrize(
    ("text", "picture", "says"),
    [
        ("", FROM_ZERO, "timecode of the film .* seconds .* samples"),
        ("3.5", FROM_ZERO, "no position; write"),
        ("banana", FROM_ZERO, "no position; write"),
        ("1e3s", FROM_ZERO, "no position; write"),
        ("٣s", FROM_ZERO, "no position; write"),
        ("nans", FROM_ZERO, "no position; write"),
        ("9" * 5000 + "s", FROM_ZERO, "no position; write"),
        ("1.5sm", FROM_ZERO, "no position; write"),
        ("-3s", FROM_ZERO, "not negative"),
        ("-00:00:01:00", FROM_ZERO, "not negative"),
        ("00:00:03:12", FROM_ONE_HOUR, "before the film's start at 01:00:00:00"),
        ("01:00:03:24", FROM_ONE_HOUR, "24 frames; they end at 23"),
        ("01:00:03:12:05", FROM_ONE_HOUR, "no timecode"),
        ("01:00:03;12", FROM_ONE_HOUR, "drop-frame timecode, but the film counts non-drop"),
        ("00:00:03;12", FROM_ZERO, "29.97 and 59.94"),
        ("01:00:03:12", DROP_FROM_ONE_HOUR, "counts drop frame.*01:00:03,12"),
        ("01:01:00;01", DROP_FROM_ONE_HOUR, "does not exist.*01:01:00;02"),
        ("00:59:59;29", DROP_FROM_ONE_HOUR, "before the film's start at 01:00:00;00"),
    ],
)
def test_wrong_positions_are_explained(text: str, picture: PictureStream, says: str) -> None:
    with pytest.raises(PositionError, match=says):
        parse(text, picture)


def test_a_film_that_counts_from_zero_takes_both_ways() -> None:
    film = a_picture(rate=NTSC, start_frame=0)
    assert parse("00:01:00;02", film) == parse("00:01:00:00", film) == 2_882_880


def test_a_drop_flag_at_a_rate_without_drop_frame_is_ignored() -> None:
    film = a_picture(rate=Fraction(2500, 83), start_frame=0, is_drop_frame=True)
    assert format_position(0, rate_hz=48_000, picture=film) == "00:00:00:00"
    assert parse("00:00:01:00", film) == 47_808


def test_ranges_are_half_open() -> None:
    span = parse_range("01:00:03:12 - 4s", rate_hz=48_000, picture=FROM_ONE_HOUR)
    assert span == SampleRange(168_000, 192_000)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("3s", "two positions with a -"),
        ("1s-2s-3s", "two positions with a -"),
        ("-1s-2s", "not negative"),
        ("2s-2s", "must end after it starts"),
        ("3s-2s", "must end after it starts"),
        ("2s-", "no position"),
        ("x-3s", '"x" is no position'),
    ],
)
def test_wrong_ranges_are_explained(text: str, says: str) -> None:
    with pytest.raises(PositionError, match=says):
        parse_range(text, rate_hz=48_000, picture=FROM_ONE_HOUR)


def test_positions_are_shown_as_timecode_or_seconds() -> None:
    assert format_position(168_000, rate_hz=48_000, picture=FROM_ONE_HOUR) == "01:00:03:12"
    assert format_position(0, rate_hz=48_000, picture=DROP_FROM_ONE_HOUR) == "01:00:00;00"
    assert format_position(168_000, rate_hz=48_000, picture=None) == "3.500s"
    assert format_position(-24, rate_hz=48_000, picture=None) == "0.000s"
    assert format_position(-72, rate_hz=48_000, picture=None) == "-0.001s"


@given(
    rate=st.sampled_from((*FRAME_RATES.values(), Fraction(2997, 100), Fraction(2500, 83))),
    start_frame=st.integers(0, 200_000),
    samples=st.integers(0, 10 * 48_000),
)
def test_what_is_shown_reads_back_to_the_same_frame(
    rate: Fraction, start_frame: int, samples: int
) -> None:
    film = a_picture(rate=rate, start_frame=start_frame)
    shown = format_position(samples, rate_hz=48_000, picture=film)
    back = parse(shown, film)
    assert format_position(back, rate_hz=48_000, picture=film) == shown
    assert back <= samples < back + 48_000 / rate + 1


@given(text=st.text(alphabet="0123456789:;,.-sm x", max_size=16))
def test_any_text_is_a_position_or_a_sentence_for_the_user(text: str) -> None:
    for picture in (None, FROM_ONE_HOUR, DROP_FROM_ONE_HOUR):
        with suppress(InputError):
            assert parse(text, picture) >= 0
