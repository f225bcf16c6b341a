"""Each remedy does what it says, the doubt is gone then, and the way back is the set's file."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.adapters.sound_change import FADE_SECONDS
from prismdesk.adapters.training_set import (
    PairSource,
    TrainingSet,
    TrainingSetError,
    read_set,
    write_set,
)
from prismdesk.media.sound_reader import decode_blocks
from prismdesk.media.wav import map_wav
from prismdesk.session import training_checks_measuring, training_checks_remedies
from prismdesk.session.training_checks import THE_SET, apply_remedy, checks_of
from prismdesk.session.training_checks_sound import facts_of, level_of
from prismdesk.session.training_checks_words import MOST_TOKENS, spoken, token_count
from prismdesk.session.training_sets import add_files
from tests.real_media import real_film
from tests.session.training_material import RATE_HZ, a_pair, a_set, good_pairs, hiss, knock

if TYPE_CHECKING:
    from pathlib import Path

    from tests.session.training_material import Sound

SPOKEN = "psychopy/jwpIntro.mp4"


def sound_of(folder: Path, made: TrainingSet, key: str) -> Sound:
    with map_wav(folder / made.pair(key).sound) as wav:
        return np.array(wav.read(0, wav.length_samples))


def kinds(folder: Path, key: str) -> list[str]:
    return [doubt.kind for doubt in checks_of(folder)[key]]


def padded(sound: Sound, before: float, after: float) -> Sound:
    return np.pad(sound, ((0, 0), (round(before * RATE_HZ), round(after * RATE_HZ))))


@pytest.mark.parametrize("gain", [0.05, 3.0])
def test_normalising_brings_a_sound_to_the_level_of_the_others(tmp_path: Path, gain: float) -> None:
    soft = (knock(99, level_db=-18) * np.float32(gain)).clip(-1, 1)
    before = a_set(tmp_path, *good_pairs(tmp_path, 5), a_pair(tmp_path, "odd", soft))
    after = apply_remedy(tmp_path, "odd", "normalise")
    levels = [level_of(sound_of(tmp_path, after, f"k{n}"), RATE_HZ) for n in range(5)]
    level = level_of(sound_of(tmp_path, after, "odd"), RATE_HZ)
    assert level == pytest.approx(np.median(levels), abs=0.1)
    assert "level" not in kinds(tmp_path, "odd")
    assert after.pair("odd").changes[0].startswith("gain ")
    assert (tmp_path / before.pair("odd").sound).is_file()


def test_normalising_never_clips(tmp_path: Path) -> None:
    click = hiss(1.0, -80)
    click[0, RATE_HZ // 2] = 0.2
    a_set(tmp_path, *good_pairs(tmp_path, 5), a_pair(tmp_path, "click", click))
    after = apply_remedy(tmp_path, "click", "normalise")
    assert np.abs(sound_of(tmp_path, after, "click")).max() == pytest.approx(10 ** (-1 / 20), 1e-3)


def test_silence_is_cut_off_at_both_ends(tmp_path: Path) -> None:
    sound = knock(1)
    a_set(tmp_path, a_pair(tmp_path, "a", padded(sound, 1.0, 3.0)))
    assert "silence" in kinds(tmp_path, "a")
    after = apply_remedy(tmp_path, "a", "trim")
    assert after.pair("a").length_seconds == pytest.approx(1.5 + 0.2, abs=0.03)
    assert "silence" not in kinds(tmp_path, "a")


def test_a_late_sound_begins_a_second_in(tmp_path: Path) -> None:
    a_set(tmp_path, a_pair(tmp_path, "a", padded(knock(1, seconds=6), 4.0, 0.0)))
    assert "onset" in kinds(tmp_path, "a")
    after = apply_remedy(tmp_path, "a", "onset")
    sound = np.abs(sound_of(tmp_path, after, "a")[0])
    assert np.argmax(sound > 0.1) / RATE_HZ == pytest.approx(1.0, abs=0.02)
    assert "onset" not in kinds(tmp_path, "a")


def test_an_early_sound_takes_its_film_along(tmp_path: Path) -> None:
    film = tmp_path / "film.mov"
    film.touch()
    sound = knock(1, at=0.03)
    pair = a_pair(tmp_path, "a", sound, film=str(film), film_start=Fraction(1, 2))
    a_set(tmp_path, pair)
    assert "onset" in kinds(tmp_path, "a")
    after = apply_remedy(tmp_path, "a", "onset").pair("a")
    assert after.film_start == 0
    assert after.length_seconds == pytest.approx(2.0)
    assert "onset" not in kinds(tmp_path, "a")


def test_a_long_sound_is_shortened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_checks_measuring, "installed_network", lambda: None)
    a_set(tmp_path, a_pair(tmp_path, "a", np.tile(knock(1, seconds=4.0), (1, 8))))
    assert apply_remedy(tmp_path, "a", "shorten").pair("a").length_seconds == 30.0


@pytest.mark.real_media(SPOKEN)
@pytest.mark.parametrize("remedy", ["mute speech", "cut speech"])
def test_speech_is_taken_out_of_a_sound(tmp_path: Path, remedy: str) -> None:
    blocks = decode_blocks(real_film(SPOKEN), 1, rate_hz=RATE_HZ, origin_seconds=Fraction(0))
    voice = np.concatenate([block.mean(axis=0) for block in blocks])[None, : 3 * RATE_HZ]
    sound = hiss(8.0, -50)
    sound[:, 3 * RATE_HZ : 3 * RATE_HZ + voice.shape[1]] += voice
    for at in (1.0, 7.0):
        first = round(at * RATE_HZ)
        sound[:, first : first + RATE_HZ // 2] += knock(4, at=0.0, seconds=0.5)
    a_set(tmp_path, a_pair(tmp_path, "a", sound))
    doubt = next(one for one in checks_of(tmp_path)["a"] if one.kind == "speech")
    assert doubt.at_seconds is not None
    assert 3.0 <= doubt.at_seconds < 6.0
    after = apply_remedy(tmp_path, "a", remedy)
    assert "speech" not in kinds(tmp_path, "a")
    left = sound_of(tmp_path, after, "a")
    hits = left[0, RATE_HZ : RATE_HZ + RATE_HZ // 2]
    np.testing.assert_array_equal(hits, sound[0, RATE_HZ : RATE_HZ + RATE_HZ // 2])
    assert (left.shape == sound.shape) is (remedy == "mute speech")


def test_several_words_are_each_cut_where_they_were_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = knock(1, seconds=4.0)
    a_set(tmp_path, a_pair(tmp_path, "a", sound))
    spoken_twice = replace(facts_of(sound, RATE_HZ, None), speech=((1.0, 1.5), (2.5, 3.0)))
    monkeypatch.setattr(training_checks_remedies, "facts_of_pair", lambda *_: spoken_twice)
    left = sound_of(tmp_path, apply_remedy(tmp_path, "a", "cut speech"), "a")
    np.testing.assert_array_equal(left[:, :40_000], sound[:, :40_000])
    np.testing.assert_array_equal(left[:, -40_000:], sound[:, -40_000:])
    between = sound[:, round(1.6 * RATE_HZ) : round(2.4 * RATE_HZ)]
    place = left.shape[1] - (sound.shape[1] - round(1.6 * RATE_HZ)) + round(0.6 * RATE_HZ)
    place += round(FADE_SECONDS * RATE_HZ)
    np.testing.assert_array_equal(left[:, place : place + between.shape[1]], between)


@pytest.mark.parametrize(
    ("remedy", "field", "value"),
    [
        ("leave out", "split", "left out"),
        ("hold out", "split", "hold out"),
        ("licence:CC BY 4.0", "licence", "CC BY 4.0"),
        ("name as prompt", "prompt", "harbour steps"),
        ("keep:speech", "accepted", ("speech",)),
        ("without film", "film", ""),
        ("without masks", "masks", ()),
    ],
)
def test_words_and_use_are_mended(tmp_path: Path, remedy: str, field: str, value: object) -> None:
    pair = a_pair(
        tmp_path, "a", knock(1), name="Harbour_steps-03", film="/f.mov", masks=("masks/m.png",)
    )
    a_set(tmp_path, pair)
    assert getattr(apply_remedy(tmp_path, "a", remedy).pair("a"), field) == value
    assert getattr(read_set(tmp_path).pair("a"), field) == value


def test_a_pair_is_removed_and_can_come_back(tmp_path: Path) -> None:
    before = a_set(tmp_path, a_pair(tmp_path, "a", knock(1)), a_pair(tmp_path, "b", knock(2)))
    assert [pair.key for pair in apply_remedy(tmp_path, "a", "remove").pairs] == ["b"]
    write_set(tmp_path, before)
    assert "file" not in kinds(tmp_path, "a")


def test_a_long_prompt_is_cut_to_what_is_read(tmp_path: Path) -> None:
    words = ", ".join(["slow wooden footsteps"] * 30)
    a_set(tmp_path, a_pair(tmp_path, "a", knock(1), prompt=words), trigger="harbour planks")
    after = apply_remedy(tmp_path, "a", "shorten prompt")
    assert words.startswith(after.pair("a").prompt)
    assert MOST_TOKENS - 6 <= token_count(after.words_of(after.pair("a"))) <= MOST_TOKENS
    assert "prompt" not in kinds(tmp_path, "a")


def test_a_sound_that_is_gone_is_made_again_from_its_file(tmp_path: Path) -> None:
    a_pair(tmp_path / "in", "x", knock(1))
    source = next((tmp_path / "in" / "sounds").iterdir())
    made = add_files(tmp_path / "set", [source]).training_set
    key = made.pairs[0].key
    (tmp_path / "set" / made.pairs[0].sound).unlink()
    assert kinds(tmp_path / "set", key)[0] == "file"
    assert apply_remedy(tmp_path / "set", key, "rebuild") == made
    assert "file" not in kinds(tmp_path / "set", key)


def test_the_whole_set_is_split_and_answered(tmp_path: Path) -> None:
    pairs = [a_pair(tmp_path, f"k{n}", knock(n), source=PairSource(file=f"/{n}")) for n in range(7)]
    a_set(tmp_path, *pairs)
    assert kinds(tmp_path, THE_SET) == ["held out", "size"]
    assert len(apply_remedy(tmp_path, THE_SET, "split").of_split("hold out")) == 1
    assert kinds(tmp_path, THE_SET) == ["size"]
    apply_remedy(tmp_path, THE_SET, "keep:size")
    assert kinds(tmp_path, THE_SET) == []


@pytest.mark.parametrize(
    ("key", "remedy", "words"),
    [
        ("a", "boil", "can't be mended by 'boil'"),
        ("a", "keep:boil", "Nothing is doubted as 'boil'"),
        ("z", "trim", "no pair 'z'"),
        (THE_SET, "trim", "whole set can't be mended"),
        ("a", "rebuild", "no source"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    tmp_path: Path, key: str, remedy: str, words: str
) -> None:
    before = a_set(tmp_path, a_pair(tmp_path, "a", knock(1)))
    with pytest.raises(TrainingSetError, match=words):
        apply_remedy(tmp_path, key, remedy)
    assert read_set(tmp_path) == before


def test_nothing_is_done_where_nothing_is_wrong(tmp_path: Path) -> None:
    before = a_set(tmp_path, a_pair(tmp_path, "a", knock(1)))
    for remedy in ("trim", "shorten", "mute speech", "cut speech"):
        assert apply_remedy(tmp_path, "a", remedy) == before


def test_names_become_words() -> None:
    assert spoken("foley_foot_left-04") == "foley foot left"
    assert spoken("01") == "01"
    assert token_count("a dog barks") == 5
    assert token_count("") == 2
