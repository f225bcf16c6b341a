from __future__ import annotations

import pytest
import torch

from prismdesk.engines.sampling.graphed import GraphedRun, run_plainly


@pytest.mark.parametrize("run", [run_plainly, GraphedRun()])
def test_off_cuda_the_function_is_called_as_it_is(run: GraphedRun) -> None:
    calls: list[int] = []

    def function(x: torch.Tensor, factor: torch.Tensor) -> torch.Tensor:
        calls.append(1)
        return x * factor

    factor = torch.tensor(3.0)
    results = [run(function, (torch.full((2,), value),), (factor,), "key") for value in (1.0, 2.0)]

    assert [result.tolist() for result in results] == [[3.0, 3.0], [6.0, 6.0]]
    assert len(calls) == 2


@pytest.mark.gpu
def test_on_cuda_replays_follow_what_moves_and_what_is_constant() -> None:
    run = GraphedRun()
    calls: list[int] = []

    def function(x: torch.Tensor, factor: torch.Tensor) -> torch.Tensor:
        calls.append(1)
        return x * factor

    factors = [torch.full((2,), value, device="cuda") for value in (3.0, 5.0)]
    results = [
        run(function, (torch.full((2,), value, device="cuda"),), (factor,), "key")
        for value, factor in ((1.0, factors[0]), (2.0, factors[0]), (2.0, factors[1]))
    ]

    assert [result.tolist() for result in results] == [[3.0, 3.0], [6.0, 6.0], [10.0, 10.0]]
    assert len(calls) == 3


@pytest.mark.gpu
def test_on_cuda_what_cannot_be_captured_is_called_as_it_is() -> None:
    run = GraphedRun()

    def function(x: torch.Tensor) -> torch.Tensor:
        return x * x.sum().item()

    results = [
        run(function, (torch.full((2,), value, device="cuda"),), (), "key") for value in (1.0, 2.0)
    ]

    assert [result.tolist() for result in results] == [[2.0, 2.0], [8.0, 8.0]]
