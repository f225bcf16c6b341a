"""From the model's sound to the takes: rate, place, seams, handles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prismdesk.engines.joining.level import proposed_gain_db
from prismdesk.engines.joining.placement import place
from prismdesk.engines.joining.region import join_region
from prismdesk.engines.joining.resampling import resample
from prismdesk.engines.sound import Sound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from prismdesk.engines.hosting.run import HostedRun
    from prismdesk.engines.hosting.surroundings import Surroundings
    from prismdesk.engines.sound import AudioBlock

_FADE_SECONDS = 0.01
_AROUND_SECONDS = 10.0


def as_sounds(
    run: HostedRun,
    waves: Tensor,
    around: Surroundings,
    notes: Sequence[str],
    *,
    guard_samples: int,
) -> tuple[Sound, ...]:
    """Return the takes of waveforms [takes, channels, samples] at the model's rate.

    Args:
        run: the run.
        waves: over the stretch from its start on; what is longer is cut.
        around: what is on the lanes.
        notes: on how the takes were made.
        guard_samples: beside the region, where known sound was kept only in part.
    """
    return tuple(
        as_sound(run, wave, around, seed=seed, notes=notes, guard_samples=guard_samples)
        for seed, wave in zip(run.seeds, waves, strict=True)
    )


def as_sound(
    run: HostedRun,
    wave: Tensor,
    around: Surroundings,
    *,
    seed: int,
    notes: Sequence[str],
    guard_samples: int,
) -> Sound:
    """Return one take of a waveform [channels, samples]; what it lacks is silent."""
    run.monitor.check()
    made = _on_track(run, wave.numpy(), around)
    if run.keeps_surroundings and around.known.any():
        return _joined(run, made, around, seed, tuple(notes), guard_samples)
    return _free(run, made, around, seed, tuple(notes))


def _on_track(run: HostedRun, wave: AudioBlock, around: Surroundings) -> AudioBlock:
    """Bring a sound to the project's rate and the track's channels, over the stretch."""
    stretch = run.stretch
    at_rate = resample(
        wave,
        stretch.model_rate_hz,
        stretch.project_rate_hz,
        length_samples=stretch.end_samples - stretch.start_samples,
        cancelled=run.monitor.cancelled,
    )
    if around.mixes_down:
        at_rate = np.asarray(at_rate.mean(axis=0, keepdims=True), np.float32)
    return place(at_rate, stretch.project_rate_hz, around.start_gains, around.end_gains)


def _joined(
    run: HostedRun,
    made: AudioBlock,
    around: Surroundings,
    seed: int,
    notes: tuple[str, ...],
    guard_samples: int,
) -> Sound:
    """The region joined to the real sound beside it, which the handles then are."""
    request = run.request
    start, end = around.region
    joined = join_region(
        made,
        around.sound,
        around.known | _inside(around),
        start,
        end,
        rate_hz=run.stretch.project_rate_hz,
        gives_back_known=True,
        guard_samples=guard_samples,
        seed=seed,
        cancelled=run.monitor.cancelled,
    )
    head = min(request.head_samples, request.region_start_samples)
    tail = min(request.tail_samples, request.context.shape[1] - request.region_end_samples)
    before = request.context[:, request.region_start_samples - head : request.region_start_samples]
    after = request.context[:, request.region_end_samples :][:, :tail]
    audio = np.concatenate([np.nan_to_num(before), joined.audio, np.nan_to_num(after)], axis=1)
    return Sound(
        audio=np.ascontiguousarray(audio, np.float32),
        seed=seed,
        head_samples=head,
        tail_samples=tail,
        notes=notes,
        proposed_gain_db=joined.proposed_gain_db,
    )


def _free(
    run: HostedRun, made: AudioBlock, around: Surroundings, seed: int, notes: tuple[str, ...]
) -> Sound:
    """New sound of its own, handles included; the program fades it in and out."""
    request, rate_hz = run.request, run.stretch.project_rate_hz
    start, end = around.region
    head = min(request.head_samples, start)
    available = min(made.shape[1], request.context.shape[1] - run.stretch.start_samples)
    tail = min(request.tail_samples, available - end)
    region = made[:, start:end]
    return Sound(
        audio=np.ascontiguousarray(made[:, start - head : end + tail], np.float32),
        seed=seed,
        seam_samples=min(round(_FADE_SECONDS * rate_hz), (end - start) // 2),
        head_samples=head,
        tail_samples=tail,
        notes=notes,
        proposed_gain_db=proposed_gain_db(region, _beside(run), rate_hz),
    )


def _beside(run: HostedRun) -> list[AudioBlock]:
    """Real sound just before and after the region."""
    request = run.request
    reach = round(_AROUND_SECONDS * request.rate_hz)
    start, end = request.region_start_samples, request.region_end_samples
    parts = []
    for first, last in ((max(0, start - reach), start), (end, end + reach)):
        part = request.context[:, first:last][:, request.valid[first:last]]
        parts.append(np.nan_to_num(part, posinf=0.0, neginf=0.0))
    return parts


def _inside(around: Surroundings) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    inside = np.zeros(len(around.known), bool)
    inside[slice(*around.region)] = True
    return inside
