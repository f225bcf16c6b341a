"""The ambience engine: decides which way to mend or fill, and makes the takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prismdesk.engines.ambience.dropout import mend_dropout
from prismdesk.engines.ambience.offer import AMBIENCE
from prismdesk.engines.ambience.run_monitor import RunMonitor
from prismdesk.engines.ambience.settings import read_settings
from prismdesk.engines.ambience.surroundings import read_surroundings
from prismdesk.engines.ambience.texture import fill_with_texture
from prismdesk.engines.catalogue import engines_that_can
from prismdesk.engines.contract import (
    EngineTask,
    Phase,
    Result,
    Sound,
    UnsupportedError,
    iterate_seeds,
)

if TYPE_CHECKING:
    from prismdesk.engines.ambience.settings import AmbienceSettings
    from prismdesk.engines.ambience.surroundings import Signal, Surroundings
    from prismdesk.engines.contract import Capabilities, IsCancelled, ReportProgress, Request

LONGEST_DROPOUT_SECONDS = 0.08
"""Up to here the missing samples are predicted; beyond, prediction runs dry."""
_LONGEST_AUTOREGRESSIVE_SECONDS = 1.0


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
        return Result(sounds=tuple(sounds), licence=AMBIENCE.licence_code)


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
    generator = np.random.default_rng(seed)
    if not _takes_autoregression(around, settings, task):
        return fill_with_texture(
            around,
            settings,
            carries_on=task is EngineTask.CONTINUE,
            generator=generator,
            monitor=monitor,
        )
    noise = min(1.0, 2.0 * settings.variation)
    audio = mend_dropout(
        around.left,
        around.right,
        around.gap_samples,
        rate_hz=around.rate_hz,
        noise=noise,
        generator=generator,
        monitor=monitor,
    )
    return audio, (
        "Missing samples were predicted by autoregression from both sides; takes differ little.",
    )


def _takes_autoregression(
    around: Surroundings, settings: AmbienceSettings, task: EngineTask
) -> bool:
    seconds = around.gap_samples / around.rate_hz
    touches = around.left.shape[1] > 0 or around.right.shape[1] > 0
    if not touches or settings.method == "texture":
        return False
    if settings.method == "autoregressive":
        return seconds <= _LONGEST_AUTOREGRESSIVE_SECONDS
    both = around.left.shape[1] > 0 and around.right.shape[1] > 0
    return seconds <= LONGEST_DROPOUT_SECONDS and (both or task is EngineTask.INPAINT)


def _as_sound(
    request: Request, around: Surroundings, audio: Signal, seed: int, notes: tuple[str, ...]
) -> Sound:
    """Put DC back, hold the peak within the surroundings' and add the handles."""
    share = (np.arange(audio.shape[1]) + 0.5) / audio.shape[1]
    dc = around.dc_left + (around.dc_right - around.dc_left) * share
    body = np.clip(audio, -1.25 * around.peak, 1.25 * around.peak) + dc
    start, end = request.region_start_samples, request.region_end_samples
    first = max(0, start - request.head_samples)
    last = min(request.context.shape[1], end + request.tail_samples)
    head = np.nan_to_num(request.context[:, first:start], posinf=0.0, neginf=0.0)
    tail = np.nan_to_num(request.context[:, end:last], posinf=0.0, neginf=0.0)
    whole = np.concatenate([head, body.astype(np.float32), tail], axis=1)
    return Sound(
        audio=np.ascontiguousarray(whole, np.float32),
        seed=seed,
        head_samples=start - first,
        tail_samples=last - end,
        notes=notes,
    )
