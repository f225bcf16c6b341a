"""A training set: pairs of clean sound, picture and words, in a folder that can be rebuilt from.

::

    set.toml        what this module reads and writes
    sounds/*.wav    the clean sounds, as they were on the lanes or in their files
    masks/*.png     which part of the picture a sound belongs to
    features/*.npz  what other tools worked out of a picture that isn't there itself

Films stay where they are; a pair names the film and the stretch of it.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, get_args

from prismdesk.engines.training.toml_text import toml_text
from prismdesk.errors import InputError
from prismdesk.project.store.durable import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

SET_FILE = "set.toml"
SOUNDS = "sounds"
MASKS = "masks"
FEATURES = "features"
_VERSION = 1
_MAX_BYTES = 32 << 20
_MAX_PAIRS = 10_000
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")

_EXACT_SECONDS = re.compile(r"-?[0-9]{1,500}(?:[/.][0-9]{1,500})?")
_MOST_SECONDS = 1e9
_MAX_STREAMS = 1000

Split = Literal["train", "hold out", "left out"]


class TrainingSetError(InputError):
    """A training set can't be read or isn't whole; the message says where and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairSource:
    """Where a pair came from, so that it can be made again.

    Attributes:
        project: path of the project, or "" for a file of its own.
        region: id of the region in it.
        file: path of the sound file, or "".
        start_seconds, end_seconds: which part of the file; both 0 for all of it.
        made_by: the model that made the sound, or part of it; empty for recordings.
    """

    project: str = ""
    region: str = ""
    file: str = ""
    start_seconds: float = 0.0
    end_seconds: float = 0.0
    made_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPair:
    """One clip.

    Attributes:
        key: names it in the set: small letters, digits and dashes.
        name: for people.
        sound: WAV under the set's folder, e.g. ``sounds/steps-1.wav``.
        length_seconds: of the sound.
        prompt: words for the sound; empty for the set's own.
        film: path of the film; empty where there is no picture.
        film_stream: index of its picture's stream.
        film_start: where the sound begins, exact seconds from the film's first picture.
        features: worked out of a picture by another tool, under the set's folder; used where there
            is no film.
        masks: still pictures under the set's folder that follow each other evenly.
        mask_name: what the masks show, for people.
        split: trained on, held out to measure by, or left out.
        licence: of the sound, in words or as an identifier; empty if not stated.
        note: of the user.
        accepted: names of checks whose doubts the user has answered with "it is meant so".
        changes: what was done to the sound of the source, in order, as ``sound_change`` writes it.
        source: where it came from.
    """

    key: str
    name: str
    sound: str
    length_seconds: float
    prompt: str = ""
    film: str = ""
    film_stream: int = 0
    film_start: Fraction = Fraction(0)
    features: str = ""
    masks: tuple[str, ...] = ()
    mask_name: str = ""
    split: Split = "train"
    licence: str = ""
    note: str = ""
    accepted: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    source: PairSource = PairSource()

    def __post_init__(self) -> None:
        """Refuse what would name files outside the set."""
        if not _KEY.fullmatch(self.key):
            raise TrainingSetError(f"'{self.key}' names no pair; use small letters and digits.")
        for path in (self.sound, *self.masks, *([self.features] if self.features else [])):
            parts = path.replace("\\", "/").split("/")
            if not path or path.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
                raise TrainingSetError(
                    f"The pair {self.key} names '{path}', which lies outside the set's folder."
                )
        if self.split not in get_args(Split):
            raise TrainingSetError(f"The pair {self.key} can't be used for '{self.split}'.")

    @property
    def has_picture(self) -> bool:
        """Whether it is trained with a picture, or with what was worked out of one."""
        return bool(self.film or self.features)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSet:
    """All pairs, in the order of the table.

    Attributes:
        name: for people.
        prompt: for pairs that have no words of their own.
        trigger: words that will call the sound; put in front of every prompt.
        accepted: names of checks of the set whose doubts the user has answered.
        pairs: with keys that differ.
    """

    name: str
    prompt: str = ""
    trigger: str = ""
    accepted: tuple[str, ...] = ()
    pairs: tuple[TrainingPair, ...] = ()

    def pair(self, key: str) -> TrainingPair:
        """Return a pair.

        Raises:
            TrainingSetError: there is none of that key.
        """
        for pair in self.pairs:
            if pair.key == key:
                return pair
        raise TrainingSetError(f"The set {self.name} has no pair '{key}'.")

    def words_of(self, pair: TrainingPair) -> str:
        """Return the words that a pair is trained with."""
        words = pair.prompt.strip() or self.prompt.strip()
        trigger = self.trigger.strip()
        if not trigger or trigger.lower() in words.lower():
            return words
        return f"{trigger}, {words}" if words else trigger

    def of_split(self, split: Split) -> tuple[TrainingPair, ...]:
        """Return the pairs that are used for something."""
        return tuple(pair for pair in self.pairs if pair.split == split)

    def with_pair(self, changed: TrainingPair) -> TrainingSet:
        """Return the set with a pair in place of the one of the same key."""
        self.pair(changed.key)
        return replace(
            self, pairs=tuple(changed if p.key == changed.key else p for p in self.pairs)
        )

    def without(self, *keys: str) -> TrainingSet:
        """Return the set without some pairs."""
        return replace(self, pairs=tuple(pair for pair in self.pairs if pair.key not in keys))

    def with_more(self, *pairs: TrainingPair) -> TrainingSet:
        """Return the set with pairs behind the others; keys that are taken get a number."""
        made = list(self.pairs)
        for pair in pairs:
            taken = {one.key for one in made}
            made.append(replace(pair, key=free_key(pair.key, taken)))
        return replace(self, pairs=tuple(made))


def free_key(wish: str, taken: set[str]) -> str:
    """Return a key of letters and digits like a name, other than those taken."""
    stem = re.sub(r"[^a-z0-9]+", "-", wish.lower()).strip("-")[:48].strip("-") or "pair"
    if stem not in taken:
        return stem
    return next(key for n in range(2, _MAX_PAIRS + 2) if (key := f"{stem}-{n}") not in taken)


def read_set(folder: Path) -> TrainingSet:
    """Read a set.

    Raises:
        TrainingSetError: it isn't there, damaged, or made by a newer version.
    """
    path = folder / SET_FILE
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise TrainingSetError(f"{path} is too large to be a training set.")
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise TrainingSetError(f"{folder} is no training set: it holds no {SET_FILE}.") from error
    except (OSError, ValueError, RecursionError) as error:
        raise TrainingSetError(f"{path} can't be read ({error}).") from error
    version = values.get("version", 0)
    if isinstance(version, int) and version > _VERSION:
        raise TrainingSetError(
            f"{path} was made by a newer version of PrismDesk; update to use it."
        )
    try:
        return _set_of(values)
    except (TypeError, ArithmeticError, ValueError, KeyError, AttributeError) as error:
        raise TrainingSetError(f"{path} is damaged ({error}).") from error


def write_set(folder: Path, training_set: TrainingSet) -> None:
    """Write a set: the old file or the new one, never half of it.

    Raises:
        TrainingSetError: the disk refused, or a text can't be kept; what was there stays.
    """
    text = toml_text(
        {
            "version": _VERSION,
            "name": training_set.name,
            "prompt": training_set.prompt,
            "trigger": training_set.trigger,
            "accepted": training_set.accepted,
            "pair": {pair.key: _values_of(pair) for pair in training_set.pairs},
        }
    )
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        raise TrainingSetError(
            f"The training set in {folder} can't keep a name or words that are no Unicode text "
            f"({text[max(0, error.start - 20) : error.end]!a}); rename the file, or type them anew."
        ) from error
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / SET_FILE, data)
    except OSError as error:
        raise TrainingSetError(
            f"The training set can't be written to {folder}: {error.strerror or error}."
        ) from error


def _values_of(pair: TrainingPair) -> dict[str, Any]:
    empty = TrainingPair(key=pair.key, name="", sound="x", length_seconds=-1.0)
    values: dict[str, Any] = {}
    for field in fields(pair):
        value = getattr(pair, field.name)
        if field.name in ("key", "source") or value == getattr(empty, field.name):
            continue
        values[field.name] = str(value) if isinstance(value, Fraction) else value
    nowhere = PairSource()
    source = {
        field.name: getattr(pair.source, field.name)
        for field in fields(PairSource)
        if getattr(pair.source, field.name) != getattr(nowhere, field.name)
    }
    return values | ({"source": source} if source else {})


def _set_of(values: dict[str, Any]) -> TrainingSet:
    pairs = values.get("pair", {})
    if not isinstance(pairs, dict) or len(pairs) > _MAX_PAIRS:
        raise ValueError("its pairs are no table")
    return TrainingSet(
        name=_words(values, "name"),
        prompt=_words(values, "prompt"),
        trigger=_words(values, "trigger"),
        accepted=tuple(str(one) for one in values.get("accepted", ())),
        pairs=tuple(_pair_of(key, dict(pair)) for key, pair in pairs.items()),
    )


def _pair_of(key: str, values: dict[str, Any]) -> TrainingPair:
    known = {field.name for field in fields(TrainingPair)} - {"key", "source", "film_start"}
    given = {name: value for name, value in values.items() if name in known}
    for name in ("masks", "accepted", "changes"):
        given[name] = tuple(str(one) for one in given.get(name, ()))
    for name in ("name", "sound", "prompt", "film", "features", "mask_name", "licence", "note"):
        given[name] = _words(values, name)
    given["length_seconds"] = _number(values["length_seconds"])
    stream = values.get("film_stream", 0)
    if not isinstance(stream, int) or not 0 <= stream < _MAX_STREAMS:
        raise ValueError("film_stream is no stream of a film")
    return TrainingPair(
        key=key,
        film_start=_fraction(values.get("film_start", 0)),
        source=_source_of(dict(values.get("source", {}))),
        **given,
    )


def _source_of(values: dict[str, Any]) -> PairSource:
    return PairSource(
        **{name: _words(values, name) for name in ("project", "region", "file", "made_by")},
        start_seconds=_number(values.get("start_seconds", 0.0)),
        end_seconds=_number(values.get("end_seconds", 0.0)),
    )


def _number(value: Any) -> float:
    """Return a number of seconds."""
    number = float(value)
    if isinstance(value, str) or not 0.0 <= number <= _MOST_SECONDS:
        raise ValueError("a time is no number of seconds")
    return number


def _fraction(value: Any) -> Fraction:
    """Return exact seconds as ``write_set`` writes them; a power of ten could take for ever."""
    if not _EXACT_SECONDS.fullmatch(str(value)):
        raise ValueError("film_start is no number of seconds")
    return Fraction(value)


def _words(values: dict[str, Any], name: str) -> str:
    value = values.get(name, "")
    if not isinstance(value, str):
        raise TypeError(f"{name} is no text")
    return value
