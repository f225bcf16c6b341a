from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import torch

from prismdesk.engines.selva.generator.conditions import Prepared, stretched
from tests.conformance.checking import relative_error
from tests.engines.selva.generator.tiny import (
    CONFIG,
    FRAMES,
    empty_conditions,
    tiny_conditions,
    tiny_generator,
    tiny_latent,
)

if TYPE_CHECKING:
    from prismdesk.engines.selva.generator.config import GeneratorConfig
    from prismdesk.engines.selva.generator.network import Generator

T = torch.tensor([0.1, 0.8])

CONFIGS = {
    "v1": CONFIG,
    "v2": replace(CONFIG, is_v2=True),
    "no fused blocks": replace(CONFIG, depth=1, fused_depth=0),
    "heads of two channels": replace(CONFIG, num_heads=18),
    "one head": replace(CONFIG, num_heads=1, hidden_dim=70),
}


@torch.no_grad()
def _velocity(generator: Generator) -> torch.Tensor:
    prepared = generator.prepare(tiny_conditions(), latent_frames=FRAMES)
    return generator.velocity(tiny_latent(), T, prepared)


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_fused_and_plain_networks_agree(config: GeneratorConfig) -> None:
    conditions = tiny_conditions(config=config)
    velocities = []
    for fused in (True, False):
        generator = tiny_generator(config, fused=fused)
        prepared = generator.prepare(conditions, latent_frames=FRAMES)
        velocities.append(generator.velocity(tiny_latent(), T, prepared))

    assert velocities[0].shape == (2, FRAMES, config.latent_dim)
    assert relative_error(velocities[0], velocities[1]) < 1e-5


def test_unfusing_brings_every_bit_back() -> None:
    generator, plain = tiny_generator(), tiny_generator(fused=False)

    generator.unfuse()

    assert not generator.is_fused
    for name, tensor in plain.state_dict().items():
        assert torch.equal(generator.state_dict()[name], tensor), name
    assert torch.equal(_velocity(generator), _velocity(plain))


def test_fusing_adds_no_memory() -> None:
    def bytes_of(generator: Generator) -> int:
        storages = {
            p.untyped_storage().data_ptr(): p.untyped_storage() for p in generator.parameters()
        }
        return sum(storage.nbytes() for storage in storages.values())

    assert bytes_of(tiny_generator()) == bytes_of(tiny_generator(fused=False))


def test_casting_there_and_back_keeps_the_halves_together() -> None:
    generator = tiny_generator()
    before = _velocity(generator)

    generator.double().float()
    generator.get_parameter("joint_blocks.0.latent_block.ffn.w3.weight").data.zero_()
    after = _velocity(generator)
    generator.unfuse()

    assert not torch.allclose(before, after)
    assert relative_error(_velocity(generator), after) < 1e-5


def test_memory_is_told_apart() -> None:
    generator = tiny_generator()
    seen = [tiny_generator().memory, generator.memory]

    for change in (generator.double, generator.unfuse, generator.fuse):
        change()
        seen.append(generator.memory)

    assert len(set(seen)) == 5


def test_half_precision_stays_near() -> None:
    exact = _velocity(tiny_generator())
    generator = tiny_generator(dtype=torch.bfloat16)
    prepared = generator.prepare(tiny_conditions(), latent_frames=FRAMES)

    velocity = generator.velocity(tiny_latent().bfloat16(), T, prepared)

    assert velocity.dtype == torch.bfloat16
    assert relative_error(velocity, exact) < 2e-2


def test_empty_rows_stand_for_absent_conditions() -> None:
    generator = tiny_generator()
    absent = empty_conditions()
    given = replace(
        absent,
        clip=generator.empty_clip_feat.expand(2, 6, -1),
        sync=generator.empty_sync_feat.expand(2, 16, -1),
        text=generator.empty_string_feat.expand(2, -1, -1),
    )

    prepared = [generator.prepare(each, latent_frames=FRAMES) for each in (absent, given)]

    for one, other in zip(prepared[0].tensors(), prepared[1].tensors(), strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize("name", ["clip", "sync", "text"])
def test_every_condition_is_heard(name: str) -> None:
    generator = tiny_generator()
    conditions = tiny_conditions()
    with_less = replace(conditions, **{name: None})  # type: ignore[arg-type]  # features only

    velocities = [
        generator.velocity(tiny_latent(), T, generator.prepare(each, latent_frames=FRAMES))
        for each in (conditions, with_less)
    ]

    assert relative_error(velocities[0], velocities[1]) > 1e-3


def test_items_of_a_batch_do_not_mix() -> None:
    generator = tiny_generator()
    conditions = tiny_conditions()
    together = generator.velocity(
        tiny_latent(), T, generator.prepare(conditions, latent_frames=FRAMES)
    )
    assert conditions.clip is not None
    assert conditions.sync is not None
    assert conditions.text is not None
    alone = replace(
        conditions,
        clip=conditions.clip[1:],
        sync=conditions.sync[1:],
        text=conditions.text[1:],
        batch=1,
    )

    second = generator.velocity(
        tiny_latent()[1:], T[1:], generator.prepare(alone, latent_frames=FRAMES)
    )

    assert relative_error(second, together[1:]) < 1e-5


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"clip_frames": 7}, "clip features"),
        ({"sync_frames": 24}, "sync features"),
        ({"sync_frames": 12}, "segments"),
        ({"sync_frames": 0}, "segments"),
        ({"batch": 3}, "features"),
        ({"text": torch.zeros(2, 8, 12)}, "text features"),
    ],
)
def test_features_of_other_shapes_are_refused(change: dict[str, object], told: str) -> None:
    conditions = replace(tiny_conditions(), **change)  # type: ignore[arg-type]  # any of its fields

    with pytest.raises(ValueError, match=told):
        tiny_generator().prepare(conditions, latent_frames=FRAMES)


def test_prepared_conditions_are_repeated_and_joined() -> None:
    generator = tiny_generator()
    first = generator.prepare(tiny_conditions(1), latent_frames=FRAMES)
    second = generator.prepare(empty_conditions(1), latent_frames=FRAMES)

    both = Prepared.join(first.repeat(2), second)

    assert (both.batch, both.latent_frames) == (3, FRAMES)
    assert torch.equal(both.clip[1:2], first.clip)
    assert torch.equal(both.overall[2:], second.overall)
    with pytest.raises(ValueError, match="sync"):
        Prepared.join(first, generator.prepare(empty_conditions(1), latent_frames=FRAMES + 1))


def test_stretching_takes_the_row_under_the_middle() -> None:
    rows = torch.arange(8.0)[None, :, None]

    assert stretched(rows, 4)[0, :, 0].tolist() == [1, 3, 5, 7]
    assert stretched(rows, 11)[0, :, 0].tolist() == [0, 1, 1, 2, 3, 4, 4, 5, 6, 6, 7]


def test_normalising_is_undone() -> None:
    generator = tiny_generator()
    x = tiny_latent()

    assert torch.allclose(generator.normalise(generator.unnormalise(x)), x, atol=1e-4)
