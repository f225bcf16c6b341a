from __future__ import annotations

import pytest
import torch

from prismdesk.engines.audiox.denoiser.prepared import Prepared, joined_groups, over_takes


def test_takes_of_a_group_lie_side_by_side() -> None:
    groups = torch.tensor([[1.0], [2.0]])

    assert over_takes(groups, 6).flatten().tolist() == [1, 1, 1, 2, 2, 2]
    assert over_takes(groups, 2) is groups


def test_takes_of_one_group_are_no_copies() -> None:
    group = torch.ones(1, 3)

    assert over_takes(group, 50).untyped_storage().data_ptr() == group.untyped_storage().data_ptr()


def test_uneven_takes_are_refused() -> None:
    with pytest.raises(ValueError, match="3 takes don't share 2 groups"):
        over_takes(torch.ones(2, 1), 3)


def test_one_group_joins_many() -> None:
    joined = joined_groups(torch.tensor([[1.0], [2.0]]), torch.tensor([[9.0]]))

    assert joined.flatten().tolist() == [1, 2, 9, 9]


def test_tensors_come_back_where_they_were() -> None:
    rotation, context, concat = torch.randn(3, 4)
    prepared = Prepared(
        halves=2, told=1, groups=1, rotation=rotation, context=context, input_concat=concat
    )
    doubled = prepared.with_tensors(tuple(2 * one for one in prepared.tensors()))

    assert torch.equal(doubled.rotation, 2 * rotation)
    assert doubled.input_concat is not None
    assert torch.equal(doubled.input_concat, 2 * concat)
    assert doubled.front is None
    assert doubled.layout() == prepared.layout()
    assert prepared.layout() != Prepared(halves=2, told=1, groups=1, rotation=rotation).layout()
