"""Sound as an engine makes it: float32 (channels, samples), full scale 1.0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from prismdesk.engines.capabilities import SettingValue

AudioBlock = npt.NDArray[np.float32]
"""float32 (channels, samples), full scale 1.0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """One take as the engine made it.

    ``audio`` is (channels of the context, head + region length + tail) at the request's rate.
    ``seam_samples`` is 0 where the sound already joins its surroundings at both ends, else the
    length of the fades the program should lay inside the region.
    ``notes`` are short sentences on how it was made (method chosen, sources used).
    ``proposed_gain_db`` would bring it to the level of its surroundings; it is not applied.
    ``settings_used`` are settings that it was made with other than those of the request; with
    them the same request gives the same samples again (``stop_at_step`` of an ended sampling).
    ``batch_seeds`` are the seeds of all takes that were computed together with this one, its own
    among them, in order; empty where each was made by itself.
    """

    audio: AudioBlock
    seed: int
    seam_samples: int = 0
    head_samples: int = 0
    tail_samples: int = 0
    notes: tuple[str, ...] = ()
    proposed_gain_db: float | None = None
    settings_used: tuple[tuple[str, SettingValue], ...] = ()
    batch_seeds: tuple[int, ...] = ()
