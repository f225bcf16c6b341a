"""Sounds for the loudness tests, and FFmpeg's ebur128 as an independent meter."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import av
import av.filter
import numpy as np

if TYPE_CHECKING:
    from prismdesk.media.audio import AudioBlock
    from prismdesk.project.model import ChannelLayout


def tone(
    levels_db: tuple[float, ...],
    seconds: float,
    *,
    rate_hz: int = 48000,
    hz: float = 1000.0,
    phase: float = 0.0,
) -> AudioBlock:
    """A sine with these peak levels in the channels; -inf for silence."""
    wave = np.sin(2 * np.pi * hz * np.arange(round(seconds * rate_hz)) / rate_hz + phase)
    gains = np.array([10 ** (level / 20) for level in levels_db])
    return (gains[:, None] * wave).astype(np.float32)


def programme(channels: int, seconds: float, *, rate_hz: int, seed: int = 1) -> AudioBlock:
    """Noise of uneven colour and level, with a pause and a stretch below the relative gate."""
    rng = np.random.default_rng(seed)
    count = round(seconds * rate_hz)
    noise = rng.standard_normal((channels, count))
    noise[:, 1:] += 0.9 * noise[:, :-1]
    swell = 10 ** (-(20 + 12 * np.sin(np.arange(count) / rate_hz * 1.1)) / 20)
    swell[count // 3 : count // 3 + count // 10] = 0.0
    swell[count // 2 : count // 2 + count // 10] *= 0.03
    gains = rng.uniform(0.3, 1.0, (channels, 1))
    return np.asarray(0.5 * gains * swell * noise, np.float32)


@dataclass(frozen=True)
class FfmpegLoudness:
    integrated_lufs: float
    range_lu: float
    true_peak_dbtp: float
    momentary_lufs: list[float]
    short_term_lufs: list[float]


def ffmpeg_loudness(audio: AudioBlock, rate_hz: int, layout: ChannelLayout) -> FfmpegLoudness:
    """Measure with the filter ebur128; the last figures it gives are those of the whole."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(
        format="flt", sample_rate=rate_hz, layout=layout.value, channels=layout.channels
    )
    meter = graph.add("ebur128", "metadata=1:peak=true")
    sink = graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    found: list[dict[str, str]] = []
    step = rate_hz // 10
    for start in range(0, audio.shape[1], step):
        packed = np.ascontiguousarray(audio[:, start : start + step].T).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(packed, format="flt", layout=layout.value)
        frame.sample_rate = rate_hz
        frame.pts = start
        graph.push(frame)
        found += _pull(graph)
    graph.push(None)
    found += _pull(graph)
    peaks = [value for name, value in found[-1].items() if "true_peaks_ch" in name]
    return FfmpegLoudness(
        integrated_lufs=float(found[-1]["lavfi.r128.I"]),
        range_lu=float(found[-1]["lavfi.r128.LRA"]),
        true_peak_dbtp=20 * math.log10(max(float(peak) for peak in peaks)),
        momentary_lufs=[float(one["lavfi.r128.M"]) for one in found],
        short_term_lufs=[float(one["lavfi.r128.S"]) for one in found],
    )


def _pull(graph: av.filter.Graph) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    while True:
        try:
            frame = graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return found
        if "lavfi.r128.I" in frame.metadata:
            found.append(dict(frame.metadata))
