"""Adapters merged into the weights of a network that stays loaded, and taken off again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

from torch import Tensor, nn

from prismdesk.engines.nets.low_rank import Adapter, AdapterError, LowRank

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    Layer = nn.Linear | nn.Conv1d
    Pretrained = Callable[[str], Tensor | None]

_NAMED_AT_MOST = 3


@runtime_checkable
class Rearranged(Protocol):
    """A layer whose rows may lie in another order than those of the file."""

    def to_stored_order(self, rows: Tensor) -> Tensor:
        """Return rows of the file in the order they have here now."""

    def to_file_order(self, rows: Tensor) -> Tensor:
        """Return rows of this layer in the order of the file."""


@runtime_checkable
class KeepsDerived(Protocol):
    """A network that keeps what it worked out of its weights."""

    def weights_changed(self) -> None:
        """Let go of it."""


class AdapterStack:
    """The adapters that are merged into a network's weights at the moment.

    The weights that they change are kept in main memory as they were, so that taking adapters
    off brings back every bit, and putting others on starts from the pretrained weights. They are
    changed in place, so what was recorded of the network stays good. The network may be moved
    and its rows rearranged meanwhile, but not cast to another type.

    Args:
        network: whose layers are changed.
        pretrained: returns a parameter by name as its file has it, for networks that work in
            shorter numbers than the file's: changes are then added before rounding. None, or
            where it returns None, for the network's own weights.
    """

    def __init__(self, network: nn.Module, pretrained: Pretrained | None = None) -> None:
        self._network = network
        self._pretrained = pretrained
        self._kept: dict[str, tuple[Tensor, Tensor | None]] = {}
        _part_overlapping(adaptable_layers(network))

    @property
    def is_empty(self) -> bool:
        """Whether the weights are the pretrained ones."""
        return not self._kept

    def set(self, weighted: Iterable[tuple[Adapter, float]]) -> None:
        """Merge these adapters with their strengths, and no others.

        Raises:
            AdapterError: an adapter is for another network; the weights are as they were before.
        """
        wanted = [(adapter, strength) for adapter, strength in weighted if strength != 0.0]
        layers = adaptable_layers(self._network)
        shapes = {name: tuple(layer.weight.shape) for name, layer in layers.items()}
        for adapter, _ in wanted:
            check_fits(adapter, shapes)
        names = sorted({name for adapter, _ in wanted for name in adapter.layers})
        was_empty = self.is_empty
        for name in [name for name in self._kept if name not in names]:
            self._restore(name)
        for name in names:
            changes = [(a.layers[name], strength) for a, strength in wanted if name in a.layers]
            self._merge(name, layers[name], changes)
        if not (was_empty and self.is_empty):
            self._tell()

    def clear(self) -> None:
        """Take all adapters off."""
        self.set(())

    def _tell(self) -> None:
        if isinstance(self._network, KeepsDerived):
            self._network.weights_changed()

    def _restore(self, name: str) -> None:
        layer = self._network.get_submodule(name)
        assert isinstance(layer, nn.Linear | nn.Conv1d)
        weight, bias = self._kept.pop(name)
        layer.weight.data.copy_(_as_stored(layer, weight))
        if bias is not None and layer.bias is not None:
            layer.bias.data.copy_(_as_stored(layer, bias))

    def _merge(self, name: str, layer: Layer, changes: Sequence[tuple[LowRank, float]]) -> None:
        changes_bias = any(one.base_bias is not None for one, _ in changes)
        weight, bias = self._kept.get(name) or (None, None)
        if weight is None:
            weight = _as_in_file(layer, layer.weight.data).to("cpu", copy=True)
        if layer.bias is not None and bias is None and changes_bias:
            bias = _as_in_file(layer, layer.bias.data).to("cpu", copy=True)
        self._kept[name] = weight, bias
        changed = _changed(self._file_rows(f"{name}.weight", weight, layer), changes)
        layer.weight.data.copy_(_as_stored(layer, changed))
        if bias is not None and layer.bias is not None:
            changed = _changed_bias(self._file_rows(f"{name}.bias", bias, layer), changes)
            layer.bias.data.copy_(_as_stored(layer, changed))

    def _file_rows(self, name: str, kept: Tensor, layer: Layer) -> Tensor:
        """Return a parameter as the file has it, float32 on the layer's device."""
        found = None if self._pretrained is None else self._pretrained(name)
        return (kept if found is None else found).to(layer.weight.device).float()


def adaptable_layers(network: nn.Module) -> dict[str, Layer]:
    """Return the layers of a network that adapters can change, by name."""
    return {
        name: module
        for name, module in network.named_modules()
        if isinstance(module, nn.Linear | nn.Conv1d)
    }


def check_fits(adapter: Adapter, shapes: Mapping[str, tuple[int, ...]]) -> None:
    """Refuse an adapter whose layers aren't those of a network.

    Args:
        adapter: any.
        shapes: of the weights of the network's layers, by the layer's name.

    Raises:
        AdapterError: a layer isn't there, or of another size.
    """
    unknown = [name for name in adapter.layers if name not in shapes]
    if unknown:
        more = len(unknown) - _NAMED_AT_MOST
        named = ", ".join(unknown[:_NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
        raise AdapterError(
            f"{adapter.name} is for another network: {named} isn't here; choose an adapter for "
            "this one."
        )
    for name, one in adapter.layers.items():
        wanted = shapes[name]
        found = {one.weight_shape}
        if one.base is not None:
            found.add(tuple(one.base.shape))
        if one.base_bias is not None:
            found.add((*one.base_bias.shape, *wanted[1:]))
        if found != {wanted}:
            raise AdapterError(
                f"{adapter.name} is for a network of another size: {name} is {wanted} here, not "
                f"{max(found - {wanted})}; choose an adapter for this one."
            )


def _part_overlapping(layers: Mapping[str, Layer]) -> None:
    """Give weights that lie on each other's memory, as a file may have them, memory of their own.

    Else changing one would change the other.
    """
    placed = sorted(
        ((layer.weight.data_ptr(), layer.weight) for layer in layers.values()),
        key=lambda one: one[0],
    )
    last_bytes = 0
    for first_bytes, weight in placed:
        if first_bytes < last_bytes:
            weight.data = weight.data.clone()
        last_bytes = max(last_bytes, first_bytes + weight.nbytes)


def _as_in_file(layer: Layer, rows: Tensor) -> Tensor:
    return layer.to_file_order(rows) if isinstance(layer, Rearranged) else rows


def _as_stored(layer: Layer, rows: Tensor) -> Tensor:
    return layer.to_stored_order(rows) if isinstance(layer, Rearranged) else rows


def _changed(weight: Tensor, changes: Sequence[tuple[LowRank, float]]) -> Tensor:
    """Return a pretrained weight plus every change of it times its strength, float32."""
    changed = weight
    for one, strength in changes:
        changed = changed + strength * one.difference(weight)
    return changed


def _changed_bias(bias: Tensor, changes: Sequence[tuple[LowRank, float]]) -> Tensor:
    changed = bias
    for one, strength in changes:
        change = one.bias_difference(bias)
        if change is not None:
            changed = changed + strength * change
    return changed
