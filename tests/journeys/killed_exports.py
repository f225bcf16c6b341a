"""Exports over the same file again and again, to be killed in the middle."""

from __future__ import annotations

import random
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from prismdesk.media.wav import map_wav
from prismdesk.project.consistency import check_consistent
from prismdesk.project.edits.clips import set_clip_gain
from prismdesk.project.lookup import clips_of
from prismdesk.session.exporting import write_export
from prismdesk.session.opening import create_session, open_session
from tests.media_files import PictureSpec, SoundSpec, make_film, noise

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RATE_HZ = 48_000
LENGTH_SAMPLES = 4 * RATE_HZ
OUTS = ("mix.wav", "film.mov", "film.mkv")


class KilledExports:
    """See ``kill_rounds.Script``. Acknowledges each edit (a gain) and each finished export."""

    longest_seconds = 1.5

    def run(self, folder: Path, seed: int, acknowledge: Callable[[str], None]) -> None:
        """Change the gain and export over the same names until killed."""
        source = random.Random(seed)
        film = make_film(
            folder.parent / "film.mov",
            picture=PictureSpec(rate=Fraction(25), frames=100),
            sounds=[SoundSpec(audio=noise(2, LENGTH_SAMPLES), codec="pcm_f32le")],
        )
        (folder.parent / "out").mkdir()
        with create_session(film, folder) as session:
            clip_id = next(clips_of(session.project)).id
            for number in range(1, 10**6):
                edit = partial(set_clip_gain, clip_id=clip_id, gain_db=-float(number))
                session.store.apply(f"Gain {number}", edit)
                acknowledge(f"gain {number}")
                name = source.choice(OUTS)
                write_export(session, folder.parent / "out" / name)
                acknowledge(f"{name} {number}")

    def check(self, folder: Path, seed: int, acknowledged: list[str]) -> str:
        """Every edit is there; what has an export's name is whole, and no older than was said."""
        last_gain = max((int(line.split()[1]) for line in acknowledged), default=0)
        with open_session(folder) as session:
            check_consistent(session.project)
            gain = -next(clips_of(session.project)).gain_db
            assert gain in (last_gain, last_gain + 1), f"gain {gain} after {last_gain} was seen"
            whole = [
                _check_whole(folder.parent / "out" / name, acknowledged, int(gain))
                for name in OUTS
                if (folder.parent / "out" / name).exists()
            ]
            for name in OUTS:
                write_export(session, folder.parent / "out" / name)
        left = sorted(path.name for path in (folder.parent / "out").iterdir())
        assert set(left) >= set(OUTS)
        return f"gain {gain:.0f}, {len(whole)} exports there, all whole"


def _check_whole(path: Path, acknowledged: list[str], newest: int) -> int:
    finished = [int(line.split()[1]) for line in acknowledged if line.startswith(f"{path.name} ")]
    oldest = max(finished, default=1)
    audio = _sound_of(path)
    assert audio.shape == (2, LENGTH_SAMPLES), f"{path.name} holds {audio.shape}"
    source = noise(2, LENGTH_SAMPLES)
    gain_db = 20 * np.log10(np.abs(audio).max() / np.abs(source).max())
    number = round(-float(gain_db))
    assert oldest <= number <= newest, f"{path.name} is export {number}, {oldest} was finished"
    scaled = source * np.float32(10 ** (-number / 20))
    assert np.abs(audio - scaled).max() < 2**-22, f"{path.name} is not export {number}"
    return number


def _sound_of(path: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    if path.suffix == ".wav":
        with map_wav(path) as wav:
            return wav.read(0, wav.length_samples).copy()
    from prismdesk.media.conform import decode_blocks
    from prismdesk.media.probe import probe

    info = probe(path)
    assert info.picture is not None
    assert info.picture.frame_count == 100
    blocks = decode_blocks(
        path,
        info.sounds[0].stream_index,
        rate_hz=RATE_HZ,
        origin_seconds=info.origin_seconds,
    )
    return np.concatenate(list(blocks), axis=1)
