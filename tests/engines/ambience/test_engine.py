"""The engine as its users call it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.engines.ambience.engine import AmbienceEngine
from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.errors import UnsupportedError, UnusableContextError
from prismdesk.engines.setting_values import SettingError
from prismdesk.errors import Cancelled
from tests.engines.ambience.sounds import (
    RATE_HZ,
    fill,
    ignore,
    level_db,
    noise_bed,
    request_for,
    run,
    seconds,
    tone,
)

if TYPE_CHECKING:
    from prismdesk.engines.contract import Progress


def test_same_request_gives_the_same_samples() -> None:
    request = request_for(noise_bed(3.0, channels=2), seconds(1.0), seconds(2.0), seed=7)
    first, second = run(request), run(request)
    assert np.array_equal(first[0].audio, second[0].audio)


def test_takes_count_their_seeds_on_and_differ() -> None:
    request = request_for(noise_bed(4.0), seconds(1.5), seconds(2.5), seed=5, takes=3)
    takes = run(request)
    assert [take.seed for take in takes] == [5, 6, 7]
    for other in takes[1:]:
        assert level_db(takes[0].audio - other.audio) > level_db(takes[0].audio) - 3


def test_generating_is_refused_with_a_sentence_on_who_can() -> None:
    request = request_for(noise_bed(1.0), 4000, 8000, task=EngineTask.GENERATE)
    with pytest.raises(UnsupportedError, match=r"these can: SelVA / MMAudio, AudioX\.$"):
        run(request)


def test_a_prompt_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="can't follow a prompt"):
        run(request_for(noise_bed(1.0), 4000, 8000, prompt="rain"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("method", "magic"),
        ("variation", 1.5),
        ("variation", "much"),
        ("keep_tones", 1),
        ("context_seconds", float("nan")),
        ("unheard_of", 1.0),
    ],
)
def test_bad_settings_are_named(name: str, value: float | str) -> None:
    with pytest.raises(SettingError, match=name):
        run(request_for(noise_bed(1.0), 4000, 8000, **{name: value}))  # type: ignore[arg-type]


def test_cancel_stops_a_long_fill() -> None:
    request = request_for(noise_bed(30.0), seconds(2.0), seconds(28.0))
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 20

    with pytest.raises(Cancelled):
        AmbienceEngine().run(request, ignore, cancelled)
    assert asked == 21


def test_progress_never_falls_and_ends_at_one() -> None:
    seen: list[Progress] = []
    request = request_for(noise_bed(8.0), seconds(2.0), seconds(6.0), takes=2)
    AmbienceEngine().run(request, seen.append, lambda: False)
    fractions = [progress.fraction for progress in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert len(set(fractions)) > 10


def test_silent_surroundings_give_silence() -> None:
    audio = fill(np.zeros((2, RATE_HZ), np.float32), 4000, 8000)
    assert audio.shape == (2, 4000)
    assert not audio.any()


def test_nothing_around_is_an_error_of_one_sentence() -> None:
    nothing = np.zeros(RATE_HZ, bool)
    with pytest.raises(UnusableContextError, match="no sound on either side"):
        run(request_for(noise_bed(1.0), 4000, 8000, valid=nothing))


@pytest.mark.parametrize(("start", "end"), [(8000, 8000), (-1, 4), (4, 16_001)])
def test_impossible_regions_are_refused(start: int, end: int) -> None:
    request = request_for(noise_bed(1.0), 0, 0)
    bad = type(request)(
        task=request.task,
        context=request.context,
        valid=request.valid,
        rate_hz=RATE_HZ,
        region_start_samples=start,
        region_end_samples=end,
    )
    with pytest.raises(UnusableContextError, match="region"):
        run(bad)


def test_samples_that_are_no_numbers_count_as_missing() -> None:
    sound = noise_bed(3.0)
    sound[:, seconds(0.5) : seconds(0.52)] = np.nan
    sound[:, seconds(2.4)] = np.inf
    audio = fill(sound, seconds(1.0), seconds(2.0))
    assert np.isfinite(audio).all()
    assert abs(level_db(audio) - level_db(noise_bed(1.0))) < 1.0


@pytest.mark.parametrize("around", [1, 2, 7, 40, 300, 2000])
@pytest.mark.parametrize("gap", [1, 2, 50, 1600, 20_000])
def test_any_shortness_of_surroundings_is_defined(around: int, gap: int) -> None:
    sound = noise_bed((2 * around + gap) / RATE_HZ + 0.01)[:, : 2 * around + gap]
    audio = fill(sound, around, around + gap)
    assert audio.shape == (1, gap)
    assert np.isfinite(audio).all()
    known = np.concatenate([sound[:, :around], sound[:, around + gap :]], axis=1)
    assert np.abs(audio).max() <= 1.5 * np.abs(known).max() + 1e-6


@pytest.mark.parametrize("rate_hz", [8000, 44_100, 96_000, 192_000])
@pytest.mark.parametrize("gap_seconds", [0.01, 0.3])
def test_every_rate_works(rate_hz: int, gap_seconds: float) -> None:
    generator = np.random.default_rng(3)
    sound = np.asarray(0.1 * generator.standard_normal((1, rate_hz)), np.float32)
    start = rate_hz // 3
    end = start + round(gap_seconds * rate_hz)
    audio = run(request_for(sound, start, end, rate_hz=rate_hz))[0].audio
    assert audio.shape == (1, end - start)
    assert level_db(audio) < level_db(sound) + 1.5


def test_eight_channels_come_out_as_eight() -> None:
    audio = fill(noise_bed(2.0, channels=8), seconds(0.8), seconds(1.2))
    assert audio.shape == (8, seconds(1.2) - seconds(0.8))


@pytest.mark.parametrize("length_seconds", [0.02, 0.5])
def test_an_offset_is_kept(length_seconds: float) -> None:
    sound = noise_bed(3.0) + np.float32(0.4)
    audio = fill(sound, seconds(1.0), seconds(1.0 + length_seconds))
    assert abs(float(audio.mean()) - 0.4) < 0.06


def test_handles_hold_the_sound_that_is_there() -> None:
    sound = noise_bed(2.0)
    request = request_for(sound, 8000, 12_000)
    with_handles = type(request)(
        task=request.task,
        context=request.context,
        valid=request.valid,
        rate_hz=RATE_HZ,
        region_start_samples=8000,
        region_end_samples=12_000,
        head_samples=100,
        tail_samples=10**9,
    )
    take = run(with_handles)[0]
    assert (take.head_samples, take.tail_samples) == (100, sound.shape[1] - 12_000)
    assert np.array_equal(take.audio[:, :100], sound[:, 7900:8000])
    assert np.array_equal(take.audio[:, 100 + 4000 :], sound[:, 12_000:])


def test_method_decides_how_a_gap_is_filled() -> None:
    sound = tone(2.0, 440.0) + noise_bed(2.0)
    predicted = run(request_for(sound, 12_000, 14_000, method="autoregressive"))[0]
    laid = run(request_for(sound, 12_000, 14_000, method="texture"))[0]
    assert "autoregression" in " ".join(predicted.notes)
    assert "pieces" in " ".join(laid.notes) or "piece " in " ".join(laid.notes)
    assert not np.array_equal(predicted.audio, laid.audio)
