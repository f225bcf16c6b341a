from __future__ import annotations

import pytest

from prismdesk.media.fades import fade_in_gains
from prismdesk.project.model import FadeShape
from prismdesk.ui.timeline.fade_curves import fade_gain


@pytest.mark.parametrize("shape", FadeShape)
def test_curve_that_is_drawn_is_the_one_that_is_heard(shape: FadeShape) -> None:
    heard = fade_in_gains(1_000, shape, 0, 1_000)

    for index in (0, 250, 500, 750, 999):
        assert fade_gain(shape, (index + 0.5) / 1_000) == pytest.approx(heard[index], abs=1e-6)
