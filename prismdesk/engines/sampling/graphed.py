"""Functions of tensors replayed as CUDA graphs: one launch in place of hundreds."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor

_log = logging.getLogger(__name__)

_WARM_UPS = 2

TensorFunction = Callable[..., Tensor]


class Run(Protocol):
    """How a function of tensors is called."""

    def __call__(
        self,
        function: TensorFunction,
        moving: tuple[Tensor, ...],
        constant: tuple[Tensor, ...],
        key: Hashable,
    ) -> Tensor:
        """Return ``function(*moving, *constant)``.

        Args:
            function: makes a tensor of tensors, by kernels alone; the same for the same key.
            moving: what changes from call to call.
            constant: what stays for many calls; its values are never changed in place.
            key: what the function depends on besides, e.g. where its weights lie.
        """


def run_plainly(
    function: TensorFunction,
    moving: tuple[Tensor, ...],
    constant: tuple[Tensor, ...],
    key: Hashable,
) -> Tensor:
    """Call the function as it is."""
    return function(*moving, *constant)


@dataclass(slots=True)
class _Captured:
    """A graph with the memory it reads and writes; ``last_constant`` is what was copied last."""

    graph: Any
    moving: tuple[Tensor, ...]
    constant: tuple[Tensor, ...]
    last_constant: tuple[Tensor, ...]
    result: Tensor

    def replay(self, moving: tuple[Tensor, ...], constant: tuple[Tensor, ...]) -> Tensor:
        for own, given in zip(self.moving, moving, strict=True):
            own.copy_(given)
        for own, given, last in zip(self.constant, constant, self.last_constant, strict=True):
            if given is not last:
                own.copy_(given)
        self.last_constant = constant
        self.graph.replay()
        return self.result.clone()


class GraphedRun:
    """Captures a function the first time and replays it whenever key, shapes and types return.

    Falls back to the plain call where the tensors aren't on a CUDA device, and for good where a
    capture fails. Weights may be changed in place between calls, but not moved: that needs
    another key, or ``forget``.

    Args:
        limit: graphs kept; the one not used for longest goes first.
    """

    def __init__(self, *, limit: int = 4) -> None:
        self._limit = limit
        self._captured: OrderedDict[Hashable, _Captured | None] = OrderedDict()

    def __call__(
        self,
        function: TensorFunction,
        moving: tuple[Tensor, ...],
        constant: tuple[Tensor, ...],
        key: Hashable,
    ) -> Tensor:
        """Return ``function(*moving, *constant)``; see ``Run``."""
        if any(tensor.device.type != "cuda" for tensor in moving):
            return function(*moving, *constant)
        shapes = tuple((t.shape, t.dtype, t.device) for t in (*moving, *constant))
        whole_key = (key, len(moving), shapes)
        if whole_key not in self._captured:
            while len(self._captured) >= self._limit:
                self._captured.popitem(last=False)
            self._captured[whole_key] = _captured_or_none(function, moving, constant)
        self._captured.move_to_end(whole_key)
        captured = self._captured[whole_key]
        if captured is None:
            return function(*moving, *constant)
        return captured.replay(moving, constant)

    def forget(self) -> None:
        """Give the memory of all graphs back."""
        self._captured.clear()


def _captured_or_none(
    function: TensorFunction, moving: tuple[Tensor, ...], constant: tuple[Tensor, ...]
) -> _Captured | None:
    try:
        return _capture(function, moving, constant)
    except RuntimeError as error:
        _log.warning("no CUDA graph could be captured, so kernels are launched singly: %s", error)
        return None


def _capture(
    function: TensorFunction, moving: tuple[Tensor, ...], constant: tuple[Tensor, ...]
) -> _Captured:
    own_moving = tuple(tensor.clone() for tensor in moving)
    own_constant = tuple(tensor.clone() for tensor in constant)
    device = moving[0].device
    with torch.cuda.device(device):
        beside = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]  # torch leaves it untyped
        beside.wait_stream(torch.cuda.current_stream(device))
        with torch.cuda.stream(beside):
            for _ in range(_WARM_UPS):
                function(*own_moving, *own_constant)
        torch.cuda.current_stream(device).wait_stream(beside)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, capture_error_mode="thread_local"):
            result = function(*own_moving, *own_constant)
    return _Captured(graph, own_moving, own_constant, constant, result)
