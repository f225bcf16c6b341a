from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from prismdesk.engines.nets.adapter_stack import AdapterStack
from prismdesk.engines.nets.low_rank import adapter_of
from prismdesk.engines.sampling.graphed import GraphedRun
from prismdesk.engines.selva.generator.guidance import GuidedVelocity, TwoPassVelocity
from tests.conformance.checking import relative_error
from tests.engines.selva.generator.tiny import (
    FRAMES,
    empty_conditions,
    tiny_conditions,
    tiny_generator,
    tiny_latent,
)

if TYPE_CHECKING:
    from prismdesk.engines.selva.generator.conditions import Prepared
    from prismdesk.engines.selva.generator.network import Generator


def _prepared(generator: Generator) -> tuple[Prepared, Prepared]:
    return (
        generator.prepare(tiny_conditions(), latent_frames=FRAMES),
        generator.prepare(empty_conditions(), latent_frames=FRAMES),
    )


def _batches(generator: Generator, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note the batch of every evaluation."""
    batches: list[int] = []
    velocity = generator.velocity

    def noted(latent: torch.Tensor, t: torch.Tensor, prepared: Prepared) -> torch.Tensor:
        batches.append(latent.shape[0])
        return velocity(latent, t, prepared)

    monkeypatch.setattr(generator, "velocity", noted)
    return batches


@pytest.mark.parametrize("guidance", [1.0, 1.5, 4.5])
def test_one_batch_equals_two_passes(guidance: float, monkeypatch: pytest.MonkeyPatch) -> None:
    generator = tiny_generator()
    prepared = _prepared(generator)
    batches = _batches(generator, monkeypatch)

    together = GuidedVelocity(generator, *prepared, guidance)(tiny_latent(), 0.4)
    apart = TwoPassVelocity(generator, *prepared, guidance)(tiny_latent(), 0.4)

    assert batches == [4, 2, 2]
    assert relative_error(together, apart) < 1e-5


@pytest.mark.parametrize("velocity_of", [GuidedVelocity, TwoPassVelocity])
@pytest.mark.parametrize("guidance", [0.0, 0.99])
def test_below_one_only_the_conditional_is_evaluated(
    velocity_of: type[GuidedVelocity | TwoPassVelocity],
    guidance: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    generator = tiny_generator()
    conditional, unconditional = _prepared(generator)
    alone = generator.velocity(tiny_latent(), torch.full((2,), 0.4), conditional)
    batches = _batches(generator, monkeypatch)

    velocity = velocity_of(generator, conditional, unconditional, guidance)(tiny_latent(), 0.4)

    assert batches == [2]
    assert torch.equal(velocity, alone)


def test_without_unconditional_the_strength_says_nothing() -> None:
    generator = tiny_generator()
    conditional, _ = _prepared(generator)
    alone = generator.velocity(tiny_latent(), torch.full((2,), 0.4), conditional)

    assert torch.equal(GuidedVelocity(generator, conditional, None, 7.0)(tiny_latent(), 0.4), alone)
    assert torch.equal(
        TwoPassVelocity(generator, conditional, None, 7.0)(tiny_latent(), 0.4), alone
    )


def test_answer_is_float32_without_gradients() -> None:
    generator = tiny_generator(dtype=torch.bfloat16)
    for parameter in generator.parameters():
        parameter.requires_grad_()

    velocity = GuidedVelocity(generator, *_prepared(generator), 3.0)(tiny_latent(), 0.4)

    assert velocity.dtype == torch.float32
    assert not velocity.requires_grad


def test_works_in_inference_mode() -> None:
    generator = tiny_generator()
    with torch.inference_mode():
        guided = GuidedVelocity(generator, *_prepared(generator), 3.0)
        inside = guided(tiny_latent(), 0.4)
    outside = GuidedVelocity(generator, *_prepared(generator), 3.0)(tiny_latent(), 0.4)

    assert torch.equal(inside, outside)


def test_prepared_takes_share_one_preparation() -> None:
    generator = tiny_generator()
    conditional = generator.prepare(tiny_conditions(1), latent_frames=FRAMES)
    unconditional = generator.prepare(empty_conditions(1), latent_frames=FRAMES)
    latents = tiny_latent(3)

    together = GuidedVelocity(generator, conditional.repeat(3), unconditional.repeat(3), 4.5)(
        latents, 0.3
    )

    for index in range(3):
        alone = GuidedVelocity(generator, conditional, unconditional, 4.5)(
            latents[index : index + 1], 0.3
        )
        assert relative_error(together[index : index + 1], alone) < 1e-5


@pytest.mark.gpu
@torch.no_grad()
def test_graph_follows_prompts_strengths_adapters_and_moves() -> None:
    generator, run = tiny_generator().cuda(), GraphedRun()
    unconditional = generator.prepare(empty_conditions(), latent_frames=FRAMES)
    latent, name = tiny_latent().cuda(), "fused_blocks.0.attn.qkv"
    stack = AdapterStack(generator)
    adapter = adapter_of(
        {f"{name}.lora_A": torch.randn(2, 36), f"{name}.lora_B": torch.randn(108, 2)}, {}, name="a"
    )

    def check(seed: int, guidance: float, t: float) -> torch.Tensor:
        prepared = generator.prepare(tiny_conditions(seed=seed), latent_frames=FRAMES)
        graphed = GuidedVelocity(generator, prepared, unconditional, guidance, run=run)
        plain = GuidedVelocity(generator, prepared, unconditional, guidance)
        answer = graphed(latent, t)
        assert relative_error(answer, plain(latent, t)) < 1e-4
        return answer

    answers = [check(1, 4.5, 0.2), check(1, 4.5, 0.7), check(1, 2.0, 0.7), check(2, 2.0, 0.7)]
    answers.append(check(2, 0.5, 0.7))
    stack.set([(adapter, 1.0)])
    answers.append(check(2, 2.0, 0.7))
    generator.cpu().cuda()
    check(2, 2.0, 0.7)

    for index, one in enumerate(answers):
        assert all(relative_error(one, other) > 1e-3 for other in answers[:index])
