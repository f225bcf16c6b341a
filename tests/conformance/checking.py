"""What a component gives for a case, compared with what it must give."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from tests.conformance.components import all_runners

if TYPE_CHECKING:
    from torch import Tensor

    from tests.conformance.case_file import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One output of a case. ``relative_error`` is ||out - expected|| / ||expected||."""

    output: str
    relative_error: float
    is_ok: bool
    remark: str = ""


def check_case(case: Case, *, tolerance_scale: float = 1.0) -> list[Comparison]:
    """Run a case and compare every output.

    Raises:
        LookupError: no component has this id.
    """
    runners = all_runners()
    if case.component not in runners:
        raise LookupError(f"no component is called {case.component}")
    torch.manual_seed(0)
    with torch.inference_mode(mode=False), torch.no_grad():
        outputs = runners[case.component](case)
    return [
        _compared(name, outputs.get(name), expected, case.rtol * tolerance_scale)
        for name, expected in case.expected.items()
    ]


def _compared(name: str, output: Tensor | None, expected: Tensor, rtol: float) -> Comparison:
    if output is None:
        return _failed(name, "not returned")
    if output.shape != expected.shape:
        shapes = f"{tuple(output.shape)} where {tuple(expected.shape)} is expected"
        return _failed(name, f"shape {shapes}")
    error = relative_error(output, expected)
    return Comparison(output=name, relative_error=error, is_ok=error <= rtol)


def _failed(name: str, remark: str) -> Comparison:
    return Comparison(output=name, relative_error=math.inf, is_ok=False, remark=remark)


def relative_error(output: Tensor, expected: Tensor) -> float:
    """Return ||output - expected|| / ||expected|| in float32, or infinity if not finite."""
    difference = (output.float() - expected.float()).norm().item()
    size = expected.float().norm().item()
    error = difference / size if size else difference
    return error if math.isfinite(error) else math.inf
