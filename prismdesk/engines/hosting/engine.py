"""An engine of large networks: planned, fitted to the memory, run, and freed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields, replace
from math import floor
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import torch

from prismdesk.engines.adapting.application import WithAdapters, require_usable
from prismdesk.engines.contract import Holding
from prismdesk.engines.errors import SmallerWay, SmallerWork
from prismdesk.engines.hosting.adapted_needs import with_kept_weights
from prismdesk.engines.hosting.damage import damage_behind
from prismdesk.engines.hosting.device_memory import device_memory
from prismdesk.engines.hosting.features import FeatureMemory, Features
from prismdesk.engines.hosting.made_on import recorded
from prismdesk.engines.hosting.memory import (
    MemoryPlan,
    fitting_plan,
    free_bytes,
    keeping_plan,
    ladder,
    needed_bytes,
    nothing_ahead,
    out_of_memory,
    ran_out_of_memory,
)
from prismdesk.engines.hosting.residency import Residence
from prismdesk.engines.hosting.run_monitor import RunMonitor
from prismdesk.engines.hosting.warming import load_ahead
from prismdesk.engines.loading.checkpoint_error import CheckpointError
from prismdesk.engines.loading.memory_faults import is_out_of_memory
from prismdesk.engines.sampling.graphed import GraphedRun, run_plainly

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from prismdesk.engines.capabilities import Capabilities
    from prismdesk.engines.contract import ReportProgress, Result
    from prismdesk.engines.errors import OutOfMemoryError
    from prismdesk.engines.hosting.memory import FreeBytes, StageNeeds
    from prismdesk.engines.hosting.network import Checkpoint
    from prismdesk.engines.hosting.run import HostedRun
    from prismdesk.engines.hosting.run_plan import RunPlan
    from prismdesk.engines.hosting.warming import WarmSet
    from prismdesk.engines.request import MachineOptions, Request
    from prismdesk.engines.sampling.graphed import Run
    from prismdesk.engines.weights.model import Model
    from prismdesk.progress import IsCancelled


PlanT = TypeVar("PlanT", bound="RunPlan[Any, Any]")
RunT = TypeVar("RunT", bound="HostedRun")

_LEAST_SHORTENED_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Hosted:
    """What the host gives a run: the fields of ``HostedRun`` that don't come from its plan."""

    residence: Residence
    features: Features
    monitor: RunMonitor
    memory: MemoryPlan
    evaluate: Run
    adapters: WithAdapters

    def begin(self, kind: type[RunT], request: Request, plan: RunPlan[Any, Any]) -> RunT:
        """Return a run: what was planned, with what the host gives."""
        parts = {
            part.name: getattr(source, part.name)
            for source in (plan, self)
            for part in fields(source)
        }
        return kind(request=request, **parts)


class HostedEngine(ABC, Generic[PlanT]):
    """Runs requests with networks that stay loaded as long as the memory allows.

    Args:
        engine_id: names its features in the cache.
        free_memory: tells how many bytes are free on a device.
    """

    def __init__(self, engine_id: str, *, free_memory: FreeBytes = free_bytes) -> None:
        self._id = engine_id
        self._free_memory = free_memory
        self._residence = Residence()
        self._remembered = FeatureMemory()
        self._graphs = GraphedRun()
        self._adapters = WithAdapters()
        self._device = torch.device("cpu")
        self._held_variant = ""

    @property
    @abstractmethod
    def capabilities(self) -> Capabilities:
        """What it offers with the weights that are here now."""

    @abstractmethod
    def _plan(self, request: Request) -> PlanT:
        """Decide everything about a run but how much is done at once."""

    @abstractmethod
    def _warm_set(self, variant: str, machine: MachineOptions) -> WarmSet:
        """What is loaded of a variant before there is a request."""

    @abstractmethod
    def _costs(self, request: Request, plan: PlanT) -> Mapping[str, float]:
        """What each stage costs."""

    @abstractmethod
    def _make(self, request: Request, plan: PlanT, host: Hosted) -> Result:
        """Make the takes."""

    @abstractmethod
    def _smaller(
        self, request: Request, plan: PlanT
    ) -> Iterable[tuple[Model, tuple[StageNeeds, ...]]]:
        """Installed models that are smaller, largest first, and their needs."""

    @property
    def loaded_count(self) -> int:
        """How many networks are loaded."""
        return self._residence.loaded_count

    @property
    def holding(self) -> Holding:
        """Which variant's networks are loaded, what they take, and where; from any thread."""
        loaded_bytes = self._residence.loaded_bytes
        if not loaded_bytes:
            return Holding()
        return Holding(
            variant=self._held_variant,
            loaded_bytes=loaded_bytes,
            memory=device_memory(self._device),
        )

    def prepare(self, progress: ReportProgress) -> None:
        """Nothing yet: which networks are needed, the request says."""

    def release(self) -> None:
        """Free networks, features and recorded work."""
        self._graphs.forget()
        self._adapters.forget()
        self._remembered.clear()
        self._residence.release(self._device)

    @torch.no_grad()
    def warm_up(
        self,
        variant: str,
        machine: MachineOptions,
        progress: ReportProgress,
        cancelled: IsCancelled,
    ) -> None:
        """Load a variant's networks, so that its next run begins at once.

        Where a graphics processor can't hold all of them they wait in main memory.

        Raises:
            UnsupportedError: the device isn't there.
            UnknownModelError: there is no such variant.
            WeightsMissingError: the variant's files aren't all here.
            WeightsDamagedError: a file isn't what was published.
            CheckpointError: a weight file can't be used.
            OutOfMemoryError: the processor's memory can't hold them all.
            Cancelled: ``cancelled()`` answered True; what is loaded by then stays.
        """
        try:
            self._warm_up(self._warm_set(variant, machine), machine, progress, cancelled)
        except CheckpointError as error:
            raise damage_behind(error, self._id, variant) from error

    def _warm_up(
        self,
        wanted: WarmSet,
        machine: MachineOptions,
        progress: ReportProgress,
        cancelled: IsCancelled,
    ) -> None:
        self._begin_on(wanted.checkpoint)
        plan = keeping_plan(self._device)
        fits = fitting_plan([plan], wanted.needs, self._available_bytes()) is not None
        if self._device.type == "cpu" and not fits:
            raise nothing_ahead(
                wanted.checkpoint.model.name,
                wanted_bytes=needed_bytes(plan, wanted.needs),
                available_bytes=self._available_bytes(),
            )
        self._residence.is_offloading = self._device.type != "cpu" and (
            machine.offload == "offload" or not fits
        )
        load_ahead(wanted, self._residence, progress, cancelled)

    def _begin_on(self, checkpoint: Checkpoint) -> None:
        """Turn to a checkpoint; networks that it doesn't use are freed."""
        self._device, self._held_variant = checkpoint.device, checkpoint.model.id
        if self._residence.forget_others(checkpoint):
            self._graphs.forget()

    @torch.no_grad()
    def run(self, request: Request, progress: ReportProgress, cancelled: IsCancelled) -> Result:
        """Make the takes of a request; the same request gives the same samples.

        Raises:
            AdapterRefusedError: an adapter can't be used, or not on this model.
            UnsupportedError: a device that isn't there, or a track of too many channels.
            UnknownModelError: there is no such variant.
            WeightsMissingError: the variant's files aren't all here.
            CheckpointError: a weight file can't be used.
            WeightsDamagedError: a weight file isn't what was published.
            UnusableContextError: the region doesn't lie in the context.
            SettingError: a setting is unknown or out of range.
            OutOfMemoryError: nothing that would be heard the same fits the memory.
            Cancelled: ``cancelled()`` answered True.
        """
        try:
            return self._run(request, progress, cancelled)
        except CheckpointError as error:
            raise damage_behind(error, self._id, request.variant) from error

    def _run(self, request: Request, progress: ReportProgress, cancelled: IsCancelled) -> Result:
        plan = self._planned(request)
        require_usable(request.adapters, plan.checkpoint.model)
        self._begin_on(plan.checkpoint)
        rungs = list(ladder(self._device, request.takes, request.machine.offload))
        rung = self._first_rung(request, plan, rungs)
        while True:
            monitor = RunMonitor(
                progress,
                cancelled,
                self._costs(request, plan),
                memory=lambda: device_memory(self._device),
            )
            try:
                result = self._make(request, plan, self._hosted(request, rungs[rung], monitor))
                return recorded(result, request, plan.checkpoint, rungs[rung])
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                rung += 1
                if rung == len(rungs):
                    raise ran_out_of_memory(
                        plan.checkpoint.model.name,
                        device=self._device,
                        smaller=self._smaller_work(request, plan, rungs[-1]),
                    ) from error
            self._graphs.forget()
            self._residence.clear_device(self._device)

    def _planned(self, request: Request) -> PlanT:
        """Return the plan, with what the request's adapters need beside it."""
        plan = self._plan(request)
        needs = with_kept_weights(plan.needs, request.adapters, plan.checkpoint)
        return replace(plan, needs=needs)

    def _first_rung(self, request: Request, plan: PlanT, rungs: list[MemoryPlan]) -> int:
        """Return the quickest way of working that fits the memory free now."""
        fitting = fitting_plan(rungs, plan.needs, self._available_bytes())
        if fitting is None:
            raise self._does_not_fit(request, plan, rungs[-1])
        return rungs.index(fitting)

    def _available_bytes(self) -> int:
        """What is free, and what this engine's own networks hold."""
        return self._free_memory(self._device) + self._residence.bytes_on(self._device)

    def _does_not_fit(self, request: Request, plan: PlanT, last: MemoryPlan) -> OutOfMemoryError:
        return out_of_memory(
            plan.checkpoint.model.name,
            wanted_bytes=needed_bytes(last, plan.needs),
            available_bytes=self._available_bytes(),
            device=self._device,
            smaller=self._smaller_work(request, plan, last),
        )

    def _smaller_work(
        self, request: Request, plan: PlanT, last: MemoryPlan
    ) -> tuple[SmallerWork, ...]:
        """Name what is smaller and can be had at once, largest first.

        Fewer takes are no help: they are made one after the other already.
        """
        available = self._available_bytes()

        def fits(needs: tuple[StageNeeds, ...], way: MemoryPlan = last) -> bool:
            return fitting_plan([way], needs, available) is not None

        smaller = []
        if request.machine.offload == "keep" and fits(
            plan.needs, replace(last, is_offloading=True)
        ):
            smaller.append(SmallerWork(way=SmallerWay.OFFLOAD, words="offload"))
        smaller += [
            SmallerWork(way=SmallerWay.VARIANT, words=model.name, value=model.id)
            for model, needs in self._smaller(request, plan)
            # Adapters belong to the very model that they were trained on.
            if fits(needs) and not request.adapters
        ]
        if self._device.type != "cpu" and plan.checkpoint.precision == torch.float32:
            smaller.append(
                SmallerWork(way=SmallerWay.PRECISION, words="precision bf16", value="bf16")
            )
        if (seconds := _half_seconds(request)) >= _LEAST_SHORTENED_SECONDS:
            needs = self._planned(_shortened(request, seconds)).needs
            is_smaller = needed_bytes(last, needs) < needed_bytes(last, plan.needs)
            if is_smaller and fits(needs):
                words = f"a region of at most {seconds:.1f} s"
                smaller.append(
                    SmallerWork(way=SmallerWay.SHORTER, words=words, value=f"{seconds:.1f}")
                )
        return tuple(smaller)

    def _hosted(self, request: Request, memory: MemoryPlan, monitor: RunMonitor) -> Hosted:
        self._residence.is_offloading = memory.is_offloading
        return Hosted(
            residence=self._residence,
            features=Features(self._id, self._remembered, request.features),
            monitor=monitor,
            memory=memory,
            # Recorded work is bound to where the weights lie: it can't outlive a move.
            evaluate=run_plainly if memory.is_offloading else self._graphs,
            adapters=self._adapters,
        )


def _half_seconds(request: Request) -> float:
    """Half a region's length, in tenths of a second, rounded down."""
    length = request.region_end_samples - request.region_start_samples
    return floor(5 * length / request.rate_hz) / 10


def _shortened(request: Request, seconds: float) -> Request:
    end = request.region_start_samples + round(seconds * request.rate_hz)
    return replace(request, region_end_samples=end, source=None)
