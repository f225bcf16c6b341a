"""Networks whose own tensors a preset has tuned: between base and tuned by a strength, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import torch

from prismdesk.engines.adapting.adapter_file_error import AdapterFileError
from prismdesk.engines.adapting.read import read_tensors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor, nn

    from prismdesk.engines.request import AdapterOnRun


class TunedTensors:
    """What is tuned in one engine's networks at the moment.

    Tensors are exchanged, not written over: those that the networks came with are kept as they
    are and come back to the bit.
    """

    def __init__(self) -> None:
        self._began: WeakKeyDictionary[nn.Module, dict[str, Tensor]] = WeakKeyDictionary()
        self._on: WeakKeyDictionary[nn.Module, list[tuple[str, float]]] = WeakKeyDictionary()

    def put_on(self, network: nn.Module, tuned: Sequence[AdapterOnRun]) -> None:
        """Tune a network by these presets and no others; what several change adds up.

        In which order they come doesn't matter, not even to the rounding.

        Args:
            network: that stays loaded.
            tuned: files of whole tensors, by the network's own names.

        Raises:
            AdapterRefusedError: one is for another network; this one then is as it came.
        """
        ordered = sorted(tuned, key=lambda one: (one.sha256, one.strength))
        ordered = [one for one in ordered if one.strength != 0.0]
        wanted = [(one.sha256, one.strength) for one in ordered]
        if wanted == self._on.get(network, []):
            return
        self._take_off(network)
        changes: dict[str, Tensor] = {}
        for one in ordered:
            for name, change in _changes_by(one, network).items():
                changes[name] = changes[name] + change if name in changes else change
        if changes:
            self._began[network] = _exchange(network, changes)
            self._on[network] = wanted

    def _take_off(self, network: nn.Module) -> None:
        self._on.pop(network, None)
        parameters = dict(network.named_parameters())
        for name, began in self._began.pop(network, {}).items():
            parameters[name].data = began.to(parameters[name].device)


def _changes_by(preset: AdapterOnRun, network: nn.Module) -> dict[str, Tensor]:
    """Return what a preset adds to each tensor, float32 where the network is."""
    parameters = dict(network.named_parameters())
    found = {}
    for name, tensor in read_tensors(preset.path).tensors.items():
        own = parameters.get(name)
        if own is None or own.shape != tensor.shape:
            raise AdapterFileError(
                f"{preset.path.name} was tuned for another network: {name[:100]} doesn't fit; "
                "choose a preset for this model."
            )
        base = own.detach().float()
        found[name] = preset.strength * (tensor.to(base) - base)
    return found


def _exchange(network: nn.Module, changes: dict[str, Tensor]) -> dict[str, Tensor]:
    """Give parameters new tensors with changes in them; return those that they had, outside."""
    began = {}
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if name in changes:
                # On the processor it stays where it is; a graphics card's memory is let go.
                began[name] = parameter.data.cpu()
                changed = parameter.data.float() + changes[name]
                parameter.data = changed.to(parameter.dtype)
    return began
