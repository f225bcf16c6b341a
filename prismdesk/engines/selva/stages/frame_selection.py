"""Which of the film's frames the encoders look at, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import torch

from prismdesk.engines.picture.frame_choice import (
    CLIP_RATE_HZ,
    SYNC_RATE_HZ,
    choose_frames,
    node_indices,
)
from prismdesk.engines.picture.frame_mask import centre_of_mask
from prismdesk.engines.picture.frames_read import FramesToRead
from prismdesk.engines.picture.mask_places import evenly_spread
from prismdesk.engines.selva.looks import sync_geometry

if TYPE_CHECKING:
    import numpy.typing as npt
    from torch import Tensor

    from prismdesk.engines.picture.frames import Geometry
    from prismdesk.engines.request import PictureSource
    from prismdesk.engines.selva.run_state import RunState

Encoder = Literal["clip", "sync"]


def frames_for(run: RunState, encoder: Encoder, *, size_px: int) -> FramesToRead:
    """Choose the frames of the whole stretch for one encoder; there must be a picture."""
    picture = run.picture
    if picture is None:
        raise ValueError("there are no frames without a picture")
    indices = _indices(run, picture, encoder)
    times = np.asarray(picture.frame_times_seconds, np.float64)[indices]
    model = run.checkpoint.model
    geometry = sync_geometry(run.settings, model) if encoder == "sync" else "squash"
    uses_mask = run.settings.mask_sync if encoder == "sync" else run.settings.mask_clip
    mask = _mask(run, picture, geometry) if uses_mask else None
    return FramesToRead(
        picture=picture,
        times_seconds=times,
        size_px=size_px,
        geometry=geometry,
        resize=run.settings.resize,
        mask=mask,
        mask_indices=evenly_spread(
            times - run.region_start_seconds,
            mask_frames=1 if mask is None else len(mask),
            duration_seconds=run.region_seconds,
        ),
        mask_strength=run.settings.mask_strength,
    )


def _indices(run: RunState, picture: PictureSource, encoder: Encoder) -> npt.NDArray[np.int64]:
    times = np.asarray(picture.frame_times_seconds, np.float64)
    start, seconds = run.stretch.start_seconds, run.stretch.seconds
    if run.settings.resize != "node" or len(times) < 2:
        chosen = choose_frames(times, seconds, start_seconds=start, holds_last=True)
        return chosen.sync if encoder == "sync" else chosen.clip
    first = max(0, int(np.searchsorted(times, start, "right")) - 1)
    rest = times[first:]
    spacing = (times[-1] - times[0]) / (len(times) - 1)
    return first + node_indices(
        len(rest),
        source_hz=float(1.0 / spacing),
        target_hz=SYNC_RATE_HZ if encoder == "sync" else CLIP_RATE_HZ,
        duration_seconds=seconds,
    )


def _mask(run: RunState, picture: PictureSource, geometry: Geometry) -> Tensor | None:
    given = run.request.mask
    if given is None or run.settings.mask_strength == 0.0:
        return None
    mask = torch.from_numpy(np.ascontiguousarray(given.weights, np.float32)).clamp(0.0, 1.0)
    return mask if geometry == "squash" else centre_of_mask(mask, picture.size_px).contiguous()
