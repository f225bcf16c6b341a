"""Makes of a film's audio stream a mappable float WAV at the project's rate, and its peaks.

One streaming pass, in memory bounded by a few blocks. What is made is kept in the cache under
the film's content. Work that was interrupted is taken up again where that is provably the same.
"""

from __future__ import annotations

from contextlib import closing, suppress
from typing import TYPE_CHECKING

import numpy as np

from prismdesk.media.block_memory import keep_freed_memory
from prismdesk.media.errors import MediaError
from prismdesk.media.peaks import PeakWriter
from prismdesk.media.sound_facts import (
    Conformed,
    SoundKey,
    read_facts,
    read_json,
    write_facts,
    write_json,
)
from prismdesk.media.sound_reader import BLOCK_SAMPLES, SoundReader, decode_blocks
from prismdesk.media.wav import WavWriter, partial_path
from prismdesk.progress import FractionDone, IsCancelled, ignore_progress, never_cancelled
from prismdesk.project.model import ChannelLayout

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from fractions import Fraction
    from pathlib import Path

    from prismdesk.media.audio import AudioBlock
    from prismdesk.media.cache import MediaCache, SoundFiles

__all__ = ["Conformed", "conform", "decode_blocks"]

_FACTS_VERSION = 1
"""To be raised whenever the same film would give other samples than before."""

_OVERLAP_SECONDS = 1
_WORTH_RESUMING_SECONDS = 10
_HEADER_ROOM_BYTES = 4096


def conform(
    path: Path,
    stream_index: int,
    *,
    cache: MediaCache,
    content_key: str,
    rate_hz: int,
    origin_seconds: Fraction,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> Conformed:
    """Decode a stream by timestamp into the cache, or return what is there already.

    At equal rates the samples are the decoder's, bit for bit (16 and 24-bit integers divided by
    2^15 and 2^23); otherwise soxr's very high quality conversion. Gaps in time are silence, sound
    before the origin is cut, damaged packets become silence and a warning.

    Raises:
        MediaError: the file or the stream can't be read.
        MediaWorkError: the cache can't be written.
        Cancelled: the work is no longer wanted; what is done so far is kept for the next time.
    """
    files = cache.sound_files(content_key, stream_index, rate_hz=rate_hz)
    key: SoundKey = {
        "version": _FACTS_VERSION,
        "content_key": content_key,
        "stream_index": stream_index,
        "rate_hz": rate_hz,
        "origin_seconds": str(origin_seconds),
    }
    done = read_facts(files, key)
    if done is None:
        keep_freed_memory()
        done = _Conforming(path, files, key, origin_seconds, progress, cancelled).run()
        write_facts(files.facts_path, key, done)
    progress(1.0)
    return done


class _Conforming:
    """One run over a stream: takes up a kept partial file, or starts anew."""

    def __init__(
        self,
        path: Path,
        files: SoundFiles,
        key: SoundKey,
        origin_seconds: Fraction,
        progress: FractionDone,
        cancelled: IsCancelled,
    ) -> None:
        self._path = path
        self._files = files
        self._key = key
        self._rate_hz = int(key["rate_hz"])
        self._origin = origin_seconds
        self._progress = progress
        self._cancelled = cancelled
        self._partial_facts = files.facts_path.with_suffix(".begun")

    def run(self) -> Conformed:
        """Conform, writing samples and peaks in one pass; see ``conform``."""
        done = self._taken_up() or self._from_start()
        self._forget_begun()
        return done

    def _forget_begun(self) -> None:
        with suppress(OSError):
            self._partial_facts.unlink(missing_ok=True)

    def _reader(self, start_at_samples: int) -> SoundReader:
        return SoundReader(
            self._path,
            int(self._key["stream_index"]),
            rate_hz=self._rate_hz,
            origin_seconds=self._origin,
            start_at_samples=start_at_samples,
            cancelled=self._cancelled,
        )

    def _writer(
        self,
        layout: ChannelLayout,
        *,
        can_be_taken_up: bool = True,
        continue_at_samples: int | None = None,
    ) -> WavWriter:
        return WavWriter(
            self._files.wav_path,
            rate_hz=self._rate_hz,
            channels=layout.channels,
            is_durable=False,
            keeps_partial=can_be_taken_up,
            continue_at_samples=continue_at_samples,
        )

    def _from_start(self) -> Conformed:
        reader = self._reader(0)
        blocks = reader.blocks()
        first = next(blocks, None)
        layout = reader.layout or ChannelLayout.STEREO
        can_be_taken_up = reader.native_rate_hz == self._rate_hz
        wav = self._writer(layout, can_be_taken_up=can_be_taken_up)
        if can_be_taken_up:
            begun = {"key": self._key, "layout": layout.value, "bits": reader.native_bits}
            write_json(self._partial_facts, begun | {"start_samples": reader.start_samples})
        peaks = PeakWriter(self._files.peaks_path, channels=layout.channels)
        with peaks, wav:
            if first is not None:
                self._put(first, wav, peaks, reader)
            self._put_all(blocks, wav, peaks, reader)
        return self._conformed(reader, layout, reader.start_samples, wav.length_samples)

    def _taken_up(self) -> Conformed | None:
        """Go on where an interrupted run stopped, or return None to start anew.

        The file is entered before the place and decoded; only if the last second that is on disk
        comes out of that again bit for bit, and isn't mere silence, are the two one.
        """
        begun = read_json(self._partial_facts)
        if begun is None or begun.get("key") != self._key:
            return None
        try:
            layout = ChannelLayout(begun["layout"])
            start_samples = int(begun["start_samples"])
            kept_bytes = partial_path(self._files.wav_path).stat().st_size
        except (KeyError, ValueError, TypeError, OSError):
            return None
        overlap_samples = _OVERLAP_SECONDS * self._rate_hz
        kept_samples = (kept_bytes - _HEADER_ROOM_BYTES) // (4 * layout.channels)
        if kept_samples < _WORTH_RESUMING_SECONDS * self._rate_hz:
            return None
        wav = self._writer(layout, continue_at_samples=kept_samples)
        reader = self._reader(kept_samples - overlap_samples)
        try:
            blocks = reader.blocks()
            again = _collected(blocks, overlap_samples)
            kept = wav.written_part(kept_samples - overlap_samples, overlap_samples)
            is_same = _is_provably_same(again[:, :overlap_samples], kept) and reader.is_smooth
        except MediaError:
            is_same = False
        except BaseException:
            wav.discard()
            raise
        if not is_same:
            wav.discard()
            return None
        peaks = PeakWriter(self._files.peaks_path, channels=layout.channels)
        with peaks, wav:
            for start in range(0, kept_samples, BLOCK_SAMPLES):
                peaks.add(wav.written_part(start, min(BLOCK_SAMPLES, kept_samples - start)))
            self._put(again[:, overlap_samples:], wav, peaks, reader)
            self._put_all(blocks, wav, peaks, reader)
        return self._conformed(reader, layout, start_samples, wav.length_samples)

    def _put_all(
        self,
        blocks: Generator[AudioBlock, None, None],
        wav: WavWriter,
        peaks: PeakWriter,
        reader: SoundReader,
    ) -> None:
        # One thread: a second one for the decoder was measured, and waits for the interpreter
        # more than it gains.
        with closing(blocks):
            for block in blocks:
                self._put(block, wav, peaks, reader)

    def _put(
        self, block: AudioBlock, wav: WavWriter, peaks: PeakWriter, reader: SoundReader
    ) -> None:
        wav.write(block)
        peaks.add(block)
        if not reader.is_smooth:
            # What went wrong is told at the end of a run only, so such a run isn't taken up.
            self._forget_begun()
        self._progress(min(reader.fraction_done, 0.999))

    def _conformed(
        self, reader: SoundReader, layout: ChannelLayout, start_samples: int, length_samples: int
    ) -> Conformed:
        return Conformed(
            wav_path=self._files.wav_path,
            peaks_path=self._files.peaks_path,
            layout=layout,
            native_rate_hz=reader.native_rate_hz,
            native_bits=reader.native_bits,
            start_samples=start_samples,
            length_samples=length_samples,
            warnings=tuple(reader.warnings),
        )


def _collected(blocks: Iterator[AudioBlock], samples: int) -> AudioBlock:
    """Take blocks until they hold at least so many samples, or there are no more."""
    taken: list[AudioBlock] = []
    while sum(block.shape[1] for block in taken) < samples:
        block = next(blocks, None)
        if block is None:
            break
        taken.append(block)
    return np.concatenate(taken, axis=1) if taken else np.zeros((0, 0), np.float32)


def _is_provably_same(again: AudioBlock, kept: AudioBlock) -> bool:
    """Whether two stretches are equal bit for bit, and lively enough that this means something."""
    if again.shape != kept.shape or not np.array_equal(again, kept):
        return False
    return all(len(np.unique(channel)) > 1000 for channel in kept[:1])
