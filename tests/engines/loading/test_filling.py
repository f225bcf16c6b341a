from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from torch import Tensor, nn

from prismdesk.engines.loading.filling import fill
from prismdesk.engines.loading.published import Published
from prismdesk.engines.loading.state_file import CheckpointError

if TYPE_CHECKING:
    from collections.abc import Mapping


class Doubling(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(3, 2)
        self.finished = 0

    def finish(self) -> None:
        self.finished += 1


DOUBLING = Published("doubling network", Doubling)


def state() -> dict[str, Tensor]:
    return {"linear.weight": torch.arange(6.0).reshape(2, 3), "linear.bias": torch.ones(2)}


def refusal(tensors: Mapping[str, Tensor], published: Published[Doubling] = DOUBLING) -> str:
    with pytest.raises(CheckpointError) as caught:
        fill(published, tensors, where="some.pth")
    return str(caught.value)


def test_network_computes_with_the_tensors_of_the_file() -> None:
    module = fill(DOUBLING, state(), where="some.pth")

    assert module.linear(torch.ones(1, 3)).tolist() == [[4.0, 13.0]]


def test_network_comes_back_finished_once_and_without_gradients() -> None:
    module = fill(DOUBLING, state(), where="some.pth")

    assert module.finished == 1
    assert not module.training
    assert not any(parameter.requires_grad for parameter in module.parameters())


def test_tensors_of_the_right_type_are_not_copied() -> None:
    tensors = state()

    module = fill(DOUBLING, tensors, where="some.pth")

    assert module.linear.weight.data_ptr() == tensors["linear.weight"].data_ptr()


def test_missing_unexpected_and_misshapen_tensors_are_named() -> None:
    assert "1 missing: linear.bias" in refusal({"linear.weight": torch.zeros(2, 3)})
    assert "1 unexpected: extra" in refusal({**state(), "extra": torch.zeros(1)})
    assert "linear.bias (3,) instead of (2,)" in refusal({**state(), "linear.bias": torch.zeros(3)})


def test_meta_tensors_are_checked_by_shape() -> None:
    tensors = {name: tensor.to("meta") for name, tensor in state().items()}

    assert fill(DOUBLING, tensors, where="some.pth", device="meta").linear.weight.is_meta
