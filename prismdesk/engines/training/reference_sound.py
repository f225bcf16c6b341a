"""The sounds of a set as they were encoded: beside the tensors, at the model's rate."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import soundfile

from prismdesk.engines.training.encoded_index import EncodedSetError, path_of
from prismdesk.engines.training.run_files import write_whole
from prismdesk.engines.training.set_profile import SetProfile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prismdesk.engines.sound import AudioBlock
    from prismdesk.engines.training.encoded_index import EncodedEntry, EncodedIndex


def reference_path(tensors: Path) -> Path:
    """Return where the sound of an encoded pair lies."""
    return tensors.with_suffix(".wav")


def read_sound(path: Path) -> tuple[AudioBlock, int]:
    """Return a sound, float32 (channels, samples), and its rate.

    Raises:
        EncodedSetError: it isn't there or can't be read.
    """
    try:
        audio, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    except (OSError, soundfile.SoundFileError) as error:
        raise EncodedSetError(f"The sound {path} can't be read; encode the set again.") from error
    return audio.T.copy(), int(rate_hz)


def write_wav(path: Path, audio: AudioBlock, rate_hz: int) -> None:
    """Write a sound (channels, samples) in float32; all of it or nothing.

    Raises:
        OSError: the disk gave up.
    """
    content = io.BytesIO()
    soundfile.write(content, audio.T, rate_hz, format="WAV", subtype="FLOAT")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content.getvalue())


def reference_sound(
    folder: Path, entry: EncodedEntry, real_share: float = 1.0
) -> tuple[AudioBlock, int]:
    """Return what was recorded for a pair, and its rate; silence after it is cut off.

    Args:
        folder: of the index.
        entry: of the pair.
        real_share: of the window that holds sound.

    Raises:
        EncodedSetError: it isn't there or can't be read.
    """
    audio, rate_hz = read_sound(reference_path(path_of(folder, entry)))
    return audio[:, : max(1, round(real_share * audio.shape[1]))], rate_hz


def profile_of_set(folder: Path, index: EncodedIndex) -> SetProfile:
    """Return the spectral profile of all sounds that are trained on.

    Raises:
        EncodedSetError: a sound can't be read, or there is none.
    """
    rate_hz = 0

    def sounds() -> Iterator[AudioBlock]:
        nonlocal rate_hz
        for entry in index.entries:
            if entry.split == "train":
                audio, rate_hz = reference_sound(folder, entry)
                yield audio

    try:
        kept = list(sounds())
        return SetProfile.of(kept, rate_hz)
    except ValueError as error:
        raise EncodedSetError("There is no sound to train on; add clips to the set.") from error
