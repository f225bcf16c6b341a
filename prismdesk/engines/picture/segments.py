"""A film's segments through an encoder of movement, streamed: each frame is read once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import torch

from prismdesk.engines.contract import Phase
from prismdesk.engines.nets.synchformer import cut_segments
from prismdesk.engines.picture.frames import centred

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt
    from torch import Tensor

    from prismdesk.engines.hosting.run import HostedRun
    from prismdesk.engines.nets.synchformer import Synchformer, SynchformerConfig
    from prismdesk.engines.picture.frames_read import FramesToRead

SEGMENTS_IN_RUN = 8
"""Segments whose tokens are kept together: so many are in memory at a time."""


class SegmentEncoder(Protocol):
    """What turns segments into tokens."""

    @property
    def config(self) -> SynchformerConfig:
        """Lengths and steps of segments."""

    def tokens(self, segments: Tensor) -> Tensor:
        """Return [segments, tokens, width] of [segments, 3, frames, side, side]."""


@dataclass(slots=True)
class Carried:
    """The last frames read, which the next run's first segment begins with."""

    start: int = 0
    pixels: Tensor | None = None


@dataclass(slots=True)
class SegmentRun:
    """Segments ``start`` to ``end`` of ``count``; ``frames`` is carried from run to run."""

    start: int
    end: int
    count: int
    frames: Carried


def segment_runs(
    run: HostedRun, frames: FramesToRead, config: SynchformerConfig
) -> Iterator[SegmentRun]:
    """Yield all segments of the frames, few at a time, in order."""
    count = (len(frames) - config.segment_frames) // config.segment_step + 1
    carried = Carried()
    for start in range(0, count, SEGMENTS_IN_RUN):
        run.monitor.check()
        yield SegmentRun(start, min(start + SEGMENTS_IN_RUN, count), count, carried)


def segment_tokens(
    run: HostedRun, encoder: SegmentEncoder, frames: FramesToRead, part: SegmentRun
) -> Tensor:
    """Return what the film alone decides, [segments, tokens, width], on the device."""
    config = encoder.config
    first = part.start * config.segment_step
    last = (part.end - 1) * config.segment_step + config.segment_frames
    overlap = config.segment_frames - config.segment_step
    pixels = _pixels(run, frames, part.frames, first, last, overlap)
    segments = cut_segments(centred(pixels)[None], config)[0]
    tokens = []
    at_once = run.memory.segments_at_once
    for start in range(0, len(segments), at_once):
        some = segments[start : start + at_once].to(run.checkpoint.device)
        tokens.append(encoder.tokens(some))
        done = part.start + min(start + at_once, len(segments))
        run.monitor.at(Phase.PICTURE_FEATURES, done, part.count)
    return torch.cat(tokens)


def movement(run: HostedRun, encoder: Synchformer, frames: FramesToRead) -> npt.NDArray[np.float32]:
    """Return the features of all segments one after the other, [segments * 8, width]."""
    pooled = []
    for part in segment_runs(run, frames, encoder.config):
        pooled.append(numbers(encoder.pool(segment_tokens(run, encoder, frames, part))))
        run.monitor.at(Phase.PICTURE_FEATURES, part.end, part.count)
    return np.concatenate(pooled).reshape(-1, pooled[0].shape[-1])


def numbers(features: Tensor) -> npt.NDArray[np.float32]:
    """Return features as float32 on the CPU."""
    array: npt.NDArray[np.float32] = features.float().cpu().numpy()
    return array


def _pixels(
    run: HostedRun, frames: FramesToRead, carried: Carried, first: int, last: int, overlap: int
) -> Tensor:
    """Read frames ``first`` to ``last``, taking over those that the run before has read."""
    known = carried.pixels
    if known is None or not carried.start <= first < carried.start + len(known):
        pixels = frames.read(run, first, last)
    else:
        kept = known[first - carried.start :]
        pixels = torch.cat([kept, frames.read(run, first + len(kept), last)])
    carried.start, carried.pixels = last - overlap, pixels[-overlap:].clone()
    return pixels
