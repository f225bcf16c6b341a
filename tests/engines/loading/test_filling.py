from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from torch import Tensor, nn

from prismdesk.engines.loading.filling import fill
from prismdesk.engines.loading.published import Published
from prismdesk.engines.loading.state_file import CheckpointError
from prismdesk.errors import Cancelled
from tests.conformance.manifest import manifest_state

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


def test_exact_tensors_are_not_rounded() -> None:
    exact = Published("doubling network", Doubling, exact=("linear.b",))

    for dtype, kept in ((torch.bfloat16, torch.float32), (torch.float64, torch.float64)):
        module = fill(exact, state(), where="some.pth", dtype=dtype)
        assert (module.linear.weight.dtype, module.linear.bias.dtype) == (dtype, kept)


def test_tensors_of_the_right_type_are_not_copied() -> None:
    tensors = state()

    module = fill(DOUBLING, tensors, where="some.pth")

    assert module.linear.weight.data_ptr() == tensors["linear.weight"].data_ptr()


def test_missing_unexpected_and_misshapen_tensors_are_named() -> None:
    assert "1 missing: linear.bias" in refusal({"linear.weight": torch.zeros(2, 3)})
    assert "1 unexpected: extra" in refusal({**state(), "extra": torch.zeros(1)})
    assert "linear.bias [3] instead of [2]" in refusal({**state(), "linear.bias": torch.zeros(3)})


def test_many_faults_are_counted_and_only_the_first_few_named() -> None:
    extra = {f"extra.{index}": torch.zeros(1) for index in range(50)}

    message = refusal({**state(), **extra, "x" * 5000: torch.zeros(1)})

    assert "51 unexpected: extra.0, extra.1, extra.2, …" in message
    assert len(message) < 300


def test_another_checkpoint_is_called_by_its_name() -> None:
    other = manifest_state("selva.vae-44k")

    assert refusal(other) == (
        "some.pth is the VAE of 44.1 kHz, not the doubling network wanted; choose the file for it."
    )


def test_a_checkpoint_of_the_same_kind_is_told_by_its_differences() -> None:
    message = refusal({**state(), **manifest_state("selva.vae-44k")})

    assert "doesn't fit the doubling network (57 unexpected:" in message
    assert "; it seems to be the VAE of 44.1 kHz; choose" in message


def test_optional_tensors_may_be_missing_if_the_network_makes_them() -> None:
    class WithDefault(Doubling):
        def finish(self) -> None:
            self.linear.bias = nn.Parameter(torch.zeros(2), requires_grad=False)

    published = Published("network", WithDefault, optional=frozenset({"linear.bias"}))

    module = fill(published, {"linear.weight": torch.ones(2, 3)}, where="x")

    assert module.linear.bias.tolist() == [0.0, 0.0]


def test_tensors_that_nobody_gave_a_value_are_a_fault_of_the_code() -> None:
    published = Published("network", Doubling, optional=frozenset({"linear.bias"}))

    with pytest.raises(RuntimeError, match=r"linear\.bias of the network has no value"):
        fill(published, {"linear.weight": torch.ones(2, 3)}, where="x")


def test_translations_that_stumble_over_a_file_are_refusals() -> None:
    def halves(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
        return {"linear.weight": tensors["first"], "linear.bias": tensors["second"]}

    message = refusal(
        {"visual.conv1.weight": torch.ones(1), "token_embedding.weight": torch.ones(1)},
        Published("doubling network", Doubling, translate=halves),
    )

    assert "some.pth is no doubling network (a CLIP model, it seems)" in message


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16, torch.float64])
def test_values_that_are_no_numbers_are_refused(value: float, dtype: torch.dtype) -> None:
    weight = torch.ones(2, 3, dtype=dtype)
    weight[1, 2] = value

    assert "linear.weight holds values that are no numbers" in refusal(
        {**state(), "linear.weight": weight}
    )


def test_values_too_large_for_half_precision_are_refused_there_only() -> None:
    large = {**state(), "linear.weight": torch.full((2, 3), 1e5)}

    assert fill(DOUBLING, large, where="x", dtype=torch.bfloat16).linear.weight.isfinite().all()
    with pytest.raises(CheckpointError, match=r"can't be used in float16: linear\.weight holds 1e"):
        fill(DOUBLING, large, where="x", dtype=torch.float16)


@pytest.mark.parametrize(
    "weight",
    [
        torch.ones(2, 3, dtype=torch.int64),
        torch.ones(2, 3, dtype=torch.bool),
        torch.ones(2, 3, dtype=torch.complex64),
        torch.ones(2, 3).to_sparse(),
    ],
)
def test_tensors_of_other_types_are_refused(weight: Tensor) -> None:
    message = refusal({**state(), "linear.weight": weight})

    assert "1 of a type that can't be used: linear.weight (" in message


@pytest.mark.parametrize(
    "stored",
    [torch.bfloat16, torch.float16, torch.float64, torch.float32, torch.float8_e4m3fn],
)
@pytest.mark.parametrize("wanted", [torch.bfloat16, torch.float16, torch.float32])
def test_every_floating_point_type_becomes_the_one_wanted(
    stored: torch.dtype, wanted: torch.dtype
) -> None:
    tensors = {name: tensor.to(stored) for name, tensor in state().items()}

    module = fill(DOUBLING, tensors, where="x", dtype=wanted)

    assert module.linear.weight.dtype == wanted
    assert module.linear.weight.tolist() == state()["linear.weight"].tolist()


def test_tensors_without_values_are_refused() -> None:
    hollow = {name: tensor.to("meta") for name, tensor in state().items()}

    assert "holds no values for it" in refusal(hollow)


def test_filling_reports_the_share_of_the_bytes() -> None:
    shares: list[float] = []

    fill(DOUBLING, state(), where="x", report=shares.append)

    assert shares == [0.75, 1.0]


def test_filling_stops_when_asked() -> None:
    with pytest.raises(Cancelled):
        fill(DOUBLING, state(), where="x", cancelled=lambda: True)


def test_meta_tensors_are_checked_by_shape() -> None:
    tensors = {name: tensor.to("meta") for name, tensor in state().items()}

    assert fill(DOUBLING, tensors, where="some.pth", device="meta").linear.weight.is_meta
