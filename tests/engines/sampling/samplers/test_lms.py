from __future__ import annotations

import pytest

from prismdesk.engines.sampling.samplers.lms import multistep_weights


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_slopes_that_are_a_polynomial_are_integrated_exactly(count: int) -> None:
    levels = [4.0, 7.0, 9.0, 20.0][:count]
    weights = multistep_weights(levels, 1.5)
    for power in range(count):
        integral = (1.5 ** (power + 1) - 4.0 ** (power + 1)) / (power + 1)
        summed = sum(w * level**power for w, level in zip(weights, levels, strict=True))
        assert summed == pytest.approx(integral)
