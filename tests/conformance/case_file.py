"""A conformance case as it lies on the disk, read and checked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from safetensors import SafetensorError, safe_open

from tests.conformance.det_v1 import det_v1_state

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor


class UnreadableCase(ValueError):  # noqa: N818  (what the file is)
    """A file is no conformance case; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One input and output pair of a component.

    Attributes:
        name: the file's, without suffix.
        component: what is built, e.g. ``selva.generator``.
        config: the hyper-parameters it is built with.
        call: the operation (``op``) and its scalar arguments.
        filled: every learned tensor under its published name, with its shape.
        rtol: largest relative error allowed; 0 means equal integers.
        inputs: tensors by name, without ``in.``; masks and flags are uint8.
        expected: tensors by name, without ``out.``.
        between: values on the way, by name, without ``mid.``; nothing has to expose them.
    """

    name: str
    component: str
    config: dict[str, Any]
    call: dict[str, Any]
    filled: dict[str, tuple[int, ...]]
    rtol: float
    inputs: dict[str, Tensor]
    expected: dict[str, Tensor]
    between: dict[str, Tensor]

    @property
    def operation(self) -> str:
        """The operation that is exercised."""
        return str(self.call["op"])

    def state(self) -> dict[str, Tensor]:
        """Return every learned tensor under its published name, filled by ``det-v1``."""
        return det_v1_state(self.filled)


def read_case(path: Path) -> Case:
    """Read a case.

    Raises:
        UnreadableCase: the file isn't there, is no safetensors file, or holds no case.
    """
    try:
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        about = json.loads(metadata["case"])
        return Case(
            name=path.stem,
            component=str(about["component"]),
            config=dict(about["config"]),
            call=dict(about["call"]),
            filled={name: tuple(shape) for name, shape in about["filled"]},
            rtol=float(about["rtol"]),
            inputs=_with_prefix(tensors, "in."),
            expected=_with_prefix(tensors, "out."),
            between=_with_prefix(tensors, "mid."),
        )
    except OSError as error:
        raise UnreadableCase(f"{path} can't be read ({error.strerror or error}).") from error
    except SafetensorError as error:
        raise UnreadableCase(f"{path} is no safetensors file ({error}).") from error
    except (KeyError, ValueError, TypeError) as error:
        raise UnreadableCase(f"{path} holds no conformance case ({error!r}).") from error


def _with_prefix(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {
        name.removeprefix(prefix): tensor
        for name, tensor in tensors.items()
        if name.startswith(prefix)
    }
