"""How well a made sound is joined to real recordings, against plain cuts and crossfades.

Run as ``python -m benchmarks.joining --media-cache DIR``. A stand-in for a model gives each
recording back softer, duller and with other phases, as an autoencoder with a vocoder does; its
rendition of the region is then joined to the real sound outside. Since it is a rendition of what
was there, what was there is the truth to measure against.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import gaussian_filter
from scipy.signal import butter, istft, sosfiltfilt, stft

from benchmarks.ambience_measures import log_spectral_distance_db, seam_jump
from benchmarks.recordings import RECORDINGS, decode, fetch
from prismdesk.engines.joining.region import join_region
from prismdesk.engines.joining.resampling import resample

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from prismdesk.engines.sound import AudioBlock

    Sound = npt.NDArray[np.float64]
    Way = Callable[[AudioBlock, AudioBlock, int, int, int], AudioBlock]
    """(made, real, start, end, rate) -> the whole as heard."""

GAIN_DB = -6.0
TOP_HZ = 3500.0
REGION_SECONDS = 1.0
AROUND_SECONDS = 2.0
GUARD_SECONDS = 0.096
CROSSFADE_SECONDS = 0.02
_NEAR_SECONDS = 0.25
_STEP_SECONDS = 0.01
_STEPS = 8


def main() -> int:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(tempfile.gettempdir()) / "prismdesk-benchmark-media"
    parser.add_argument("--media-cache", type=Path, default=default)
    parser.add_argument("--places", type=int, default=6, help="regions per recording")
    parser.add_argument("--model-rate", type=int, help="rate in Hz that the stand-in works at")
    parser.add_argument("--kind", action="append", help="only recordings of this kind")
    options = parser.parse_args()
    options.media_cache.mkdir(parents=True, exist_ok=True)
    figures: dict[tuple[str, str], list[tuple[float, ...]]] = defaultdict(list)
    work = seconds = 0.0
    for recording in RECORDINGS:
        if options.kind and recording.kind not in options.kind:
            continue
        sound, rate_hz = decode(fetch(recording, options.media_cache))
        for real, start, end in places(sound, rate_hz, options.places):
            made = rendition(real, rate_hz)
            if options.model_rate and options.model_rate < rate_hz:
                low = resample(made, rate_hz, options.model_rate)
                made = resample(low, options.model_rate, rate_hz, length_samples=made.shape[1])
            for name, way in WAYS.items():
                began = time.perf_counter()
                whole = way(made, real, start, end, rate_hz)
                if name == JOINED:
                    work += time.perf_counter() - began
                    seconds += (end - start) / rate_hz
                figures[recording.kind, name].append(measures(whole, real, start, end, rate_hz))
        print(recording.name, file=sys.stderr)
    print(tables(figures))
    print(f"\n{1000.0 * work / max(seconds, 1e-9):.0f} ms of work for a second of region.")
    return 0


def rendition(real: AudioBlock, rate_hz: int) -> AudioBlock:
    """The sound softer, duller and with drifting phases."""
    generator = np.random.default_rng(1)
    spectra = stft(real, rate_hz, nperseg=1024, noverlap=768)[2]
    noise = generator.standard_normal(spectra.shape)
    drift = gaussian_filter(noise, (0, 2.0, 6.0))
    drift *= 1.5 / max(float(drift.std()), 1e-9)
    turned = istft(spectra * np.exp(1j * drift), rate_hz, nperseg=1024, noverlap=768)[1]
    turned = turned[:, : real.shape[1]]
    sections = butter(1, min(TOP_HZ, 0.4 * rate_hz), fs=rate_hz, output="sos")
    dull = 10.0 ** (GAIN_DB / 20.0) * sosfiltfilt(sections, turned, axis=1)
    return np.asarray(dull, np.float32)


def cut(made: AudioBlock, real: AudioBlock, start: int, end: int, rate_hz: int) -> AudioBlock:
    """Nothing but the made sound in its place."""
    whole = real.copy()
    whole[:, start:end] = made[:, start:end]
    return whole


def crossfaded(
    made: AudioBlock, real: AudioBlock, start: int, end: int, rate_hz: int
) -> AudioBlock:
    """Equal-power crossfades over the last 20 ms outside the region."""
    whole = cut(made, real, start, end, rate_hz)
    count = round(CROSSFADE_SECONDS * rate_hz)
    up = np.sin(0.5 * np.pi * (np.arange(count) + 0.5) / count).astype(np.float32)
    for span, rise in ((slice(start - count, start), up), (slice(end, end + count), up[::-1])):
        whole[:, span] = real[:, span] * rise[::-1] + made[:, span] * rise
    return whole


def joined(made: AudioBlock, real: AudioBlock, start: int, end: int, rate_hz: int) -> AudioBlock:
    """Matched and spliced, nothing changed outside."""
    whole = real.copy()
    known = real.copy()
    known[:, start:end] = 0.0
    whole[:, start:end] = join_region(
        made,
        known,
        np.ones(real.shape[1], bool),
        start,
        end,
        rate_hz=rate_hz,
        gives_back_known=True,
        guard_samples=round(GUARD_SECONDS * rate_hz),
    ).audio
    return whole


JOINED = "joined"
WAYS: dict[str, Way] = {
    "cut": cut,
    "20 ms crossfade": crossfaded,
    JOINED: joined,
    "(the original)": lambda made, real, start, end, rate_hz: real,
}


def measures(
    whole: AudioBlock, truth: AudioBlock, start: int, end: int, rate_hz: int
) -> tuple[float, ...]:
    """Jump at the seams, level and spectral error near them, and the worst dip or bump in 10 ms."""
    near, step = round(_NEAR_SECONDS * rate_hz), round(_STEP_SECONDS * rate_hz)
    exact, heard = truth.astype(np.float64), whole.astype(np.float64)
    inner = (slice(start, start + near), slice(end - near, end))
    jump = seam_jump(heard[:, :start], heard[:, start:end], heard[:, end:], rate_hz)
    level = [abs(_db(heard[:, span]) - _db(exact[:, span])) for span in inner]
    distance = [log_spectral_distance_db(exact[:, s], heard[:, s], rate_hz) for s in inner]
    bumps = []
    for edge in (start, end):
        for at in range(edge - _STEPS * step, edge + _STEPS * step, step):
            span = slice(at, at + step)
            bumps.append(abs(_db(heard[:, span]) - _db(exact[:, span])))
    return jump, float(np.mean(level)), float(np.mean(distance)), max(bumps)


def _db(sound: Sound) -> float:
    return float(10.0 * np.log10(np.mean(sound**2) + 1e-8))


def places(sound: AudioBlock, rate_hz: int, wanted: int) -> list[tuple[AudioBlock, int, int]]:
    """Stretches around regions, evenly over a recording, where something is to be heard."""
    region, around = round(REGION_SECONDS * rate_hz), round(AROUND_SECONDS * rate_hz)
    room = sound.shape[1] - region
    places = []
    for share in (np.arange(wanted) + 0.5) / wanted:
        at = int(share * room)
        first = max(0, at - around)
        stretch = sound[:, first : at + region + around]
        start = at - first
        least = rate_hz // 2
        if start < least or stretch.shape[1] - start - region < least or region > sound.shape[1]:
            continue
        if _db(stretch[:, start : start + region].astype(np.float64)) > -55.0:
            places.append((stretch, start, start + region))
    return places


def tables(figures: dict[tuple[str, str], list[tuple[float, ...]]]) -> str:
    """A Markdown table: medians by kind and way."""
    lines = [
        "| kind | way | step at seam / usual step | level error, dB | spectral distance, dB | "
        "worst 10 ms, dB | regions |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    everything: dict[str, list[tuple[float, ...]]] = defaultdict(list)
    for (_, name), rows in figures.items():
        everything[name] += rows
    of_all = {("all", name): rows for name, rows in everything.items()}
    for (kind, name), rows in (figures | of_all).items():
        middle = np.median(np.array(rows), axis=0)
        cells = " | ".join(f"{value:.1f}" for value in middle)
        lines.append(f"| {kind} | {name} | {cells} | {len(rows)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
