from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prismdesk.project.errors import TimecodeError
from prismdesk.project.timebase import (
    FRAME_RATES,
    SampleRange,
    frames_to_samples,
    frames_to_timecode,
    nominal_fps,
    samples_to_frames,
    samples_to_timecode,
    seconds_to_samples,
    supports_drop_frame,
    timecode_to_frames,
)

F23, F29, F59 = FRAME_RATES["23.976"], FRAME_RATES["29.97"], FRAME_RATES["59.94"]
ODD_RATES = (Fraction(2997, 100), Fraction(2500, 83), Fraction(25, 2), Fraction(120))
rates = st.sampled_from((*FRAME_RATES.values(), *ODD_RATES))
drop_rates = st.sampled_from((F29, F59, Fraction(2997, 100)))
sample_rates = st.sampled_from((8_000, 44_100, 48_000, 96_000))


def test_named_rates_are_exact() -> None:
    assert list(FRAME_RATES) == ["23.976", "24", "25", "29.97", "30", "48", "50", "59.94", "60"]
    assert Fraction(24000, 1001) == F23
    assert Fraction(30000, 1001) == F29
    assert Fraction(60000, 1001) == F59


@pytest.mark.parametrize(
    ("rate", "text", "samples"),
    [
        ("24", "01:00:00:00", 172_800_000),
        ("25", "01:00:00:00", 172_800_000),
        ("30", "01:00:00:00", 172_800_000),
        ("23.976", "01:00:00:00", 172_972_800),
        ("29.97", "01:00:00:00", 172_972_800),
        ("29.97", "01:00:00;00", 172_799_827),  # 172 799 827.2, rounded once
    ],
)
def test_one_hour_at_48_khz(rate: str, text: str, samples: int) -> None:
    frames = timecode_to_frames(text, frame_rate=FRAME_RATES[rate])
    assert frames_to_samples(frames, rate_hz=48_000, frame_rate=FRAME_RATES[rate]) == samples


def test_drop_frame_hour_is_no_whole_sample() -> None:
    assert 107_892 * Fraction(48_000) / F29 == Fraction("172799827.2")


@pytest.mark.parametrize(
    ("rate", "frames", "samples"),
    [("23.976", 1, 2002), ("24", 1, 2000), ("25", 1, 1920), ("30", 1, 1600), ("29.97", 5, 8008)],
)
def test_samples_per_frame_at_48_khz(rate: str, frames: int, samples: int) -> None:
    assert frames_to_samples(frames, rate_hz=48_000, frame_rate=FRAME_RATES[rate]) == samples


def test_frames_to_samples_rounds_half_up_from_the_whole_count() -> None:
    starts = [frames_to_samples(n, rate_hz=48_000, frame_rate=F29) for n in range(6)]
    assert starts == [0, 1602, 3203, 4805, 6406, 8008]
    assert frames_to_samples(1, rate_hz=25, frame_rate=Fraction(10)) == 3  # 2.5
    assert frames_to_samples(-1, rate_hz=25, frame_rate=Fraction(10)) == -2  # -2.5


def test_a_frame_owns_its_rounded_first_sample() -> None:
    # Frame 2 begins at 3203.2: sample 3203 is its first, 3202 the last of frame 1.
    assert samples_to_frames(3203, rate_hz=48_000, frame_rate=F29) == 2
    assert samples_to_frames(3202, rate_hz=48_000, frame_rate=F29) == 1
    assert samples_to_frames(-1, rate_hz=48_000, frame_rate=F29) == -1


@given(frames=st.integers(-(10**7), 10**7), rate_hz=sample_rates, frame_rate=rates)
def test_frames_survive_the_way_to_samples_and_back(
    frames: int, rate_hz: int, frame_rate: Fraction
) -> None:
    samples = frames_to_samples(frames, rate_hz=rate_hz, frame_rate=frame_rate)
    assert samples_to_frames(samples, rate_hz=rate_hz, frame_rate=frame_rate) == frames
    assert samples_to_frames(samples - 1, rate_hz=rate_hz, frame_rate=frame_rate) == frames - 1


@given(samples=st.integers(-(10**12), 10**12), rate_hz=sample_rates)
def test_samples_survive_the_way_to_seconds_and_back(samples: int, rate_hz: int) -> None:
    assert seconds_to_samples(Fraction(samples, rate_hz), rate_hz=rate_hz) == samples


def test_seconds_round_half_up() -> None:
    assert seconds_to_samples(Decimal("0.00003125"), rate_hz=48_000) == 2  # 1.5 samples
    assert seconds_to_samples(Fraction(1, 3), rate_hz=44_100) == 14_700
    assert seconds_to_samples(Decimal("3.5"), rate_hz=48_000) == 168_000
    assert seconds_to_samples(2, rate_hz=48_000) == 96_000


@pytest.mark.parametrize(
    ("frames", "text"),
    [
        (0, "00:00:00;00"),
        (1799, "00:00:59;29"),
        (1800, "00:01:00;02"),
        (17_981, "00:09:59;29"),
        (17_982, "00:10:00;00"),
        (107_892, "01:00:00;00"),
        (2_589_407, "23:59:59;29"),
    ],
)
def test_drop_frame_vectors_at_29_97(frames: int, text: str) -> None:
    for rate in (F29, Fraction(2997, 100)):
        assert frames_to_timecode(frames, frame_rate=rate, drop_frame=True) == text
        assert timecode_to_frames(text, frame_rate=rate) == frames
        assert timecode_to_frames(text.replace(";", ","), frame_rate=rate) == frames


def test_drop_frame_at_59_94_skips_four() -> None:
    assert frames_to_timecode(3600, frame_rate=F59, drop_frame=True) == "00:01:00;04"
    assert frames_to_timecode(35_964, frame_rate=F59, drop_frame=True) == "00:10:00;00"


@given(frames=st.integers(0, 24 * 3600 * 12 - 1), frame_rate=rates)
def test_non_drop_labels_survive_both_ways(frames: int, frame_rate: Fraction) -> None:
    text = frames_to_timecode(frames, frame_rate=frame_rate, drop_frame=False)
    assert timecode_to_frames(text, frame_rate=frame_rate) == frames


@given(frames=st.integers(0, 144 * 17_982 - 1), frame_rate=drop_rates)
def test_drop_frame_labels_survive_both_ways(frames: int, frame_rate: Fraction) -> None:
    text = frames_to_timecode(frames, frame_rate=frame_rate, drop_frame=True)
    assert timecode_to_frames(text, frame_rate=frame_rate) == frames


def test_drop_frame_labels_of_an_hour_match_counting_them_out() -> None:
    labels = [
        f"00:{minute:02}:{second:02};{frame:02}"
        for minute in range(60)
        for second in range(60)
        for frame in range(30)
        if not (second == 0 and frame < 2 and minute % 10)
    ]
    made = [frames_to_timecode(n, frame_rate=F29, drop_frame=True) for n in range(107_892)]
    assert made == labels


@pytest.mark.parametrize("rate", [*FRAME_RATES.values(), *ODD_RATES])
def test_labels_start_again_after_24_hours(rate: Fraction) -> None:
    day = 24 * 3600 * nominal_fps(rate)
    assert frames_to_timecode(day, frame_rate=rate, drop_frame=False) in (
        "00:00:00:00",
        "00:00:00:000",
    )
    last = frames_to_timecode(-1, frame_rate=rate, drop_frame=False)
    assert last.startswith("23:59:59:")
    assert timecode_to_frames(last, frame_rate=rate) == day - 1


def test_drop_frame_day_starts_again_too() -> None:
    assert frames_to_timecode(24 * 107_892, frame_rate=F29, drop_frame=True) == "00:00:00;00"
    assert frames_to_timecode(-1, frame_rate=F29, drop_frame=True) == "23:59:59;29"


@pytest.mark.parametrize(
    ("rate", "fps"),
    [(F23, 24), (F29, 30), (F59, 60), (Fraction(2500, 83), 30), (Fraction(1, 10), 1)],
)
def test_nominal_fps(rate: Fraction, fps: int) -> None:
    assert nominal_fps(rate) == fps


def test_drop_frame_is_for_the_ntsc_rates_only() -> None:
    assert all(supports_drop_frame(rate) for rate in (F29, F59, Fraction(2997, 100)))
    assert not any(
        supports_drop_frame(rate) for rate in (F23, Fraction(30), Fraction(2500, 83), Fraction(60))
    )
    with pytest.raises(ValueError, match="drop-frame"):
        frames_to_timecode(0, frame_rate=Fraction(25), drop_frame=True)


@pytest.mark.parametrize(
    ("text", "rate", "says"),
    [
        ("", Fraction(24), "hours:minutes:seconds:frames"),
        ("01:00:03", Fraction(24), "hours:minutes:seconds:frames"),
        ("1.5", Fraction(24), "hours:minutes:seconds:frames"),
        ("-01:00:00:00", Fraction(24), "hours:minutes:seconds:frames"),
        ("٠١:00:00:00", Fraction(24), "hours:minutes:seconds:frames"),
        ("24:00:00:00", Fraction(24), "24 hours; they end at 23"),
        ("00:60:00:00", Fraction(24), "60 minutes; they end at 59"),
        ("00:00:75:00", Fraction(24), "75 seconds; they end at 59"),
        ("00:00:00:24", F23, "24 frames; they end at 23 at 23.976"),
        ("00:01:00;01", F29, "does not exist.*00:01:00;02"),
        ("00:01:00;03", F59, "does not exist.*00:01:00;04"),
        ("00:00:01;00", Fraction(25), "29.97 and 59.94.*not at 25;"),
    ],
)
def test_wrong_timecode_is_explained(text: str, rate: Fraction, says: str) -> None:
    with pytest.raises(TimecodeError, match=says):
        timecode_to_frames(text, frame_rate=rate)


def test_tenth_minutes_keep_their_first_labels() -> None:
    assert timecode_to_frames("00:10:00;00", frame_rate=F29) == 17_982
    assert timecode_to_frames("00:20:00;01", frame_rate=F29) == 2 * 17_982 + 1


def test_samples_to_timecode_counts_from_the_films_start() -> None:
    def label(samples: int) -> str:
        return samples_to_timecode(
            samples,
            rate_hz=48_000,
            frame_rate=Fraction(24),
            drop_frame=False,
            start_frame=86_400,
        )

    assert label(0) == "01:00:00:00"
    assert label(168_000 - 1) == "01:00:03:11"
    assert label(168_000) == "01:00:03:12"
    assert label(-1) == "00:59:59:23"


@pytest.mark.parametrize("rate", [Fraction(0), Fraction(-24)])
def test_rates_must_be_positive(rate: Fraction) -> None:
    with pytest.raises(ValueError, match="positive"):
        frames_to_samples(1, rate_hz=48_000, frame_rate=rate)
    with pytest.raises(ValueError, match="positive"):
        seconds_to_samples(1, rate_hz=0)


def test_time_must_be_finite() -> None:
    with pytest.raises(ValueError, match="finite"):
        seconds_to_samples(Decimal("inf"), rate_hz=48_000)


class TestSampleRange:
    def test_end_is_exclusive(self) -> None:
        span = SampleRange(10, 20)
        assert span.length_samples == 10
        assert span.contains(10)
        assert not span.contains(20)
        assert not span.overlaps(SampleRange(20, 30))
        assert SampleRange(10, 10).is_empty()
        assert not span.overlaps(SampleRange(15, 15))

    def test_intersection_is_what_lies_in_both(self) -> None:
        assert SampleRange(0, 10).intersection(SampleRange(5, 20)) == SampleRange(5, 10)
        assert SampleRange(0, 10).intersection(SampleRange(10, 20)) is None

    def test_shift_keeps_the_length(self) -> None:
        assert SampleRange(5, 9).shifted(-5) == SampleRange(0, 4)

    def test_end_before_start_is_refused(self) -> None:
        with pytest.raises(ValueError, match="before"):
            SampleRange(5, 4)
