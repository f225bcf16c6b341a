"""Small films to export, and the project that a film makes, without a project folder."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from prismdesk.media.export import ExportRequest
from prismdesk.media.probe import picture_stream, probe
from prismdesk.media.sound_reader import decode_blocks
from tests.media.fake_sounds import ArraySound, ArraySounds
from tests.media.mix_projects import FILM, clip, lane, media, project, track

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from av.container import OutputContainer

    from prismdesk.media.audio import AudioBlock
    from prismdesk.project.model import ChannelLayout, Project

RATE_HZ = 48000


def write_film(
    path: Path,
    *,
    frames: int = 48,
    rate: Fraction = Fraction(24),
    codec: str = "libx264",
    times: Iterable[int] | None = None,
    sound: AudioBlock | None = None,
    sound_codec: str = "pcm_s24le",
    extra: Callable[[OutputContainer], None] | None = None,
    **options: str,
) -> Path:
    """A film with B-frames and a keyframe every 12 frames; ``sound`` is stereo, 48 kHz.

    ``times`` are the frames' presentation times in ticks of 1/24000 s; ``extra`` adds to the
    open container before it is written.
    """
    with av.open(str(path), "w", options=options) as out:
        stream = out.add_stream(codec, rate=rate)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 24000)
        if codec == "libx264":
            stream.options = {"preset": "ultrafast", "bf": "2", "g": "12", "b-adapt": "0"}
        audio: Any = None
        if sound is not None:
            audio = out.add_stream(sound_codec, rate=RATE_HZ)
            audio.codec_context.layout = "stereo"
        if extra is not None:
            extra(out)
        for number, ticks in enumerate(times or _regular(frames, rate)):
            frame = av.VideoFrame.from_ndarray(_pixels(number), format="rgb24")
            frame.pts, frame.time_base = ticks, Fraction(1, 24000)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
        if sound is not None:
            _write_sound(out, audio, sound)
    return path


def _regular(frames: int, rate: Fraction) -> list[int]:
    return [round(number * 24000 / rate) for number in range(frames)]


def _pixels(number: int) -> Any:
    pixels = np.zeros((48, 64, 3), np.uint8)
    pixels[:, number % 64] = 255
    pixels[number % 48] = (number * 5) % 255
    return pixels


def _write_sound(out: OutputContainer, stream: Any, sound: AudioBlock) -> None:
    if stream.codec_context.format.name == "s32":
        samples = (np.rint(sound.T * 2.0**23).astype(np.int32) << 8).reshape(1, -1)
    else:
        samples = np.ascontiguousarray(sound)
    frame = av.AudioFrame.from_ndarray(
        samples, format=stream.codec_context.format.name, layout="stereo"
    )
    frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, 0, Fraction(1, RATE_HZ)
    out.mux(stream.encode(frame))
    out.mux(stream.encode(None))


def noise_24(length: int, *, seed: int = 1, peak: float = 0.5) -> AudioBlock:
    """Stereo noise whose samples are whole 24-bit numbers."""
    rng = np.random.default_rng(seed)
    whole = rng.integers(-int(peak * 2**23), int(peak * 2**23), (2, length))
    return (whole / 2.0**23).astype(np.float32)


def clicks(length: int, *places: int) -> AudioBlock:
    """Silence with a click at each place."""
    sound = np.zeros((2, length), np.float32)
    for place in places:
        sound[:, place] = 0.9
    return sound


def project_of(
    film: Path, sound: AudioBlock | None = None, *, layout: ChannelLayout | None = None
) -> tuple[Project, ArraySounds]:
    """The project that a film makes; its one clip is the film's own sound or the one given."""
    info = probe(film)
    picture = picture_stream(info, RATE_HZ)
    if sound is None:
        blocks = decode_blocks(
            film,
            info.sounds[0].stream_index,
            rate_hz=RATE_HZ,
            origin_seconds=info.origin_seconds,
        )
        sound = np.concatenate(list(blocks), axis=1)
    source = media(length=sound.shape[1]) if layout is None else media(layout)
    source = replace(source, path=str(film), picture=picture)
    shape = {} if layout is None else {"layout": layout}
    clips = lane(clip(0, sound.shape[1]))
    edited = project(track(clips, **shape), media=(source,), film_id=FILM, **shape)
    return edited, ArraySounds({("film", 0): ArraySound(sound)})


def request_for(
    film: Path, out: Path, sound: AudioBlock | None = None, **fields: Any
) -> ExportRequest:
    """An export of the film's own project."""
    edited, sounds = project_of(film, sound)
    fields.setdefault("project", edited)
    fields.setdefault("sounds", sounds)
    return ExportRequest(film_path=film, out=out, **fields)


def decoded_mix(path: Path, *, stream: int = 0) -> AudioBlock:
    """The film's sound from the first picture on."""
    info = probe(path)
    blocks = decode_blocks(
        path,
        info.sounds[stream].stream_index,
        rate_hz=RATE_HZ,
        origin_seconds=info.origin_seconds,
    )
    return np.concatenate(list(blocks), axis=1)
