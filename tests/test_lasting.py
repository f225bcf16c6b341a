from __future__ import annotations

import gc
import weakref

import pytest

from prismdesk.lasting import made_to_last, may_go


class Ring:
    """Refers to itself, so that only the collector can remove it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def as_before() -> None:
    assert gc.isenabled()


def test_nothing_is_collected_while_it_is_made() -> None:
    with made_to_last():
        assert not gc.isenabled()
        with made_to_last():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_what_was_made_is_not_looked_through_until_it_may_go() -> None:
    with made_to_last():
        ring = Ring()
    seen = weakref.ref(ring)
    del ring
    gc.collect()
    assert seen() is not None
    may_go()
    gc.collect()
    assert seen() is None


def test_a_failure_leaves_the_collector_at_work() -> None:
    with pytest.raises(ValueError, match="broken"), made_to_last():
        raise ValueError("broken")
    assert gc.isenabled()
