from __future__ import annotations

from typing import Any

import pytest

from prismdesk.engines.audiox.denoiser.network_config import (
    DitConfig,
    MmditConfig,
    network_config,
)
from tests.engines.audiox.denoiser.tiny import DIT, MMDIT, config_of


def _dit(**changes: Any) -> DitConfig:
    config = network_config(config_of(DIT | changes))
    assert isinstance(config, DitConfig)
    return config


def test_published_dit_has_half_as_many_heads_of_the_context() -> None:
    config = _dit(embed_dim=1536, num_heads=24, cond_token_dim=768)

    assert (config.head_dim, config.rotated, config.context_heads) == (64, 32, 12)


@pytest.mark.parametrize(("heads", "rotated"), [(4, 32), (2, 32), (1, 64)])
def test_at_least_32_channels_are_turned(heads: int, rotated: int) -> None:
    assert _dit(num_heads=heads, project_cond_tokens=True).rotated == rotated


def test_heads_of_an_mmdit_are_as_wide_as_their_stated_number() -> None:
    config = network_config(
        config_of(MMDIT | {"embed_dim": 1536, "num_heads": 24, "mlp_ratio": 4.0})
    )

    assert isinstance(config, MmditConfig)
    assert (config.heads, config.head_dim, config.hidden) == (64, 24, 6144)
    assert config.latent_frames == 10


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"depth": 0}, "depth"),
        ({"num_heads": 3}, "doesn't split"),
        ({"num_heads": 8}, "rotated"),
        ({"cond_token_dim": 40}, "context of 40"),
        ({"cond_token_dim": 96}, "context of 96"),
    ],
)
def test_impossible_dits_are_refused(changes: dict[str, Any], said: str) -> None:
    values = {name: getattr(_dit(), name) for name in DitConfig.__dataclass_fields__}

    with pytest.raises(ValueError, match=said):
        DitConfig(**(values | changes))


@pytest.mark.parametrize(
    ("changes", "said"), [({"num_heads": 3}, "rotated"), ({"latent_seq_len": 1}, "leave none")]
)
def test_impossible_mmdits_are_refused(changes: dict[str, Any], said: str) -> None:
    config = network_config(config_of(MMDIT))
    values = {name: getattr(config, name) for name in MmditConfig.__dataclass_fields__}

    with pytest.raises(ValueError, match=said):
        MmditConfig(**(values | changes))
