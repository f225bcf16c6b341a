"""Filling a network with the tensors of a checkpoint, strictly by name, shape and value."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import torch
from torch import Tensor, nn

from prismdesk.engines.loading.checkpoint_error import CheckpointError
from prismdesk.engines.loading.fitting import check_fit, check_kind
from prismdesk.engines.weights.recognition import recognise
from prismdesk.progress import (
    FractionDone,
    IsCancelled,
    ignore_progress,
    never_cancelled,
    raise_if_cancelled,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prismdesk.engines.loading.published import Published

ModuleT = TypeVar("ModuleT", bound=nn.Module)


def fill(
    published: Published[ModuleT],
    state: Mapping[str, Tensor],
    *,
    where: str,
    device: torch.device | str = "cpu",
    dtype: torch.dtype = torch.float32,
    report: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> ModuleT:
    """Build a network and give it the tensors of a checkpoint.

    Every tensor goes once to the device and type wanted, without a second copy where it is
    right already. The network comes back in evaluation mode, without gradients, and finished
    (``finish()`` is called where it has one).

    Args:
        published: what is built and how names are translated.
        state: tensors by published name, of any floating-point type.
        where: the file, for messages.
        device: where the network shall work; ``meta`` checks names and shapes only.
        dtype: the type of its floating-point parameters; those that have to be exact are no less
            than float32.
        report: told the share of the bytes that are in place.
        cancelled: asked before every tensor.

    Raises:
        CheckpointError: names, shapes or types are not those of the network, or a tensor holds
            what is no number or is too large for the type wanted.
        Cancelled: as told.
    """
    check_kind(published.foreign, state, what=published.what, where=where)
    with torch.device("meta"):
        module = published.build()
    tensors = _translated(published, state, where)
    check_fit(
        module.state_dict(),
        tensors,
        optional=published.optional,
        state=state,
        what=published.what,
        where=where,
    )
    placed = {}
    whole_bytes = max(1, sum(tensor.nbytes for tensor in tensors.values()))
    placed_bytes = 0
    for name, tensor in tensors.items():
        raise_if_cancelled(cancelled)
        kept = (
            torch.promote_types(dtype, torch.float32) if name.startswith(published.exact) else dtype
        )
        placed[name] = _placed(tensor, name, where, torch.device(device), kept)
        placed_bytes += tensor.nbytes
        report(placed_bytes / whole_bytes)
    module.load_state_dict(placed, strict=False, assign=True)
    module.requires_grad_(requires_grad=False)
    module.eval()
    finish = getattr(module, "finish", None)
    if finish is not None:
        finish()
    _check_whole(module, published.what, torch.device(device))
    return module


def _translated(
    published: Published[ModuleT], state: Mapping[str, Tensor], where: str
) -> dict[str, Tensor]:
    try:
        return published.translate(dict(state))
    except (LookupError, ValueError, TypeError, RuntimeError) as error:
        found = recognise(state) or "another file"
        raise CheckpointError(
            f"{where} is no {published.what} ({found}, it seems); choose the file for it."
        ) from error


def _placed(
    tensor: Tensor, name: str, where: str, device: torch.device, dtype: torch.dtype
) -> Tensor:
    if not tensor.is_floating_point():
        return tensor.to(device)
    if device.type != "meta":
        _check_numbers(tensor, name, where, dtype)
    return tensor.to(device=device, dtype=dtype)


def _check_numbers(tensor: Tensor, name: str, where: str, dtype: torch.dtype) -> None:
    """Read a tensor once for its smallest and largest number: no temporary copy is made."""
    if tensor.is_meta:
        raise CheckpointError(f"{where} names {name} but holds no values for it; fetch it again.")
    if not tensor.numel():
        return
    is_small_float = tensor.dtype.itemsize < 2  # eight bits: too few for the operation below
    low, high = torch.aminmax(tensor.float() if is_small_float else tensor)
    largest = max(abs(float(low)), abs(float(high)))
    if not largest < float("inf"):
        raise CheckpointError(
            f"{where} is broken: {name} holds values that are no numbers; fetch it again."
        )
    if largest > torch.finfo(dtype).max:
        raise CheckpointError(
            f"{where} can't be used in {str(dtype).removeprefix('torch.')}: {name} holds "
            f"{largest:.3g}; choose bf16 or fp32."
        )


def _check_whole(module: nn.Module, what: str, device: torch.device) -> None:
    """Find what neither the file nor ``finish`` gave a value: a fault of the network's code."""
    if device.type == "meta":
        return
    for name, tensor in [*module.named_parameters(), *module.named_buffers()]:
        if tensor.is_meta:
            raise RuntimeError(f"{name} of the {what} has no value")
