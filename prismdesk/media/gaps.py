"""Finding what is broken in a recording: dropouts, digital silence, clicks.

One pass over blocks of sound in constant memory. Dropouts and silence are stretches without a
signal (``gap_runs``), told apart by length and by how their edges look; clicks are outliers of
an autoregressive model (``gap_clicks``). A gap found in several channels at once is one gap.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from prismdesk.media.gap_clicks import Click, ClickFinder
from prismdesk.media.gap_holes import Hole, HoleFinder
from prismdesk.media.gap_runs import DeadRun, FoundRuns, RunFinder
from prismdesk.media.gap_windows import windows
from prismdesk.progress import ignore_progress, never_cancelled, raise_if_cancelled
from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prismdesk.media.audio import AudioBlock
    from prismdesk.progress import FractionDone, IsCancelled

LONGEST_DROPOUT_MS = 400.0
_JOIN_MS = 1.0
_CLICK_CLEARANCE_MS = 3.0


class GapKind(StrEnum):
    """What is wrong in a stretch of sound."""

    DROPOUT = "dropout"
    SILENCE = "silence"
    CLICK = "click"


class GapPlace(StrEnum):
    """Where a gap lies in the film; silence at the head is often meant, in the middle seldom."""

    HEAD = "head"
    MIDDLE = "middle"
    TAIL = "tail"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A stretch of sound that looks broken.

    ``channels`` are indices from 0, ascending; ``confidence`` is 0 to 1: from 0.5 on it is
    worth proposing to mend it, below it may well be meant (a fade to black, a head of silence).
    """

    kind: GapKind
    range: SampleRange
    channels: tuple[int, ...]
    confidence: float
    place: GapPlace = GapPlace.MIDDLE


def find_gaps(
    blocks: Iterable[AudioBlock],
    *,
    rate_hz: int,
    length_samples: int | None = None,
    picture_length_samples: int | None = None,
    least_silence_ms: float = LONGEST_DROPOUT_MS,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> tuple[Gap, ...]:
    """Scan a whole sound and return its gaps in the order of their starts.

    Args:
        blocks: the sound from sample 0, float32 (channels, samples), of any lengths.
        rate_hz: its rate.
        length_samples: its length where known, for the progress alone.
        picture_length_samples: where the picture ends; sound that ends earlier by at least
            ``least_silence_ms`` is reported as silence at the tail.
        least_silence_ms: stretches without a signal from this length on are silence, shorter
            ones dropouts.
        progress: told the share that is done, if ``length_samples`` is given.
        cancelled: asked about every 1.4 s of sound.

    Raises:
        Cancelled: as told.
    """
    least_silence = _samples(least_silence_ms, rate_hz)
    runs, holes, clicks = RunFinder(rate_hz), HoleFinder(rate_hz), ClickFinder(rate_hz)
    for window in windows(blocks, rate_hz=rate_hz):
        raise_if_cancelled(cancelled)
        runs.take(window)
        holes.take(window)
        clicks.take(window)
        if length_samples:
            progress(min(1.0, window.core_end_samples / length_samples))
    ended = _with_holes(runs.finish(), holes.finish(), _samples(_JOIN_MS, rate_hz))
    dead = ended.runs
    end = max(ended.length_samples, picture_length_samples or 0)
    silences = _silences(_up_to(end, ended), ended.channels, end, least_silence)
    dropouts = [_dropout(run) for run in dead if _is_dropout(run, least_silence)]
    gaps = _joined([*silences, *dropouts], _samples(_JOIN_MS, rate_hz))
    clearance = _samples(_CLICK_CLEARANCE_MS, rate_hz)
    apart = [click for click in clicks.finish() if not _is_at_edge(click, dead, clearance)]
    gaps += _joined([_click(click) for click in apart], _samples(_JOIN_MS, rate_hz))
    progress(1.0)
    return tuple(sorted(gaps, key=lambda gap: (gap.range, gap.kind)))


def describe(gap: Gap, *, rate_hz: int, channel_names: Sequence[str] = ()) -> str:
    """Return a gap in a few words, e.g. ``dropout of 12.0 ms in L``; positions are left out."""
    length_ms = 1000 * gap.range.length_samples / rate_hz
    long = f"{length_ms:.1f} ms" if length_ms < 1000 else f"{length_ms / 1000:.2f} s"
    names = [
        channel_names[channel] if channel < len(channel_names) else str(channel + 1)
        for channel in gap.channels
    ]
    where = "" if len(names) == len(channel_names) else f" in {', '.join(names)}"
    if gap.kind is not GapKind.SILENCE:
        return f"{gap.kind} of {long}{where}"
    place = {
        GapPlace.HEAD: ", before the sound begins",
        GapPlace.MIDDLE: "",
        GapPlace.TAIL: ", the sound ends before the film",
        GapPlace.WHOLE: ", there is no sound at all",
    }
    return f"digital silence of {long}{where}{place[gap.place]}"


def _samples(milliseconds: float, rate_hz: int) -> int:
    return round(milliseconds * rate_hz / 1000)


def _with_holes(found: FoundRuns, holes: Sequence[Hole], reach_samples: int) -> FoundRuns:
    """Add holes as runs with cut edges, instead of the runs that are only their empty middle.

    Where a run with cut edges fills the hole but for ``reach_samples``, it is the more exact.
    """
    kept = list(found.runs)
    for hole in holes:
        inside = [
            run for run in kept if run.channel == hole.channel and run.range.overlaps(hole.range)
        ]
        if any(_fills(run, hole, reach_samples) for run in inside):
            continue
        kept = [run for run in kept if run not in inside]
        kept.append(
            DeadRun(
                channel=hole.channel,
                range=hole.range,
                is_exact=False,
                starts_abruptly=True,
                ends_abruptly=True,
            )
        )
    return replace(found, runs=tuple(sorted(kept, key=lambda run: (run.channel, run.range))))


def _fills(run: DeadRun, hole: Hole, reach_samples: int) -> bool:
    return (
        run.starts_abruptly
        and run.ends_abruptly
        and run.range.start_samples <= hole.range.start_samples + reach_samples
        and run.range.end_samples >= hole.range.end_samples - reach_samples
    )


def _is_dropout(run: DeadRun, least_silence_samples: int) -> bool:
    """Whether sound was cut off at both ends; silence at a film's ends is no dropout."""
    return run.length_samples < least_silence_samples and run.starts_abruptly and run.ends_abruptly


def _dropout(run: DeadRun) -> Gap:
    confidence = 0.95 if run.is_exact else 0.8
    return Gap(
        kind=GapKind.DROPOUT,
        range=run.range,
        channels=(run.channel,),
        confidence=confidence,
    )


def _click(click: Click) -> Gap:
    return Gap(
        kind=GapKind.CLICK,
        range=click.range,
        channels=(click.channel,),
        confidence=click.confidence,
    )


def _up_to(end_samples: int, found: FoundRuns) -> list[DeadRun]:
    """Return the runs with those at the sound's end going on to the end of the picture."""
    sound_end = found.length_samples
    if end_samples == sound_end:
        return list(found.runs)
    last = {run.channel: run for run in found.runs if run.range.end_samples == sound_end}
    missing = [
        DeadRun(
            channel=channel,
            range=SampleRange(
                last[channel].range.start_samples if channel in last else sound_end, end_samples
            ),
            is_exact=True,
            starts_abruptly=channel not in last or last[channel].starts_abruptly,
            ends_abruptly=False,
        )
        for channel in range(found.channels)
    ]
    return [run for run in found.runs if run.range.end_samples != sound_end] + missing


def _silences(
    runs: Sequence[DeadRun], channels: int, end_samples: int, least_samples: int
) -> list[Gap]:
    """Return silence common to all channels that ever sound, and losses of single channels.

    A channel without any signal (an unused LFE) is no gap; a film without any is one.
    """
    long = [run for run in runs if run.length_samples >= least_samples]
    whole = SampleRange(0, end_samples)
    unused = {run.channel for run in runs if run.range == whole}
    by_channel = [
        [run for run in long if run.channel == channel]
        for channel in range(channels)
        if channel not in unused
    ]
    everywhere = tuple(range(channels))
    if not by_channel:
        nothing = DeadRun(
            channel=0, range=whole, is_exact=True, starts_abruptly=False, ends_abruptly=False
        )
        return [] if whole.is_empty() else [_silence(nothing, everywhere, end_samples)]
    common = by_channel[0]
    for others in by_channel[1:]:
        common = [both for run in common for other in others if (both := _common(run, other))]
    common = [run for run in common if run.length_samples >= least_samples]
    lost = [
        run
        for channel_runs in by_channel
        for run in channel_runs
        if run.starts_abruptly
        and run.ends_abruptly
        and not any(silence.range.overlaps(run.range) for silence in common)
    ]
    return [_silence(run, everywhere, end_samples) for run in common] + [
        _silence(run, (run.channel,), end_samples) for run in lost
    ]


def _common(run: DeadRun, other: DeadRun) -> DeadRun | None:
    """Return the stretch where both are dead; an edge is that of the channel that makes it."""
    common = run.range.intersection(other.range)
    if common is None:
        return None
    first = run if run.range.start_samples >= other.range.start_samples else other
    last = run if run.range.end_samples <= other.range.end_samples else other
    return DeadRun(
        channel=run.channel,
        range=common,
        is_exact=run.is_exact and other.is_exact,
        starts_abruptly=first.starts_abruptly,
        ends_abruptly=last.ends_abruptly,
    )


def _silence(run: DeadRun, channels: tuple[int, ...], end_samples: int) -> Gap:
    """Return a stretch of silence; the more it looks cut out, the surer that it is a fault."""
    is_head = run.range.start_samples == 0
    is_tail = run.range.end_samples == end_samples
    cuts = run.starts_abruptly + run.ends_abruptly
    if is_head and is_tail:
        place, confidence = GapPlace.WHOLE, 0.5
    elif is_head:
        place, confidence = GapPlace.HEAD, (0.2, 0.4)[cuts]
    elif is_tail:
        place, confidence = GapPlace.TAIL, (0.3, 0.9)[cuts]
    else:
        place, confidence = GapPlace.MIDDLE, (0.4, 0.7, 0.95)[cuts]
    return Gap(
        kind=GapKind.SILENCE,
        range=run.range,
        channels=channels,
        confidence=confidence,
        place=place,
    )


def _is_at_edge(click: Click, runs: Sequence[DeadRun], clearance_samples: int) -> bool:
    """Whether a click is only the cut edge of a dropout or of silence in the same channel."""
    return any(
        run.channel == click.channel
        and click.range.start_samples < run.range.end_samples + clearance_samples
        and run.range.start_samples - clearance_samples < click.range.end_samples
        for run in runs
    )


def _joined(gaps: Sequence[Gap], reach_samples: int) -> list[Gap]:
    """Join gaps of a kind that overlap, or nearly, in whatever channels."""
    joined: list[Gap] = []
    for gap in sorted(gaps, key=lambda gap: (gap.kind, gap.range)):
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.kind is gap.kind
            and gap.range.start_samples <= last.range.end_samples + reach_samples
        ):
            end = max(last.range.end_samples, gap.range.end_samples)
            joined[-1] = replace(
                last,
                range=SampleRange(last.range.start_samples, end),
                channels=tuple(sorted({*last.channels, *gap.channels})),
                confidence=max(last.confidence, gap.confidence),
            )
        else:
            joined.append(gap)
    return joined
