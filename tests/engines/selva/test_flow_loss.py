from __future__ import annotations

from dataclasses import replace

import torch

from prismdesk.engines.selva.flow_loss import train_loss
from tests.engines.selva.generator.tiny import (
    empty_conditions,
    tiny_conditions,
    tiny_generator,
    tiny_latent,
)

T = torch.tensor([0.3, 0.6])


def test_gradients_reach_what_is_trained_and_what_is_given() -> None:
    generator = tiny_generator(fused=False)
    trained = generator.get_parameter("joint_blocks.0.text_block.attn.qkv.weight")
    trained.requires_grad_()
    x1 = tiny_latent().requires_grad_()

    train_loss(generator, x1, tiny_latent(seed=4), T, tiny_conditions()).mean.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped

    assert trained.grad is not None
    assert x1.grad is not None
    assert trained.grad.abs().sum() > 0
    assert x1.grad.abs().sum() > 0


def test_fused_network_gives_the_same_gradient() -> None:
    gradients: list[torch.Tensor] = []
    for fused in (False, True):
        x1 = tiny_latent().requires_grad_()
        loss = train_loss(
            tiny_generator(fused=fused), x1, tiny_latent(seed=4), T, tiny_conditions()
        )
        gradients += torch.autograd.grad(loss.mean, x1)

    assert torch.allclose(gradients[0], gradients[1], rtol=1e-3, atol=1e-6)


def test_dropped_items_are_as_if_nothing_was_given() -> None:
    generator, x1, noise = tiny_generator(), tiny_latent(), tiny_latent(seed=4)
    yes, no = torch.tensor([1, 1]), torch.tensor([0, 0])
    conditions, empty = tiny_conditions(), empty_conditions()

    def per_item(*drops: torch.Tensor) -> torch.Tensor:
        video, text = drops
        return train_loss(
            generator, x1, noise, T, conditions, drop_video=video, drop_text=text
        ).per_item

    without_video = replace(conditions, clip=None, sync=None)
    assert torch.equal(per_item(yes, yes), train_loss(generator, x1, noise, T, empty).per_item)
    assert torch.equal(per_item(no, no), train_loss(generator, x1, noise, T, conditions).per_item)
    assert torch.equal(
        per_item(yes, no), train_loss(generator, x1, noise, T, without_video).per_item
    )


def test_items_are_dropped_one_by_one() -> None:
    generator, x1, noise = tiny_generator(), tiny_latent(), tiny_latent(seed=4)
    conditions = tiny_conditions()
    kept = train_loss(generator, x1, noise, T, conditions)

    mixed = train_loss(
        generator, x1, noise, T, conditions, drop_text=torch.tensor([0, 1], dtype=torch.uint8)
    )

    assert mixed.per_item[0] == kept.per_item[0]
    assert mixed.per_item[1] != kept.per_item[1]
    assert torch.isclose(mixed.mean, mixed.per_item.mean())
