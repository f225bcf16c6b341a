"""The null test: is everything outside the regions what it was?

The film's first sound and the export's are decoded side by side and subtracted, sample by
sample; the picture's coded packets are compared by their hashes. Memory is constant.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from prismdesk.media.channels import downmix_matrix
from prismdesk.media.comparison import Difference, LagMeter, paired
from prismdesk.media.export.quantise import rounded
from prismdesk.media.lanes import apply_matrix
from prismdesk.media.nal_units import UNIT_CODECS
from prismdesk.media.picture_packets import read_picture_packets
from prismdesk.media.probe import probe
from prismdesk.media.sound_reader import decode_blocks
from prismdesk.progress import (
    FractionDone,
    IsCancelled,
    ignore_progress,
    never_cancelled,
    raise_if_cancelled,
)
from prismdesk.project.timebase import SampleRange, seconds_to_samples

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from prismdesk.media.audio import AudioBlock
    from prismdesk.media.film_info import FilmInfo
    from prismdesk.project.model import ChannelLayout

_LOSSY_CODECS = ("aac", "opus", "mp3", "vorbis", "ac3", "eac3", "mp2", "wmav2", "dts")


@dataclass(frozen=True, slots=True, kw_only=True)
class NullTest:
    """What the null test found.

    ``outside`` and ``inside`` are the differences outside and inside the regions.
    ``outside_rounded`` is the one outside after the film's sound is rounded to the export's
    bits. ``lags_samples`` tell how much later the export's sound is, at up to three places
    outside the regions, () where nothing is heard. ``is_picture_identical`` is None where one of
    the files has no picture.
    """

    rate_hz: int
    compared_samples: int
    outside: Difference
    outside_rounded: Difference
    inside: Difference
    lags_samples: tuple[int, ...]
    codec: str
    bits: int | None
    is_picture_identical: bool | None

    @property
    def is_identical_outside(self) -> bool:
        """Whether outside the regions all is as it was, but for rounding to the export's bits."""
        return self.outside.is_identical or self.outside_rounded.is_identical

    @property
    def is_lossy(self) -> bool:
        """Whether the export's codec changes samples by its nature."""
        return self.codec in _LOSSY_CODECS

    @property
    def passed(self) -> bool:
        """Whether sound outside the regions and picture are as they were.

        For a lossy codec, the sound only has to be in its place.
        """
        sound = self.is_identical_outside or (self.is_lossy and not any(self.lags_samples))
        return sound and self.is_picture_identical is not False

    def to_record(self) -> dict[str, object]:
        """Return the figures as plain values for JSON; null stands for minus infinity dB."""
        return {
            "passed": self.passed,
            "rate_hz": self.rate_hz,
            "compared_samples": self.compared_samples,
            "codec": self.codec,
            "bits": self.bits,
            "is_picture_identical": self.is_picture_identical,
            "is_identical_outside": self.is_identical_outside,
            "lags_samples": list(self.lags_samples),
            "outside": _figures(self.outside),
            "outside_rounded": _figures(self.outside_rounded),
            "inside": _figures(self.inside),
        }

    def to_text(self) -> str:
        """Return the findings as lines to read."""
        lines = [f"Outside the regions: {_said(self.outside)}"]
        if not self.outside.is_identical and self.bits is not None:
            lines.append(
                f"  after rounding the film to {self.bits} bit: {_said(self.outside_rounded)}"
            )
        if not self.is_identical_outside and self.is_lossy:
            lines.append(f"  {self.codec} doesn't keep samples; only the place can be compared")
        if self.inside.samples:
            lines.append(f"Inside the regions: {_said(self.inside)}")
        lags = max(self.lags_samples, key=abs, default=None)
        lines.append("Lag: not measurable in silence" if lags is None else f"Lag: {lags} samples")
        if self.is_picture_identical is not None:
            same = "every packet identical" if self.is_picture_identical else "packets DIFFER"
            lines.append(f"Picture: {same}")
        return "\n".join(lines) + "\n"


def null_test(
    film: Path,
    out: Path,
    regions: Sequence[SampleRange],
    *,
    rate_hz: int,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> NullTest:
    """Compare the first sound and the picture of a film with those of an export.

    Args:
        film: the original; a film without sound counts as silent.
        out: a film or a WAV made from it. A film is compared over the picture, a WAV as far as
            either goes.
        regions: timeline samples that may differ.
        rate_hz: rate that positions count at and both are compared at.
        progress: told the share done.
        cancelled: asked at every block.

    Raises:
        MediaError: a file can't be read, or the export has no sound.
        Cancelled: the work is no longer wanted.
    """
    before, after = probe(film, cancelled=cancelled), probe(out, cancelled=cancelled)
    length = _length_samples(before, after, rate_hz)
    sound = after.sounds[0] if after.sounds else None
    bits = None if sound is None else sound.bits
    layout = None if sound is None else sound.layout
    found = _Comparison(regions, _bits_kept(bits))
    channels = 1 if layout is None else layout.channels
    film_blocks = _sound(before, layout, rate_hz, cancelled)
    for was, now in paired(film_blocks, _sound(after, layout, rate_hz, cancelled), channels):
        raise_if_cancelled(cancelled)
        done = found.compared_samples
        count = was.shape[1] if length is None else max(0, min(was.shape[1], length - done))
        found.add(was[:, :count], now[:, :count])
        done += count
        progress(min(1.0, done / (length or 2 * done or 1)))
    return NullTest(
        rate_hz=rate_hz,
        compared_samples=found.compared_samples,
        outside=found.outside,
        outside_rounded=found.outside_rounded,
        inside=found.inside,
        lags_samples=found.lag.lags_samples(),
        codec="" if sound is None else sound.codec,
        bits=bits,
        is_picture_identical=_is_picture_identical(before, after, cancelled),
    )


class _Comparison:
    """Adds up how two sounds differ, block by block, inside and outside of regions."""

    def __init__(self, regions: Sequence[SampleRange], bits: int | None) -> None:
        self.outside, self.outside_rounded, self.inside = Difference(), Difference(), Difference()
        self.lag = LagMeter()
        self.compared_samples = 0
        self._regions = regions
        self._bits = bits

    def add(self, was: AudioBlock, now: AudioBlock) -> None:
        """Compare the next samples of both."""
        position = self.compared_samples
        heard_before, heard_after = was.copy(), now.copy()
        span = SampleRange(position, position + was.shape[1])
        for part, is_inside in _pieces(span, self._regions):
            place = slice(part.start_samples - position, part.end_samples - position)
            old, new = was[:, place], now[:, place]
            if is_inside:
                self.inside.add(old, new, part.start_samples)
                heard_before[:, place] = heard_after[:, place] = 0.0
            else:
                self.outside.add(old, new, part.start_samples)
                self.outside_rounded.add(rounded(old, self._bits), new, part.start_samples)
        self.lag.add(heard_before, heard_after)
        self.compared_samples = span.end_samples


def _bits_kept(bits: int | None) -> int | None:
    """Return the bits that matter to a float32: above 24 a sample isn't rounded further."""
    return bits if bits in (16, 24) else None


def _length_samples(before: FilmInfo, after: FilmInfo, rate_hz: int) -> int | None:
    if after.picture is None or before.picture is None:
        return None
    return seconds_to_samples(before.picture.duration_seconds, rate_hz=rate_hz)


def _sound(
    info: FilmInfo, layout: ChannelLayout | None, rate_hz: int, cancelled: IsCancelled
) -> Iterator[AudioBlock]:
    if not info.sounds or layout is None:
        return
    sound = info.sounds[0]
    matrix = None if sound.layout is layout else downmix_matrix(sound.layout, layout)
    for block in decode_blocks(
        info.path,
        sound.stream_index,
        rate_hz=rate_hz,
        origin_seconds=info.origin_seconds,
        cancelled=cancelled,
    ):
        yield block if matrix is None else apply_matrix(matrix, block)


def _pieces(
    span: SampleRange, regions: Sequence[SampleRange]
) -> Iterator[tuple[SampleRange, bool]]:
    """Yield the parts of a span in order, each with whether it lies inside a region."""
    inside = np.zeros(span.length_samples + 2, np.int8)
    for region in regions:
        part = region.intersection(span)
        if part is not None:
            start, end = part.start_samples, part.end_samples
            inside[1 + start - span.start_samples : 1 + end - span.start_samples] = 1
    edges = [0, *np.flatnonzero(np.diff(inside[1:-1])) + 1, span.length_samples]
    for low, high in pairwise(edges):
        if low < high:
            yield (
                SampleRange(span.start_samples + int(low), span.start_samples + int(high)),
                bool(inside[1 + low]),
            )


def _is_picture_identical(before: FilmInfo, after: FilmInfo, cancelled: IsCancelled) -> bool | None:
    if before.picture is None or after.picture is None:
        return None
    for by_units in (False, True):
        old, new = (
            read_picture_packets(
                info.path, (picture.stream_index,), by_units=by_units, cancelled=cancelled
            )[0]
            for info, picture in ((before, before.picture), (after, after.picture))
        )
        if (old.packets, old.sha256) == (new.packets, new.sha256):
            return True
        if old.codec not in UNIT_CODECS:
            break
    return False


def _figures(difference: Difference) -> dict[str, object]:
    return {
        "samples": difference.samples,
        "different_samples": difference.different_samples,
        "first_different_samples": difference.first_different_samples,
        "peak_dbfs": difference.peak_dbfs if isfinite(difference.peak_dbfs) else None,
        "rms_dbfs": difference.rms_dbfs if isfinite(difference.rms_dbfs) else None,
    }


def _said(difference: Difference) -> str:
    if difference.is_identical:
        return f"all {difference.samples:,} samples bit-identical"
    return (
        f"{difference.different_samples:,} of {difference.samples:,} samples differ, first at "
        f"{difference.first_different_samples}, peak {difference.peak_dbfs:.1f} dBFS, "
        f"RMS {difference.rms_dbfs:.1f} dBFS"
    )
