"""What the figures of a seam are on real recordings: where nothing was done, joined, and cut.

Run as ``python -m benchmarks.seams --media-cache DIR``. Regions of a second in real recordings are
left alone, mended by the built-in engine, joined from a stand-in for a model (as in
``benchmarks.joining``), crossfaded, and cut hard. The limits of ``media.seams`` come from here.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.joining import cut, joined, places, rendition
from benchmarks.recordings import RECORDINGS, decode, fetch
from prismdesk.engines.ambience.engine import AmbienceEngine
from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.errors import EngineError
from prismdesk.engines.request import Request
from prismdesk.media.seams import AROUND_SECONDS, measure_seam, usual_limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.engines.contract import Engine
    from prismdesk.engines.sound import AudioBlock
    from prismdesk.media.seams import SeamFigures, SeamLimits

    Way = Callable[[AudioBlock, int, int, int], AudioBlock | None]
    """(real, start, end, rate) -> the whole as heard; None where it can't be."""

    Measured = list[tuple[SeamFigures, SeamLimits]]

_CROSSFADE_SECONDS = 0.05
_STEP_DB = 6.0
_PERCENTILES = (50, 75, 90, 95, 99)
INAUDIBLE = ("(the original)", "ambience", "joined")
HARD = ("cut, 6 dB softer and dull", "gain step of 6 dB", "another recording, as loud")


def main() -> int:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(tempfile.gettempdir()) / "prismdesk-benchmark-media"
    parser.add_argument("--media-cache", type=Path, default=default)
    parser.add_argument("--places", type=int, default=6, help="regions per recording")
    parser.add_argument("--variant", help="an installed model of SelVA or MMAudio that mends too")
    options = parser.parse_args()
    options.media_cache.mkdir(parents=True, exist_ok=True)
    found: dict[tuple[str, str], Measured] = defaultdict(list)
    sounds = [(one, *decode(fetch(one, options.media_cache))) for one in RECORDINGS]
    generator = np.random.default_rng(1)
    for recording, sound, rate_hz in sounds:
        other = sounds[int(generator.integers(len(sounds)))][1]
        for real, start, end in places(sound, rate_hz, options.places):
            ways = _ways(other, sound, generator)
            if options.variant:
                ways[options.variant] = partial(_mended_by_model, options.variant)
            for name, way in ways.items():
                whole = way(real, start, end, rate_hz)
                if whole is not None:
                    found[recording.kind, name] += measured(whole, start, end, rate_hz)
        print(recording.name, file=sys.stderr)
    print(distributions(found))
    print()
    print(outcomes(found))
    return 0


def measured(whole: AudioBlock, start: int, end: int, rate_hz: int) -> Measured:
    """Measure both seams of a region."""
    around = round(AROUND_SECONDS * rate_hz)
    before, after = whole[:, max(0, start - around) : start], whole[:, end : end + around]
    inside = whole[:, start:end]
    limits = usual_limits([before, after], rate_hz)
    return [
        (measure_seam(before, inside, rate_hz), limits),
        (measure_seam(after[:, ::-1], inside[:, ::-1], rate_hz), limits),
    ]


def _ways(other: AudioBlock, sound: AudioBlock, generator: np.random.Generator) -> dict[str, Way]:
    return {
        INAUDIBLE[0]: lambda real, start, end, rate: real,
        INAUDIBLE[1]: _mended,
        INAUDIBLE[2]: lambda real, start, end, rate: joined(
            rendition(real, rate), real, start, end, rate
        ),
        "crossfade of 50 ms to elsewhere": lambda real, start, end, rate: _laid(
            real, start, end, sound, generator, round(_CROSSFADE_SECONDS * rate)
        ),
        HARD[0]: lambda real, start, end, rate: cut(rendition(real, rate), real, start, end, rate),
        HARD[1]: lambda real, start, end, rate: _stepped(real, start, end),
        HARD[2]: lambda real, start, end, rate: _laid(real, start, end, other, generator, 0),
    }


def _mended(real: AudioBlock, start: int, end: int, rate_hz: int) -> AudioBlock | None:
    return _mended_by(AmbienceEngine(), _request(real, start, end, rate_hz))


def _mended_by_model(
    variant: str, real: AudioBlock, start: int, end: int, rate_hz: int
) -> AudioBlock | None:
    from prismdesk.engines.selva.engine import SelvaEngine

    request = _request(real[:2], start, end, rate_hz)
    return _mended_by(SelvaEngine(), replace(request, variant=variant, settings={"steps": 2}))


def _request(real: AudioBlock, start: int, end: int, rate_hz: int) -> Request:
    return Request(
        task=EngineTask.INPAINT,
        context=real,
        valid=np.ones(real.shape[1], bool),
        rate_hz=rate_hz,
        region_start_samples=start,
        region_end_samples=end,
        seed=1,
    )


def _mended_by(engine: Engine, request: Request) -> AudioBlock | None:
    try:
        result = engine.run(request, lambda _: None, lambda: False)
    except EngineError:
        return None
    whole = request.context.copy()
    whole[:, request.region_start_samples : request.region_end_samples] = result.sounds[0].audio
    return whole


def _stepped(real: AudioBlock, start: int, end: int) -> AudioBlock:
    whole = real.copy()
    whole[:, start:end] *= np.float32(10.0 ** (_STEP_DB / 20.0))
    return whole


def _laid(
    real: AudioBlock,
    start: int,
    end: int,
    source: AudioBlock,
    generator: np.random.Generator,
    fade: int,
) -> AudioBlock | None:
    """Lay a stretch of a sound over the region, as loud as what was there, with fades inside."""
    length = end - start
    if source.shape[1] < length:
        return None
    at = int(generator.integers(source.shape[1] - length + 1))
    laid = source[: real.shape[0], at : at + length]
    if laid.shape[0] < real.shape[0]:
        laid = np.repeat(laid[:1], real.shape[0], axis=0)
    laid = laid * np.float32(_rms(real[:, start:end]) / max(_rms(laid), 1e-9))
    rise = np.ones(length, np.float32)
    if fade:
        up = np.sin(0.5 * np.pi * (np.arange(fade) + 0.5) / fade).astype(np.float32)
        rise[:fade], rise[-fade:] = up, up[::-1]
    whole = real.copy()
    under = np.sqrt(np.maximum(1.0 - rise**2, 0.0))
    whole[:, start:end] = laid * rise + real[:, start:end] * under
    return whole


def _rms(sound: AudioBlock) -> float:
    return float(np.sqrt(np.mean(np.square(sound, dtype=np.float64))))


def distributions(found: dict[tuple[str, str], Measured]) -> str:
    """A Markdown table: percentiles of the three figures' magnitudes, by way."""
    head = " | ".join(f"{percent} %" for percent in _PERCENTILES)
    lines = [f"| figure | way | {head} | seams |", "| --- " * (len(_PERCENTILES) + 3) + "|"]
    for figure in ("level_step_db", "click_ratio", "spectral_db"):
        for way, rows in _by_way(found).items():
            values = [getattr(one, figure) for one, _ in rows]
            known = [abs(value) for value in values if value is not None]
            cells = " | ".join(f"{value:.1f}" for value in np.percentile(known, _PERCENTILES))
            lines.append(f"| {figure} | {way} | {cells} | {len(known)} |")
    return "\n".join(lines)


def outcomes(found: dict[tuple[str, str], Measured]) -> str:
    """A Markdown table: the share of seams beyond each limit, and of regions beyond any."""
    lines = [
        "| kind | way | level | click | timbre | seams beyond | regions beyond | regions |",
        "| --- " * 8 + "|",
    ]
    of_all = {("all", way): rows for way, rows in _by_way(found).items()}
    for (kind, way), rows in (found | of_all).items():
        names = [limits.exceeded(figures) for figures, limits in rows]
        shares = [
            np.mean([name in beyond for beyond in names])
            for name in ("level step", "click", "spectral distance")
        ]
        any_of = np.array([bool(beyond) for beyond in names])
        regions = np.asarray(any_of.reshape(-1, 2).any(axis=1))
        cells = " | ".join(f"{100 * s:.0f} %" for s in (*shares, any_of.mean(), regions.mean()))
        lines.append(f"| {kind} | {way} | {cells} | {len(regions)} |")
    return "\n".join(lines)


def _by_way(found: dict[tuple[str, str], Measured]) -> dict[str, Measured]:
    ways: dict[str, Measured] = defaultdict(list)
    for (_, way), rows in found.items():
        ways[way] += rows
    return dict(ways)


if __name__ == "__main__":
    sys.exit(main())
