"""A sound stream of the film being written: blocks in, coded packets out, sample 0 in its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import numpy.typing as npt
import soxr

from prismdesk.media.container import FOREIGN_ERRORS
from prismdesk.media.export.quantise import SoundLevels, finite, to_integers
from prismdesk.media.export.request import ExportRefusedError, SoundCodec

if TYPE_CHECKING:
    from av.audio.codeccontext import AudioCodecContext
    from av.audio.stream import AudioStream
    from av.container import OutputContainer
    from av.packet import Packet

    from prismdesk.media.audio import AudioBlock
    from prismdesk.media.export.plan import Container
    from prismdesk.project.model import ChannelLayout

_ENCODERS = {
    SoundCodec.AAC: ("aac", "fltp"),
    SoundCodec.OPUS: ("libopus", "flt"),
    SoundCodec.FLAC: ("flac", "s32"),
    SoundCodec.PCM_16: ("pcm_s16le", "s16"),
    SoundCodec.PCM_24: ("pcm_s24le", "s32"),
    SoundCodec.PCM_32F: ("pcm_f32le", "flt"),
}
"""FFmpeg's encoder and the sample format it is fed."""

_BITS_PER_SECOND_PER_CHANNEL = {SoundCodec.AAC: 160_000, SoundCodec.OPUS: 128_000}


def coded_rate_hz(codec: SoundCodec, rate_hz: int) -> int:
    """Return the rate a codec runs at: its own if it can, else the next one up that it can."""
    rates = av.codec.Codec(_ENCODERS[codec][0], "w").audio_rates
    if not rates or rate_hz in rates:
        return rate_hz
    above = [rate for rate in rates if rate > rate_hz]
    return min(above) if above else max(rates)


def refuse_uncodable(codec: SoundCodec, rate_hz: int, layout: ChannelLayout) -> None:
    """Raise ``ExportRefusedError`` if the encoder can't take the layout or rate."""
    context = av.codec.Codec(_ENCODERS[codec][0], "w").create()
    assert isinstance(context, av.AudioCodecContext)
    try:
        _configure(context, codec, coded_rate_hz(codec, rate_hz), layout)
        context.open()
    except FOREIGN_ERRORS as error:
        raise ExportRefusedError(
            f"{codec} can't code a {layout} mix at {rate_hz} Hz; choose pcm24 or another codec."
        ) from error


@dataclass(slots=True)
class SoundStream:
    """Codes blocks at the project's rate into packets of one stream.

    ``start_seconds`` is where in the file's time the first sample sounds; a codec's priming lies
    before that. Made by ``add_sound_stream``.
    """

    stream: AudioStream
    codec: SoundCodec
    rate_hz: int
    layout: ChannelLayout
    start_seconds: Fraction
    tick_hz: int | None
    levels: SoundLevels = field(default_factory=SoundLevels)
    _fed_samples: int = 0
    _first_tick: int | None = None
    _resampler: Any = None

    def encode(self, block: AudioBlock) -> list[Packet[Any]]:
        """Return the packets that are ready after float32 (channels, samples) at ``rate_hz``."""
        block = finite(block, self.levels)
        return self._encode(self._resampled(block, is_last=False))

    def finish(self) -> list[Packet[Any]]:
        """Return the last packets."""
        packets: list[Packet[Any]] = []
        if self._resampler is not None:
            nothing = np.zeros((self.layout.channels, 0), np.float32)
            packets += self._encode(self._resampled(nothing, is_last=True))
        return packets + self._placed(self.stream.encode(None))

    @property
    def coded_rate_hz(self) -> int:
        """The rate the codec runs at."""
        return int(self.stream.codec_context.sample_rate)

    def _encode(self, block: AudioBlock) -> list[Packet[Any]]:
        if block.shape[1] == 0:
            return []
        frame = av.AudioFrame.from_ndarray(
            self._samples(block), format=_ENCODERS[self.codec][1], layout=self.layout.value
        )
        frame.sample_rate = self.coded_rate_hz
        frame.time_base = Fraction(1, self.coded_rate_hz)
        frame.pts = self._fed_samples
        self._fed_samples += block.shape[1]
        return self._placed(self.stream.encode(frame))

    def _samples(self, block: AudioBlock) -> npt.NDArray[Any]:
        bits = self.codec.bits
        if bits is not None:
            return to_integers(block, bits, self.levels).reshape(1, -1)
        if _ENCODERS[self.codec][1] == "fltp":
            return np.ascontiguousarray(block)
        return np.ascontiguousarray(block.T).reshape(1, -1)

    def _resampled(self, block: AudioBlock, *, is_last: bool) -> AudioBlock:
        if self.coded_rate_hz == self.rate_hz:
            return block
        if self._resampler is None:
            self._resampler = soxr.ResampleStream(
                self.rate_hz, self.coded_rate_hz, self.layout.channels, "float32", "VHQ"
            )
        out = self._resampler.resample_chunk(np.ascontiguousarray(block.T), last=is_last)
        return np.asarray(out, np.float32).reshape(-1, self.layout.channels).T

    def _placed(self, packets: list[Packet[Any]]) -> list[Packet[Any]]:
        for packet in packets:
            if self._first_tick is None:
                self._first_tick = self._place_of_first_sample(padding=-(packet.pts or 0))
            if packet.pts is not None:
                packet.pts += self._first_tick
                packet.dts = packet.pts
            packet.stream = self.stream
        return packets

    def _place_of_first_sample(self, *, padding: int) -> int:
        """Return the first sample's time in samples of the coded rate.

        Where the file counts coarser than samples, that time is one of its ticks, and so is the
        length of the priming before it, rounded as the muxer rounds it: else every reader would
        find the sound up to a tick away from where it is.
        """
        rate_hz = self.coded_rate_hz
        start = self.start_seconds * rate_hz
        if self.tick_hz is None:
            return _round_half_up(start)
        tick = Fraction(rate_hz, self.tick_hz)
        off = _round_half_up(padding / tick) * tick - padding
        return _round_half_up(_round_half_up(start / tick) * tick - off)


def add_sound_stream(
    out: OutputContainer,
    container: Container,
    *,
    codec: SoundCodec,
    rate_hz: int,
    layout: ChannelLayout,
    start_seconds: Fraction,
) -> SoundStream:
    """Add a coded sound stream to a film that is about to be written."""
    stream = out.add_stream(_ENCODERS[codec][0], rate=coded_rate_hz(codec, rate_hz))
    assert isinstance(stream, av.AudioStream)
    _configure(stream.codec_context, codec, coded_rate_hz(codec, rate_hz), layout)
    stream.time_base = stream.codec_context.time_base
    return SoundStream(
        stream=stream,
        codec=codec,
        rate_hz=rate_hz,
        layout=layout,
        start_seconds=start_seconds,
        tick_hz=container.tick_hz,
    )


def _configure(
    context: AudioCodecContext, codec: SoundCodec, rate_hz: int, layout: ChannelLayout
) -> None:
    context.sample_rate = rate_hz
    context.layout = layout.value
    context.format = _ENCODERS[codec][1]
    context.time_base = Fraction(1, rate_hz)
    if codec in _BITS_PER_SECOND_PER_CHANNEL:
        context.bit_rate = _BITS_PER_SECOND_PER_CHANNEL[codec] * layout.channels


def _round_half_up(value: Fraction) -> int:
    return (value + Fraction(1, 2)).__floor__()
