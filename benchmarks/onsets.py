"""How near the onsets that are found come to where sounds begin.

Run as ``python -m benchmarks.onsets --media-cache DIR``. Hits whose beginning is known, synthetic
ones and recorded foley, are laid into recordings of ambience at several levels. A recorded hit
begins where it first comes within 26 dB of its peak.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from benchmarks.recordings import RECORDINGS, Recording, decode, fetch
from prismdesk.media.onsets import find_onsets

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Wave = npt.NDArray[np.float64]
    Hit = tuple[Wave, int]
    """A sound with a peak of 1, and the sample it begins at."""

RATE_HZ = 44_100
_SNRS_DB = (None, 30.0, 20.0, 10.0)
_FOUND_WITHIN_MS = 30.0
_BEGINS_BELOW_PEAK_DB = 26.0
_TEEWORLDS = "usr/share/games/teeworlds/data/audio"
FOLEY = tuple(
    Recording(name, "hits", "teeworlds-data", f"{_TEEWORLDS}/{name}.wv")
    for name in (
        "foley_foot_left-01", "foley_foot_left-02", "foley_foot_left-03", "foley_foot_left-04",
        "foley_foot_right-01", "foley_foot_right-02", "foley_foot_right-03", "foley_foot_right-04",
        "foley_land-01", "foley_land-02", "foley_land-03", "foley_land-04",
        "foley_body_impact-01", "foley_body_impact-02", "foley_body_impact-03",
        "wp_hammer_hit-01", "wp_hammer_hit-02", "wp_hammer_hit-03",
    )
)  # fmt: skip
_ATTACKS_SECONDS = {"click": 0.0002, "hit": 0.001, "soft hit": 0.008}


def main() -> int:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(tempfile.gettempdir()) / "prismdesk-benchmark-media"
    parser.add_argument("--media-cache", type=Path, default=default)
    parser.add_argument("--rounds", type=int, default=100)
    options = parser.parse_args()
    options.media_cache.mkdir(parents=True, exist_ok=True)
    beds = [_bed(one, options.media_cache) for one in RECORDINGS if one.kind == "ambience"]
    recorded = [_recorded(one, options.media_cache) for one in FOLEY]
    print("| hits | above the bed | found | bias, ms | median error, ms | 95 % error, ms |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name, attack_seconds in _ATTACKS_SECONDS.items():
        for snr_db in _SNRS_DB:
            make = _maker(attack_seconds)
            print(_line(f"synthetic {name}", make, beds, snr_db, options.rounds))
    for snr_db in _SNRS_DB:
        line = _line(
            "recorded", lambda g: recorded[int(g.integers(len(recorded)))], beds, snr_db,
            options.rounds,
        )  # fmt: skip
        print(line)
    return 0


def _line(
    name: str,
    make: Callable[[np.random.Generator], Hit],
    beds: Sequence[Wave],
    snr_db: float | None,
    rounds: int,
) -> str:
    generator = np.random.default_rng(7)
    errors = [_error_ms(make(generator), beds, snr_db, generator) for _ in range(rounds)]
    found = np.array([error for error in errors if error is not None])
    above = "in silence" if snr_db is None else f"{snr_db:.0f} dB"
    figures = (np.median(found), np.median(np.abs(found)), np.percentile(np.abs(found), 95))
    cells = " | ".join(f"{figure:.1f}" for figure in figures)
    return f"| {name} | {above} | {100 * len(found) / rounds:.0f} % | {cells} |"


def _error_ms(
    hit: Hit, beds: Sequence[Wave], snr_db: float | None, generator: np.random.Generator
) -> float | None:
    """Lay one hit into a bed and say by how much the nearest onset misses it; None if none does."""
    wave, begins = hit
    bed = beds[int(generator.integers(len(beds)))]
    length = round(1.5 * RATE_HZ)
    first = int(generator.integers(len(bed) - length))
    whole = bed[first : first + length].copy()
    loudest = np.convolve(wave**2, np.ones(882) / 882).max()
    softer = 0.0 if snr_db is None else 10.0 ** (-snr_db / 20.0)
    whole *= softer * np.sqrt(loudest) / whole.std()
    at = int(generator.uniform(0.5, 0.7) * RATE_HZ)
    laid = wave[: length - (at - begins)]
    whole[at - begins : at - begins + len(laid)] += laid
    onsets = find_onsets(np.asarray(whole[None], np.float32), RATE_HZ)
    errors = [(onset - at) * 1000.0 / RATE_HZ for onset in onsets]
    nearest = min(errors, key=abs, default=None)
    return nearest if nearest is not None and abs(nearest) <= _FOUND_WITHIN_MS else None


def _maker(attack_seconds: float) -> Callable[[np.random.Generator], Hit]:
    def make(generator: np.random.Generator) -> Hit:
        time = np.arange(round(0.25 * RATE_HZ)) / RATE_HZ
        shape = np.minimum(1.0, time / attack_seconds) * np.exp(-time / 0.05)
        wave = generator.standard_normal(len(time))
        if generator.random() < 0.5:
            wave *= 0.3 * np.exp(-time / 0.01)
            wave += np.sin(2.0 * np.pi * generator.uniform(150.0, 3000.0) * time)
        wave *= shape
        return wave / np.abs(wave).max(), 0

    return make


def _recorded(recording: Recording, cache: Path) -> Hit:
    sound, rate_hz = decode(fetch(recording, cache))
    assert rate_hz == RATE_HZ
    wave = sound.astype(np.float64).mean(axis=0)
    wave /= np.abs(wave).max()
    return wave, int(np.argmax(np.abs(wave) > 10.0 ** (-_BEGINS_BELOW_PEAK_DB / 20.0)))


def _bed(recording: Recording, cache: Path) -> Wave:
    sound, rate_hz = decode(fetch(recording, cache))
    wave = sound.astype(np.float64).mean(axis=0)
    places = np.arange(0.0, len(wave) - 1, rate_hz / RATE_HZ)
    wave = np.interp(places, np.arange(len(wave)), wave)
    times = 1 + 3 * RATE_HZ // len(wave)
    return np.tile(wave, times) + 1e-9


if __name__ == "__main__":
    sys.exit(main())
