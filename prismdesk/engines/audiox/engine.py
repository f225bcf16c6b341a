"""The engine of AudioX: words, picture and sound to stereo effects and music."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.audiox.costs import audiox_costs
from prismdesk.engines.audiox.making import make_takes
from prismdesk.engines.audiox.model_files import forget_files
from prismdesk.engines.audiox.offer import ENGINE_ID, audiox_offer
from prismdesk.engines.audiox.planning import AudioxPlan, plan_run, smaller_models
from prismdesk.engines.audiox.run_state import RunState
from prismdesk.engines.audiox.warming import warm_set
from prismdesk.engines.hosting.engine import Hosted, HostedEngine
from prismdesk.engines.hosting.memory import free_bytes

if TYPE_CHECKING:
    from prismdesk.engines.capabilities import Capabilities
    from prismdesk.engines.contract import Result
    from prismdesk.engines.hosting.memory import FreeBytes, StageNeeds
    from prismdesk.engines.hosting.warming import WarmSet
    from prismdesk.engines.request import MachineOptions, Request
    from prismdesk.engines.weights.model import Model


class AudioxEngine(HostedEngine[AudioxPlan]):
    """Makes stereo sound for a region from words, picture and the sound around it.

    Args:
        free_memory: tells how many bytes are free on a device.
    """

    def __init__(self, *, free_memory: FreeBytes = free_bytes) -> None:
        super().__init__(ENGINE_ID, free_memory=free_memory)

    @property
    def capabilities(self) -> Capabilities:
        """What it offers with the weights that are here now."""
        return audiox_offer()

    def release(self) -> None:
        """Free networks, features, recorded work and mapped files."""
        super().release()
        forget_files()

    def _plan(self, request: Request) -> AudioxPlan:
        return plan_run(request)

    def _warm_set(self, variant: str, machine: MachineOptions) -> WarmSet:
        return warm_set(variant, machine)

    def _costs(self, request: Request, plan: AudioxPlan) -> dict[str, float]:
        return audiox_costs(plan, takes=request.takes)

    def _make(self, request: Request, plan: AudioxPlan, host: Hosted) -> Result:
        return make_takes(host.begin(RunState, request, plan))

    def _smaller(
        self, request: Request, plan: AudioxPlan
    ) -> list[tuple[Model, tuple[StageNeeds, ...]]]:
        return smaller_models(request, plan)
