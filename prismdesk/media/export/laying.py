"""Laying sound on a span: blocks that start at sample 0 are cut, or filled up with silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prismdesk.media.mixdown import BLOCK_SAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prismdesk.media.audio import AudioBlock
    from prismdesk.project.timebase import SampleRange


def laid(blocks: Iterator[AudioBlock], span: SampleRange, channels: int) -> Iterator[AudioBlock]:
    """Yield exactly ``span`` of the sound whose blocks begin at sample 0, silence after its end."""
    position = 0
    missing_from = span.start_samples
    for block in blocks:
        first = max(0, span.start_samples - position)
        last = min(block.shape[1], span.end_samples - position)
        if first < last:
            yield block[:, first:last]
            missing_from = position + last
        position += block.shape[1]
        if position >= span.end_samples:
            return
    for start in range(missing_from, span.end_samples, BLOCK_SAMPLES):
        yield np.zeros((channels, min(BLOCK_SAMPLES, span.end_samples - start)), np.float32)
