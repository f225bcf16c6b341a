"""Sound files, films and parts of them as pairs, with words and pictures that lie beside them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from prismdesk.adapters.sound_change import changed
from prismdesk.adapters.training_set import (
    SET_FILE,
    SOUNDS,
    PairSource,
    TrainingPair,
    TrainingSetError,
)
from prismdesk.media.probe import probe
from prismdesk.media.sound_reader import decode_blocks
from prismdesk.session.training_sets_features import FEATURE_SECONDS, keep_features
from prismdesk.session.training_sets_parts import FilePart
from prismdesk.session.training_sets_prompts import prompt_beside
from prismdesk.session.training_sets_sounds import with_sound

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from prismdesk.adapters.sound_change import SoundChange
    from prismdesk.media.audio import AudioBlock
    from prismdesk.media.film_info import FilmInfo
    from prismdesk.progress import IsCancelled

FILMS = frozenset({".mp4", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".m4v", ".mxf"})
SOUND_FILES = frozenset(
    {
        ".wav", ".flac", ".mp3", ".ogg", ".opus", ".aif", ".aiff", ".m4a", ".wv", ".w64", ".caf",
        ".aac", ".ac3", ".wma", ".rf64", ".bwf",
    }
)  # fmt: skip
_MOST_SECONDS = 600.0


def parts_of(paths: Sequence[Path | FilePart]) -> tuple[FilePart, ...]:
    """Return what is to be read: files as they are, and every sound in folders.

    Raises:
        TrainingSetError: there is nothing, or a folder holds no sound.
    """
    found: list[FilePart] = []
    for path in paths:
        part = path if isinstance(path, FilePart) else FilePart(path)
        if not part.path.is_dir():
            found.append(part)
            continue
        if (part.path / SET_FILE).exists():
            raise TrainingSetError(
                f"{part.path} is a training set itself; name its folder {SOUNDS} to add its sounds."
            )
        inside = _sounds_in(part.path)
        if not inside:
            raise TrainingSetError(f"{part.path} holds no sound file.")
        found += [FilePart(one) for one in inside]
    if not found:
        raise TrainingSetError("Name the files that are to be learned from.")
    return tuple(found)


def _sounds_in(folder: Path) -> list[Path]:
    """Return the sounds in a folder; a film counts where no sound of its name lies beside it."""
    files = sorted(one for one in folder.iterdir() if one.is_file() and one.name[0] != ".")
    sounds = [one for one in files if one.suffix.lower() in SOUND_FILES]
    stems = {one.stem for one in sounds}
    films = [one for one in files if one.suffix.lower() in FILMS and one.stem not in stems]
    return sorted(sounds + films)


def pair_of_file(
    part: FilePart,
    folder: Path,
    *,
    key: str,
    changes: Sequence[SoundChange] = (),
    cancelled: IsCancelled,
) -> TrainingPair:
    """Return a file, or a part of it, as a pair; its sound is written into the set.

    Raises:
        TrainingSetError: it is silent all through, too long, or ends before the part begins.
        MediaError: it can't be read.
        Cancelled: as told.
    """
    path = part.path.absolute()
    info = probe(path, cancelled=cancelled)
    if not info.sounds:
        raise TrainingSetError(f"{part.path} has no sound to learn from.")
    film, stream = (path, info.picture.stream_index) if info.picture else _film_beside(path)
    features = "" if film is not None else keep_features(part, folder, key)
    if features:
        part = FilePart(part.path, 0.0, FEATURE_SECONDS)
    sound, rate_hz, first = _read(part, info, cancelled)
    pair = TrainingPair(
        key=key,
        name=part.path.stem if features else _name_of(part),
        sound=f"{SOUNDS}/new.wav",
        length_seconds=sound.shape[1] / rate_hz,
        prompt=prompt_beside(path),
        film="" if film is None else str(film),
        film_stream=stream,
        film_start=Fraction(0) if film is None else Fraction(first, rate_hz),
        features=features,
        licence=_licence_of(info),
        source=PairSource(
            file=str(path), start_seconds=part.start_seconds, end_seconds=part.end_seconds
        ),
    )
    after = changed(sound, rate_hz, changes)
    return with_sound(folder, pair, after, rate_hz, changes)


def _read(part: FilePart, info: FilmInfo, cancelled: IsCancelled) -> tuple[AudioBlock, int, int]:
    """Return the sound of a part, its rate, and at which sample of the file it begins."""
    stream = next((one for one in info.sounds if one.is_default), info.sounds[0])
    rate_hz = stream.rate_hz
    first = round(part.start_seconds * rate_hz)
    last = round(part.end_seconds * rate_hz) if part.end_seconds else None
    if last is not None and last <= first:
        raise TrainingSetError(f"The part of {part.path} ends before it begins.")
    blocks: list[AudioBlock] = []
    at = 0
    wanted = decode_blocks(
        part.path, stream.stream_index,
        rate_hz=rate_hz, origin_seconds=info.origin_seconds, cancelled=cancelled,
    )  # fmt: skip
    for block in wanted:
        blocks.append(block[:, max(0, first - at) : None if last is None else max(0, last - at)])
        at += block.shape[1]
        if (at if last is None else min(at, last)) - first > _MOST_SECONDS * rate_hz:
            raise TrainingSetError(
                f"{part.path} is longer than {_MOST_SECONDS / 60:.0f} minutes; "
                "add the parts of it that are to be learned, as FILE@START-END."
            )
        if last is not None and at >= last:
            break
    sound = np.concatenate(blocks, axis=1) if blocks else np.zeros((1, 0), np.float32)
    if not sound.any():
        raise TrainingSetError(f"{_name_of(part)} is silent; there is nothing to learn from.")
    return sound, rate_hz, first


def _film_beside(sound: Path) -> tuple[Path | None, int]:
    """Return a film of the same name beside a sound, whose picture begins with it."""
    for suffix in sorted(FILMS):
        film = sound.with_suffix(suffix)
        if film != sound and film.is_file():
            picture = probe(film).picture
            if picture is not None:
                return film, picture.stream_index
    return None, 0


def _name_of(part: FilePart) -> str:
    if not part.start_seconds and not part.end_seconds:
        return part.path.stem
    return f"{part.path.stem} {part.start_seconds:g}–{part.end_seconds:g} s"


def _licence_of(info: FilmInfo) -> str:
    """Return what a file says of its licence in its own metadata."""
    said: Iterable[tuple[str, str]] = info.metadata
    for name, value in said:
        if name.lower() in ("license", "licence", "copyright"):
            return " ".join(value.split())[:200]
    return ""
