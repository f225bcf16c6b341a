from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.media.export import SoundCodec, export_film, export_wav
from prismdesk.media.verify import null_test
from prismdesk.project.timebase import SampleRange
from tests.media.export.films import noise_24, request_for, write_film

if TYPE_CHECKING:
    from pathlib import Path

LENGTH = 96_000
REGION = SampleRange(30_000, 31_000)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return write_film(tmp_path / "film.mov", sound=noise_24(LENGTH))


def edited_sound() -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    sound = noise_24(LENGTH)
    sound[:, 30_000:31_000] = noise_24(1000, seed=9)
    return sound


@pytest.mark.parametrize("name", ["out.mov", "out.wav"])
def test_outside_the_region_all_is_identical(film: Path, tmp_path: Path, name: str) -> None:
    request = request_for(film, tmp_path / name, edited_sound())
    (export_wav if name.endswith(".wav") else export_film)(request)
    found = null_test(film, tmp_path / name, [REGION], rate_hz=48000)
    assert found.outside.is_identical
    assert found.passed
    assert found.inside.first_different_samples == 30_000
    assert found.inside.samples == 1000
    assert found.outside.samples == LENGTH - 1000
    assert set(found.lags_samples) == {0}
    assert found.is_picture_identical is (None if name.endswith(".wav") else True)
    assert json.loads(json.dumps(found.to_record()))["passed"] is True


def test_a_change_outside_is_found_and_placed(film: Path, tmp_path: Path) -> None:
    sound = edited_sound()
    sound[1, 70_001] += np.float32(2**-23)
    export_film(request_for(film, tmp_path / "out.mov", sound))
    found = null_test(film, tmp_path / "out.mov", [REGION], rate_hz=48000)
    assert not found.passed
    assert found.outside.first_different_samples == 70_001
    assert "1 of 95,000 samples differ, first at 70001, peak -138.5 dBFS" in found.to_text()


def test_rounding_to_fewer_bits_is_told_apart(film: Path, tmp_path: Path) -> None:
    request = request_for(film, tmp_path / "out.mov", codec=SoundCodec.PCM_16)
    export_film(request)
    found = null_test(film, tmp_path / "out.mov", [], rate_hz=48000)
    assert not found.outside.is_identical
    assert found.outside_rounded.is_identical
    assert found.passed
    assert "after rounding the film to 16 bit: all" in found.to_text()


def test_a_lossy_codec_is_compared_by_place(film: Path, tmp_path: Path) -> None:
    export_film(request_for(film, tmp_path / "out.mp4"))
    found = null_test(film, tmp_path / "out.mp4", [], rate_hz=48000)
    assert found.is_lossy
    assert found.passed
    assert "aac doesn't keep samples" in found.to_text()


def test_late_sound_has_a_lag(film: Path, tmp_path: Path) -> None:
    late = np.roll(noise_24(LENGTH), 37, axis=1)
    export_film(request_for(film, tmp_path / "out.mov", late))
    found = null_test(film, tmp_path / "out.mov", [], rate_hz=48000)
    assert set(found.lags_samples) == {37}


def test_another_picture_is_noticed(film: Path, tmp_path: Path) -> None:
    other = write_film(tmp_path / "other.mov", sound=noise_24(LENGTH), codec="mpeg4")
    found = null_test(film, other, [], rate_hz=48000)
    assert found.is_picture_identical is False
    assert not found.passed


def test_a_film_without_sound_counts_as_silence(tmp_path: Path) -> None:
    silent = write_film(tmp_path / "silent.mov")
    sound = np.zeros((2, LENGTH), np.float32)
    sound[:, 30_000:31_000] = noise_24(1000)
    export_film(request_for(silent, tmp_path / "out.mov", sound))
    found = null_test(silent, tmp_path / "out.mov", [REGION], rate_hz=48000)
    assert found.passed
    assert not found.inside.is_identical
