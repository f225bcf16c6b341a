"""The features of each window, and what the generator prepares of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.engines.sampling.made_when_asked import MadeWhenAsked
from prismdesk.engines.selva.generator.conditions import Conditions, Prepared
from prismdesk.engines.selva.generator.guidance import GUIDED_FROM, GuidedVelocity
from prismdesk.engines.selva.lengths import (
    CLIP_RATE_HZ,
    MINIMUM_SECONDS,
    SYNC_FEATURES_PER_SEGMENT,
    lengths_of,
)

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.sampling.windows import Window
    from prismdesk.engines.selva.generator.network import Generator
    from prismdesk.engines.selva.run_state import RunState

GRID_SECONDS = 0.32
"""Windows begin where segments of the picture's timing begin."""

_KEPT_WINDOWS = 16
"""Of longer plans each window's conditions are prepared anew at every step: it costs less than
5 % of an evaluation, and memory stays constant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StretchFeatures:
    """Features over the whole stretch, on the CPU; None where there is nothing to see or read.

    Attributes:
        meaning: what the picture shows [frames, width], eight a second.
        timing: what happens when [segments * 8, width].
        words: states of the prompt [1, tokens, width].
        unwanted: states of the negative prompt, or None for the row in the weights.
    """

    meaning: Tensor | None
    timing: Tensor | None
    words: Tensor
    unwanted: Tensor | None


class WindowVelocities(MadeWhenAsked[GuidedVelocity]):
    """The guided velocity of each window, prepared when it is first asked for."""

    def __init__(
        self, run: RunState, generator: Generator, features: StretchFeatures, *, takes: int
    ) -> None:
        super().__init__(
            lambda index: self._made(run.windows[index]),
            len(run.windows),
            kept_at_most=_KEPT_WINDOWS,
        )
        self._run = run
        self._generator = generator
        self._features = features
        self._takes = takes
        self._unconditional: dict[tuple[int, int, int], Prepared] = {}

    def _made(self, window: Window) -> GuidedVelocity:
        conditions = window_conditions(self._run, window, self._features)
        frames = window.latent_frames
        prepared = self._prepared(conditions, frames)
        guidance = self._run.settings.guidance
        unconditional = None
        if guidance >= GUIDED_FROM:
            key = (frames, conditions.clip_frames, conditions.sync_frames)
            if key not in self._unconditional:
                nothing = Conditions(
                    clip=None,
                    sync=None,
                    text=self._features.unwanted,
                    batch=1,
                    clip_frames=conditions.clip_frames,
                    sync_frames=conditions.sync_frames,
                )
                self._unconditional[key] = self._prepared(nothing, frames)
            unconditional = self._unconditional[key]
        return GuidedVelocity(
            self._generator, prepared, unconditional, guidance, run=self._run.evaluate
        )

    def _prepared(self, conditions: Conditions, frames: int) -> Prepared:
        placed = Conditions(
            clip=self._on_device(conditions.clip),
            sync=self._on_device(conditions.sync),
            text=self._on_device(conditions.text),
            batch=1,
            clip_frames=conditions.clip_frames,
            sync_frames=conditions.sync_frames,
        )
        return self._generator.prepare(placed, latent_frames=frames).repeat(self._takes)

    def _on_device(self, features: Tensor | None) -> Tensor | None:
        return None if features is None else features.to(self._run.checkpoint.device)


def window_conditions(run: RunState, window: Window, features: StretchFeatures) -> Conditions:
    """Cut one window's features out of those of the whole stretch, on the CPU.

    Its timing is the run of segments that begins where it does; its frames for meaning are those
    nearest in time.
    """
    clip_frames, segments = _window_counts(run, window)
    clip = sync = None
    if features.meaning is not None:
        first = round(window.start_seconds * CLIP_RATE_HZ)
        first = max(0, min(first, len(features.meaning) - clip_frames))
        clip = features.meaning[None, first : first + clip_frames]
        clip_frames = clip.shape[1]
    if features.timing is not None:
        start = window.grid_index * SYNC_FEATURES_PER_SEGMENT
        sync = features.timing[None, start : start + segments * SYNC_FEATURES_PER_SEGMENT]
        segments = sync.shape[1] // SYNC_FEATURES_PER_SEGMENT
    return Conditions(
        clip=clip,
        sync=sync,
        text=features.words,
        batch=1,
        clip_frames=clip_frames,
        sync_frames=segments * SYNC_FEATURES_PER_SEGMENT,
    )


def _window_counts(run: RunState, window: Window) -> tuple[int, int]:
    """Frames for meaning and segments of timing that a window has."""
    if len(run.windows) == 1:
        lengths = run.stretch.lengths
        return lengths.clip_frames, lengths.sync_segments
    seconds = window.latent_frames / run.stretch.latent_rate_hz
    lengths = lengths_of(max(seconds, MINIMUM_SECONDS), run.stretch.model_rate_hz)
    return lengths.clip_frames, lengths.sync_segments
