from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from prismdesk.adapters.training_set import TrainingPair, TrainingSet, TrainingSetError
from prismdesk.errors import Cancelled
from prismdesk.jobs.training.pair_files import PairFiles, pairs_of
from prismdesk.media.errors import MediaError
from prismdesk.media.wav import WavWriter
from prismdesk.progress import never_cancelled
from tests.media_files import PictureSpec, make_film
from tests.stills import write_grey

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.adapters.training_set import Split
    from prismdesk.engines.training.pair_input import PairInput

PAIR = TrainingPair(key="step", name="Step", sound="sounds/step.wav", length_seconds=1.0)
RATE_HZ = 8000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A set's folder with a sound of a second in two channels."""
    (tmp_path / "sounds").mkdir()
    with WavWriter(tmp_path / PAIR.sound, rate_hz=RATE_HZ, channels=2) as wav:
        wav.write(sound())
    return tmp_path


def sound() -> np.ndarray[Any, np.dtype[np.float32]]:
    ramp = np.linspace(-0.5, 0.5, RATE_HZ, dtype=np.float32)
    return np.stack([ramp, -ramp])


def loaded(folder: Path, **changes: Any) -> PairInput:
    return PairFiles(folder, replace(PAIR, **changes), "a step").load(never_cancelled)


def test_the_sound_is_read_as_it_is(folder: Path) -> None:
    read = loaded(folder, split="hold out")
    assert (read.key, read.rate_hz, read.prompt, read.split) == ("step", 8000, "a step", "hold out")
    np.testing.assert_allclose(read.sound, sound(), atol=1e-6)
    assert (read.picture, read.mask, read.worked_out) == (None, None, None)


def test_the_film_is_seen_from_where_the_sound_begins_and_as_long_as_it_lasts(folder: Path) -> None:
    film = make_film(folder / "film.mkv", picture=PictureSpec(frames=75))
    read = loaded(folder, film=str(film), film_start=Fraction(1))
    assert read.picture is not None
    times = read.picture.frame_times_seconds
    assert len(times) == 25
    assert float(times[0]) == pytest.approx(0.0, abs=0.01)
    assert float(times[-1]) == pytest.approx(0.96, abs=0.01)


def test_masks_are_read_with_the_pair(folder: Path) -> None:
    write_grey(folder / "mask.png", np.array([[0, 255]], np.uint8))
    assert loaded(folder, masks=("mask.png",)).mask is not None


def test_what_was_worked_out_elsewhere_counts_where_there_is_no_film(folder: Path) -> None:
    sync = np.ones((24, 3), np.float32)
    np.savez(folder / "f.npz", sync_features=sync)
    worked_out = loaded(folder, features="f.npz").worked_out
    assert worked_out is not None
    np.testing.assert_array_equal(worked_out.sync, sync)
    assert worked_out.clip is None
    film = make_film(folder / "film.mkv", picture=PictureSpec(frames=25))
    assert loaded(folder, features="f.npz", film=str(film)).worked_out is None


def test_an_empty_sound_is_refused_by_its_pair(folder: Path) -> None:
    with WavWriter(folder / PAIR.sound, rate_hz=RATE_HZ, channels=1):
        pass
    with pytest.raises(TrainingSetError, match="sound of the pair step is empty"):
        loaded(folder)


def test_a_missing_sound_is_told(folder: Path) -> None:
    (folder / PAIR.sound).unlink()
    with pytest.raises(MediaError, match=r"step\.wav"):
        loaded(folder)


def test_reading_can_be_cancelled(folder: Path) -> None:
    write_grey(folder / "mask.png", np.array([[0, 255]], np.uint8))
    pair = PairFiles(folder, replace(PAIR, masks=("mask.png",)), "")
    with pytest.raises(Cancelled):
        pair.load(lambda: True)


def a_set(*splits: Split) -> TrainingSet:
    pairs = tuple(
        replace(PAIR, key=f"step-{number}", split=split, prompt="own" if number else "")
        for number, split in enumerate(splits)
    )
    return TrainingSet(name="Steps", prompt="steps", trigger="planks", pairs=pairs)


def test_pairs_are_those_not_left_out_with_their_words(tmp_path: Path) -> None:
    made = a_set("train", "left out", "hold out")
    pairs = pairs_of(tmp_path, made)
    assert [(one.key, one.split) for one in pairs] == [("step-0", "train"), ("step-2", "hold out")]
    assert [one.prompt for one in pairs] == [made.words_of(made.pairs[0]), "planks, own"]


@pytest.mark.parametrize("splits", [(), ("hold out",), ("left out", "hold out")])
def test_nothing_to_train_on_is_refused(tmp_path: Path, splits: tuple[Split, ...]) -> None:
    with pytest.raises(TrainingSetError, match="Steps has nothing to train on"):
        pairs_of(tmp_path, a_set(*splits))
