from __future__ import annotations

import dataclasses
from functools import partial

import pytest
import torch

from prismdesk.engines.loading.filling import fill
from prismdesk.engines.loading.published import Published
from prismdesk.engines.nets.t5_encoder import T5Encoder, T5EncoderConfig, distance_buckets
from prismdesk.errors import InputError
from tests.conformance.det_v1 import det_v1_state

TINY = T5EncoderConfig(vocab_size=9, d_model=6, d_kv=4, d_ff=5, num_layers=2, num_heads=2)


def tiny(dtype: torch.dtype = torch.float32) -> T5Encoder:
    published = Published(what="encoder", build=partial(T5Encoder, TINY))
    with torch.device("meta"):
        names = published.build().state_dict()
    state = det_v1_state({name: tuple(one.shape) for name, one in names.items()})
    return fill(published, state, where="t5", dtype=dtype)


def test_near_distances_have_buckets_of_their_own_and_far_ones_share_them() -> None:
    def behind(distance: int) -> int:
        # floor(8 ln(n / 8) / ln 16), in whole numbers
        steps = sum(distance**8 >= 8**8 * 16**step for step in range(1, 8))
        return distance if distance < 8 else 8 + steps

    buckets = distance_buckets(600, T5EncoderConfig())

    assert buckets[-1].tolist() == [behind(599 - key) for key in range(600)]
    assert buckets[0].tolist() == [0, *(16 + behind(key) for key in range(1, 600))]
    assert torch.equal(buckets[1:, 1:], buckets[:-1, :-1])


def test_what_is_masked_changes_nothing_before_it() -> None:
    encoder, ids = tiny(), torch.tensor([[3, 1, 0, 0], [3, 1, 7, 5]])
    mask = torch.tensor([[True, True, False, False]] * 2)

    with_padding, with_others = encoder(ids, mask)
    alone = encoder(ids[:1, :2], mask[:1, :2])

    torch.testing.assert_close(with_padding[:2], with_others[:2])
    torch.testing.assert_close(with_padding[None, :2], alone)


def test_places_count_by_distance_alone() -> None:
    encoder = tiny()
    everywhere = torch.ones(1, 5, dtype=torch.bool)
    shifted = torch.tensor([[False, False, True, True, True]])

    first = encoder(torch.tensor([[4, 2, 1, 0, 0]]), everywhere & shifted.flip(1))
    last = encoder(torch.tensor([[0, 0, 4, 2, 1]]), shifted)

    torch.testing.assert_close(first[:, :3], last[:, 2:])


def test_half_precision_stays_and_is_near() -> None:
    ids, mask = torch.tensor([[3, 1, 4, 1]]), torch.ones(1, 4, dtype=torch.bool)

    half, exact = tiny(torch.bfloat16)(ids, mask), tiny()(ids, mask)

    assert half.dtype == torch.bfloat16
    assert (half.float() - exact).norm() < 0.05 * exact.norm()


def test_impossible_sizes_are_refused() -> None:
    values = dataclasses.asdict(T5EncoderConfig())
    for broken in (
        {"num_heads": 0},
        {"d_model": "wide"},
        {"layer_norm_epsilon": 0},
        {"pad_token_id": None},
        {"feed_forward_proj": "__import__"},
        {"relative_attention_num_buckets": 3},
        {"relative_attention_max_distance": 8},
    ):
        with pytest.raises(InputError, match="sizes given for T5"):
            T5EncoderConfig.from_mapping({**values, **broken})
