"""What the user does to a sampling: hears it before it is done, or has enough of it."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from prismdesk.engines.hosting.device import empty_cache
from prismdesk.engines.hosting.device_memory import device_memory
from prismdesk.engines.hosting.previewing import has_room_to_decode
from prismdesk.engines.loading.memory_faults import is_out_of_memory
from prismdesk.engines.sampling.ended import StopAt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    from prismdesk.engines.hosting.run import HostedRun
    from prismdesk.engines.sound import Sound

    AsSound = Callable[[Tensor, int], Sound]
    """Makes a sound of one take's latents [1, …], as the decoder takes them, and its seed."""

STOP_AT_STEP = "stop_at_step"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDone:
    """One step of sampling.

    Attributes:
        done: steps done, over all windows.
        steps: in all.
        window_steps: how many a whole window has.
        seeds: of the takes that are sampled together.
        first_clean: gives the clean latents that the step points at, of the first of them, over
            all that is made so far, as the decoder takes them.
    """

    done: int
    steps: int
    window_steps: int
    seeds: Sequence[int]
    first_clean: Callable[[], Tensor]


class SamplingHands:
    """Looked at after each step of a run's sampling, over all its takes.

    Takes whose sampling has not begun when the user has enough are ended at the same step, so that
    they can be compared.

    Args:
        run: the run.
        stop_at_step: as the settings say, 0 for never.
        as_sound: decodes, and joins at the seams.
    """

    def __init__(self, run: HostedRun, *, stop_at_step: int, as_sound: AsSound) -> None:
        self._run = run
        self._as_sound = as_sound
        self._stop = StopAt(stop_at_step)
        self._had_enough = False
        self._ended: set[int] = set()

    def after_step(self, now: StepDone) -> bool:
        """Do what is wanted after a step; True if sampling of its window is to end with it."""
        hands = self._run.request.hands
        if hands.hear_wanted(now.done):
            self._hear(now)
        if now.done % now.window_steps == 0:
            # A window that is whole needs no ending.
            return False
        if not self._had_enough and hands.enough():
            self._had_enough = True
            self._stop = StopAt(now.done)
        if not self._stop.ends(now.done, now.window_steps):
            return False
        if self._had_enough:
            self._ended.update(now.seeds)
        return True

    def marked(self, sounds: tuple[Sound, ...]) -> tuple[Sound, ...]:
        """Return the takes with the setting by which those that were ended are made again."""
        used = ((STOP_AT_STEP, self._stop.step),)
        return tuple(
            replace(sound, settings_used=used) if sound.seed in self._ended else sound
            for sound in sounds
        )

    def _hear(self, now: StepDone) -> None:
        """Make the sound so far heard; whatever comes of it, sampling goes on as it would have."""
        run = self._run
        if run.memory.is_offloading and not has_room_to_decode(run):
            run.request.hands.cannot_hear(self._no_room())
            return
        try:
            with run.monitor.left_out():
                began = time.monotonic()
                sound = self._as_sound(now.first_clean(), now.seeds[0])
                run.expect_decoding(time.monotonic() - began)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            empty_cache(run.checkpoint.device)
            run.request.hands.cannot_hear(self._no_room())
        else:
            run.request.hands.deliver(sound, now.done, now.steps)

    def _no_room(self) -> str:
        place = device_memory(self._run.checkpoint.device).device
        return (
            f"There is no room in the memory of the {place} to decode sound while sampling goes "
            "on; it is heard once it is made."
        )
