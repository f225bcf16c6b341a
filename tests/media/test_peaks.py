from pathlib import Path

import numpy as np
import pytest

from prismdesk.media.errors import MediaError
from prismdesk.media.peaks import PeakPyramid, PeakWriter
from tests.media_files import noise


def write(path: Path, sound: np.ndarray, sizes: tuple[int, ...] = (1000,)) -> PeakPyramid:
    with PeakWriter(path, channels=sound.shape[0]) as writer:
        start = turn = 0
        while start < sound.shape[1]:
            size = sizes[turn % len(sizes)]
            writer.add(sound[:, start : start + size])
            start, turn = start + size, turn + 1
    return PeakPyramid.open(path)


@pytest.mark.parametrize("samples", [1, 255, 256, 257, 5000, 256 * 64, 256 * 64 + 1])
def test_every_entry_is_that_of_its_samples(tmp_path: Path, samples: int) -> None:
    sound = noise(2, samples)
    pyramid = write(tmp_path / "a.peaks", sound)
    assert pyramid.length_samples == samples
    for level in range(pyramid.levels):
        width = pyramid.samples_per_entry(level)
        count = -(-samples // width)
        peaks = pyramid.read(level, 0, count)
        for entry in range(count):
            part = sound[:, entry * width : (entry + 1) * width].astype(np.float64)
            np.testing.assert_array_equal(peaks.minimum[:, entry], part.min(axis=1))
            np.testing.assert_array_equal(peaks.maximum[:, entry], part.max(axis=1))
            rms = np.sqrt((part**2).mean(axis=1))
            np.testing.assert_allclose(peaks.rms[:, entry], rms, rtol=1e-5)


@pytest.mark.parametrize("sizes", [(1,), (255, 3), (256,), (70000,), (100, 1000, 7)])
def test_the_size_of_blocks_does_not_matter(tmp_path: Path, sizes: tuple[int, ...]) -> None:
    sound = noise(3, 3000)
    write(tmp_path / "a.peaks", sound)
    write(tmp_path / "b.peaks", sound, sizes)
    assert (tmp_path / "a.peaks").read_bytes() == (tmp_path / "b.peaks").read_bytes()


def test_levels_follow_the_zoom(tmp_path: Path) -> None:
    pyramid = write(tmp_path / "a.peaks", noise(1, 256 * 4 * 4 * 4))
    assert [pyramid.level_for(zoom) for zoom in (100, 255.9, 256, 1024, 5000, 1e9)] == [
        None,
        None,
        0,
        1,
        2,
        pyramid.levels - 1,
    ]


def test_outside_the_sound_is_silence(tmp_path: Path) -> None:
    pyramid = write(tmp_path / "a.peaks", np.ones((1, 512), np.float32))
    assert pyramid.read(0, -1, 4).maximum.tolist() == [[0, 1, 1, 0]]
    assert pyramid.read(0, 5, 2).rms.tolist() == [[0, 0]]


def test_silence_of_no_length_has_peaks(tmp_path: Path) -> None:
    assert write(tmp_path / "a.peaks", noise(1, 0)).length_samples == 0


def test_an_error_leaves_nothing(tmp_path: Path) -> None:
    writer = PeakWriter(tmp_path / "a.peaks", channels=1)
    writer.add(noise(1, 1000))
    writer.__exit__(ValueError, ValueError(), None)
    assert list(tmp_path.iterdir()) == []


def test_damage_is_a_sentence(tmp_path: Path) -> None:
    write(tmp_path / "a.peaks", noise(2, 5000))
    good = (tmp_path / "a.peaks").read_bytes()
    for damaged in (b"", good[:100], good[:-50], b"x" + good[1:], good[:8] + b"\xff" * 40):
        (tmp_path / "b.peaks").write_bytes(damaged)
        with pytest.raises(MediaError, match="damaged"):
            PeakPyramid.open(tmp_path / "b.peaks")
    with pytest.raises(MediaError, match="isn't there"):
        PeakPyramid.open(tmp_path / "c.peaks")
