from __future__ import annotations

import pytest
import torch
from torch import Tensor

from prismdesk.engines.sampling.joint import JointVelocity, triangular_weights
from prismdesk.engines.sampling.windows import Window, plan_windows
from prismdesk.errors import Cancelled

TWO = (Window(0, 10, 0.0, 0), Window(6, 10, 0.6, 1))


def test_frames_under_one_window_get_exactly_its_velocity() -> None:
    joint = JointVelocity(TWO, [lambda x, t: 3.0 * x + t, lambda x, t: -x], 16)
    latent = torch.randn(2, 16, 5)
    velocity = joint(latent, 0.25)
    assert torch.equal(velocity[:, :6], 3.0 * latent[:, :6] + 0.25)
    assert torch.equal(velocity[:, 10:], -latent[:, 10:])


def test_the_overlap_crosses_from_one_window_to_the_next_by_triangles() -> None:
    joint = JointVelocity(
        TWO, [lambda x, t: torch.zeros_like(x), lambda x, t: torch.ones_like(x)], 16
    )
    across = joint(torch.zeros(1, 16, 1), 0.0)[0, 6:10, 0]
    assert across.tolist() == pytest.approx([0.5 / 4, 1.5 / 4, 2.5 / 4, 3.5 / 4])


def test_windows_that_agree_give_what_one_long_sequence_gives() -> None:
    windows = plan_windows(700, latent_rate_hz=31.25, overlap_seconds=1.28, cuts_seconds=(9.0,))

    def velocity(latent: Tensor, t: float) -> Tensor:
        return torch.sin(latent) - t

    latent = torch.randn(1, 700, 4)
    joint = JointVelocity(windows, [velocity] * len(windows), 700)
    torch.testing.assert_close(joint(latent, 0.3), velocity(latent, 0.3))


def test_each_window_sees_its_own_frames_and_the_time() -> None:
    seen: list[tuple[float, float, float]] = []

    def record(latent: Tensor, t: float) -> Tensor:
        seen.append((float(latent[0, 0, 0]), float(latent[0, -1, 0]), t))
        return latent

    latent = torch.arange(16.0).reshape(1, 16, 1)
    JointVelocity(TWO, [record, record], 16)(latent, 0.7)
    assert seen == [(0.0, 9.0, 0.7), (6.0, 15.0, 0.7)]


def test_it_can_be_cancelled_between_windows() -> None:
    evaluated: list[int] = []

    def velocity(latent: Tensor, t: float) -> Tensor:
        evaluated.append(latent.shape[1])
        return latent

    told: list[tuple[int, int]] = []
    joint = JointVelocity(
        TWO,
        [velocity, velocity],
        16,
        cancelled=lambda: bool(evaluated),
        on_window=lambda done, of: told.append((done, of)),
    )
    with pytest.raises(Cancelled):
        joint(torch.zeros(1, 16, 1), 0.0)
    assert evaluated == [10]
    assert told == [(1, 2)]


def test_half_precision_velocities_are_summed_in_single() -> None:
    joint = JointVelocity(TWO, [lambda x, t: x.bfloat16()] * 2, 16)
    assert joint(torch.randn(1, 16, 2), 0.0).dtype == torch.float32


def test_plans_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="as many"):
        JointVelocity(TWO, [lambda x, t: x], 16)
    with pytest.raises(ValueError, match="uncovered"):
        JointVelocity((Window(0, 4, 0.0, 0), Window(8, 8, 0.8, 1)), [lambda x, t: x] * 2, 16)
    with pytest.raises(ValueError, match="beyond"):
        JointVelocity(TWO, [lambda x, t: x] * 2, 15)
    with pytest.raises(ValueError, match="planned for"):
        JointVelocity(TWO, [lambda x, t: x] * 2, 16)(torch.zeros(1, 20, 1), 0.0)


def test_weights_rise_to_the_middle_and_never_reach_zero() -> None:
    assert triangular_weights(5).tolist() == [0.5, 1.5, 2.5, 1.5, 0.5]
    assert triangular_weights(1).tolist() == [0.5]
