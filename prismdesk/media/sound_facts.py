"""What is known of a conformed stream, kept beside it; read with suspicion."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from prismdesk.errors import InputError
from prismdesk.media.errors import writing
from prismdesk.media.peaks import PeakPyramid
from prismdesk.media.wav import map_wav, partial_path
from prismdesk.project.model import ChannelLayout

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.media.cache import SoundFiles

SoundKey = dict[str, int | str]
"""What a conformed stream was made from: equal keys mean equal samples."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conformed:
    """A stream at the project's rate: sample 0 is the film's first picture.

    ``start_samples`` is where the stream's own first sample lies; negative if sound before the
    first picture was cut. ``length_samples`` is that of the WAV. ``warnings`` are sentences.
    """

    wav_path: Path
    peaks_path: Path
    layout: ChannelLayout
    native_rate_hz: int
    native_bits: int | None
    start_samples: int
    length_samples: int
    warnings: tuple[str, ...] = ()


def read_facts(files: SoundFiles, key: SoundKey) -> Conformed | None:
    """Return what the cache holds, None unless it is whole and was made from ``key``."""
    facts = read_json(files.facts_path)
    if facts is None or facts.get("key") != key:
        return None
    try:
        done = Conformed(
            wav_path=files.wav_path,
            peaks_path=files.peaks_path,
            layout=ChannelLayout(facts["layout"]),
            native_rate_hz=int(facts["native_rate_hz"]),
            native_bits=None if facts["native_bits"] is None else int(facts["native_bits"]),
            start_samples=int(facts["start_samples"]),
            length_samples=int(facts["length_samples"]),
            warnings=tuple(str(warning) for warning in facts["warnings"]),
        )
        with map_wav(files.wav_path) as wav:
            shape = (wav.channels, wav.rate_hz, wav.length_samples)
        peaks = PeakPyramid.open(files.peaks_path)
        shape_of_peaks = (peaks.channels, peaks.length_samples)
        peaks.close()
    except (InputError, KeyError, TypeError, ValueError):
        return None
    expected = (done.layout.channels, key["rate_hz"], done.length_samples)
    is_whole = shape == expected and shape_of_peaks == (shape[0], shape[2])
    return done if is_whole else None


def write_facts(path: Path, key: SoundKey, done: Conformed) -> None:
    """Keep what is known of a conformed stream; written last, so that it vouches for the rest."""
    facts = {
        "key": key,
        "layout": done.layout.value,
        "native_rate_hz": done.native_rate_hz,
        "native_bits": done.native_bits,
        "start_samples": done.start_samples,
        "length_samples": done.length_samples,
        "warnings": list(done.warnings),
    }
    write_json(path, facts)


def read_json(path: Path) -> dict[str, Any] | None:
    """Return the object in a small file, None if there is none that can be read."""
    try:
        facts = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return facts if isinstance(facts, dict) else None


def write_json(path: Path, facts: dict[str, Any]) -> None:
    """Write an object beside the name and rename it there."""
    with writing(path):
        partial_path(path).write_text(json.dumps(facts, indent=1), "utf-8")
        partial_path(path).replace(path)
