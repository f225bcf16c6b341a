from __future__ import annotations

from prismdesk.jobs.messages import Workplace
from prismdesk.jobs.retries import Retries


def test_each_retry_has_one_new_process() -> None:
    retries = Retries()
    assert not retries.take_wish_for_new_process("a")
    retries.ask("a", device="", offload="")
    assert retries.take_wish_for_new_process("a")
    assert not retries.take_wish_for_new_process("a")


def test_only_what_was_named_is_otherwise_and_for_that_job_alone() -> None:
    retries = Retries()
    retries.ask("a", device="cpu", offload="")
    everywhere = Workplace()
    there = retries.place_of("a", everywhere)
    assert there.machine.device == "cpu"
    assert there.machine.offload == everywhere.machine.offload
    assert retries.place_of("b", everywhere) == everywhere
    retries.ask("a", device="", offload="")
    assert retries.place_of("a", everywhere) == everywhere
