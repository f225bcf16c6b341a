"""Decodes one audio stream of a film to float blocks that lie where their timestamps say."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import soxr

from prismdesk.media.channels import layout_of
from prismdesk.media.container import (
    FOREIGN_ERRORS,
    decode,
    has_decoder,
    open_media,
    read_packets,
)
from prismdesk.media.errors import MediaError
from prismdesk.media.probe import native_bits
from prismdesk.media.sound_clock import SoundClock
from prismdesk.progress import IsCancelled, never_cancelled

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet

    from prismdesk.media.audio import AudioBlock
    from prismdesk.project.model import ChannelLayout

BLOCK_SAMPLES = 65536
"""Large enough that what is done once a block doesn't count; the quickest of sizes measured."""


class SoundReader:
    """Reads a stream once, from front to back.

    Attributes (known once the first block, or the end, has come):
        layout, native_rate_hz, native_bits: of the stream.
        warnings: sentences on what was damaged.
        fraction_done: share of the file that was read.

    Args:
        path: the film.
        stream_index: its audio stream.
        rate_hz: wanted rate; soxr (very high quality) converts if the stream has another.
        origin_seconds: position 0 in the film's own clock.
        start_at_samples: leave out what lies before this position. Only for streams at
            ``rate_hz``; the file is entered shortly before.
        cancelled: asked often.
    """

    def __init__(
        self,
        path: Path,
        stream_index: int,
        *,
        rate_hz: int,
        origin_seconds: Fraction,
        start_at_samples: int = 0,
        cancelled: IsCancelled = never_cancelled,
    ) -> None:
        self.path = path
        self.stream_index = stream_index
        self.rate_hz = rate_hz
        self.layout: ChannelLayout | None = None
        self.native_rate_hz = rate_hz
        self.native_bits: int | None = None
        self.warnings: list[str] = []
        self.fraction_done = 0.0
        self._origin = origin_seconds
        self._start_at = start_at_samples
        self._cancelled = cancelled
        self._damaged = 0
        self._non_finite = 0
        self._clock: SoundClock | None = None
        self._matcher: _FormatMatcher | None = None

    def blocks(self) -> Generator[AudioBlock, None, None]:
        """Yield float32 (channels, samples) from the origin on, without holes.

        Raises:
            MediaError: nothing of the stream can be decoded.
            Cancelled: the work is no longer wanted.
        """
        with open_media(self.path) as container:
            blocks = self._native_blocks(container)
            first = next(blocks, None)
            if first is None:
                self._finish()
                return
            if self.native_rate_hz == self.rate_hz:
                yield first
                yield from blocks
            else:
                yield from _resampled(first, blocks, self.native_rate_hz, self.rate_hz)
        self._finish()

    def _native_blocks(self, container: InputContainer) -> Iterator[AudioBlock]:
        stream = self._stream(container)
        fifo = av.AudioFifo()
        file_bytes = container.size
        for packet in read_packets(container, [stream], self.warnings, cancelled=self._cancelled):
            frames: Any = decode(packet)
            if frames is None:
                self._damaged += 1
                continue
            for decoded in frames:
                if self._clock is None or self._matcher is None:
                    self._clock, self._matcher = self._begin(stream, decoded)
                clock, matcher = self._clock, self._matcher
                is_usual = (
                    decoded.sample_rate == matcher.rate_hz
                    and decoded.layout.nb_channels == matcher.channels
                    and decoded.format.name == matcher.format
                )
                for frame in (decoded,) if is_usual else matcher.matched(decoded):
                    silence, cut = clock.place(frame.pts, frame.samples)
                    if silence or cut:
                        yield from self._drained(fifo)
                        yield from _zeros(silence, matcher.channels)
                        if cut:
                            if cut < frame.samples:
                                yield self._floats(frame)[:, cut:]
                            continue
                    frame.pts = None
                    fifo.write(frame)
                    if fifo.samples >= BLOCK_SAMPLES:
                        self._note_position(packet, file_bytes)
                        yield self._floats(fifo.read(BLOCK_SAMPLES))
        yield from self._drained(fifo)

    def _stream(self, container: InputContainer) -> AudioStream:
        streams = [s for s in container.streams.audio if s.index == self.stream_index]
        if not streams or not has_decoder(streams[0]):
            raise MediaError(
                f"{self.path} has no sound stream {self.stream_index} that can be decoded; "
                "choose another stream."
            )
        stream = streams[0]
        if self._start_at > 0:
            seconds = Fraction(self._start_at, self.rate_hz) + self._origin - _PRE_ROLL_SECONDS
            try:
                container.seek(int(seconds / Fraction(stream.time_base or 1)), stream=stream)
            except FOREIGN_ERRORS as error:
                raise MediaError(f"Can't enter {self.path} at {float(seconds)} s.") from error
        return stream

    def _begin(self, stream: AudioStream, frame: AudioFrame) -> tuple[SoundClock, _FormatMatcher]:
        if not _LOWEST_RATE_HZ <= frame.sample_rate <= _HIGHEST_RATE_HZ:
            raise MediaError(
                f"{self.path} is damaged: its sound claims {frame.sample_rate} samples a second; "
                "use another copy."
            )
        self.layout = layout_of(frame.layout.name, frame.layout.nb_channels)
        self.native_rate_hz = frame.sample_rate
        self.native_bits = native_bits(stream.codec_context.name, frame.format.name)
        clock = SoundClock(
            rate_hz=self.native_rate_hz,
            time_base=Fraction(stream.time_base or Fraction(1, self.native_rate_hz)),
            origin_seconds=self._origin,
            floor_samples=self._start_at,
        )
        return clock, _FormatMatcher(frame)

    @property
    def start_samples(self) -> int:
        """Where the stream's first sample lies, at the wanted rate, counted from the origin."""
        if self._clock is None or self._clock.start_samples is None:
            return 0
        return round(Fraction(self._clock.start_samples * self.rate_hz, self.native_rate_hz))

    @property
    def is_smooth(self) -> bool:
        """Whether nothing so far was damaged, missing or converted."""
        return not (self._damaged or self._non_finite or self.warnings or self._places())

    def _places(self) -> list[str]:
        """Say what was unusual about the times and formats of the frames."""
        where = f"Sound stream {self.stream_index}"
        found = []
        if self._clock is not None and self._clock.gaps:
            found.append(f"{where} has {self._clock.gaps} gaps in time, kept as silence.")
        if self._clock is not None and self._clock.jumps:
            found.append(
                f"{where} has {self._clock.jumps} impossible jumps in time; they were passed over."
            )
        if self._matcher is not None and self._matcher.changed:
            found.append(f"{where} changes its format on the way; it was converted to the first.")
        return found

    def _finish(self) -> None:
        self.fraction_done = 1.0
        where = f"Sound stream {self.stream_index}"
        if self._damaged and self.layout is None:
            raise MediaError(
                f"{where} of {self.path} is damaged, nothing of it can be decoded; "
                "use another copy."
            )
        self.warnings += self._places()
        if self._damaged:
            self.warnings.append(
                f"{where} has {self._damaged} damaged packets, replaced by silence."
            )
        if self._non_finite:
            self.warnings.append(f"{where} has samples that are no numbers, replaced by silence.")

    def _note_position(self, packet: Packet[Any], file_bytes: int) -> None:
        if packet.pos is not None and file_bytes > 0:
            self.fraction_done = max(self.fraction_done, min(1.0, packet.pos / file_bytes))

    def _drained(self, fifo: av.AudioFifo) -> Iterator[AudioBlock]:
        while fifo.samples:
            yield self._floats(fifo.read(min(BLOCK_SAMPLES, fifo.samples)))

    def _floats(self, frame: AudioFrame | None) -> AudioBlock:
        assert frame is not None
        block = to_floats(frame)
        # One number tells of all, at a third of the cost of asking each sample; the sum of squares
        # also overflows for absurd ones, hence the second look.
        if not np.isfinite(np.vdot(block, block)) and not np.isfinite(block).all():
            self._non_finite += 1
            block = np.nan_to_num(block, nan=0.0, posinf=0.0, neginf=0.0)
        return block


def decode_blocks(
    path: Path,
    stream_index: int,
    *,
    rate_hz: int,
    origin_seconds: Fraction,
    cancelled: IsCancelled = never_cancelled,
) -> Iterator[AudioBlock]:
    """Yield a stream's sound from the origin on as float32 (channels, samples) blocks.

    The same samples that ``conform`` writes, without the cache.

    Raises:
        MediaError: the file or the stream can't be read.
        Cancelled: the work is no longer wanted.
    """
    return SoundReader(
        path,
        stream_index,
        rate_hz=rate_hz,
        origin_seconds=origin_seconds,
        cancelled=cancelled,
    ).blocks()


_PRE_ROLL_SECONDS = 2
_LOWEST_RATE_HZ = 1_000
_HIGHEST_RATE_HZ = 768_000


class _FormatMatcher:
    """Converts frames that differ from the first, which a damaged or spliced stream may hold.

    Planar frames of eight channels and more are made interleaved, without touching their samples:
    PyAV (18.1) looks for the end of a frame's list of planes past its eighth entry, and crashes.
    Its ``AudioFifo`` crashes, too, if given a frame of other channels than the first.
    """

    def __init__(self, first: AudioFrame) -> None:
        self._layout = first.layout.name
        self._first_format = first.format.name
        self.rate_hz = first.sample_rate
        self.channels = first.layout.nb_channels
        interleaves = first.format.is_planar and self.channels >= _MOST_PLANES
        self.format = first.format.packed.name if interleaves else self._first_format
        self._interleaver = self._converter()
        self.changed = False

    def matched(self, frame: AudioFrame) -> list[AudioFrame]:
        """Return the samples of a frame that isn't of the wanted format, converted to it."""
        is_first_kind = (
            frame.format.name == self._first_format
            and frame.sample_rate == self.rate_hz
            and frame.layout.nb_channels == self.channels
        )
        try:
            if is_first_kind:
                return _converted(self._interleaver, frame, is_last=False)
            self.changed = True
            return _converted(self._converter(), frame, is_last=True)
        except FOREIGN_ERRORS:
            return []

    def _converter(self) -> av.AudioResampler:
        return av.AudioResampler(self.format, self._layout, self.rate_hz)


_MOST_PLANES = 8


def _converted(
    converter: av.AudioResampler, frame: AudioFrame, *, is_last: bool
) -> list[AudioFrame]:
    pts = frame.pts
    frame.pts = None
    converted = converter.resample(frame) + (converter.resample(None) if is_last else [])
    for index, part in enumerate(converted):
        part.pts = pts if index == 0 else None
        part.time_base = frame.time_base  # the converter counts samples; one queue takes one clock
    return converted


def to_floats(frame: AudioFrame) -> AudioBlock:
    """Return a frame's samples as float32 (channels, samples), integers exactly by 2^(bits-1)."""
    samples: Any = frame.to_ndarray()
    if frame.format.is_packed:
        samples = samples.reshape(-1, frame.layout.nb_channels).T
    if samples.dtype == np.float32:
        return np.ascontiguousarray(samples)
    if samples.dtype == np.uint8:
        centred: AudioBlock = samples.astype(np.float32) - np.float32(128)
        return centred * np.float32(2.0**-7)
    if samples.dtype.kind == "i":
        floats: AudioBlock = np.ascontiguousarray(samples, np.float32)
        bits = 8 * samples.dtype.itemsize
        floats *= np.float32(2.0 ** (1 - bits))
        return floats
    return np.ascontiguousarray(samples, np.float32)


def _zeros(samples: int, channels: int) -> Iterator[AudioBlock]:
    for start in range(0, samples, BLOCK_SAMPLES):
        yield np.zeros((channels, min(BLOCK_SAMPLES, samples - start)), np.float32)


def _resampled(
    first: AudioBlock, rest: Iterator[AudioBlock], from_hz: int, to_hz: int
) -> Iterator[AudioBlock]:
    stream = soxr.ResampleStream(from_hz, to_hz, first.shape[0], dtype="float32", quality="VHQ")
    yield np.ascontiguousarray(stream.resample_chunk(np.ascontiguousarray(first.T)).T)
    for block in rest:
        yield np.ascontiguousarray(stream.resample_chunk(np.ascontiguousarray(block.T)).T)
    empty = np.zeros((0, first.shape[0]), np.float32)
    yield np.ascontiguousarray(stream.resample_chunk(empty, last=True).T)
