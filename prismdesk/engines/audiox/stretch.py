"""Which stretch of time is worked on for a region, and in how many latent frames."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING

from prismdesk.engines.audiox.offer import NATURAL_LENGTH_SECONDS
from prismdesk.engines.hosting.stretch import Stretch, plan_span
from prismdesk.engines.sampling.windows import LONGER_BY_SECONDS, Window, plan_windows

if TYPE_CHECKING:
    from prismdesk.engines.audiox.config import AudioxConfig
    from prismdesk.engines.audiox.settings import AudioxSettings
    from prismdesk.engines.request import Request

GRID_SECONDS = 0.32
"""Windows begin where segments of the picture's movement begin: every 8 frames of 25 a second."""

_TINY = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioxStretch(Stretch):
    """The sound that is made.

    Attributes:
        latent_frames: what is sampled; it may reach past the end.
        samples_per_frame: samples of sound, at the model's rate, that one of them stands for.
    """

    latent_frames: int
    samples_per_frame: int


def plan_stretch(
    request: Request, config: AudioxConfig, settings: AudioxSettings
) -> tuple[AudioxStretch, tuple[Window, ...]]:
    """Return the stretch to work on, and the windows over it, one at least.

    A window is as long as what the model was trained with; a model of a fixed length has no
    other. It may reach past the end of the stretch.

    Raises:
        UnusableContextError: the region is empty or outside the context.
    """
    ratio, rate_hz = config.pretransform.downsampling_ratio, config.sample_rate_hz
    per_second = rate_hz / ratio
    is_natural = settings.work_length == "natural" or config.is_of_fixed_length
    start, end = plan_span(
        request,
        natural_seconds=NATURAL_LENGTH_SECONDS,
        minimum_seconds=1.0 / per_second,
        is_natural=is_natural,
    )
    wanted = ceil((end - start) / request.rate_hz * per_second - _TINY)
    stretch = AudioxStretch(
        start_samples=start,
        end_samples=end,
        project_rate_hz=request.rate_hz,
        model_rate_hz=rate_hz,
        latent_rate_hz=per_second,
        latent_frames=max(wanted, config.latent_frames) if is_natural else wanted,
        samples_per_frame=ratio,
    )
    windows = _windows(request, config, settings, stretch)
    return replace(stretch, latent_frames=windows[-1].latent_end), windows


def _windows(
    request: Request, config: AudioxConfig, settings: AudioxSettings, stretch: AudioxStretch
) -> tuple[Window, ...]:
    frames, natural = stretch.latent_frames, config.latent_frames
    if settings.long == "single" and not config.is_of_fixed_length:
        return (Window(0, frames, 0.0, 0),)
    planned = plan_windows(
        frames,
        latent_rate_hz=stretch.latent_rate_hz,
        window_seconds=natural / stretch.latent_rate_hz,
        overlap_seconds=settings.window_overlap_seconds,
        grid_seconds=GRID_SECONDS,
        cuts_seconds=stretch.cuts_seconds(request),
        longer_by_seconds=0.0 if config.is_of_fixed_length else LONGER_BY_SECONDS,
    )
    if not config.is_of_fixed_length:
        return planned
    return (*planned[:-1], replace(planned[-1], latent_frames=natural))
