from __future__ import annotations

import pytest

from prismdesk.engines.training.options import TrainingOptions
from prismdesk.engines.training.schedules import learning_rate


def test_rate_rises_over_the_warm_up_and_stays() -> None:
    options = TrainingOptions(lr=1e-3, warm_up=4, steps=10)

    rates = [learning_rate(options, step) for step in range(10)]

    assert rates == pytest.approx([2.5e-4, 5e-4, 7.5e-4, *[1e-3] * 7])


def test_cosine_falls_to_a_millionth_at_the_last_step() -> None:
    options = TrainingOptions(lr=1e-3, warm_up=10, steps=111, lr_schedule="cosine")

    assert learning_rate(options, 9) == pytest.approx(1e-3)
    assert learning_rate(options, 60) == pytest.approx(0.5e-3, rel=1e-2)
    assert learning_rate(options, 110) == pytest.approx(1e-6)


def test_schedule_works_without_warm_up_and_with_nothing_but() -> None:
    assert learning_rate(TrainingOptions(warm_up=0), 0) == 1e-4
    short = TrainingOptions(steps=2, warm_up=100, lr_schedule="cosine")
    assert learning_rate(short, 1) == pytest.approx(2e-6)
