"""The engine of SelVA and MMAudio: picture and words to sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.hosting.engine import Hosted, HostedEngine
from prismdesk.engines.hosting.memory import free_bytes
from prismdesk.engines.selva.costs import selva_costs
from prismdesk.engines.selva.making import make_takes
from prismdesk.engines.selva.offer import ENGINE_ID, selva_offer
from prismdesk.engines.selva.planning import SelvaPlan, plan_run, smaller_models
from prismdesk.engines.selva.run_state import RunState
from prismdesk.engines.selva.warming import warm_set

if TYPE_CHECKING:
    from prismdesk.engines.capabilities import Capabilities
    from prismdesk.engines.contract import Result
    from prismdesk.engines.hosting.memory import FreeBytes, StageNeeds
    from prismdesk.engines.hosting.warming import WarmSet
    from prismdesk.engines.request import MachineOptions, Request
    from prismdesk.engines.weights.model import Model


class SelvaEngine(HostedEngine[SelvaPlan]):
    """Makes sound for a region from picture, words and the sound around it.

    Args:
        free_memory: tells how many bytes are free on a device.
    """

    def __init__(self, *, free_memory: FreeBytes = free_bytes) -> None:
        super().__init__(ENGINE_ID, free_memory=free_memory)

    @property
    def capabilities(self) -> Capabilities:
        """What it offers with the weights that are here now."""
        return selva_offer()

    def _plan(self, request: Request) -> SelvaPlan:
        return plan_run(request)

    def _warm_set(self, variant: str, machine: MachineOptions) -> WarmSet:
        return warm_set(variant, machine)

    def _costs(self, request: Request, plan: SelvaPlan) -> dict[str, float]:
        return selva_costs(
            plan.needs,
            plan.stretch,
            plan.windows,
            plan.settings,
            takes=request.takes,
            number_bytes=plan.checkpoint.precision.itemsize,
        )

    def _make(self, request: Request, plan: SelvaPlan, host: Hosted) -> Result:
        return make_takes(host.begin(RunState, request, plan))

    def _smaller(
        self, request: Request, plan: SelvaPlan
    ) -> list[tuple[Model, tuple[StageNeeds, ...]]]:
        return smaller_models(request, plan)
