"""The way of the picture into the encoders: choice, size and mask of frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from prismdesk.engines.picture.frame_choice import frames_at_rate, node_indices
from prismdesk.engines.picture.frame_mask import apply_mask
from prismdesk.engines.picture.frames import node_resize, to_clip_input, to_sync_input

if TYPE_CHECKING:
    from torch import Tensor

    from tests.conformance.case_file import Case


def _frame_index(case: Case) -> dict[str, Tensor]:
    call = case.call
    if case.operation == "reference":
        index = frames_at_rate(
            case.inputs["pts"].numpy(),
            call["fps"],
            start_seconds=call.get("start_sec", 0.0),
            end_seconds=call["end_sec"],
        )
    else:
        index = node_indices(
            int(case.inputs["num_frames"]),
            source_hz=call["source_fps"],
            target_hz=call["target_fps"],
            duration_seconds=call["duration"],
        )
    return {"index": torch.from_numpy(index)}


def _frames(case: Case) -> dict[str, Tensor]:
    video, size = case.inputs["video"], int(case.call["size"])
    frames = {
        "clip": lambda: to_clip_input(video, size),
        "sync_squash": lambda: to_sync_input(video, size, "squash"),
        "sync_crop": lambda: to_sync_input(video, size, "crop"),
        "node_resize": lambda: node_resize(video, size),
    }
    return {"frames": frames[case.operation]()}


def _frame_mask(case: Case) -> dict[str, Tensor]:
    frames, mask = case.inputs["frames"], case.inputs["mask"]
    indices = node_indices(
        len(mask),
        source_hz=case.call["source_fps"],
        target_hz=case.call["target_fps"],
        # Half a frame more than all of them, so that no rounding loses the last one.
        duration_seconds=(len(frames) + 0.5) / case.call["target_fps"],
    )
    return {"frames": apply_mask(frames, mask, case.call["strength"], indices)}


RUNNERS = {
    "selva.frame_index": _frame_index,
    "selva.frames": _frames,
    "selva.frame_mask": _frame_mask,
}
