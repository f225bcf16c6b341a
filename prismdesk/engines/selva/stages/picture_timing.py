"""What happens when: the sync encoder's features, streamed over the whole picture once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from prismdesk.engines.contract import Phase
from prismdesk.engines.loading.state_file import CheckpointError
from prismdesk.engines.picture.segments import movement, numbers, segment_runs, segment_tokens
from prismdesk.engines.selva.networks import SYNC, TEXT_SYNC, listens
from prismdesk.engines.selva.stages.frame_selection import frames_for
from prismdesk.engines.selva.stages.words import t5_states

if TYPE_CHECKING:
    import numpy.typing as npt
    from torch import Tensor

    from prismdesk.engines.picture.frames_read import FramesToRead
    from prismdesk.engines.picture.segments import SegmentRun
    from prismdesk.engines.selva.run_state import RunState
    from prismdesk.engines.selva.text_synchformer import TextSynchformer

STAGE = "picture timing"

_MOST_STORED_BYTES = 10**9
"""Tokens of a longer picture (about two minutes) aren't kept: they would push out all else."""

_STORED_ERROR = 1e-3
"""Tokens are stored in half precision where that changes them by no more than this share."""


def is_used(run: RunState) -> bool:
    """Whether there is movement to read timing from; MMAudio takes none from a still image."""
    return run.picture is not None and (listens(run.checkpoint) or not run.is_still)


def picture_timing(run: RunState) -> Tensor | None:
    """Return features of the whole stretch, float32 [segments * 8, width] on the CPU, or None."""
    if not is_used(run):
        run.monitor.skip(STAGE)
        return None
    frames = frames_for(run, "sync", size_px=int(run.checkpoint.sizes("sync")["frame_px"]))
    about = {**frames.about(), **run.about_encoder("sync")}
    of_prompt = dict(about)
    if listens(run.checkpoint):
        of_prompt |= {"prompt": run.request.prompt, "t5": run.sha256_of("t5")}
    found = run.features.get("sync", of_prompt)
    if found is None:
        run.monitor.begin(STAGE, Phase.PICTURE_FEATURES)
        if listens(run.checkpoint):
            found = {"features": _listening(run, frames, about)}
        else:
            with run.using(SYNC) as encoder:
                found = {"features": movement(run, encoder, frames)}
        run.features.put("sync", of_prompt, found)
    else:
        run.monitor.skip(STAGE)
    return torch.from_numpy(found["features"])


def _listening(
    run: RunState, frames: FramesToRead, about: dict[str, object]
) -> npt.NDArray[np.float32]:
    """SelVA: the picture's tokens, kept for other prompts, look at this prompt's words."""
    words = t5_states(run, run.request.prompt)
    if words.shape[-1] != run.checkpoint.sizes("sync")["text_dim"]:
        raise CheckpointError(
            f"The T5 of {run.checkpoint.model.name} gives {words.shape[-1]} numbers a word, but "
            f"its video encoder wants {run.checkpoint.sizes('sync')['text_dim']}."
        )
    pooled = []
    with run.using(TEXT_SYNC) as encoder:
        text = encoder.text(words.to(run.checkpoint.device))
        for part in segment_runs(run, frames, encoder.config):
            tokens = _remembered_tokens(run, encoder, frames, part, about)
            pooled.append(numbers(encoder.pool(encoder.attend(tokens, text))))
            run.monitor.at(Phase.PICTURE_FEATURES, part.end, part.count)
    return np.concatenate(pooled).reshape(-1, pooled[0].shape[-1])


def _remembered_tokens(
    run: RunState,
    encoder: TextSynchformer,
    frames: FramesToRead,
    part: SegmentRun,
    about: dict[str, object],
) -> Tensor:
    of_part = {**about, "segments": [part.start, part.end]}
    found = run.features.get("sync-tokens", of_part)
    if found is None:
        # What is stored is used at once too: whether it came from the cache must not be heard.
        found = {"tokens": _stored(segment_tokens(run, encoder, frames, part))}
        if _fits_store(part, found["tokens"]):
            run.features.put("sync-tokens", of_part, found)
    return torch.from_numpy(found["tokens"]).to(run.checkpoint.device)


def _fits_store(part: SegmentRun, tokens: npt.NDArray[Any]) -> bool:
    return tokens.nbytes / (part.end - part.start) * part.count <= _MOST_STORED_BYTES


def _stored(tokens: Tensor) -> npt.NDArray[Any]:
    """In half precision where that hardly changes them, else as they are."""
    exact = tokens.float()
    half = exact.half()
    error = (half.float() - exact).norm() / exact.norm().clamp(min=1e-20)
    is_close = bool(torch.isfinite(half).all()) and float(error) <= _STORED_ERROR
    return (half if is_close else exact).cpu().numpy()
