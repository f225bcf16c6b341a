"""Whether a checkpoint's tensors are those of a network, and what to say where they aren't."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from prismdesk.engines.loading.checkpoint_error import CheckpointError
from prismdesk.engines.weights.recognition import recognise

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch import Tensor

_NAMED_AT_MOST = 3
_LONGEST_NAME = 100


def check_kind(
    foreign: frozenset[str], state: Mapping[str, Tensor], *, what: str, where: str
) -> None:
    """Refuse a file of another kind that holds all that is wanted, and more.

    Raises:
        CheckpointError: it is one.
    """
    if foreign.isdisjoint(state):
        return
    found = recognise(state) or "another file"
    raise CheckpointError(f"{where} is {found}, not the {what} wanted; choose the file for it.")


def check_fit(
    expected: Mapping[str, Tensor],
    tensors: Mapping[str, Tensor],
    *,
    optional: frozenset[str],
    state: Mapping[str, Tensor],
    what: str,
    where: str,
) -> None:
    """Compare names, shapes and types.

    Args:
        expected: the network's own tensors.
        tensors: the file's, under the network's names.
        optional: names that may be missing.
        state: the file's, under the published names, to recognise another checkpoint by.
        what: what the file should be.
        where: the file.

    Raises:
        CheckpointError: they differ; the message counts and names what is wrong.
    """
    faults = [
        ("missing", [one for one in expected if one not in tensors and one not in optional]),
        ("unexpected", [one for one in tensors if one not in expected]),
        ("of another shape", _misshapen(expected, tensors)),
        ("of a type that can't be used", _mistyped(expected, tensors)),
    ]
    told = "; ".join(_named(kind, names) for kind, names in faults if names)
    if not told:
        return
    fitting = sum(one in tensors and tensors[one].shape == expected[one].shape for one in expected)
    found = recognise(state)
    if found and 2 * fitting < len(expected):
        raise CheckpointError(f"{where} is {found}, not the {what} wanted; choose the file for it.")
    seems = f"; it seems to be {found}" if found else ""
    raise CheckpointError(
        f"{where} doesn't fit the {what} ({told}){seems}; choose the file for it."
    )


def _misshapen(expected: Mapping[str, Tensor], tensors: Mapping[str, Tensor]) -> list[str]:
    return [
        f"{name} {list(tensors[name].shape)} instead of {list(wanted.shape)}"
        for name, wanted in expected.items()
        if name in tensors and tensors[name].shape != wanted.shape
    ]


def _mistyped(expected: Mapping[str, Tensor], tensors: Mapping[str, Tensor]) -> list[str]:
    return [
        f"{name} ({_type_of(tensors[name])})"
        for name, wanted in expected.items()
        if name in tensors and not _is_usable(tensors[name], wanted)
    ]


def _is_usable(tensor: Tensor, wanted: Tensor) -> bool:
    is_plain = tensor.layout == torch.strided and not tensor.is_quantized
    return is_plain and tensor.is_floating_point() == wanted.is_floating_point()


def _type_of(tensor: Tensor) -> str:
    plain = str(tensor.dtype).removeprefix("torch.")
    return plain if tensor.layout == torch.strided else f"sparse {plain}"


def _named(kind: str, names: Sequence[str]) -> str:
    more = ", …" if len(names) > _NAMED_AT_MOST else ""
    listed = ", ".join(name[:_LONGEST_NAME] for name in names[:_NAMED_AT_MOST])
    return f"{len(names)} {kind}: {listed}{more}"
