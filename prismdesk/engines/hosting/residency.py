"""Which networks stay on the device, and which wait in main memory."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from prismdesk.engines.hosting.device import empty_cache

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from prismdesk.engines.hosting.network import Checkpoint, Network, NetworkT


class Residence:
    """The networks that are loaded, shared by runs and by models that use the same files.

    While ``is_offloading``, a network leaves the device as soon as its stage is over, so that one
    large network at most is there. It then waits in main memory; on a machine that works in
    main memory it is dropped instead, for its file is mapped and comes back quickly.
    """

    def __init__(self) -> None:
        self.is_offloading = False
        self._loaded: dict[Hashable, Any] = {}
        self._networks: dict[Hashable, Network[Any]] = {}
        self._sizes_bytes: dict[Hashable, int] = {}

    @contextmanager
    def use(self, network: Network[NetworkT], checkpoint: Checkpoint) -> Iterator[NetworkT]:
        """Have a network on the checkpoint's device for as long as the block lasts."""
        key = _key(network, checkpoint)
        if key not in self._loaded:
            self._loaded[key] = network.load(checkpoint)
            self._networks[key] = network
            self._sizes_bytes[key] = _size_bytes(self._loaded[key])
        loaded: NetworkT = self._loaded[key]
        _move(loaded, checkpoint.device)
        try:
            yield loaded
        finally:
            if self.is_offloading:
                self._send_away(key, checkpoint.device)

    def is_loaded(self, network: Network[Any], checkpoint: Checkpoint) -> bool:
        """Whether a network is here already, on the device or waiting."""
        return _key(network, checkpoint) in self._loaded

    def clear_device(self, device: torch.device) -> None:
        """Send everything away from a device, as after memory ran out."""
        for key in list(self._loaded):
            self._send_away(key, device)
        empty_cache(device)

    def forget_others(self, checkpoint: Checkpoint) -> bool:
        """Free networks that a checkpoint doesn't use; return whether there were any."""
        unused = [
            key
            for key, network in self._networks.items()
            if network.role not in checkpoint.files or _key(network, checkpoint) != key
        ]
        for key in unused:
            self._loaded.pop(key, None)
            del self._networks[key]
        if unused:
            empty_cache(checkpoint.device)
        return bool(unused)

    def release(self, device: torch.device) -> None:
        """Free everything."""
        self._loaded.clear()
        self._networks.clear()
        empty_cache(device)

    @property
    def loaded_bytes(self) -> int:
        """Memory that all networks take, on the device or waiting; from any thread."""
        return sum(self._sizes_bytes.get(key, 0) for key in tuple(self._loaded))

    @property
    def loaded_count(self) -> int:
        """How many networks are loaded."""
        return len(self._loaded)

    def bytes_on(self, device: torch.device) -> int:
        """Memory that networks take on a device."""
        return sum(
            self._sizes_bytes[key]
            for key, loaded in self._loaded.items()
            if _device_type(loaded) == device.type
        )

    def _send_away(self, key: Hashable, device: torch.device) -> None:
        if device.type == "cpu":
            self._loaded.pop(key, None)
        elif key in self._loaded:
            _move(self._loaded[key], "cpu")
            empty_cache(device)


def _key(network: Network[Any], checkpoint: Checkpoint) -> Hashable:
    path = checkpoint.files[network.role]
    changed_ns = path.stat().st_mtime_ns if path.exists() else 0
    precision = "float32" if network.keeps_float32 else str(checkpoint.precision)
    return network.name, str(path), str(checkpoint.device), precision, changed_ns


def _move(loaded: object, device: torch.device | str) -> None:
    module, wanted = _module_of(loaded), torch.device(device)
    # Moved only where it has to be: recorded work is bound to where the weights lie.
    if module is not None and _device_type(loaded) != wanted.type:
        module.to(wanted)


def _device_type(loaded: object) -> str:
    """Where a network is: all of it is in one place."""
    module = _module_of(loaded)
    first = None if module is None else next(module.parameters(), None)
    return "" if first is None else first.device.type


def _size_bytes(loaded: object) -> int:
    module = _module_of(loaded)
    return 0 if module is None else sum(p.nbytes for p in module.parameters())


def _module_of(loaded: object) -> nn.Module | None:
    # T5 comes with its tokenizer around the network.
    module = loaded if isinstance(loaded, nn.Module) else getattr(loaded, "encoder", None)
    return module if isinstance(module, nn.Module) else None
