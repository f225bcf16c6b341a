from __future__ import annotations

import torch

from prismdesk.engines.training.draws import Draws, batch_at
from prismdesk.engines.training.options import TrainingOptions


def test_same_pass_draws_the_same_whatever_was_drawn_before() -> None:
    torch.manual_seed(1)
    first = Draws(TrainingOptions(), 7, 1).normal(3, 4)
    torch.manual_seed(2)
    Draws(TrainingOptions(), 6, 0).normal(50)

    assert torch.equal(Draws(TrainingOptions(), 7, 1).normal(3, 4), first)
    for other in (
        Draws(TrainingOptions(), 7, 0),
        Draws(TrainingOptions(), 8, 1),
        Draws(TrainingOptions(seed=1), 7, 1),
    ):
        assert not torch.equal(other.normal(3, 4), first)


def test_global_numbers_stay_as_they_are() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)

    draws = Draws(TrainingOptions(mixup_alpha=0.3), 0)
    draws.normal(4)
    draws.beta(0.3)
    with draws.for_layers(torch.device("cpu")):
        first = torch.rand(2)

    assert torch.equal(torch.rand(3), expected)
    with Draws(TrainingOptions(), 0).for_layers(torch.device("cpu")):
        assert torch.equal(torch.rand(2), first)


def test_nothing_is_left_out_while_measuring() -> None:
    measuring = Draws(TrainingOptions(), 0, times=torch.tensor([0.5, 0.7]))

    assert not measuring.is_training
    assert torch.equal(measuring.times(2), torch.tensor([0.5, 0.7]))
    assert not measuring.chances(100, 0.9).any()
    assert 30 < int(Draws(TrainingOptions(), 0).chances(100, 0.5).sum()) < 70


def test_epoch_deals_every_pair_once() -> None:
    epoch = [one for index in range(3) for one in batch_at(42, index, 4, 12)]
    following = [one for index in range(3, 6) for one in batch_at(42, index, 4, 12)]

    assert sorted(epoch) == sorted(following) == list(range(12))
    assert epoch != following


def test_batch_never_repeats_a_pair_unless_the_set_is_smaller() -> None:
    assert all(len(set(batch_at(1, index, 3, 5))) == 3 for index in range(20))
    small = [batch_at(1, index, 4, 2) for index in range(20)]
    assert {len(one) for one in small} == {4}
    assert {pair for one in small for pair in one} == {0, 1}
