"""Filling a network with the tensors of a checkpoint, strictly by name and shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import torch
from torch import Tensor, nn

from prismdesk.engines.loading.state_file import CheckpointError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from prismdesk.engines.loading.published import Published

ModuleT = TypeVar("ModuleT", bound=nn.Module)

_NAMED_AT_MOST = 3


def fill(
    published: Published[ModuleT],
    state: Mapping[str, Tensor],
    *,
    where: str,
    device: torch.device | str = "cpu",
    dtype: torch.dtype = torch.float32,
) -> ModuleT:
    """Build a network and give it the tensors of a checkpoint.

    Every tensor goes once to the device and type wanted, without a second copy where it is
    right already. The network comes back in evaluation mode, without gradients, and finished
    (``finish()`` is called where it has one).

    Args:
        published: what is built and how names are translated.
        state: tensors by published name.
        where: the file, for messages.
        device: where the network shall work; ``meta`` checks names and shapes only.
        dtype: the type of its floating-point parameters.

    Raises:
        CheckpointError: names or shapes are not those of the network.
    """
    with torch.device("meta"):
        module = published.build()
    expected = module.state_dict()
    tensors = published.translate(dict(state))
    _check(published, expected, tensors, where)
    placed = {
        name: tensor.to(device=device, dtype=dtype if tensor.is_floating_point() else None)
        for name, tensor in tensors.items()
    }
    module.load_state_dict(placed, strict=False, assign=True)
    module.requires_grad_(requires_grad=False)
    module.eval()
    finish = getattr(module, "finish", None)
    if finish is not None:
        finish()
    return module


def _check(
    published: Published[ModuleT],
    expected: Mapping[str, Tensor],
    tensors: Mapping[str, Tensor],
    where: str,
) -> None:
    faults = [
        _fault(
            "missing", [n for n in expected if n not in tensors and n not in published.optional]
        ),
        _fault("unexpected", [name for name in tensors if name not in expected]),
        _fault(
            "of another shape",
            [
                f"{name} {tuple(tensors[name].shape)} instead of {tuple(wanted.shape)}"
                for name, wanted in expected.items()
                if name in tensors and tensors[name].shape != wanted.shape
            ],
        ),
    ]
    told = "; ".join(fault for fault in faults if fault)
    if told:
        raise CheckpointError(
            f"{where} doesn't fit the {published.what} ({told}); choose the file for it."
        )


def _fault(kind: str, names: Iterable[str]) -> str:
    listed = list(names)
    if not listed:
        return ""
    more = ", …" if len(listed) > _NAMED_AT_MOST else ""
    return f"{len(listed)} {kind}: {', '.join(listed[:_NAMED_AT_MOST])}{more}"
