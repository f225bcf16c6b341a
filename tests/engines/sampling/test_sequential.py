from __future__ import annotations

import pytest
import torch
from torch import Tensor

from prismdesk.engines.sampling.flow import draw_noise, sample_flow
from prismdesk.engines.sampling.keeping import KeptLatent
from prismdesk.engines.sampling.sequential import sample_in_turn
from prismdesk.engines.sampling.windows import Window, plan_windows
from prismdesk.errors import Cancelled

TWO = (Window(0, 10, 0.0, 0), Window(6, 10, 0.6, 1))


def to_index(index: int, noise: Tensor, known: Tensor | None, mask: Tensor | None) -> Tensor:
    """A window whose flow leads straight to its number plus one."""

    def velocity(latent: Tensor, t: float) -> Tensor:
        return (index + 1 - latent) / (1.0 - t)

    kept = None
    if known is not None and mask is not None:
        kept = KeptLatent(known, mask, noise).after_step
    return sample_flow(velocity, noise, steps=4, after_step=kept)


def test_a_window_keeps_what_the_one_before_made_and_passes_into_its_own() -> None:
    made = sample_in_turn(TWO, draw_noise([1], 16, 2), to_index, feather_frames=2.0)[0, :, 0]
    assert made[:8].tolist() == pytest.approx([1.0] * 8)
    assert 1.0 < float(made[8]) < float(made[9]) < 2.0
    assert made[10:].tolist() == pytest.approx([2.0] * 6)


def test_frames_made_before_the_feather_are_exactly_kept() -> None:
    windows = plan_windows(600, latent_rate_hz=31.25, overlap_seconds=1.28)
    seen: list[Tensor] = []

    def sample(index: int, noise: Tensor, known: Tensor | None, mask: Tensor | None) -> Tensor:
        made = to_index(index, noise, known, mask)
        if known is not None and mask is not None:
            held = mask[:, 0] == 0.0
            assert int(held.sum()) >= 36
            assert torch.equal(made[:, held], known[:, held])
        seen.append(made)
        return made

    made = sample_in_turn(windows, draw_noise([1, 2], 600, 3), sample, feather_frames=3.0)
    assert len(seen) == len(windows) == 3
    assert made.shape == (2, 600, 3)
    assert torch.equal(made[:, windows[-1].latent_start :], seen[-1])


def test_what_was_known_from_the_start_stays_known() -> None:
    known = torch.randn(1, 16, 2)
    mask = torch.ones(16, 1)
    mask[2:4] = 0.0
    mask[12:] = 0.0
    made = sample_in_turn(
        TWO, draw_noise([1, 2], 16, 2), to_index, feather_frames=0.0, known=known, mask=mask
    )
    for span in (slice(2, 4), slice(12, 16)):
        assert torch.equal(made[:, span], known[:, span].expand(2, -1, -1))
    assert made[0, :, 0][[0, 5, 9, 10, 11]].tolist() == pytest.approx([1.0, 1.0, 1.0, 2.0, 2.0])


def test_it_can_be_cancelled_between_windows() -> None:
    done: list[int] = []

    def sample(index: int, noise: Tensor, known: Tensor | None, mask: Tensor | None) -> Tensor:
        done.append(index)
        return noise

    with pytest.raises(Cancelled):
        sample_in_turn(
            TWO, draw_noise([1], 16, 2), sample, feather_frames=1.0, cancelled=lambda: bool(done)
        )
    assert done == [0]
