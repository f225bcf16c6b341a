"""The ambience engine: decides which way to mend or fill, and makes the takes."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

import numpy as np

from prismdesk.engines.ambience.dropout import mend_dropout
from prismdesk.engines.ambience.offer import AMBIENCE
from prismdesk.engines.ambience.run_monitor import RunMonitor
from prismdesk.engines.ambience.settings import read_settings
from prismdesk.engines.ambience.surroundings import read_surroundings
from prismdesk.engines.ambience.texture import fill_with_texture
from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.catalogue import engines_that_can
from prismdesk.engines.contract import MadeOn, Phase, Result, iterate_seeds
from prismdesk.engines.errors import UnsupportedError
from prismdesk.engines.processor import processor_name, versions_of
from prismdesk.engines.sound import Sound

if TYPE_CHECKING:
    from prismdesk.engines.ambience.settings import AmbienceSettings
    from prismdesk.engines.ambience.surroundings import Signal, Surroundings
    from prismdesk.engines.capabilities import Capabilities
    from prismdesk.engines.contract import ReportProgress
    from prismdesk.engines.request import Request
    from prismdesk.progress import IsCancelled

LONGEST_DROPOUT_SECONDS = 0.08
"""Up to here the missing samples are predicted; beyond, prediction runs dry."""
_LONGEST_PREDICTED_SECONDS = 1.0
_LONGEST_SURE_SECONDS = 0.4
_HEADROOM = 1.25
_SAMPLES_AT_ONCE = 1 << 16
_SURE_SNR_DB = 15.0
"""Held notes and tones are predicted over longer gaps, where the models expect this or better."""
_PREDICTED = (
    "Missing samples were predicted by autoregression from both sides; takes differ little."
)


class AmbienceEngine:
    """Makes sound for a region from the sound around it; see ``docs/ambience.md``."""

    @property
    def capabilities(self) -> Capabilities:
        """What it offers."""
        return AMBIENCE

    def prepare(self, progress: ReportProgress) -> None:
        """Nothing to load."""

    def release(self) -> None:
        """Nothing to free."""

    def run(self, request: Request, progress: ReportProgress, cancelled: IsCancelled) -> Result:
        """Make the takes of a request; the same request gives the same samples.

        Raises:
            UnsupportedError: sound is asked for out of text, pictures or nothing.
            UnusableContextError: nothing is around the region to work from.
            SettingError: a setting is unknown or out of range.
            Cancelled: ``cancelled()`` answered True.
        """
        _refuse_what_it_cannot(request)
        settings = read_settings(request.settings)
        monitor = RunMonitor(progress, cancelled, takes=request.takes)
        monitor.check()
        around = read_surroundings(request, reach_seconds=settings.context_seconds)
        sounds = []
        for index, seed in enumerate(iterate_seeds(request.seed, request.takes)):
            monitor.begin_take(index)
            audio, notes = _make(around, settings, request.task, seed, monitor)
            sounds.append(_as_sound(request, around, audio, seed, notes))
            monitor.at(Phase.STEP, 1.0)
        return Result(
            sounds=tuple(sounds),
            licence=AMBIENCE.licence_code,
            made_on=MadeOn(
                device=processor_name(),
                precision="fp64",
                libraries=versions_of(("numpy", "scipy")),
            ),
        )


def _refuse_what_it_cannot(request: Request) -> None:
    if request.task is EngineTask.GENERATE:
        raise UnsupportedError(
            "Ambience can't generate sound from text or picture; " + _who_can(EngineTask.GENERATE)
        )
    if request.prompt.strip() or request.negative_prompt.strip():
        raise UnsupportedError(
            "Ambience works from the surrounding sound and can't follow a prompt; clear the "
            "prompt, or choose an engine that reads text: " + _who_can(EngineTask.GENERATE)
        )
    if request.takes < 1:
        raise UnsupportedError(f"At least one take must be asked for, not {request.takes}.")


def _who_can(task: EngineTask) -> str:
    able = ", ".join(offer.name for offer in engines_that_can(task))
    return f"these can: {able}." if able else "no engine installed here can yet."


def _make(
    around: Surroundings,
    settings: AmbienceSettings,
    task: EngineTask,
    seed: int,
    monitor: RunMonitor,
) -> tuple[Signal, tuple[str, ...]]:
    if around.is_silent:
        silence = np.zeros((around.channels, around.gap_samples))
        return silence, ("The surroundings are silent, so the region is silent too.",)
    way = _choose_way(around, settings, task)
    generator = np.random.default_rng(seed)
    if way is not _Way.TEXTURE:
        mended = mend_dropout(
            around.left,
            around.right,
            around.gap_samples,
            rate_hz=around.rate_hz,
            noise=min(1.0, 2.0 * settings.variation),
            generator=generator,
            monitor=monitor,
        )
        if way is _Way.PREDICT or mended.expected_snr_db >= _SURE_SNR_DB:
            return mended.sound, (_PREDICTED,)
    return fill_with_texture(
        around,
        settings,
        carries_on=task is EngineTask.CONTINUE,
        generator=np.random.default_rng(seed),
        monitor=monitor,
    )


class _Way(Enum):
    PREDICT = auto()
    PREDICT_IF_SURE = auto()
    TEXTURE = auto()


def _choose_way(around: Surroundings, settings: AmbienceSettings, task: EngineTask) -> _Way:
    seconds = around.gap_samples / around.rate_hz
    sides = (around.left.shape[1] > 0) + (around.right.shape[1] > 0)
    if not sides or settings.method == "texture":
        return _Way.TEXTURE
    if settings.method == "autoregressive":
        return _Way.PREDICT if seconds <= _LONGEST_PREDICTED_SECONDS else _Way.TEXTURE
    if sides == 1 and task is EngineTask.CONTINUE:
        return _Way.TEXTURE
    if seconds <= LONGEST_DROPOUT_SECONDS:
        return _Way.PREDICT
    both = sides == 2
    return _Way.PREDICT_IF_SURE if both and seconds <= _LONGEST_SURE_SECONDS else _Way.TEXTURE


def _as_sound(
    request: Request, around: Surroundings, audio: Signal, seed: int, notes: tuple[str, ...]
) -> Sound:
    """Put DC back, hold the peak within the surroundings' and add the handles."""
    start, end = request.region_start_samples, request.region_end_samples
    first = max(0, start - request.head_samples)
    last = min(request.context.shape[1], end + request.tail_samples)
    whole = np.nan_to_num(request.context[:, first:last], posinf=0.0, neginf=0.0)
    gap, limit = end - start, _HEADROOM * around.peak
    for at in range(0, gap, _SAMPLES_AT_ONCE):
        part = slice(at, min(at + _SAMPLES_AT_ONCE, gap))
        share = (np.arange(part.start, part.stop) + 0.5) / gap
        dc = around.dc_left + (around.dc_right - around.dc_left) * share
        into = slice(start - first + part.start, start - first + part.stop)
        whole[:, into] = np.clip(audio[:, part], -limit, limit) + dc
    return Sound(
        audio=np.ascontiguousarray(whole, np.float32),
        seed=seed,
        head_samples=start - first,
        tail_samples=last - end,
        notes=notes,
    )
