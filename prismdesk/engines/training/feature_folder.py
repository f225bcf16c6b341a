"""Sets as other trainers of SelVA keep them: features in ``X.npz``, the clean sound in ``X.wav``.

A file of features holds ``sync_features`` and ``clip_features`` (float32, frames by width), and may
hold ``prompt``, ``duration`` and ``variant``; none of them depends on the generator, so that any
variant can use them. ``prompts.txt`` may say ``X.npz: words`` line by line. Words come from there,
else from the file, else they are the folder's name.
"""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import soundfile

from prismdesk.engines.training.pair_input import PairInput, PairInputError, WorkedOutPicture
from prismdesk.progress import raise_if_cancelled

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from prismdesk.engines.training.encoded_index import Split
    from prismdesk.progress import IsCancelled

SOUND_SUFFIXES = (".wav", ".flac", ".mp3", ".ogg", ".aiff", ".aif")
PROMPTS_FILE = "prompts.txt"
CLIP_FEATURES, SYNC_FEATURES, PROMPT = "clip_features", "sync_features", "prompt"

_NATURAL_SECONDS = 8.0
_MOST_MEMBER_BYTES = 64 << 20
_MOST_TEXT_BYTES = 4 << 20
_MOST_PAIRS = 20_000
_UNREADABLE = (
    OSError,
    ValueError,
    KeyError,
    EOFError,
    NotImplementedError,
    zipfile.BadZipFile,
    zlib.error,
)


@dataclass(frozen=True, slots=True)
class FeaturePair:
    """One pair of such a folder, read when it is needed.

    Attributes:
        features: the ``.npz``.
        sound: the clean sound.
        prompt: its words.
        split: what it is used for.
    """

    features: Path
    sound: Path
    prompt: str
    split: Split = "train"

    @property
    def key(self) -> str:
        """Names the pair in its set."""
        return self.features.stem

    def load(self, cancelled: IsCancelled) -> PairInput:
        """Read features and sound, the first eight seconds of it: the features are of these.

        Raises:
            PairInputError: a file can't be used.
            Cancelled: as told.
        """
        raise_if_cancelled(cancelled)
        arrays = read_features(self.features)
        sync = arrays.get(SYNC_FEATURES)
        if sync is None:
            raise PairInputError(
                f"{self.features} has no {SYNC_FEATURES}; extract the features of its film again."
            )
        try:
            with soundfile.SoundFile(self.sound) as file:
                rate_hz = int(file.samplerate)
                audio = file.read(
                    round(_NATURAL_SECONDS * rate_hz), dtype="float32", always_2d=True
                )
        except (OSError, soundfile.SoundFileError) as error:
            raise PairInputError(
                f"The sound {self.sound} can't be read; replace it or leave the pair out."
            ) from error
        return PairInput(
            key=self.key,
            sound=np.ascontiguousarray(audio.T),
            rate_hz=rate_hz,
            split=self.split,
            prompt=self.prompt,
            worked_out=WorkedOutPicture(clip=arrays.get(CLIP_FEATURES), sync=sync),
        )


@dataclass(frozen=True, slots=True)
class FeatureFolder:
    """What a folder holds: pairs in the order of their names, and sentences on what is left out."""

    pairs: tuple[FeaturePair, ...]
    left_out: tuple[str, ...]


def read_feature_folder(folder: Path, *, held_out: frozenset[str] = frozenset()) -> FeatureFolder:
    """Return the pairs of a folder; features without a sound are left out.

    Args:
        folder: of the set.
        held_out: names of the pairs that are not trained on, without ``.npz``.

    Raises:
        PairInputError: there is no pair, or a file of words or features can't be used.
    """
    prompts = _prompts(folder)
    pairs, left_out = [], []
    files = sorted(folder.glob("*.npz"))[:_MOST_PAIRS]
    for path in files:
        sound = next((one for one in _sounds_of(path) if one.is_file()), None)
        if sound is None:
            left_out.append(f"{path.name} has no sound beside it and is left out.")
            continue
        prompt = prompts.get(path.stem) or stored_prompt(path) or folder.resolve().name
        split: Split = "hold out" if path.stem in held_out else "train"
        pairs.append(FeaturePair(path, sound, prompt, split))
    if not pairs:
        raise PairInputError(
            f"{folder} has no pair in it: features as X.npz with their sound as X.wav."
        )
    return FeatureFolder(tuple(pairs), tuple(left_out))


def read_features(path: Path) -> dict[str, npt.NDArray[np.float32]]:
    """Return the features in a file, each (frames, width).

    Raises:
        PairInputError: it can't be read, is too large, or holds what can't be features.
    """
    found = {}
    for name, array in _members(path, (CLIP_FEATURES, SYNC_FEATURES)).items():
        features = array[0] if array.ndim == 3 and len(array) == 1 else array
        is_usable = features.ndim == 2 and features.size and features.dtype.kind == "f"
        if not is_usable or not np.isfinite(features).all():
            raise PairInputError(
                f"The {name} in {path} are no features of a film; extract them again."
            )
        found[name] = np.ascontiguousarray(features, np.float32)
    return found


def stored_prompt(path: Path) -> str:
    """Return the words in a file of features, "" if there are none.

    Raises:
        PairInputError: the file can't be read.
    """
    found = _members(path, (PROMPT,)).get(PROMPT)
    is_text = found is not None and found.size == 1 and found.dtype.kind in "US"
    return str(found.reshape(-1)[0]).strip() if found is not None and is_text else ""


def _members(path: Path, names: tuple[str, ...]) -> dict[str, npt.NDArray[Any]]:
    """Read some arrays of a file; never anything that could run."""
    try:
        with zipfile.ZipFile(path) as packed:
            sizes = {one.filename.removesuffix(".npy"): one.file_size for one in packed.infolist()}
        wanted = [name for name in names if name in sizes]
        if any(sizes[name] > _MOST_MEMBER_BYTES for name in wanted):
            raise PairInputError(f"{path} is too large for the features of a clip.")
        with np.load(path, allow_pickle=False) as arrays:
            return {name: np.asarray(arrays[name]) for name in wanted}
    except _UNREADABLE as error:
        raise PairInputError(
            f"{path} holds no features that can be read; extract them again."
        ) from error


def _sounds_of(features: Path) -> list[Path]:
    return [features.with_suffix(suffix) for suffix in SOUND_SUFFIXES]


def _prompts(folder: Path) -> dict[str, str]:
    """Return the words of each pair, by its name without ``.npz``."""
    path = folder / PROMPTS_FILE
    if not path.is_file():
        return {}
    try:
        if path.stat().st_size > _MOST_TEXT_BYTES:
            raise PairInputError(f"{path} is too large for a list of words.")
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise PairInputError(f"{path} can't be read; save it as UTF-8 text.") from error
    found = {}
    for line in lines:
        name, colon, words = line.strip().partition(":")
        if colon and not name.startswith("#") and words.strip():
            found[name.strip().removesuffix(".npz")] = words.strip()
    return found
