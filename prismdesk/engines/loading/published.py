"""How a published checkpoint becomes one of our networks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from torch import Tensor, nn

ModuleT = TypeVar("ModuleT", bound=nn.Module)

Translation = Callable[[dict[str, Tensor]], dict[str, Tensor]]


def as_it_is(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the state unchanged: the network uses the published names."""
    return state


def named_under(name: str, state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Keep the part of a network of that name, its tensors named from there on."""
    prefix = f"{name}."
    return {
        inner.removeprefix(prefix): tensor
        for inner, tensor in state.items()
        if inner.startswith(prefix)
    }


@dataclass(frozen=True, slots=True)
class Published(Generic[ModuleT]):
    """One kind of checkpoint and the network it fills.

    Attributes:
        what: what the file is, for messages, e.g. "generator of SelVA or MMAudio".
        build: makes the network; called on the meta device, so it holds parameters only and no
            computed tensors.
        translate: from published names to the network's; drops what is to be ignored, splits and
            transposes. Works on whatever names there are: missing ones are found afterwards.
        optional: names of the network that a file may lack; they are left as built, and the
            network's ``finish`` has to give them a value.
        foreign: published names that only another kind of file has, though it may hold all that
            is wanted: such a file is refused.
        exact: beginnings of the network's names that are kept in float32 where the others are
            rounded to half precision.
    """

    what: str
    build: Callable[[], ModuleT]
    translate: Translation = as_it_is
    optional: frozenset[str] = frozenset()
    foreign: frozenset[str] = frozenset()
    exact: tuple[str, ...] = ()
