"""What the user does to a sampling: hears it before it is done, or has enough of it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import torch

from prismdesk.engines.contract import Phase
from prismdesk.engines.device_names import PROCESSOR
from prismdesk.engines.hosting.device import empty_cache
from prismdesk.engines.hosting.device_memory import device_memory
from prismdesk.engines.hosting.previewing import has_room_to_decode
from prismdesk.engines.loading.memory_faults import is_out_of_memory
from prismdesk.engines.sampling.ended import StopAt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    from prismdesk.engines.contract import SettingValue, Sound
    from prismdesk.engines.hosting.run import HostedRun

    AsSound = Callable[[Tensor, int], Sound]
    """Makes a sound of a first take's clean latents and its seed, as a take is made."""

STOP_AT_STEP = "stop_at_step"

_log = logging.getLogger(__name__)


class SamplingHands:
    """Looked at after each step of the sampling of a run, over all its takes.

    Args:
        run: the run.
        stop_at_step: as the settings say, 0 for never.
        as_sound: decodes, and joins at the seams.
    """

    def __init__(self, run: HostedRun, *, stop_at_step: int, as_sound: AsSound) -> None:
        self._run = run
        self._as_sound = as_sound
        self._asked = stop_at_step
        self._stop = StopAt(stop_at_step)
        self._ended_seeds: set[int] = set()

    def ends(
        self, done: int, steps: int, seeds: Sequence[int], clean: Callable[[], Tensor]
    ) -> None:
        """Not called: see ``after_step``."""
        raise NotImplementedError
