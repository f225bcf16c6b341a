"""What happens when: the sync encoder's features, streamed over the whole picture once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from prismdesk.engines.contract import Phase
from prismdesk.engines.loading.state_file import CheckpointError
from prismdesk.engines.nets.synchformer import cut_segments
from prismdesk.engines.selva.frames import centred
from prismdesk.engines.selva.lengths import SYNC_SEGMENT_FRAMES, SYNC_STEP_FRAMES
from prismdesk.engines.selva.networks import SYNC, TEXT_SYNC
from prismdesk.engines.selva.stages.frames_read import frames_for
from prismdesk.engines.selva.stages.words import t5_states

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt
    from torch import Tensor

    from prismdesk.engines.nets.synchformer import Synchformer, SynchformerConfig
    from prismdesk.engines.selva.run_state import RunState
    from prismdesk.engines.selva.stages.frames_read import FramesToRead
    from prismdesk.engines.selva.text_synchformer import TextSynchformer

STAGE = "picture timing"

SEGMENTS_IN_RUN = 8
"""Segments whose tokens are kept together: so many are in memory at a time."""

_MOST_STORED_BYTES = 10**9
"""Tokens of a longer picture (about two minutes) aren't kept: they would push out all else."""

_STORED_ERROR = 1e-3
"""Tokens are stored in half precision where that changes them by no more than this share."""


def is_used(run: RunState) -> bool:
    """Whether there is movement to read timing from; MMAudio takes none from a still image."""
    return run.picture is not None and (run.checkpoint.listens or not run.is_still)


def picture_timing(run: RunState) -> Tensor | None:
    """Return features of the whole stretch, float32 [segments * 8, width] on the CPU, or None."""
    if not is_used(run):
        run.monitor.skip(STAGE)
        return None
    frames = frames_for(run, "sync", size_px=int(run.checkpoint.sizes("sync")["frame_px"]))
    about = {**frames.about(), **run.about_encoder("sync")}
    of_prompt = dict(about)
    if run.checkpoint.listens:
        of_prompt |= {"prompt": run.request.prompt, "t5": run.sha256_of("t5")}
    found = run.features.get("sync", of_prompt)
    if found is None:
        run.monitor.begin(STAGE, Phase.PICTURE_FEATURES)
        encode = _listening if run.checkpoint.listens else _watching
        found = {"features": encode(run, frames, about)}
        run.features.put("sync", of_prompt, found)
    else:
        run.monitor.skip(STAGE)
    return torch.from_numpy(found["features"])


def _watching(
    run: RunState, frames: FramesToRead, about: dict[str, object]
) -> npt.NDArray[np.float32]:
    """MMAudio: features of the picture alone, which need no tokens kept."""
    del about
    pooled = []
    with run.using(SYNC) as encoder:
        for part in _segment_runs(run, frames):
            pooled.append(_numbers(encoder.pool(_tokens(run, encoder, frames, part))))
            run.monitor.at(Phase.PICTURE_FEATURES, part.end, part.count)
    return np.concatenate(pooled).reshape(-1, pooled[0].shape[-1])


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
        for part in _segment_runs(run, frames):
            tokens = _remembered_tokens(run, encoder, frames, part, about)
            pooled.append(_numbers(encoder.pool(encoder.attend(tokens, text))))
            run.monitor.at(Phase.PICTURE_FEATURES, part.end, part.count)
    return np.concatenate(pooled).reshape(-1, pooled[0].shape[-1])


@dataclass(slots=True)
class _SegmentRun:
    """Segments ``start`` to ``end`` of ``count``; ``frames`` is carried from run to run."""

    start: int
    end: int
    count: int
    frames: _Carried


@dataclass(slots=True)
class _Carried:
    """The last frames read, which the next run's first segment begins with."""

    start: int = 0
    pixels: Tensor | None = None


def _segment_runs(run: RunState, frames: FramesToRead) -> Iterator[_SegmentRun]:
    count = (len(frames) - SYNC_SEGMENT_FRAMES) // SYNC_STEP_FRAMES + 1
    carried = _Carried()
    for start in range(0, count, SEGMENTS_IN_RUN):
        run.monitor.check()
        yield _SegmentRun(start, min(start + SEGMENTS_IN_RUN, count), count, carried)


def _remembered_tokens(
    run: RunState,
    encoder: TextSynchformer,
    frames: FramesToRead,
    part: _SegmentRun,
    about: dict[str, object],
) -> Tensor:
    of_part = {**about, "segments": [part.start, part.end]}
    found = run.features.get("sync-tokens", of_part)
    if found is None:
        # What is stored is used at once too: whether it came from the cache must not be heard.
        found = {"tokens": _stored(_tokens(run, encoder, frames, part))}
        if _fits_store(part, found["tokens"]):
            run.features.put("sync-tokens", of_part, found)
    return torch.from_numpy(found["tokens"]).to(run.checkpoint.device)


def _tokens(
    run: RunState,
    encoder: Synchformer | TextSynchformer,
    frames: FramesToRead,
    part: _SegmentRun,
) -> Tensor:
    """Return what the film alone decides, [segments, tokens, width], on the device."""
    config: SynchformerConfig = encoder.config
    first = part.start * config.segment_step
    last = (part.end - 1) * config.segment_step + config.segment_frames
    pixels = _pixels(run, frames, part.frames, first, last)
    segments = cut_segments(centred(pixels)[None], config)[0]
    tokens = []
    at_once = run.memory.segments_at_once
    for start in range(0, len(segments), at_once):
        some = segments[start : start + at_once].to(run.checkpoint.device)
        tokens.append(encoder.tokens(some))
        done = part.start + min(start + at_once, len(segments))
        run.monitor.at(Phase.PICTURE_FEATURES, done, part.count)
    return torch.cat(tokens)


def _pixels(
    run: RunState, frames: FramesToRead, carried: _Carried, first: int, last: int
) -> Tensor:
    """Read frames ``first`` to ``last``, taking over those that the run before has read."""
    known = carried.pixels
    if known is None or not carried.start <= first < carried.start + len(known):
        pixels = frames.read(run, first, last)
    else:
        kept = known[first - carried.start :]
        pixels = torch.cat([kept, frames.read(run, first + len(kept), last)])
    overlap = SYNC_SEGMENT_FRAMES - SYNC_STEP_FRAMES
    carried.start, carried.pixels = last - overlap, pixels[-overlap:].clone()
    return pixels


def _fits_store(part: _SegmentRun, tokens: npt.NDArray[Any]) -> bool:
    return tokens.nbytes / (part.end - part.start) * part.count <= _MOST_STORED_BYTES


def _stored(tokens: Tensor) -> npt.NDArray[Any]:
    """In half precision where that hardly changes them, else as they are."""
    exact = tokens.float()
    half = exact.half()
    error = (half.float() - exact).norm() / exact.norm().clamp(min=1e-20)
    is_close = bool(torch.isfinite(half).all()) and float(error) <= _STORED_ERROR
    return (half if is_close else exact).cpu().numpy()


def _numbers(pooled: Tensor) -> npt.NDArray[np.float32]:
    numbers: npt.NDArray[np.float32] = pooled.float().cpu().numpy()
    return numbers
