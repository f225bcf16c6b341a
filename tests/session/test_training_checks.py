"""Each check finds its fault, and nothing where nothing is wrong."""

from __future__ import annotations

import zipfile
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import soxr

from prismdesk.adapters.training_set import PairSource, TrainingSetError
from prismdesk.errors import Cancelled, InputError
from prismdesk.session import training_checks_copies, training_checks_measuring
from prismdesk.session.training_checks import DOUBT_KINDS, THE_SET, Doubt, checks_of
from prismdesk.session.training_checks_listening import doubts_of_sound
from prismdesk.session.training_checks_sound import SoundFacts, facts_of
from prismdesk.session.training_sets import add_files
from tests.real_media import ARCADE, wheel_of
from tests.session.training_material import RATE_HZ, a_pair, a_set, good_pairs, hiss, knock

if TYPE_CHECKING:
    from prismdesk.adapters.training_set import TrainingPair
    from tests.session.training_material import Sound


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[TrainingPair]]:
    """Return the folder and the pairs of a set that nothing is wrong with, measured already."""
    folder = tmp_path_factory.mktemp("good")
    pairs = good_pairs(folder)
    assert not any(checks_of(folder, training_set=a_set(folder, *pairs)).values())
    return folder, pairs


def with_one_more(
    good: tuple[Path, list[TrainingPair]], sound: Sound, rate_hz: int = RATE_HZ, **values: Any
) -> list[Doubt]:
    """Return the doubts about a pair among good ones; nothing else may be doubted."""
    folder, pairs = good
    pair = a_pair(folder, "odd", sound, rate_hz, **values)
    found = checks_of(folder, training_set=a_set(folder, *pairs, pair))
    assert not any(doubts for key, doubts in found.items() if key != "odd")
    return list(found["odd"])


def kinds(doubts: list[Doubt]) -> list[str]:
    return [doubt.kind for doubt in doubts]


def clipped() -> Sound:
    """Return a knock that is at full scale five times for a fifth of a millisecond."""
    sound = knock(99)
    for number in range(5):
        first = round((0.3 + 0.01 * number) * RATE_HZ)
        sound[0, first : first + 8] = 1.0
    return sound


def tones(seconds: float = 4.0) -> Sound:
    times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    chord = sum(np.sin(2 * np.pi * note * times) for note in (220, 277.2, 329.6, 440))
    return (0.04 * np.asarray(chord)[None] + hiss(seconds, -60)).astype(np.float32)


def resampled(sound: Sound, over_hz: int) -> Sound:
    low = np.round(soxr.resample(sound[0], RATE_HZ, over_hz) * 32768) / 32768
    again: Sound = soxr.resample(low, over_hz, RATE_HZ)[None].astype(np.float32)
    return again


def silent_ends(sound: Sound, before: float, after: float) -> Sound:
    return np.pad(sound, ((0, 0), (round(before * RATE_HZ), round(after * RATE_HZ))))


_NAMES = (
    *("clipped", "soft", "nothing", "silence", "late", "chord", "narrow", "short", "long"),
    *("copy", "softer copy", "shorter copy"),
)


@pytest.mark.parametrize(
    ("sound", "kind", "at_seconds"),
    [
        (clipped(), "clipping", 0.3),
        (knock(99, level_db=-48), "level", None),
        (knock(99) * np.float32(0.02), "level", None),
        (silent_ends(knock(99), 0.0, 4.0), "silence", None),
        (silent_ends(knock(99, seconds=6.0), 3.5, 0.0), "onset", 3.8),
        (tones(), "music", None),
        (resampled(knock(99), 16_000), "rate", None),
        (knock(99, at=0.05, seconds=0.4), "length", None),
        (np.tile(knock(99, seconds=4.0), (1, 8)), "length", None),
        (knock(3), "copy", None),
        (knock(3) * 0.5, "copy", None),
        (knock(3)[:, RATE_HZ // 5 : -RATE_HZ // 10], "copy", None),
    ],
    ids=_NAMES,
)
def test_a_fault_is_found_and_nothing_else(
    good: tuple[Path, list[TrainingPair]], sound: Sound, kind: str, at_seconds: float | None
) -> None:
    doubts = with_one_more(good, sound)
    assert kinds(doubts) == [kind]
    if at_seconds is None:
        assert doubts[0].at_seconds is None
    else:
        assert doubts[0].at_seconds == pytest.approx(at_seconds, abs=0.05)
    assert (f"keep:{kind}", "It is meant so") in doubts[0].remedies


def test_a_sound_kept_at_a_low_rate_is_told_by_its_header(
    good: tuple[Path, list[TrainingPair]],
) -> None:
    low = soxr.resample(knock(99)[0], RATE_HZ, 16_000)[None].astype(np.float32)
    assert kinds(with_one_more(good, low, 16_000)) == ["rate"]
    folder, pairs = good
    pair = a_pair(folder, "odd", low, 16_000)
    found = checks_of(folder, training_set=a_set(folder, pair), model_id="selva-small_16k")
    assert "rate" not in kinds(list(found["odd"]))
    assert pairs


def test_a_second_check_measures_nothing(
    good: tuple[Path, list[TrainingPair]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, pairs = good
    made = a_set(folder, *pairs)
    renamed = replace(made, pairs=tuple(replace(pair, name="other") for pair in pairs))

    def refuse(*_: object) -> SoundFacts:
        raise AssertionError

    checks_of(folder, training_set=made)
    monkeypatch.setattr(training_checks_measuring, "facts_of", refuse)
    monkeypatch.setattr(training_checks_copies, "near_copies", refuse)
    assert not any(checks_of(folder, training_set=renamed).values())


def test_what_was_measured_is_kept_when_it_is_cancelled(tmp_path: Path) -> None:
    made = a_set(tmp_path, *(a_pair(tmp_path, f"k{n}", knock(n)) for n in range(3)))
    asked: list[float] = []
    with pytest.raises(Cancelled):
        checks_of(tmp_path, progress=asked.append, cancelled=lambda: len(asked) == 2)
    assert len(training_checks_measuring._known(tmp_path)) == 1
    assert made


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"version": 2, "hears_speech": true, "sounds": {"a": 3}}']
)
def test_damage_to_what_was_kept_costs_only_time(tmp_path: Path, text: str) -> None:
    made = a_set(
        tmp_path,
        a_pair(tmp_path, "a", clipped()),
        a_pair(tmp_path, "b", clipped() * np.float32(0.5)),
    )
    (tmp_path / "checks.json").write_text(text)
    (tmp_path / "copies.json").write_text(text)
    assert "copy" in kinds(list(checks_of(tmp_path, training_set=made)["b"]))
    assert "clipping" in kinds(list(checks_of(tmp_path, training_set=made)["a"]))


def test_a_file_that_is_gone_or_no_sound_is_told(tmp_path: Path) -> None:
    gone = a_pair(tmp_path, "gone", knock(1), source=PairSource(file="/a.wav"))
    (tmp_path / gone.sound).unlink()
    text = replace(gone, key="text", sound="sounds/text.wav")
    (tmp_path / text.sound).write_text("no sound")
    filmless = a_pair(tmp_path, "filmless", knock(2), film="/nowhere/film.mov")
    found = checks_of(tmp_path, training_set=a_set(tmp_path, gone, text, filmless))
    assert kinds(list(found["gone"])) == ["file"]
    assert found["gone"][0].remedies[0][0] == "rebuild"
    assert kinds(list(found["text"])) == ["file"]
    assert "film" in kinds(list(found["filmless"]))


def test_a_pair_without_a_picture_among_pairs_with_one_is_told(tmp_path: Path) -> None:
    film = tmp_path / "film.mov"
    film.touch()
    seen = [
        a_pair(tmp_path, f"k{n}", knock(n), film=str(film), film_start=Fraction(20 * n))
        for n in range(3)
    ]
    blind = a_pair(tmp_path, "blind", knock(9))
    found = checks_of(tmp_path, training_set=a_set(tmp_path, *seen, blind))
    assert "picture" in kinds(list(found["blind"]))
    assert not any(found[pair.key] for pair in seen)
    mostly_blind = checks_of(
        tmp_path, training_set=a_set(tmp_path, seen[0], *good_pairs(tmp_path, 3))
    )
    assert not any("picture" in kinds(list(doubts)) for doubts in mostly_blind.values())


def test_masks_that_are_gone_are_told(tmp_path: Path) -> None:
    film = tmp_path / "film.mov"
    film.touch()
    pair = a_pair(tmp_path, "a", knock(1), film=str(film), masks=("masks/m.png",))
    found = checks_of(tmp_path, training_set=a_set(tmp_path, pair))
    assert "without masks" in [remedy for remedy, _ in found["a"][0].remedies]


def test_a_hit_at_once_is_doubted_only_with_a_picture(tmp_path: Path) -> None:
    film = tmp_path / "film.mov"
    film.touch()
    sound = knock(1, at=0.03)
    shown = a_pair(tmp_path, "shown", sound, film=str(film), film_start=Fraction(5))
    first = replace(shown, key="first", film_start=Fraction(0))
    heard = a_pair(tmp_path, "heard", knock(2, at=0.03))
    found = checks_of(tmp_path, training_set=a_set(tmp_path, shown, first, heard))
    onset = next(doubt for doubt in found["shown"] if doubt.kind == "onset")
    assert onset.remedies[0][0] == "onset"
    at_start = next(doubt for doubt in found["first"] if doubt.kind == "onset")
    assert [remedy for remedy, _ in at_start.remedies] == ["keep:onset"]
    assert "onset" not in kinds(list(found["heard"]))


@pytest.mark.parametrize(
    ("values", "kind", "remedy"),
    [
        ({"prompt": ""}, "prompt", "name as prompt"),
        ({"prompt": "wooden " * 90}, "prompt", "shorten prompt"),
        ({"licence": ""}, "licence", "licence:CC0"),
        ({"licence": "CC BY-NC 4.0"}, "licence", "keep:licence"),
        ({"source": PairSource(made_by="selva-small_16k")}, "model", "keep:model"),
    ],
)
def test_words_and_licences_are_doubted(
    good: tuple[Path, list[TrainingPair]], values: dict[str, Any], kind: str, remedy: str
) -> None:
    doubts = with_one_more(good, knock(99), **values)
    assert kinds(doubts) == [kind]
    assert doubts[0].remedies[0][0] == remedy


def test_a_prompt_of_the_set_is_enough(tmp_path: Path) -> None:
    pair = a_pair(tmp_path, "a", knock(1), prompt="")
    assert not checks_of(tmp_path, training_set=a_set(tmp_path, pair, prompt="knocks"))["a"]


def test_what_is_answered_or_left_out_is_not_doubted(tmp_path: Path) -> None:
    answered = a_pair(tmp_path, "a", clipped(), accepted=("clipping",), licence="")
    left_out = a_pair(tmp_path, "b", clipped(), split="left out")
    made = a_set(tmp_path, answered, left_out, accepted=("size",))
    found = checks_of(tmp_path, training_set=made)
    assert kinds(list(found["a"])) == ["licence"]
    assert not found["b"]
    assert kinds(list(found[THE_SET])) == ["held out"]


def of_set(tmp_path: Path, splits: list[str], **values: Any) -> list[Doubt]:
    pairs = [
        a_pair(tmp_path, f"k{n}", knock(n), split=split, **values) for n, split in enumerate(splits)
    ]
    return list(checks_of(tmp_path, training_set=a_set(tmp_path, *pairs))[THE_SET])


@pytest.fixture
def unheard_speech(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave speech unheard, where the sounds are no matter."""
    monkeypatch.setattr(training_checks_measuring, "installed_network", lambda: None)


@pytest.mark.usefixtures("unheard_speech")
def test_a_set_is_doubted_as_a_whole(tmp_path: Path) -> None:
    assert kinds(of_set(tmp_path, [])) == ["size"]
    assert kinds(of_set(tmp_path, ["train"])) == ["held out", "size"]
    assert of_set(tmp_path, ["train"])[0].remedies == (("keep:held out", "It is meant so"),)
    assert kinds(of_set(tmp_path, ["train"] * 15)) == ["held out"]
    assert kinds(of_set(tmp_path, ["train"] * 15 + ["hold out"] * 2)) == []
    assert kinds(of_set(tmp_path, ["train"] * 15 + ["hold out"] * 12)) == ["held out"]
    assert kinds(of_set(tmp_path, ["train"] * 24 + ["hold out"])) == ["held out"]


@pytest.mark.usefixtures("unheard_speech")
def test_one_file_on_both_sides_is_told(tmp_path: Path) -> None:
    source = PairSource(file="/all.wav")
    doubts = of_set(tmp_path, ["train"] * 15 + ["hold out"] * 2, source=source)
    assert kinds(doubts) == ["held out"]
    assert "one place" in doubts[0].sentence


def facts(**values: Any) -> SoundFacts:
    measured = facts_of(knock(1), RATE_HZ, None)
    return replace(measured, **values)


def test_speech_is_told_with_its_time(tmp_path: Path) -> None:
    pair = a_pair(tmp_path, "a", knock(1))
    spoken = facts(length_seconds=5.0, speech=((0.5, 0.7), (2.0, 2.5)))
    doubt = next(iter(doubts_of_sound(pair, spoken, None, RATE_HZ)))
    assert (doubt.kind, doubt.at_seconds) == ("speech", 0.5)
    assert [remedy for remedy, _ in doubt.remedies][:2] == ["mute speech", "cut speech"]
    assert not list(doubts_of_sound(pair, facts(speech=((0.0, 0.2),)), None, RATE_HZ))
    assert not list(doubts_of_sound(pair, facts(speech=None), None, RATE_HZ))
    shown = replace(pair, film="/f.mov", film_start=Fraction(9))
    remedies = [r for d in doubts_of_sound(shown, spoken, None, RATE_HZ) for r, _ in d.remedies]
    assert "cut speech" not in remedies
    throughout = facts(length_seconds=5.0, speech=((0.0, 5.0),))
    whole = next(iter(doubts_of_sound(pair, throughout, None, RATE_HZ)))
    assert whole.remedies[0][0] == "leave out"


def test_a_model_that_is_not_there_and_a_folder_without_a_set_are_told(tmp_path: Path) -> None:
    with pytest.raises(TrainingSetError, match="no training set"):
        checks_of(tmp_path)
    a_set(tmp_path)
    with pytest.raises(InputError, match="nothing-like-it"):
        checks_of(tmp_path, model_id="nothing-like-it")


def test_every_kind_of_doubt_is_tested_here() -> None:
    told = {
        "file", "film", "picture", "length", "level", "clipping", "silence", "onset", "speech",
        "music", "rate", "copy", "prompt", "licence", "model", "held out", "size",
    }  # fmt: skip
    assert told == set(DOUBT_KINDS)


ARCADE_EFFECTS = "arcade/resources/assets/sounds/"


@pytest.mark.real_media("arcade/earth.mp4")
def test_real_effects_are_hardly_doubted(tmp_path: Path) -> None:
    wheel = wheel_of(ARCADE)
    assert wheel is not None
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.startswith(ARCADE_EFFECTS) and name.endswith(".wav"):
                (tmp_path / Path(name).name).write_bytes(archive.read(name))
    add_files(tmp_path / "set", [tmp_path])
    found = checks_of(tmp_path / "set")
    counts = Counter(doubt.kind for key, doubts in found.items() if key for doubt in doubts)
    assert len(found) == 56
    for kind in ("prompt", "licence", "length"):
        del counts[kind]
    assert counts == {"speech": 1, "level": 1}
