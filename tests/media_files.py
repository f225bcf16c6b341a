"""Small films made on the spot, each with the trait that a test needs.

Every picture carries its number as eight black or white bars, which survive lossy coding.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt
    from av.container import OutputContainer
    from av.packet import Packet

_SAMPLES_PER_FRAME = 1024
_TICKS_HZ = 60_000


@dataclass(frozen=True, kw_only=True)
class PictureSpec:
    """The picture of a film; ``times`` (seconds, one per frame) make the rate variable."""

    rate: Fraction = Fraction(25)
    frames: int = 25
    width_px: int = 64
    height_px: int = 48
    codec: str = "mpeg4"
    start_seconds: Fraction = Fraction(0)
    times: Sequence[Fraction] | None = None
    timecode: str = ""
    gop_frames: int = 12
    pixel_aspect: Fraction = Fraction(1)
    options: tuple[tuple[str, str], ...] = ()

    def time(self, frame: int) -> Fraction:
        """When a frame is shown."""
        offset = Fraction(frame) / self.rate if self.times is None else self.times[frame]
        return self.start_seconds + offset


@dataclass(frozen=True, kw_only=True)
class SoundSpec:
    """One audio stream: float32 (channels, samples), or integers for PCM.

    Packets that start within ``gap_seconds`` are left out, and those from there on keep their
    time.
    """

    audio: npt.NDArray[Any]
    rate_hz: int = 48000
    layout: str = "stereo"
    codec: str = "aac"
    start_seconds: Fraction = Fraction(0)
    gap_seconds: tuple[Fraction, Fraction] | None = None
    title: str = ""
    language: str = ""


def make_film(
    path: Path,
    *,
    picture: PictureSpec | None = None,
    sounds: Sequence[SoundSpec] = (),
    metadata: dict[str, str] | None = None,
    sound_first: bool = False,
    format: str | None = None,
) -> Path:
    """Write a film and return its path; the container follows the name's suffix."""
    # Edit lists count in the movie's time scale; this one holds whole samples of usual rates.
    exact = {"movie_timescale": "7056000"} if path.suffix in (".mp4", ".mov") else {}
    with av.open(str(path), "w", format=format, container_options=exact) as container:
        container.metadata.update(metadata or {})
        writers = [] if picture is None else [_picture_packets(container, picture)]
        sound_writers = [_sound_packets(container, sound) for sound in sounds]
        writers = sound_writers + writers if sound_first else writers + sound_writers
        for writer in writers:
            next(writer)  # adds its stream, before any packet is written
        for writer in writers:
            for packet in writer:
                if packet is not None:
                    container.mux(packet)
    return path


def _picture_packets(container: OutputContainer, spec: PictureSpec) -> Iterator[Packet[Any] | None]:
    stream: Any = container.add_stream(spec.codec, rate=spec.rate)
    stream.width, stream.height, stream.pix_fmt = spec.width_px, spec.height_px, "yuv420p"
    ticks = Fraction(1, _TICKS_HZ) if spec.times is not None else 1 / (spec.rate * 1000)
    if spec.codec in ("mpeg1video", "mpeg2video", "mpeg4") and spec.times is None:
        ticks = 1 / spec.rate
    stream.codec_context.time_base = ticks
    stream.codec_context.gop_size = spec.gop_frames
    stream.codec_context.sample_aspect_ratio = spec.pixel_aspect
    stream.codec_context.options = dict(spec.options)
    if spec.timecode:
        stream.metadata["timecode"] = spec.timecode
    yield None
    for number in range(spec.frames):
        frame = av.VideoFrame.from_ndarray(_numbered(number, spec), format="rgb24")
        frame.pts = round(spec.time(number) / ticks)
        frame.time_base = ticks
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _numbered(number: int, spec: PictureSpec) -> npt.NDArray[np.uint8]:
    bars = [255 * (number >> bit & 1) for bit in range(8)]
    row = np.repeat(np.array(bars, np.uint8), spec.width_px // 8)
    picture = np.zeros((spec.height_px, spec.width_px, 3), np.uint8)
    picture[:, : row.size] = row[None, :, None]
    return picture


def frame_number(pixels: npt.NDArray[np.uint8]) -> int:
    """Return the number that a picture (height, width, 3) carries."""
    height, width, _ = pixels.shape
    centres = (np.arange(8) * 2 + 1) * width // 16
    bits = pixels[height // 2, centres, 1] > 127
    return int((bits << np.arange(8)).sum())


def _sound_packets(container: OutputContainer, spec: SoundSpec) -> Iterator[Packet[Any] | None]:
    stream: Any = container.add_stream(spec.codec, rate=spec.rate_hz, layout=spec.layout)
    stream.metadata.update(
        {k: v for k, v in (("title", spec.title), ("language", spec.language)) if v}
    )
    start = round(spec.start_seconds * spec.rate_hz)
    resampler = av.AudioResampler(stream.codec_context.format, spec.layout, spec.rate_hz)
    yield None
    for first in range(0, spec.audio.shape[1], _SAMPLES_PER_FRAME):
        block = spec.audio[:, first : first + _SAMPLES_PER_FRAME]
        frame = _audio_frame(block, spec)
        frame.pts = start + first
        for converted in resampler.resample(frame):
            yield from (p for p in stream.encode(converted) if not _in_gap(p, spec))
    yield from (p for p in stream.encode(None) if not _in_gap(p, spec))


def _in_gap(packet: Packet[Any], spec: SoundSpec) -> bool:
    if spec.gap_seconds is None or packet.pts is None:
        return False
    return spec.gap_seconds[0] <= packet.pts * Fraction(packet.time_base) < spec.gap_seconds[1]


def _audio_frame(block: npt.NDArray[Any], spec: SoundSpec) -> av.AudioFrame:
    formats = {"f4": "flt", "i4": "s32", "i2": "s16", "u1": "u8"}
    kind = formats[block.dtype.str[1:]]
    interleaved = np.ascontiguousarray(block.T).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(interleaved, format=kind, layout=spec.layout)
    frame.sample_rate = spec.rate_hz
    frame.time_base = Fraction(1, spec.rate_hz)
    return frame


def rotate_film(path: Path, degrees: int) -> None:
    """Turn the picture of an MP4 or MOV, whose first track it is, by its display matrix."""
    turned = {90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}[degrees]
    data = bytearray(path.read_bytes())
    place = data.index(b"tkhd") + 44
    a, b, c, d = (value << 16 for value in turned)
    struct.pack_into(">9i", data, place, a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(data)


def noise(channels: int, samples: int, *, seed: int = 1, peak: float = 0.5) -> npt.NDArray[Any]:
    """Return uniform noise, float32 (channels, samples)."""
    generator = np.random.default_rng(seed)
    return generator.uniform(-peak, peak, (channels, samples)).astype(np.float32)


def impulse(channels: int, samples: int, position: int) -> npt.NDArray[Any]:
    """Return silence with one sample of 0.9 at ``position`` in every channel."""
    audio = np.zeros((channels, samples), np.float32)
    audio[:, position] = 0.9
    return audio
