"""Long gaps: pieces of the surroundings, tones carried through."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.signal import welch

from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.joining.crossing import blend
from tests.engines.ambience.sounds import (
    RATE_HZ,
    Block,
    fill,
    level_db,
    noise_bed,
    request_for,
    run,
    seconds,
    snr_db,
    tone,
)

if TYPE_CHECKING:
    from prismdesk.engines.request import Request


def spectrum_db(sound: Block) -> np.ndarray:
    """Levels in 16 even bands."""
    _, power = welch(sound[0].astype(np.float64), RATE_HZ, nperseg=512)
    return np.asarray(10 * np.log10(power[:256].reshape(16, 16).mean(axis=1) + 1e-20))


@pytest.mark.parametrize("length_seconds", [0.25, 1.0, 4.0])
def test_a_noise_bed_keeps_level_and_spectrum(length_seconds: float) -> None:
    sound = noise_bed(8.0)
    start, end = seconds(2.0), seconds(2.0 + length_seconds)
    audio = fill(sound, start, end)
    assert abs(level_db(audio) - level_db(sound)) < 1.0
    difference = spectrum_db(audio) - spectrum_db(sound)
    assert np.sqrt(np.mean(difference**2)) < (2.0 if length_seconds < 1.0 else 1.0)


def test_level_and_spectrum_move_from_one_side_to_the_other() -> None:
    left, right = noise_bed(4.0, pole=0.3), noise_bed(4.0, pole=0.9, seed=2) * np.float32(0.25)
    sound = np.concatenate([left, np.zeros((1, seconds(4.0)), np.float32), right], axis=1)
    audio = fill(sound, seconds(4.0), seconds(8.0))
    quarters = [audio[:, seconds(q) : seconds(q + 1.0)] for q in range(4)]
    assert abs(level_db(quarters[0]) - level_db(left)) < 2.0
    assert abs(level_db(quarters[3]) - level_db(right)) < 2.5
    assert level_db(quarters[0]) > level_db(quarters[1]) > level_db(quarters[2])
    first, last = spectrum_db(quarters[0]), spectrum_db(quarters[3])
    assert (first[0] - first[-1]) < (last[0] - last[-1]) - 8.0


@pytest.mark.parametrize("frequency_hz", [50.0, 440.3, 1234.7])
@pytest.mark.parametrize("length_seconds", [0.2, 1.0, 5.0])
def test_a_steady_tone_goes_on_in_phase(frequency_hz: float, length_seconds: float) -> None:
    sound = tone(9.0, frequency_hz) + noise_bed(9.0) * np.float32(0.01)
    start, end = seconds(2.0), seconds(2.0 + length_seconds)
    assert snr_db(sound[:, start:end], fill(sound, start, end)) > 28.0


def test_tones_are_left_to_the_texture_when_told_so() -> None:
    sound = tone(6.0, 440.3) + noise_bed(6.0) * np.float32(0.01)
    start, end = seconds(2.0), seconds(4.0)
    loose = fill(sound, start, end, keep_tones=False)
    assert snr_db(sound[:, start:end], loose) < 20.0


def test_a_tone_goes_on_past_an_end() -> None:
    sound = tone(4.0, 330.0) + noise_bed(4.0) * np.float32(0.01)
    longer = np.concatenate([sound, np.zeros_like(sound)], axis=1)
    request = request_for(longer, seconds(4.0), seconds(6.0), task=EngineTask.CONTINUE)
    wanted = tone(6.0, 330.0)[:, seconds(4.0) :]
    assert (
        snr_db(wanted[:, : seconds(0.5)], run(at_the_end(request))[0].audio[:, : seconds(0.5)]) > 20
    )


def at_the_end(request: Request) -> Request:
    """The same request with nothing after the region."""
    end = request.region_end_samples
    return replace(request, context=request.context[:, :end], valid=request.valid[:end])


def test_a_steady_bed_goes_on_steadily() -> None:
    sound = np.concatenate([noise_bed(4.0), np.zeros((1, seconds(4.0)), np.float32)], axis=1)
    request = request_for(sound, seconds(4.0), seconds(8.0), task=EngineTask.CONTINUE)
    audio = run(at_the_end(request))[0].audio
    for second in range(4):
        part = audio[:, seconds(second) : seconds(second + 1)]
        assert abs(level_db(part) - level_db(noise_bed(4.0))) < 1.5


def test_a_dying_sound_goes_on_dying() -> None:
    bed = noise_bed(6.0)
    slope_db = -30.0 * np.maximum(np.arange(bed.shape[1]) / RATE_HZ - 2.0, 0.0)
    sound = (bed * 10 ** (slope_db / 20)).astype(np.float32)
    end = seconds(3.0)
    request = request_for(sound, end, seconds(4.0), task=EngineTask.CONTINUE)
    take = run(at_the_end(request))[0]
    early, late = take.audio[:, : seconds(0.25)], take.audio[:, seconds(0.75) :]
    assert level_db(early) == pytest.approx(level_db(sound[:, end : end + seconds(0.25)]), abs=4)
    assert level_db(late) < level_db(early) - 9.0
    assert any("dying" in note for note in take.notes)


def test_stereo_image_is_kept() -> None:
    middle, side = noise_bed(6.0), noise_bed(6.0, seed=9) * np.float32(0.3)
    sound = np.concatenate([middle + side, 0.5 * (middle - side)])
    audio = fill(sound, seconds(2.0), seconds(4.0))

    def image(part: Block) -> tuple[float, float]:
        likeness = np.asarray(np.corrcoef(part))[0, 1]
        return float(likeness), level_db(part[0]) - level_db(part[1])

    assert image(audio) == pytest.approx(image(sound), abs=0.5)
    assert image(audio)[0] == pytest.approx(image(sound)[0], abs=0.05)


def test_no_stretch_is_repeated_for_long() -> None:
    sound = noise_bed(8.0)
    start, end = seconds(3.0), seconds(7.0)
    audio = fill(sound, start, end)[0].astype(np.float64)
    block = seconds(0.8)
    known = np.concatenate([sound[0, :start], sound[0, end:]]).astype(np.float64)
    for first in range(0, len(audio) - block, block // 2):
        wanted = audio[first : first + block]
        likeness = np.abs(np.correlate(known[: seconds(3.0)], wanted, "valid")) / (
            np.linalg.norm(wanted) * np.sqrt(block) * known.std()
        )
        assert likeness.max() < 0.95


def test_a_single_event_is_not_borrowed() -> None:
    sound = noise_bed(10.0) * np.float32(0.1)
    slam = seconds(1.5)
    decay = np.exp(-np.arange(seconds(0.3)) / seconds(0.05))
    generator = np.random.default_rng(8)
    sound[0, slam : slam + len(decay)] += (
        0.8 * decay * generator.standard_normal(len(decay))
    ).astype(np.float32)
    audio = fill(sound, seconds(3.0), seconds(7.0))
    assert np.abs(audio).max() < 0.1


def test_both_ends_join_without_a_step() -> None:
    sound = noise_bed(5.0, pole=0.98)
    start, end = seconds(2.0), seconds(3.0)
    audio = fill(sound, start, end)
    usual = np.abs(np.diff(sound[0])).max()
    assert abs(audio[0, 0] - sound[0, start - 1]) < 1.5 * usual
    assert abs(audio[0, -1] - sound[0, end]) < 1.5 * usual


def test_variation_zero_depends_less_on_the_seed() -> None:
    sound = noise_bed(6.0)
    spread = {}
    for variation in (0.0, 1.0):
        takes = run(request_for(sound, seconds(2.0), seconds(2.4), takes=4, variation=variation))
        spread[variation] = len({take.audio[0, 3000:3010].tobytes() for take in takes})
    assert spread[0.0] < spread[1.0]


def test_material_beyond_reach_is_not_used() -> None:
    sound = noise_bed(10.0)
    sound[:, : seconds(4.0)] = np.diff(sound[:, : seconds(4.0)], prepend=0.0)
    near = fill(sound, seconds(5.0), seconds(8.0), context_seconds=0.5)
    changed = sound.copy()
    changed[:, : seconds(4.0)] *= np.float32(0.1)
    assert np.array_equal(near, fill(changed, seconds(5.0), seconds(8.0), context_seconds=0.5))
    wide = fill(sound, seconds(5.0), seconds(8.0))
    assert not np.array_equal(wide, fill(changed, seconds(5.0), seconds(8.0)))


def test_blending_keeps_the_power_of_like_and_unlike_sounds() -> None:
    generator = np.random.default_rng(1)
    one, other = generator.standard_normal((2, 1, 20_000))
    assert level_db(blend(one, one)) == pytest.approx(level_db(one), abs=0.01)
    assert level_db(blend(one, other)) == pytest.approx(level_db(one), abs=0.3)
