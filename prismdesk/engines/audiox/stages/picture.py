"""The tokens of the picture, of every window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from prismdesk.engines.audiox.frame_choice import counted_frame_ids, timed_frame_ids
from prismdesk.engines.audiox.networks import SYNC, VIDEO_PROMPT
from prismdesk.engines.contract import Phase
from prismdesk.engines.picture.frames_read import FramesToRead
from prismdesk.engines.picture.segments import movement

if TYPE_CHECKING:
    import numpy.typing as npt
    from torch import Tensor

    from prismdesk.engines.audiox.run_state import RunState
    from prismdesk.engines.sampling.windows import Window

MOVEMENT_STAGE = "picture timing"
MEANING_STAGE = "picture meaning"

SYNC_RATE_HZ = 25
SEGMENTS = 30
"""Segments of movement in a window's ten seconds."""


def picture_tokens(run: RunState) -> list[Tensor]:
    """Return the tokens of each window, float32 [1, tokens, width], on the CPU."""
    if run.picture is None:
        run.monitor.skip(MOVEMENT_STAGE)
        run.monitor.skip(MEANING_STAGE)
        return [run.files.learned(run.files.picture, "empty_visual_feat")] * len(run.windows)
    features = movement_features(run)
    run.monitor.begin(MEANING_STAGE, Phase.PICTURE_FEATURES)
    return [_window_tokens(run, index, features) for index in range(len(run.windows))]


def looks_at_movement(run: RunState) -> bool:
    """Whether features of movement are worked out: never of a still image."""
    return run.files.video_options.has_sync and run.picture is not None and not run.is_still


def movement_features(run: RunState) -> npt.NDArray[np.float32] | None:
    """Return features of movement over all windows, [segments * 8, width]; None if it sees none."""
    sizes = run.files.sync
    if not looks_at_movement(run) or sizes is None:
        run.monitor.skip(MOVEMENT_STAGE)
        return None
    segments = run.windows[-1].grid_index + SEGMENTS
    count = (segments - 1) * sizes.segment_step + sizes.segment_frames
    frames = _frames(run, 0.0, count, SYNC_RATE_HZ, size_px=sizes.img_size)
    about = {**frames.about(), **run.about_encoder("sync")}
    found = run.features.get("sync", about)
    if found is None:
        run.monitor.begin(MOVEMENT_STAGE, Phase.PICTURE_FEATURES)
        with run.using(SYNC) as encoder:
            found = {"features": movement(run, encoder, frames)}
        run.features.put("sync", about, found)
    else:
        run.monitor.skip(MOVEMENT_STAGE)
    return np.asarray(found["features"], np.float32)


def _window_tokens(run: RunState, index: int, features: npt.NDArray[np.float32] | None) -> Tensor:
    window, options = run.windows[index], run.files.video_options
    frames = _frames(
        run,
        window.start_seconds,
        options.frames,
        options.video_fps,
        size_px=run.files.clip.image_size,
    )
    sync = None if features is None else _of_window(features, window)
    about: dict[str, object] = {**frames.about(), **run.about_encoder("model"), "sync": ""}
    if sync is not None:
        about["sync"] = {
            **_frames(run, window.start_seconds, 1, SYNC_RATE_HZ, size_px=1).about(),
            **run.about_encoder("sync"),
        }
    found = run.features.get("picture", about)
    if found is None:
        found = {"tokens": _encoded(run, frames, sync, index)}
        run.features.put("picture", about, found)
    return torch.from_numpy(found["tokens"])


def _encoded(
    run: RunState, frames: FramesToRead, sync: Tensor | None, index: int
) -> npt.NDArray[np.float32]:
    windows, count = len(run.windows), len(frames)
    # A still image is read once; the model was shown it over and over.
    pixels = frames.read(run, 0, 1 if run.is_still else count).mul_(255)

    def tell(share: float) -> None:
        run.monitor.at(Phase.PICTURE_FEATURES, index, windows, share=(index + share) / windows)

    with run.using(VIDEO_PROMPT) as prompt:
        tokens = prompt.encode(
            pixels.expand(count, -1, -1, -1)[None],
            None if sync is None else sync.to(run.checkpoint.device),
            report=tell,
            cancelled=run.monitor.cancelled,
        ).tokens
    array: npt.NDArray[np.float32] = tokens.float().cpu().numpy()
    return array


def _of_window(features: npt.NDArray[np.float32], window: Window) -> Tensor:
    per_segment = 8
    start = window.grid_index * per_segment
    return torch.from_numpy(features[None, start : start + SEGMENTS * per_segment])


def _frames(
    run: RunState, start_seconds: float, count: int, rate_hz: float, *, size_px: int
) -> FramesToRead:
    """Choose frames from a time of the stretch on, so many at a rate."""
    picture = run.picture
    if picture is None:
        raise ValueError("there are no frames without a picture")
    times = np.asarray(picture.frame_times_seconds, np.float64)
    chosen = _chosen(run, times, run.stretch.start_seconds + start_seconds, count, rate_hz)
    return FramesToRead(
        picture=picture,
        times_seconds=times[chosen],
        size_px=size_px,
        geometry="squash",
        resize="bilinear",
        mask=None,
        mask_indices=np.zeros(count, np.int64),
        mask_strength=0.0,
    )


def _chosen(
    run: RunState,
    times: npt.NDArray[np.float64],
    start_seconds: float,
    count: int,
    rate_hz: float,
) -> npt.NDArray[np.int32]:
    # Half a frame more: so many frames come out whatever the division rounds to.
    seconds = (count + 0.5) / rate_hz
    if run.settings.frames == "exact" or len(times) < 2:
        return timed_frame_ids(
            times, start_seconds=start_seconds, duration_seconds=seconds, target_hz=rate_hz
        )
    source_hz = (len(times) - 1) / float(times[-1] - times[0])
    # What is before the film's first frame, or past its last, shows that one.
    latest = (len(times) - 1) / source_hz
    return counted_frame_ids(
        source_hz=source_hz,
        frame_count=len(times),
        start_seconds=min(max(0.0, start_seconds - float(times[0])), latest),
        duration_seconds=seconds,
        target_hz=rate_hz,
    )
