"""How well the gap scan finds planted gaps in real recordings, and what it invents.

Run as ``python -m benchmarks.gaps --media-cache DIR``. Fetches the recordings of
``benchmarks.recordings`` into the cache and prints Markdown tables: false alarms on the
recordings as they are, recall and accuracy of edges with gaps planted, the same after AAC, speed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import zlib
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np

from benchmarks.recordings import RECORDINGS, Recording, decode, fetch
from prismdesk.media.gaps import Gap, GapKind, find_gaps
from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prismdesk.media.audio import AudioBlock

SOUND_OVER_DBFS = -60.0
PROPOSED_FROM = 0.5
DROPOUTS_MS = (5, 10, 20, 50, 100, 300)
SILENCES_MS = (500, 1500)
CLICK_LEVELS_DB = (6, 12, 20)
CLICK_WIDTHS_MS = (0.02, 0.2, 1.0)
APART_SECONDS = 0.25
PER_RECORDING = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A fault put into a recording: what, where, and its row in the table."""

    row: str
    kind: GapKind
    range: SampleRange


@dataclass(slots=True)
class Row:
    """What became of the planted faults of one kind and size."""

    planted: int = 0
    found: int = 0
    edge_errors_samples: list[int] = field(default_factory=list)

    def text(self, name: str) -> str:
        """The table's line."""
        errors = np.array(self.edge_errors_samples or [0])
        recall = 100 * self.found / max(1, self.planted)
        exact = 100 * np.mean(errors <= 1)
        worst = np.percentile(errors, 95)
        return f"| {name} | {self.planted} | {recall:.1f} % | {exact:.0f} % | {worst:.0f} |"


def main() -> int:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    default_cache = Path(tempfile.gettempdir()) / "prismdesk-benchmark-media"
    parser.add_argument("--media-cache", type=Path, default=default_cache)
    parser.add_argument("--aac", action="store_true", help="also after AAC at 256 kbit/s")
    parser.add_argument("--verbose", action="store_true", help="list every false alarm and miss")
    arguments = parser.parse_args()
    arguments.media_cache.mkdir(parents=True, exist_ok=True)
    recordings = list(_recordings(arguments.media_cache))
    _print_clean(recordings, is_verbose=arguments.verbose)
    _print_planted(recordings, is_coded=False, is_verbose=arguments.verbose)
    if arguments.aac:
        _print_planted(recordings, is_coded=True, is_verbose=arguments.verbose)
    _print_speed()
    return 0


def _recordings(cache: Path) -> Iterable[tuple[Recording, AudioBlock, int]]:
    for recording in RECORDINGS:
        try:
            path = fetch(recording, cache)
        except RuntimeError as error:
            print(f"left out: {recording.name}: {error}", file=sys.stderr)
            continue
        audio, rate_hz = decode(path)
        yield recording, audio, rate_hz


def _scan(audio: AudioBlock, rate_hz: int) -> list[Gap]:
    return [gap for gap in find_gaps([audio], rate_hz=rate_hz) if gap.confidence >= PROPOSED_FROM]


def _print_clean(recordings: list[tuple[Recording, AudioBlock, int]], *, is_verbose: bool) -> None:
    minutes: dict[str, float] = defaultdict(float)
    counts: dict[str, dict[GapKind, int]] = defaultdict(lambda: dict.fromkeys(GapKind, 0))
    for recording, audio, rate_hz in recordings:
        minutes[recording.kind] += audio.shape[1] / rate_hz / 60
        for gap in _scan(audio, rate_hz):
            counts[recording.kind][gap.kind] += 1
            if is_verbose:
                print(f"  {recording.name}: {gap}", file=sys.stderr)
    print("\n| kind | minutes | dropouts | silences | clicks | per minute |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for kind, length in minutes.items():
        found = [counts[kind][gap] for gap in GapKind]
        cells = " | ".join(str(count) for count in found)
        print(f"| {kind} | {length:.2f} | {cells} | {sum(found) / length:.2f} |")


def _print_planted(
    recordings: list[tuple[Recording, AudioBlock, int]], *, is_coded: bool, is_verbose: bool
) -> None:
    rows: dict[str, Row] = {}
    false = total = 0
    for recording, audio, rate_hz in recordings:
        known = [] if is_coded else _scan(audio, rate_hz)
        damaged, planted = _damaged(audio, rate_hz, zlib.crc32(recording.name.encode()))
        if is_coded:
            if rate_hz < 44_100 or audio.shape[0] > 2:
                continue
            damaged = _coded(damaged, rate_hz)
        gaps = _scan(damaged, rate_hz)
        total += len(gaps)
        matched = [_record(rows.setdefault(fault.row, Row()), fault, gaps) for fault in planted]
        real = [gap for gap in gaps if gap not in matched]
        strange = [gap for gap in real if not any(gap.range.overlaps(k.range) for k in known)]
        false += len(strange)
        if is_verbose:
            missed = [fault for fault, gap in zip(planted, matched, strict=True) if gap is None]
            print(f"  {recording.name}: missed {missed}; false {strange}", file=sys.stderr)
    print(f"\nPlanted{', then AAC 256 kbit/s' if is_coded else ''}: ", end="")
    print(f"precision {100 * (1 - false / max(1, total)):.1f} % of {total} found")
    print("\n| planted | number | recall | both edges within 1 sample | 95 % within (samples) |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, row in sorted(rows.items()):
        print(row.text(name))


def _record(row: Row, fault: Planted, gaps: list[Gap]) -> Gap | None:
    row.planted += 1
    found = next(
        (gap for gap in gaps if gap.kind is fault.kind and gap.range.overlaps(fault.range)), None
    )
    if found is not None:
        row.found += 1
        row.edge_errors_samples.append(
            max(
                abs(found.range.start_samples - fault.range.start_samples),
                abs(found.range.end_samples - fault.range.end_samples),
            )
        )
    return found


def _damaged(audio: AudioBlock, rate_hz: int, seed: int) -> tuple[AudioBlock, list[Planted]]:
    """Put each fault once, in turn, wherever there is room for it and sound around it."""
    random = np.random.default_rng(seed)
    damaged = audio.copy()
    taken: list[SampleRange] = []
    planted: list[Planted] = []
    wishes = _wishes()
    random.shuffle(wishes)
    for name, kind, length_ms, level_db in wishes:
        length = max(1, round(length_ms * rate_hz / 1000))
        place = _place(audio, rate_hz, length, taken, random)
        if place is None:
            continue
        taken.append(place)
        planted.append(Planted(row=name, kind=kind, range=place))
        stretch = slice(place.start_samples, place.end_samples)
        if kind is not GapKind.CLICK:
            damaged[:, stretch] = 0
            continue
        around = audio[:, max(0, place.start_samples - 960) : place.end_samples + 960]
        level = float(np.sqrt(np.mean(np.square(around)))) * 10 ** (level_db / 20)
        pulse = random.choice([-1.0, 1.0], length) * random.uniform(0.7, 1.3, length)
        damaged[:, stretch] += (level * pulse).astype(np.float32)
    return damaged, planted


def _wishes() -> list[tuple[str, GapKind, float, float]]:
    dropouts = [(f"dropout {ms:3d} ms", GapKind.DROPOUT, float(ms), 0.0) for ms in DROPOUTS_MS]
    silences = [(f"silence {ms} ms", GapKind.SILENCE, float(ms), 0.0) for ms in SILENCES_MS]
    clicks = [
        (f"click +{db:2d} dB {ms:.2f} ms", GapKind.CLICK, ms, float(db))
        for db in CLICK_LEVELS_DB
        for ms in CLICK_WIDTHS_MS
    ]
    return [*dropouts, *silences, *clicks] * PER_RECORDING


def _place(
    audio: AudioBlock,
    rate_hz: int,
    length: int,
    taken: list[SampleRange],
    random: np.random.Generator,
) -> SampleRange | None:
    apart = round(APART_SECONDS * rate_hz)
    latest = audio.shape[1] - length - apart
    if latest <= apart:
        return None
    for _ in range(30):
        start = int(random.integers(apart, latest))
        wanted = SampleRange(start - apart, start + length + apart)
        is_free = not any(wanted.overlaps(other) for other in taken)
        beside = round(0.02 * rate_hz)
        sides = (audio[:, start - beside : start], audio[:, start + length :][:, :beside])
        levels = [10 * np.log10(float(np.mean(np.square(side))) + 1e-12) for side in sides]
        if is_free and min(levels) > SOUND_OVER_DBFS:
            return SampleRange(start, start + length)
    return None


def _coded(audio: AudioBlock, rate_hz: int) -> AudioBlock:
    """Return the sound after AAC, aligned to what it was."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "coded.mp4"
        layout = "mono" if audio.shape[0] == 1 else "stereo"
        with av.open(str(path), "w") as container:
            stream = container.add_stream("aac", rate=rate_hz, layout=layout, bit_rate=256_000)
            for start in range(0, audio.shape[1], 1024):
                block = np.ascontiguousarray(audio[:, start : start + 1024])
                frame = av.AudioFrame.from_ndarray(block, format="fltp", layout=layout)
                frame.sample_rate, frame.pts = rate_hz, start
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        decoded, _ = decode(path, longest_seconds=1e9)
    return decoded[:, : audio.shape[1]]


def _print_speed() -> None:
    rate_hz, seconds = 48_000, 60
    noise = np.random.default_rng(1).normal(0, 0.1, (2, seconds * rate_hz)).astype(np.float32)
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        find_gaps([noise], rate_hz=rate_hz)
        best = min(best, time.process_time() - began)
    print(f"\nSpeed: {seconds / best:.0f} x real time on one core (processor time), stereo, 48 kHz")


if __name__ == "__main__":
    sys.exit(main())
