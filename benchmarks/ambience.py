"""How well the ambience engine fills gaps in real recordings, against simpler ways.

Run as ``python -m benchmarks.ambience --media-cache DIR [--quick] [--write docs/ambience.md]``.
Fetches what it needs into the cache and prints Markdown tables by kind of recording.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import zlib
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.ambience_baselines import BASELINES
from benchmarks.ambience_measures import (
    level_error_db,
    log_spectral_distance_db,
    longest_repeat_seconds,
    seam_jump,
    snr_db,
)
from benchmarks.recordings import RECORDINGS, Recording, decode, fetch
from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.catalogue import create_engine
from prismdesk.engines.request import Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from prismdesk.engines.capabilities import SettingValue
    from prismdesk.engines.contract import Progress
    from prismdesk.engines.sound import AudioBlock

SHORT_GAPS_MS = (5, 10, 20, 50)
LONG_GAPS_MS = (250, 1000, 4000)
SURROUNDINGS_SECONDS = 10.0
ENGINE_WAYS: dict[str, dict[str, SettingValue]] = {
    "ambience": {},
    "ambience, variation 0": {"variation": 0.0},
}
TRUTH = "(the original)"
WAYS = (*BASELINES, *ENGINE_WAYS)

Figures = dict[tuple[str, int, str, str], list[float]]
"""(kind, gap in ms, way, measure) -> one figure for each place."""


def main() -> int:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--media-cache", type=Path, default=_default_cache())
    parser.add_argument("--quick", action="store_true", help="fewer places in each recording")
    parser.add_argument("--places", type=int, help="places per recording and gap")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--kind", action="append", help="only recordings of this kind")
    parser.add_argument("--gaps", type=int, nargs="+", default=[*SHORT_GAPS_MS, *LONG_GAPS_MS])
    parser.add_argument("--write", type=Path, help="Markdown file whose tables to replace")
    options = parser.parse_args()
    options.media_cache.mkdir(parents=True, exist_ok=True)
    places = options.places or (2 if options.quick else 8)
    figures: Figures = defaultdict(list)
    started = time.monotonic()
    chosen = [r for r in RECORDINGS if not options.kind or r.kind in options.kind]
    for recording in chosen:
        sound, rate_hz = decode(fetch(recording, options.media_cache))
        for gap_ms in options.gaps:
            _measure(recording, sound, rate_hz, gap_ms, places, options.seed, figures)
        print(f"{time.monotonic() - started:6.0f} s  {recording.name}", file=sys.stderr)
    tables = make_tables(figures, len(chosen))
    print(tables)
    if options.write:
        _replace_tables(options.write, tables)
    return 0


def _default_cache() -> Path:
    return Path(tempfile.gettempdir()) / "prismdesk-benchmark-media"


def _measure(
    recording: Recording,
    sound: AudioBlock,
    rate_hz: int,
    gap_ms: int,
    places: int,
    seed: int,
    figures: Figures,
) -> None:
    gap = rate_hz * gap_ms // 1000
    is_short = gap_ms in SHORT_GAPS_MS
    wanted = places if is_short else max(1, places // 2)
    for start in _places(recording, sound, rate_hz, gap, wanted, seed):
        reach = round(SURROUNDINGS_SECONDS * rate_hz)
        context = sound[:, max(0, start - reach) : start + gap + reach].astype(np.float64)
        first = min(start, reach)
        left, right = context[:, :first], context[:, first + gap :]
        truth = context[:, first : first + gap]
        fills = {name: fill(left, right, gap, rate_hz) for name, fill in BASELINES.items()}
        for name, settings in ENGINE_WAYS.items():
            fills[name] = _fill_by_engine(context, first, gap, rate_hz, settings)
        fills[TRUTH] = truth
        for name, fill in fills.items():
            row = (recording.kind, gap_ms, name)
            if is_short:
                figures[(*row, "snr")].append(snr_db(truth, fill))
                figures[(*row, "level")].append(level_error_db(truth, fill))
                continue
            figures[(*row, "lsd")].append(log_spectral_distance_db(truth, fill, rate_hz))
            figures[(*row, "level")].append(level_error_db(truth, fill))
            figures[(*row, "seam")].append(seam_jump(left, fill, right, rate_hz))
            if name not in ("silence", "linear", "cubic"):
                repeat = longest_repeat_seconds(left, fill, right, rate_hz)
                figures[(*row, "repeat")].append(repeat)


def _places(
    recording: Recording, sound: AudioBlock, rate_hz: int, gap: int, wanted: int, seed: int
) -> Iterator[int]:
    """Random starts of gaps over sound that isn't among the recording's quietest 30 %."""
    length = sound.shape[1]
    edge = min(round(0.45 * rate_hz), length // 4)
    if length - gap < 2 * edge or gap > 0.45 * length:
        return
    generator = np.random.default_rng([seed, zlib.crc32(recording.name.encode()), gap])
    power = np.square(sound).mean(axis=0)
    window = max(1, rate_hz // 50)
    sums = np.concatenate(([0.0], np.cumsum(power, dtype=np.float64)))
    quiet = max(float(np.quantile((sums[window:] - sums[:-window]) / window, 0.3)), 1e-7)
    found = 0
    for _ in range(200 * wanted):
        start = int(generator.integers(edge, length - gap - edge + 1))
        if (sums[start + gap] - sums[start]) / gap > quiet:
            found += 1
            yield start
        if found == wanted:
            return


def _fill_by_engine(
    context: npt.NDArray[np.float64],
    start: int,
    gap: int,
    rate_hz: int,
    settings: dict[str, SettingValue],
) -> npt.NDArray[np.float64]:
    damaged = context.astype(np.float32)
    damaged[:, start : start + gap] = 0.0
    request = Request(
        task=EngineTask.INPAINT,
        context=damaged,
        valid=np.ones(damaged.shape[1], bool),
        rate_hz=rate_hz,
        region_start_samples=start,
        region_end_samples=start + gap,
        seed=1,
        settings=settings,
    )
    result = create_engine("ambience").run(request, _ignore, lambda: False)
    return result.sounds[0].audio.astype(np.float64)


def _ignore(progress: Progress) -> None:
    """Nobody watches."""


def make_tables(figures: Figures, recordings: int) -> str:
    """Markdown tables: one for each measure, kinds and gaps down, ways across."""
    kinds = list(dict.fromkeys(key[0] for key in figures))
    parts = [f"{recordings} recordings. Means over all places of a kind."]
    titles = (
        ("snr", SHORT_GAPS_MS, "SNR in dB (higher is better)", "{:.1f}", WAYS),
        ("level", SHORT_GAPS_MS, "Level error in dB, short gaps (lower is better)", "{:.1f}", WAYS),
        ("lsd", LONG_GAPS_MS, "Log-spectral distance in dB (lower is better)", "{:.1f}", WAYS),
        ("level", LONG_GAPS_MS, "Level error in dB, long gaps (lower is better)", "{:.1f}", WAYS),
        ("seam", LONG_GAPS_MS, "Seam jump over local slope (about 1 is natural)", "{:.1f}", None),
        ("repeat", LONG_GAPS_MS, "Longest exact repeat in s", "{:.2f}", None),
    )
    for measure, gaps, title, form, ways in titles:
        columns = ways or (*WAYS, TRUTH)
        rows = []
        for kind in kinds:
            for gap_ms in gaps:
                cells = [figures.get((kind, gap_ms, way, measure)) for way in columns]
                if any(cells):
                    text = [form.format(np.mean(c)) if c else "–" for c in cells]
                    count = max(len(c) for c in cells if c)
                    rows.append([kind, f"{gap_ms} ms", str(count), *text])
        if rows:
            parts.append(_table(title, ["kind", "gap", "places", *columns], rows))
    return "\n\n".join(parts) + "\n"


def _table(title: str, head: list[str], rows: list[list[str]]) -> str:
    lines = [f"### {title}", "", "| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def _replace_tables(page: Path, tables: str) -> None:
    start, end = "<!-- tables -->\n", "<!-- end of tables -->"
    before, rest = page.read_text(encoding="utf-8").split(start)
    page.write_text(before + start + "\n" + tables + "\n" + end + rest.split(end)[1], "utf-8")


if __name__ == "__main__":
    sys.exit(main())
