"""The film just written, opened again and held against what it should be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.errors import WorkError
from prismdesk.media.comparison import Difference, HoleFinder, LagMeter, paired
from prismdesk.media.container import open_media
from prismdesk.media.export.cut import packets_inside
from prismdesk.media.export.quantise import SoundLevels, finite, rounded
from prismdesk.media.export.tags import carried_tags
from prismdesk.media.nal_units import UNIT_CODECS
from prismdesk.media.picture_packets import PicturePackets, read_picture_packets
from prismdesk.media.probe import probe
from prismdesk.media.sound_reader import decode_blocks
from prismdesk.progress import raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prismdesk.media.audio import AudioBlock
    from prismdesk.media.export.mux import FilmPlan
    from prismdesk.media.film_info import FilmInfo
    from prismdesk.progress import FractionDone, IsCancelled

_LOSSY_TAIL_SECONDS = 0.1
_HALF_TICK_SECONDS = 0.0005


class ExportCheckError(WorkError):
    """What was written isn't what it should be; it was removed again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureCheck:
    """One picture stream, in the film and in the file written.

    Where ``is_reframed``, the container wants H.264 or HEVC framed otherwise than the film had
    it; the hashes are then over the units inside the packets.
    """

    codec: str
    packets: int
    packets_written: int
    sha256: str
    sha256_written: str
    largest_time_difference_seconds: float | None
    is_reframed: bool = False

    @property
    def is_identical(self) -> bool:
        """Whether every packet is the same, in number and in content."""
        return self.packets == self.packets_written and self.sha256 == self.sha256_written


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundCheck:
    """The mix as decoded from the file written, against the mix.

    ``is_identical`` is against the mix as rounded to the codec's bits. ``lags_samples`` are
    measured at up to three places, empty for a silent mix. ``holes_samples`` are positions where
    the mix is heard and the file is silent.
    """

    samples: int
    samples_written: int
    is_identical: bool
    peak_difference_dbfs: float
    rms_difference_dbfs: float
    lags_samples: tuple[int, ...]
    holes_samples: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmCheck:
    """Everything that was checked; ``notes`` say what the container didn't keep."""

    pictures: tuple[PictureCheck, ...]
    sound: SoundCheck
    notes: tuple[str, ...]


def check_film(
    plan: FilmPlan,
    written: Path,
    mix: Iterator[AudioBlock],
    *,
    progress: FractionDone,
    cancelled: IsCancelled,
) -> FilmCheck:
    """Open the file written and compare it with the film's packets and with the mix.

    Raises:
        ExportCheckError: it isn't what it should be; the sentence says in what.
        MediaError: it or the film can't be read.
        Cancelled: the work is no longer wanted.
    """
    info = probe(written, cancelled=cancelled)
    pictures = _check_pictures(plan, written, cancelled)
    progress(0.3)
    sound = _check_sound(plan, info, mix, progress, cancelled)
    check = FilmCheck(pictures=pictures, sound=sound, notes=_missing(plan, info, written))
    _raise_if_wrong(plan, check)
    return check


def _check_pictures(
    plan: FilmPlan, written: Path, cancelled: IsCancelled, *, by_units: bool = False
) -> tuple[PictureCheck, ...]:
    main = plan.film.picture.stream_index if plan.film.picture else -1
    with open_media(written) as new, open_media(plan.film.path) as old:
        new_indexes = tuple(stream.index for stream in new.streams.video)
        old_indexes = tuple(stream.index for stream in old.streams.video)
    old_indexes = (
        tuple(sorted(old_indexes, key=lambda index: index != main))
        if len(new_indexes) < len(old_indexes)
        else old_indexes
    )
    old_indexes = tuple(sorted(old_indexes[: len(new_indexes)]))
    before = read_picture_packets(
        plan.film.path,
        old_indexes,
        inside=lambda packets: packets_inside(packets, plan.cut, main),
        by_units=by_units,
        cancelled=cancelled,
    )
    after = read_picture_packets(written, new_indexes, by_units=by_units, cancelled=cancelled)
    is_reframed = any(
        old.sha256 != new.sha256 and old.codec in UNIT_CODECS
        for old, new in zip(before, after, strict=True)
    )
    if is_reframed and not by_units:
        return _check_pictures(plan, written, cancelled, by_units=True)
    return tuple(
        _picture_check(*pair, is_reframed=by_units) for pair in zip(before, after, strict=True)
    )


def _picture_check(
    before: PicturePackets, after: PicturePackets, *, is_reframed: bool
) -> PictureCheck:
    apart = before.largest_time_difference_seconds(after)
    return PictureCheck(
        codec=before.codec,
        packets=before.packets,
        packets_written=after.packets,
        sha256=before.sha256,
        sha256_written=after.sha256,
        largest_time_difference_seconds=None if apart is None else float(apart),
        is_reframed=is_reframed and before.codec in UNIT_CODECS,
    )


def _check_sound(
    plan: FilmPlan,
    info: FilmInfo,
    mix: Iterator[AudioBlock],
    progress: FractionDone,
    cancelled: IsCancelled,
) -> SoundCheck:
    decoded = _Counted(
        decode_blocks(
            info.path,
            info.sounds[0].stream_index,
            rate_hz=plan.rate_hz,
            origin_seconds=info.origin_seconds,
            cancelled=cancelled,
        )
    )
    expected = (rounded(finite(block, SoundLevels()), plan.codec.bits) for block in mix)
    difference, lag, holes = Difference(), LagMeter(), HoleFinder(plan.rate_hz)
    length = plan.span.length_samples
    position = 0
    for wanted, got in paired(expected, decoded, plan.layout.channels):
        raise_if_cancelled(cancelled)
        inside = max(0, min(wanted.shape[1], length - position))
        wanted, got = wanted[:, :inside], got[:, :inside]
        difference.add(wanted, got, position)
        lag.add(wanted, got)
        holes.add(wanted, got, position)
        position += inside
        progress(0.3 + 0.7 * position / max(1, length))
    return SoundCheck(
        samples=length,
        samples_written=decoded.samples,
        is_identical=difference.is_identical and decoded.samples == length,
        peak_difference_dbfs=difference.peak_dbfs,
        rms_difference_dbfs=difference.rms_dbfs,
        lags_samples=lag.lags_samples(),
        holes_samples=tuple(holes.holes_samples),
    )


class _Counted:
    """Passes blocks on and counts their samples."""

    def __init__(self, blocks: Iterator[AudioBlock]) -> None:
        self.samples = 0
        self._blocks = blocks

    def __iter__(self) -> Iterator[AudioBlock]:
        return self

    def __next__(self) -> AudioBlock:
        block = next(self._blocks)
        self.samples += block.shape[1]
        return block


def _missing(plan: FilmPlan, info: FilmInfo, written: Path) -> tuple[str, ...]:
    """Return sentences on metadata that the new file doesn't have."""
    notes = []
    with open_media(plan.film.path) as old, open_media(written) as new:
        kept = {name.lower() for name in new.metadata}
        lost = [n for n in carried_tags(old.metadata, plan.container) if n.lower() not in kept]
        old_pictures, new_pictures = old.streams.video, new.streams.video
        tags = {name.lower(): value for name, value in new.streams[0].metadata.items()}
        timecode = tags.get("timecode")
        chapters = len(old.chapters()), len(new.chapters())
    if lost:
        notes.append(f"{plan.container.name} didn't keep these tags: {', '.join(sorted(lost))}.")
    if len(new_pictures) < len(old_pictures):
        notes.append(f"{plan.container.name} didn't keep the cover or a further picture.")
    if plan.cut is None and chapters[0] != chapters[1]:
        notes.append(f"Of {chapters[0]} chapters {chapters[1]} were kept.")
    if plan.start_timecode and plan.start_timecode not in (info.start_timecode, timecode):
        notes.append(f"The start timecode {plan.start_timecode} could not be kept.")
    return tuple(notes)


def _raise_if_wrong(plan: FilmPlan, check: FilmCheck) -> None:
    trouble = [*_picture_trouble(plan, check), *_sound_trouble(plan, check.sound)]
    if trouble:
        raise ExportCheckError(
            f"The film written for {plan.film.path.name} failed its check and was removed: "
            f"{'; '.join(trouble)}; try another container or codec."
        )


def _picture_trouble(plan: FilmPlan, check: FilmCheck) -> list[str]:
    trouble = []
    allowed_seconds = 1e-9 if plan.container.tick_hz is None else 2.1 * _HALF_TICK_SECONDS
    for picture in check.pictures:
        apart = picture.largest_time_difference_seconds
        if picture.packets != picture.packets_written:
            trouble.append(
                f"it has {picture.packets_written} picture packets instead of {picture.packets}"
            )
        elif not picture.is_identical:
            trouble.append("its picture packets are not those of the film")
        elif apart is not None and apart > allowed_seconds:
            trouble.append(f"its pictures are up to {apart * 1000:.3f} ms from where they were")
    return trouble


def _sound_trouble(plan: FilmPlan, sound: SoundCheck) -> list[str]:
    trouble = []
    tail = 0 if plan.codec.is_lossless else round(plan.rate_hz * _LOSSY_TAIL_SECONDS)
    if not 0 <= sound.samples_written - sound.samples <= tail:
        trouble.append(f"its sound has {sound.samples_written} samples, not {sound.samples}")
    if any(sound.lags_samples):
        trouble.append(f"its sound is off by {max(sound.lags_samples, key=abs)} samples")
    if sound.holes_samples:
        trouble.append(f"its sound is silent at sample {sound.holes_samples[0]}")
    return trouble
