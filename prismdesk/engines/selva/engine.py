"""The engine of SelVA and MMAudio: picture and words to sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from prismdesk.engines.sampling.graphed import GraphedRun, run_plainly
from prismdesk.engines.selva.costs import stage_costs
from prismdesk.engines.selva.features import FeatureMemory, Features
from prismdesk.engines.selva.making import make_takes
from prismdesk.engines.selva.memory import (
    MemoryPlan,
    fitting_plan,
    free_bytes,
    is_out_of_memory,
    ladder,
    needed_bytes,
    out_of_memory,
    ran_out_of_memory,
)
from prismdesk.engines.selva.offer import selva_offer
from prismdesk.engines.selva.planning import RunPlan, plan_run, smaller_models
from prismdesk.engines.selva.residency import Residence
from prismdesk.engines.selva.run_monitor import RunMonitor
from prismdesk.engines.selva.run_state import RunState

if TYPE_CHECKING:
    from prismdesk.engines.contract import (
        Capabilities,
        IsCancelled,
        OutOfMemoryError,
        ReportProgress,
        Request,
        Result,
    )
    from prismdesk.engines.selva.memory import FreeBytes


class SelvaEngine:
    """Makes sound for a region from picture, words and the sound around it.

    Args:
        free_memory: tells how many bytes are free on a device.
    """

    def __init__(self, *, free_memory: FreeBytes = free_bytes) -> None:
        self._free_memory = free_memory
        self._residence = Residence()
        self._remembered = FeatureMemory()
        self._graphs = GraphedRun()
        self._device = torch.device("cpu")

    @property
    def capabilities(self) -> Capabilities:
        """What it offers with the weights that are here now."""
        return selva_offer()

    @property
    def loaded_count(self) -> int:
        """How many networks are loaded."""
        return self._residence.loaded_count

    def prepare(self, progress: ReportProgress) -> None:
        """Nothing yet: which networks are needed, the request says."""

    def release(self) -> None:
        """Free networks, features and recorded work."""
        self._graphs.forget()
        self._remembered.clear()
        self._residence.release(self._device)

    @torch.no_grad()
    def run(self, request: Request, progress: ReportProgress, cancelled: IsCancelled) -> Result:
        """Make the takes of a request; the same request gives the same samples.

        Raises:
            UnsupportedError: adapters, a device that isn't there, or a track of too many channels.
            UnknownModelError: there is no such variant.
            WeightsMissingError: the variant's files aren't all here.
            CheckpointError: a weight file can't be used.
            UnusableContextError: the region doesn't lie in the context.
            SettingError: a setting is unknown or out of range.
            OutOfMemoryError: nothing that would be heard the same fits the memory.
            Cancelled: ``cancelled()`` answered True.
        """
        plan = plan_run(request)
        self._device = plan.checkpoint.device
        if self._residence.forget_others(plan.checkpoint):
            self._graphs.forget()
        rungs = list(ladder(self._device, request.takes, request.machine.offload))
        rung = self._first_rung(request, plan, rungs)
        while True:
            monitor = RunMonitor(progress, cancelled, _costs(request, plan))
            try:
                return make_takes(self._state(request, plan, rungs[rung], monitor))
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                rung += 1
                if rung == len(rungs):
                    would_fit = self._would_fit(request, plan, rungs[-1])
                    raise ran_out_of_memory(plan.checkpoint.model.name, would_fit) from error
            self._graphs.forget()
            self._residence.clear_device(self._device)

    def _first_rung(self, request: Request, plan: RunPlan, rungs: list[MemoryPlan]) -> int:
        """Return the quickest way of working that fits the memory free now."""
        fitting = fitting_plan(rungs, plan.needs, self._available_bytes())
        if fitting is None:
            raise self._does_not_fit(request, plan, rungs[-1])
        return rungs.index(fitting)

    def _available_bytes(self) -> int:
        """What is free, and what this engine's own networks hold."""
        return self._free_memory(self._device) + self._residence.bytes_on(self._device)

    def _does_not_fit(self, request: Request, plan: RunPlan, last: MemoryPlan) -> OutOfMemoryError:
        return out_of_memory(
            plan.checkpoint.model.name,
            wanted_bytes=needed_bytes(last, plan.needs),
            available_bytes=self._available_bytes(),
            device=self._device,
            would_fit=self._would_fit(request, plan, last),
        )

    def _would_fit(self, request: Request, plan: RunPlan, last: MemoryPlan) -> tuple[str, ...]:
        """Name what is smaller and can be had at once, largest first."""
        available = self._available_bytes()
        would_fit = [
            model.id
            for model, needs in smaller_models(request, plan)
            if fitting_plan([last], needs, available) is not None
        ]
        if self._device.type != "cpu" and plan.checkpoint.precision == torch.float32:
            would_fit.append("precision bf16")
        return tuple(would_fit)

    def _state(
        self, request: Request, plan: RunPlan, memory: MemoryPlan, monitor: RunMonitor
    ) -> RunState:
        self._residence.is_offloading = memory.is_offloading
        return RunState(
            request=request,
            settings=plan.settings,
            checkpoint=plan.checkpoint,
            residence=self._residence,
            features=Features(self._remembered, request.features),
            monitor=monitor,
            stretch=plan.stretch,
            windows=plan.windows,
            memory=memory,
            # Recorded work is bound to where the weights lie: it can't outlive a move.
            evaluate=run_plainly if memory.is_offloading else self._graphs,
        )


def _costs(request: Request, plan: RunPlan) -> dict[str, float]:
    return stage_costs(
        plan.needs,
        plan.stretch,
        plan.windows,
        plan.settings,
        takes=request.takes,
        number_bytes=plan.checkpoint.precision.itemsize,
    )
