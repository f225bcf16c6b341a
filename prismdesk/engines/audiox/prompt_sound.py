"""Which sound the model listens to.

The models heard ten seconds: for effects those of the target itself, a part of it blanked, for
music those before it. Sound that is too short stands at the end of the ten seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.joining.resampling import resample

if TYPE_CHECKING:
    from prismdesk.engines.audiox.run_state import RunState
    from prismdesk.engines.hosting.surroundings import Surroundings
    from prismdesk.engines.request import Request
    from prismdesk.engines.sampling.windows import Window
    from prismdesk.engines.sound import AudioBlock

PROMPT_SECONDS = 10.0


def prompt_sound(
    run: RunState, around: Surroundings, window: Window, *, samples: int
) -> AudioBlock | None:
    """Return a window's sound prompt, float32 (2, samples) at the model's rate; None for none.

    Continuing forwards hears the ten seconds before the region; inpainting, and continuing
    backwards, the window itself with silence for what is to be made; generating, where it is
    asked to, what the lanes hold there.
    """
    wish, task = run.settings.audio_prompt, run.request.task
    if wish == "off" or (wish == "auto" and task is EngineTask.GENERATE):
        return None
    if task is EngineTask.CONTINUE and _goes_on(run.request):
        sound = _before(run, around)
        at_end = True
    else:
        sound = _of_window(run, around, window)
        at_end = False
    if not sound.any():
        return None
    return _fitted(run, sound, samples, at_end=at_end)


def _goes_on(request: Request) -> bool:
    """Whether there is sound before the region to go on from."""
    reach = round(PROMPT_SECONDS * request.rate_hz)
    start = request.region_start_samples
    return bool(request.valid[max(0, start - reach) : start].any())


def _before(run: RunState, around: Surroundings) -> AudioBlock:
    """The ten seconds before the region, at the project's rate."""
    request = run.request
    start = request.region_start_samples
    first = max(0, start - round(PROMPT_SECONDS * request.rate_hz))
    sound = np.nan_to_num(request.context[:, first:start], posinf=0.0, neginf=0.0)
    return around.as_stereo(np.where(request.valid[first:start], sound, 0.0))


def _of_window(run: RunState, around: Surroundings, window: Window) -> AudioBlock:
    rate_hz = run.stretch.project_rate_hz
    first = round(window.start_seconds * rate_hz)
    part = slice(first, first + round(PROMPT_SECONDS * rate_hz))
    sound = around.stereo[:, part]
    if run.keeps_surroundings:
        return np.where(around.known[part], sound, np.float32(0.0))
    return sound


def _fitted(run: RunState, sound: AudioBlock, samples: int, *, at_end: bool) -> AudioBlock:
    stretch = run.stretch
    found = resample(
        np.ascontiguousarray(sound, np.float32),
        stretch.project_rate_hz,
        stretch.model_rate_hz,
        cancelled=run.monitor.cancelled,
    )
    found = found[:, -samples:] if at_end else found[:, :samples]
    fitted = np.zeros((len(found), samples), np.float32)
    first = samples - found.shape[1] if at_end else 0
    fitted[:, first : first + found.shape[1]] = found
    return fitted
