"""What encoding has instead of an engine: networks one after the other, and a cache.

Encoding runs the stages of the engines themselves on runs of their kind, so that what a model is
trained with is to the last bit what it is told when it makes sound, and either finds in the cache
what the other worked out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from prismdesk.engines.adapting.application import WithAdapters
from prismdesk.engines.hosting.engine import Hosted
from prismdesk.engines.hosting.features import FeatureMemory, Features
from prismdesk.engines.hosting.memory import fitting_plan, free_bytes, ladder
from prismdesk.engines.hosting.residency import Residence
from prismdesk.engines.hosting.run_monitor import RunMonitor
from prismdesk.engines.sampling.graphed import run_plainly

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt
    import torch

    from prismdesk.engines.contract import Progress
    from prismdesk.engines.hosting.memory import MemoryPlan
    from prismdesk.engines.hosting.run import HostedRun
    from prismdesk.engines.hosting.run_plan import RunPlan
    from prismdesk.engines.request import FeatureStore, MachineOptions, Request
    from prismdesk.progress import IsCancelled

    Arrays = dict[str, npt.NDArray[Any]]

RunT = TypeVar("RunT", bound="HostedRun")

_LARGE_BYTES = 8 * 2**20
"""Features that are only steps on the way to others are larger than this."""

_MEMORY_BYTES = 128 * 2**20


class SmallFeaturesKept:
    """A store in front of another one, for as long as a set is encoded.

    What is small stays in main memory, so that no stage has to go back to a network of an earlier
    one. What is large is taken from the other store if it is there, but never put into it: a whole
    set of it would push everything else out.
    """

    def __init__(self, store: FeatureStore) -> None:
        self._store = store
        self._kept: dict[str, Arrays] = {}

    def get(self, key: str) -> Arrays | None:
        """Return what was put under a key here, or else in the other store."""
        found = self._kept.get(key)
        return self._store.get(key) if found is None else found

    def put(self, key: str, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Keep arrays here and in the other store, unless they are large."""
        if sum(array.nbytes for array in arrays.values()) <= _LARGE_BYTES:
            self._kept[key] = dict(arrays)
            self._store.put(key, arrays)


class EncodingHost:
    """Begins runs whose stages are called one by one.

    Args:
        engine_id: whose features they are.
        machine: on what it works.
        store: where features are kept.
        cancelled: asked often.
    """

    def __init__(
        self, engine_id: str, machine: MachineOptions, store: FeatureStore, cancelled: IsCancelled
    ) -> None:
        self.machine = machine
        self.cancelled = cancelled
        self.residence = Residence()
        self._memory: MemoryPlan | None = None
        self._adapters = WithAdapters()
        self._features = Features(engine_id, FeatureMemory(_MEMORY_BYTES), SmallFeaturesKept(store))

    def begin(self, kind: type[RunT], request: Request, plan: RunPlan[Any, Any]) -> RunT:
        """Return a run of what was planned.

        Its request may have another region than the plan was made for: a mask is spread over that
        of the request, everything else follows the plan.
        """
        if self._memory is None:
            self._memory = self._fitting(plan)
        hosted = Hosted(
            residence=self.residence,
            features=self._features,
            monitor=RunMonitor(_nobody_looks, self.cancelled, {}),
            memory=self._memory,
            evaluate=run_plainly,
            adapters=self._adapters,
        )
        return hosted.begin(kind, request, plan)

    def free(self, device: torch.device) -> None:
        """Free the networks of the stage that is over."""
        self.residence.release(device)

    def _fitting(self, plan: RunPlan[Any, Any]) -> MemoryPlan:
        """Return the quickest way of working with one network at a time; the last if none fits."""
        device = plan.checkpoint.device
        rungs = [
            replace(rung, is_offloading=True) for rung in ladder(device, 1, self.machine.offload)
        ]
        return fitting_plan(rungs, plan.needs, free_bytes(device)) or rungs[-1]


def _nobody_looks(progress: Progress) -> None:
    """Take a report and drop it: how far a set is, is counted in its pairs."""
