from __future__ import annotations

import hashlib

import numpy as np
import pytest

from prismdesk.errors import Cancelled
from prismdesk.sample.recipe import load_recipe
from prismdesk.sample.soundtrack import Pcm24, make_soundtrack

SHA256 = "8e395b6ca44b05c2588f661d51672651c68bc8743b37614a5b9f9f23bad19254"


@pytest.fixture(scope="module")
def sound() -> Pcm24:
    return make_soundtrack(load_recipe())


def test_sound_is_the_same_bytes_each_time(sound: Pcm24) -> None:
    little_endian = sound.astype("<i4").tobytes()

    assert hashlib.sha256(little_endian).hexdigest() == SHA256


def test_sound_stops_before_the_picture(sound: Pcm24) -> None:
    assert sound.shape == (2, 600_000)
    assert np.abs(sound[:, -480:]).max() > 2**23 * 0.01


def test_holes_are_exactly_silent_and_nothing_else_is(sound: Pcm24) -> None:
    silent = (sound == 0).all(axis=0).astype(np.int8)
    edges = np.flatnonzero(np.diff(silent, prepend=0, append=0))
    runs = [
        (int(start), int(end - start))
        for start, end in zip(edges[::2], edges[1::2], strict=True)
        if end - start > 4
    ]

    assert runs == [(198_000, 576), (388_800, 38_400)]


def test_clicks_stand_out_and_nothing_else_does(sound: Pcm24) -> None:
    # A third difference leaves little of the film's own sound and most of a click.
    sharp = np.abs(np.diff(sound.astype(np.int64), n=3, axis=1)).max(axis=0)
    found = np.flatnonzero(sharp > 2**23 * 0.6)
    groups = np.split(found, np.flatnonzero(np.diff(found) > 10) + 1)

    assert [int(group[0]) for group in groups] == [
        at - 2 for at in load_recipe().defects.clicks_at_samples
    ]
    quiet = np.delete(sharp, np.concatenate([np.arange(at - 3, at + 6) for at in found]))
    assert quiet.max() < sharp.max() / 5


def test_levels_are_those_of_a_finished_mix(sound: Pcm24) -> None:
    level = sound / 2.0**23
    rms_db = 10 * np.log10((level**2).mean())

    assert -25 < rms_db < -18
    assert 20 * np.log10(np.abs(level).max()) < -3
    assert abs(level.mean()) < 2e-3


def test_each_step_is_heard_at_its_frame_on_its_side(sound: Pcm24) -> None:
    recipe = load_recipe()
    level = sound / 2.0**23
    for step in range(recipe.walker.steps):
        at = recipe.step_frame(step) * recipe.samples_per_frame
        before = np.abs(np.diff(level[0, at - 480 : at])).mean()
        after = np.abs(np.diff(level[0, at : at + 480])).mean()
        assert after > 1.5 * before, f"step {step}"


def test_steady_tone_lies_in_the_bed(sound: Pcm24) -> None:
    level = sound[0, 430_000:526_000] / 2.0**23
    spectrum = np.abs(np.fft.rfft(level * np.hanning(level.size)))
    hz_per_bin = 48_000 / level.size
    tone = spectrum[round(220 / hz_per_bin)]

    assert tone > 4 * np.median(spectrum[round(200 / hz_per_bin) : round(240 / hz_per_bin)])


def test_progress_never_falls_and_ends_at_one() -> None:
    told: list[float] = []

    make_soundtrack(load_recipe(), progress=told.append)

    assert told == sorted(told)
    assert told[-1] == 1.0


def test_cancelled_soundtrack_stops() -> None:
    with pytest.raises(Cancelled):
        make_soundtrack(load_recipe(), cancelled=lambda: True)
