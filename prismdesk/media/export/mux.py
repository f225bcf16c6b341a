"""Writing the film: the picture's packets as they are, the mix, and all that goes along."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Any, cast

import av
from av.stream import Disposition

from prismdesk.media.container import FOREIGN_ERRORS, open_media, read_packets
from prismdesk.media.errors import MediaError, write_trouble
from prismdesk.media.export.copied_times import CopiedTimes
from prismdesk.media.export.cut import packets_inside
from prismdesk.media.export.laying import laid
from prismdesk.media.export.request import ExportRefusedError, SoundCodec
from prismdesk.media.export.sound_stream import SoundStream, add_sound_stream
from prismdesk.media.export.streams import FilmStreams, sort_streams
from prismdesk.media.export.tags import copy_chapters, copy_film_tags, copy_stream_tags
from prismdesk.media.sound_reader import decode_blocks
from prismdesk.progress import raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from av.container import InputContainer, OutputContainer
    from av.packet import Packet
    from av.stream import Stream
    from av.video.codeccontext import VideoCodecContext

    from prismdesk.media.audio import AudioBlock
    from prismdesk.media.export.cut import Cut
    from prismdesk.media.export.plan import Container
    from prismdesk.media.export.quantise import SoundLevels
    from prismdesk.media.film_info import FilmInfo
    from prismdesk.progress import FractionDone, IsCancelled
    from prismdesk.project.model import ChannelLayout
    from prismdesk.project.timebase import SampleRange

PRODUCTION_SOUND = "Production sound"
_SOUND_AHEAD_SECONDS = Fraction(1, 2)
_MAX_MOVIE_TIMESCALE = 2**31 - 1
_GENERATE_PTS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmPlan:
    """How a film is written.

    ``span`` is what the sound covers in timeline samples; ``shift_seconds`` is subtracted from
    the film's own clock to get the new file's; ``start_timecode`` is the label of its first
    picture, empty if it has none.
    """

    film: FilmInfo
    out: Path
    container: Container
    codec: SoundCodec
    rate_hz: int
    layout: ChannelLayout
    span: SampleRange
    shift_seconds: Fraction
    start_timecode: str
    mix_title: str
    keep_original: bool
    cut: Cut | None

    @property
    def sound_start_seconds(self) -> Fraction:
        """When the sound's first sample is heard, in the new file's clock."""
        into_film = Fraction(self.span.start_samples, self.rate_hz)
        if self.cut is not None:
            return self.cut.first_seconds - self.shift_seconds
        return self.film.origin_seconds + into_film - self.shift_seconds


@dataclass(frozen=True, slots=True)
class Written:
    """What became of it: levels of the mix, its rate as coded, sentences for the report."""

    levels: SoundLevels
    coded_rate_hz: int
    original_streams: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Coded:
    """Packets of one block, or of the end."""

    packets: list[Packet[Any]]
    samples: int
    is_end: bool


@dataclass(slots=True)
class _Voice:
    """A sound stream that is being coded, fed from its blocks as the film goes on.

    Mixing and coding run one block ahead in a thread of their own, which alone touches blocks
    and coder; packets are written by the thread that writes the film.
    """

    blocks: Iterator[AudioBlock]
    coder: SoundStream
    done_samples: int = 0
    is_finished: bool = False
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))
    _ahead: Future[_Coded] | None = None

    def feed(self, out: OutputContainer, until_seconds: Fraction | None) -> None:
        """Write packets up to a time of the file, to the end if it is None."""
        while not self.is_finished:
            heard = self.coder.start_seconds + Fraction(self.done_samples, self.coder.rate_hz)
            if until_seconds is not None and heard > until_seconds:
                return
            coded = (self._ahead or self._thread.submit(self._code)).result()
            self.is_finished = coded.is_end
            self._ahead = None if coded.is_end else self._thread.submit(self._code)
            self.done_samples += coded.samples
            out.mux(coded.packets)

    def close(self) -> None:
        """Wait for the thread to end."""
        self._thread.shutdown(cancel_futures=True)

    def _code(self) -> _Coded:
        block = next(self.blocks, None)
        if block is None:
            return _Coded(self.coder.finish(), 0, is_end=True)
        return _Coded(self.coder.encode(block), block.shape[1], is_end=False)


@dataclass(slots=True)
class _Copied:
    target: Stream
    times: CopiedTimes
    is_picture: bool


@dataclass(slots=True)
class _Film:
    """The open ends of one export."""

    plan: FilmPlan
    source: InputContainer
    out: OutputContainer
    cancelled: IsCancelled
    streams: FilmStreams
    copied: dict[int, _Copied] = field(default_factory=dict)
    voices: list[_Voice] = field(default_factory=list)


def write_film(
    plan: FilmPlan,
    mix: Iterator[AudioBlock],
    partial: Path,
    *,
    progress: FractionDone,
    cancelled: IsCancelled,
) -> Written:
    """Write the film to ``partial``; on any error nothing is left there.

    Raises:
        ExportRefusedError: the container can't hold the picture.
        MediaError: the film or a sound can't be read.
        MediaWorkError: the disk is full or gone.
        Cancelled: the work is no longer wanted.
    """
    try:
        with open_media(plan.film.path) as source:
            source.flags |= _GENERATE_PTS
            return _write(plan, mix, source, partial, progress, cancelled)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise write_trouble(plan.out, error) from error
    except av.error.FFmpegError as error:
        partial.unlink(missing_ok=True)
        raise ExportRefusedError(
            f"{plan.container.name} can't hold this film as it is ({error.strerror}); "
            "write a .mkv instead."
        ) from error
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def _write(
    plan: FilmPlan,
    mix: Iterator[AudioBlock],
    source: InputContainer,
    partial: Path,
    progress: FractionDone,
    cancelled: IsCancelled,
) -> Written:
    streams = sort_streams(
        source,
        plan.film,
        plan.container,
        keep_original=plan.keep_original,
        is_cut=plan.cut is not None,
    )
    out = av.open(
        f"file:{partial.absolute()}",
        "w",
        format=plan.container.muxer,
        container_options=_muxer_options(plan, source, streams),
    )
    film = _Film(plan, source, out, cancelled, streams)
    try:
        _add_streams(film, mix)
        out.start_encoding()
        _write_packets(film, progress)
    except BaseException:
        _close_voices(film)
        with suppress(*FOREIGN_ERRORS):
            out.close()
        raise
    _close_voices(film)
    out.close()
    return Written(
        levels=film.voices[0].coder.levels,
        coded_rate_hz=film.voices[0].coder.coded_rate_hz,
        original_streams=len(streams.copied_sounds) + len(streams.coded_sound_indexes),
        notes=(*streams.notes, *_repair_notes(film)),
    )


def _close_voices(film: _Film) -> None:
    for voice in film.voices:
        voice.close()


def _muxer_options(plan: FilmPlan, source: InputContainer, streams: FilmStreams) -> dict[str, str]:
    """Make edit lists exact: their clock is one that picture and sound both count in."""
    if not plan.container.is_mov:
        return {}
    clocks = [plan.rate_hz]
    clocks += [stream.time_base.denominator for stream in streams.pictures if stream.time_base]
    common = lcm(*clocks)
    timescale = common if common <= _MAX_MOVIE_TIMESCALE else plan.rate_hz
    options = {"movie_timescale": str(timescale)}
    has_cover = any(stream.disposition & Disposition.attached_pic for stream in streams.pictures)
    if not has_cover:  # a cover needs the other kind of tags, which takes fewer names
        options["movflags"] = "use_metadata_tags"
    return options


def _add_streams(film: _Film, mix: Iterator[AudioBlock]) -> None:
    """Add the streams in the order of the new file: pictures, the mix, production sound, rest."""
    plan, streams = film.plan, film.streams
    for stream in streams.pictures:
        copy = _add_copy(film, stream)
        _keep_codec_tag(stream, copy, film)
        rate = stream.average_rate
        if plan.film.picture is not None and stream.index == plan.film.picture.stream_index:
            rate = plan.film.picture.rate
            copy.metadata.pop("timecode", None)
            if plan.start_timecode:
                copy.metadata["timecode"] = plan.start_timecode
        if rate:
            cast("VideoCodecContext", copy.codec_context).framerate = rate
    voice = _add_voice(film, mix, plan.codec, plan.layout)
    voice.coder.stream.disposition = Disposition.default
    _name(voice.coder.stream, plan.mix_title, film)
    originals: list[Stream] = [_add_copy(film, stream) for stream in streams.copied_sounds]
    originals += [_add_coded_original(film, index) for index in streams.coded_sound_indexes]
    for number, stream in enumerate(originals):
        stream.disposition &= ~Disposition.default
        _name(stream, PRODUCTION_SOUND if number == 0 else "", film)
    for stream in streams.others:
        _add_copy(film, stream)
    for stream in streams.attachments:
        film.out.add_stream_from_template(stream)
    copy_film_tags(film.source, film.out, plan.container)
    copy_chapters(film.source, film.out, plan.shift_seconds, plan.cut)


def _add_copy(film: _Film, stream: Stream) -> Stream:
    copy = film.out.add_stream_from_template(stream, opaque=True)
    copy.time_base = stream.time_base
    copy.disposition = stream.disposition
    copy_stream_tags(stream, copy, film.plan.container)
    time_base = stream.time_base or Fraction(1, 1000)
    rate = film.plan.film.picture.rate if film.plan.film.picture else Fraction(25)
    film.copied[stream.index] = _Copied(
        copy,
        CopiedTimes(
            frame_ticks=1 / rate / time_base,
            shift_ticks=round(film.plan.shift_seconds / time_base),
        ),
        is_picture=stream.type == "video",
    )
    return copy


def _keep_codec_tag(stream: Stream, copy: Stream, film: _Film) -> None:
    """Keep e.g. hvc1 against hev1: players differ in which they accept."""
    is_mov = "mov" in film.source.format.name
    if film.plan.container.is_mov and is_mov and stream.codec_context is not None:
        copy.codec_context.codec_tag = stream.codec_context.codec_tag


def _add_voice(
    film: _Film, blocks: Iterator[AudioBlock], codec: SoundCodec, layout: ChannelLayout
) -> _Voice:
    coder = add_sound_stream(
        film.out,
        film.plan.container,
        codec=codec,
        rate_hz=film.plan.rate_hz,
        layout=layout,
        start_seconds=film.plan.sound_start_seconds,
    )
    voice = _Voice(blocks, coder)
    film.voices.append(voice)
    return voice


def _add_coded_original(film: _Film, index: int) -> Stream:
    plan = film.plan
    sound = next(sound for sound in plan.film.sounds if sound.stream_index == index)
    decoded = decode_blocks(
        plan.film.path,
        index,
        rate_hz=plan.rate_hz,
        origin_seconds=plan.film.origin_seconds,
        cancelled=film.cancelled,
    )
    voice = _add_voice(film, laid(decoded, plan.span, sound.channels), plan.codec, sound.layout)
    copy_stream_tags(film.source.streams[index], voice.coder.stream, plan.container)
    return voice.coder.stream


def _name(stream: Stream, title: str, film: _Film) -> None:
    if title:
        stream.metadata["title"] = title
        if film.plan.container.is_mov:
            stream.metadata["handler_name"] = title


def _write_packets(film: _Film, progress: FractionDone) -> None:
    plan = film.plan
    total = float(Fraction(plan.span.length_samples, plan.rate_hz)) or 1.0
    wanted = [film.source.streams[index] for index in film.copied]
    warnings: list[str] = []
    done = 0.0
    packets = read_packets(film.source, wanted, warnings, cancelled=film.cancelled)
    main = plan.film.picture.stream_index if plan.film.picture else -1
    for packet in packets_inside(packets, plan.cut, main):
        if packet.is_discard and packet.stream.index == main and not plan.container.is_mov:
            raise ExportRefusedError(
                f"{plan.film.path} hides pictures at its start by an edit list, which "
                f"{plan.container.name} can't; write a .mov or .mp4 instead."
            )
        copied = film.copied[packet.stream.index]
        for ready in copied.times.place(packet):
            time = (ready.dts or 0) * ready.time_base
            _feed_sounds(film, time + _SOUND_AHEAD_SECONDS)
            ready.stream = copied.target
            film.out.mux(ready)
            fraction = float(time - plan.sound_start_seconds) / total
            if copied.is_picture and fraction > done:
                done = min(1.0, fraction)
                progress(done)
    for copied in film.copied.values():
        for ready in copied.times.flush():
            ready.stream = copied.target
            film.out.mux(ready)
    if warnings:
        raise MediaError(
            f"{plan.film.path} can't be read to its end: it is damaged or went away while it was "
            "copied; use another copy."
        )
    _feed_sounds(film, None)
    progress(1.0)


def _feed_sounds(film: _Film, until_seconds: Fraction | None) -> None:
    if until_seconds is not None:
        for voice in film.voices:
            voice.feed(film.out, until_seconds)
        return
    while not all(voice.is_finished for voice in film.voices):
        raise_if_cancelled(film.cancelled)
        for voice in film.voices:
            heard = Fraction(voice.done_samples, voice.coder.rate_hz) + 1
            voice.feed(film.out, voice.coder.start_seconds + heard)


def _repair_notes(film: _Film) -> list[str]:
    return [
        f"In stream {index}, {copied.times.repaired} timestamps ran backwards and were raised."
        for index, copied in film.copied.items()
        if copied.times.repaired
    ]
