"""What is done when memory is short; none of it may be heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from prismdesk.engines.errors import OutOfMemoryError, SmallerWay
from prismdesk.engines.hosting.memory import ladder, needed_bytes
from prismdesk.engines.request import MachineOptions
from prismdesk.engines.selva.engine import SelvaEngine
from prismdesk.engines.selva.generator.network import Generator
from prismdesk.engines.selva.planning import plan_run
from tests.engines.selva.asking import MovingSquare, a_request, difference, made

if TYPE_CHECKING:
    from typing import Any

pytestmark = pytest.mark.usefixtures("small_models")

_CPU = torch.device("cpu")


class FailingGenerator:
    """Has memory run out in the generator, so many times."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, failures: int) -> None:
        self.failures = failures
        prepare = Generator.prepare

        def short_of_memory(*arguments: Any, **named: Any) -> Any:
            if self.failures:
                self.failures -= 1
                raise torch.OutOfMemoryError("out of memory")
            return prepare(*arguments, **named)

        monkeypatch.setattr(Generator, "prepare", short_of_memory)


@pytest.mark.parametrize("failures", [0, 1, 2, 3])
def test_no_rung_of_the_ladder_is_heard(failures: int, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = made(a_request(takes=2, picture=MovingSquare()))
    FailingGenerator(monkeypatch, failures)
    modest = made(a_request(takes=2, picture=MovingSquare()))
    for one, other in zip(usual, modest, strict=True):
        assert difference(one.audio, other.audio) < 1e-4
    assert sum("memory was short" in note for note in modest[0].notes) == failures


def test_what_does_not_fit_at_once_is_offloaded_from_the_start() -> None:
    request = a_request(takes=2)
    needs = plan_run(request).needs
    plans = list(ladder(_CPU, 2, "auto"))
    assert needed_bytes(plans[0], needs) > needed_bytes(plans[1], needs)
    free = int(needed_bytes(plans[1], needs) / 0.92) + 1
    engine = SelvaEngine(free_memory=lambda _: free)
    notes = made(request, engine)[0].notes
    assert "One network at a time was loaded, as memory was short." in notes
    assert engine.loaded_count == 0


def test_nothing_is_tried_where_nothing_fits() -> None:
    with pytest.raises(OutOfMemoryError, match=r"needs about .* of main memory") as caught:
        made(a_request(), SelvaEngine(free_memory=lambda _: 1000))
    assert caught.value.would_fit == ()


def test_what_would_fit_is_named_as_data_with_figures() -> None:
    """Kept on the device it doesn't fit; one network at a time it does."""
    request = a_request(0.0, 8.0, context_seconds=8.0, machine=MachineOptions(offload="keep"))
    needs = plan_run(request).needs
    keeping, modest = list(ladder(_CPU, 1, "keep"))[-1], list(ladder(_CPU, 1, "offload"))[-1]
    wanted = needed_bytes(keeping, needs)
    free = int(needed_bytes(modest, needs) / 0.92) + 1
    assert free < wanted
    with pytest.raises(OutOfMemoryError) as caught:
        made(request, SelvaEngine(free_memory=lambda _: free))
    error = caught.value
    assert error.smaller[0].way is SmallerWay.OFFLOAD
    assert (error.needed_bytes, error.free_bytes) == (wanted, free)
    assert error.device == "processor"


def test_offloading_lets_go_of_networks_between_stages() -> None:
    engine = SelvaEngine()
    made(a_request(machine=MachineOptions(offload="offload"), seed=1), engine)
    assert engine.loaded_count == 0
    made(a_request(machine=MachineOptions(offload="keep")), engine)
    assert engine.loaded_count == 3


def test_memory_that_stays_short_is_an_error_of_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    FailingGenerator(monkeypatch, 10)
    with pytest.raises(OutOfMemoryError, match="ran out"):
        made(a_request())


def test_another_failure_is_no_lack_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: Any, **named: Any) -> Any:
        raise RuntimeError("sizes don't match")

    monkeypatch.setattr(Generator, "prepare", broken)
    with pytest.raises(RuntimeError, match="sizes"):
        made(a_request())
