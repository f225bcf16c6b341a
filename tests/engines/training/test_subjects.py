from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import torch

from prismdesk.engines.training.audiox_subject import AudioxSubject
from prismdesk.engines.training.draws import Draws
from prismdesk.engines.training.encoded_set import EncodedPair
from prismdesk.engines.training.held_out import held_out_loss
from prismdesk.engines.training.optimising import Optimiser
from prismdesk.engines.training.options import OptionError
from prismdesk.engines.training.subjects import training_precision
from tests.engines.audiox.denoiser.tiny import MMDIT, tiny_denoiser
from tests.engines.training.tiny import (
    BASE,
    KINDS,
    family_of,
    tiny_options,
    tiny_subject,
    tiny_tensors,
    write_tiny_set,
)

if TYPE_CHECKING:
    from pathlib import Path

CPU = torch.device("cpu")


def pairs_of(kind: str, count: int = 3) -> list[EncodedPair]:
    return [
        EncodedPair(
            key=str(number),
            family=family_of(kind),
            prompt="",
            tensors=tiny_tensors(kind, number),
        )
        for number in range(count)
    ]


def loss_of(kind: str, **changes: Any) -> float:
    options = tiny_options(kind, **changes)
    loss = tiny_subject(kind, options).loss(pairs_of(kind), Draws(options, 0))
    return float(loss.detach())


@pytest.mark.parametrize("kind", KINDS)
def test_gradient_reaches_every_layer_that_learns(kind: str) -> None:
    options = tiny_options(kind, start="pissa")
    subject = tiny_subject(kind, options)
    Optimiser(subject.groups(), options, subject.betas)

    subject.loss(pairs_of(kind), Draws(options, 0)).backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped

    for group in subject.groups():
        for name, parameter in group.parameters.items():
            assert parameter.grad is not None, name
            assert parameter.grad.any(), name


@pytest.mark.parametrize("kind", KINDS)
def test_recomputed_blocks_give_the_same_gradient(kind: str) -> None:
    gradients = []
    for is_saving in (False, True):
        options = tiny_options(kind, gradient_checkpointing=is_saving, dropout=0.2)
        subject = tiny_subject(kind, options)
        Optimiser(subject.groups(), options, subject.betas)
        subject.loss(pairs_of(kind), Draws(options, 0)).backward()  # type: ignore[no-untyped-call]  # as above
        up = subject.groups()[1].parameters
        gradients.append({name: parameter.grad for name, parameter in up.items()})

    assert gradients[0]
    for name, gradient in gradients[0].items():
        other = gradients[1][name]
        assert gradient is not None
        assert other is not None
        assert torch.allclose(gradient, other, rtol=1e-4, atol=1e-6), name


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("selva", {"mixup_alpha": 0.5}),
        ("selva", {"latent_noise_sigma": 0.3}),
        ("selva", {"condition_drop": 0.8}),
        ("selva", {"timestep_mode": "logit_normal"}),
        ("dit", {"condition_drop": 0.9}),
        ("dit", {"inpainting_share": 1.0}),
        ("dit", {"mixup_alpha": 0.5}),
        ("dit", {"seed": 3}),
    ],
)
def test_option_changes_the_loss(kind: str, changes: dict[str, Any]) -> None:
    assert loss_of(kind, **changes) != loss_of(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_held_out_loss_depends_on_the_network_alone(tmp_path: Path, kind: str) -> None:
    pairs = write_tiny_set(tmp_path, kind)
    plain = tiny_options(kind)
    other = tiny_options(
        kind, seed=7, batch=4, mixup_alpha=1.0, condition_drop=0.9, dropout=0.3, steps=60
    )

    losses = [held_out_loss(tiny_subject(kind, one), pairs, one) for one in (plain, other)]

    assert losses[0] == pytest.approx(losses[1], rel=1e-5)


def test_lost_sound_counts_for_nothing() -> None:
    pairs = pairs_of("dit", 1)
    tensors = dict(pairs[0].tensors)
    tensors["latent_std"] = torch.zeros_like(tensors["latent_std"])
    subject = tiny_subject("dit")

    def loss(given: dict[str, torch.Tensor]) -> float:
        pair = EncodedPair(key="", family="audiox", prompt="", tensors=given)
        return float(subject.loss([pair], Draws(tiny_options("dit"), 0)).detach())

    whole = loss(tensors)
    tensors["real_frames"] = torch.tensor(4)
    assert loss(tensors) != pytest.approx(whole)


def test_pair_without_picture_is_trained_with_the_model_s_empty_rows() -> None:
    pairs = pairs_of("selva", 2)
    without = dict(pairs[1].tensors)
    del without["clip"], without["sync"]
    blind = EncodedPair(key="blind", family="selva", prompt="", tensors=without)
    subject = tiny_subject("selva")
    options = tiny_options("selva")

    mixed = subject.loss([pairs[0], blind], Draws(options, 0))
    alone = subject.loss([blind, blind], Draws(options, 0))

    assert torch.isfinite(mixed)
    assert torch.isfinite(alone)
    conditions = subject.conditions([pairs[0], blind])  # type: ignore[union-attr]  # of this family
    empty = subject.network.get_parameter("empty_clip_feat")
    assert conditions.clip is not None
    assert torch.equal(conditions.clip[1], empty.expand_as(conditions.clip[1]))
    assert torch.equal(conditions.clip[0], pairs[0].tensors["clip"])


def test_up_halves_learn_faster_by_the_ratio() -> None:
    options = tiny_options(lora_plus_ratio=16.0, warm_up=0, lr=1e-4)
    subject = tiny_subject(options=options)
    optimiser = Optimiser(subject.groups(), options, subject.betas)

    assert optimiser.rates(0) == pytest.approx((1e-4, 16e-4))
    down, up = subject.groups()
    before = [one.detach().clone() for one in up.parameters.values()]
    for group in (down, up):
        for parameter in group.parameters.values():
            parameter.grad = torch.ones_like(parameter)
    optimiser.step(0)

    # The first step of Adam is the learning rate itself, whatever the gradient.
    for was, now in zip(before, up.parameters.values(), strict=True):
        assert torch.allclose(was - now, torch.full_like(was, 16e-4), rtol=1e-3)


def test_gradient_is_clipped_to_the_limit() -> None:
    options = tiny_options(gradient_clip=0.5)
    subject = tiny_subject(options=options)
    optimiser = Optimiser(subject.groups(), options, subject.betas)
    for group in subject.groups():
        for parameter in group.parameters.values():
            parameter.grad = torch.ones_like(parameter)

    before = optimiser.gradient_norm()

    assert before > 1
    assert optimiser.gradient_norm() == pytest.approx(0.5, rel=1e-3)


def test_bf16_base_trains_with_float32_adapters() -> None:
    options = tiny_options(start="standard")
    subject = tiny_subject(options=options, dtype=torch.bfloat16)
    Optimiser(subject.groups(), options, subject.betas)
    subject.loss(pairs_of("dit"), Draws(options, 0)).backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped

    parameters = [one for group in subject.groups() for one in group.parameters.values()]
    assert {one.dtype for one in parameters} == {torch.float32}
    assert subject.network.dtype == torch.bfloat16
    with torch.no_grad():
        exact = float(tiny_subject().loss(pairs_of("dit"), Draws(options, 0)))
        rounded = float(subject.loss(pairs_of("dit"), Draws(options, 0)))
    assert rounded == pytest.approx(exact, rel=0.05)


def test_layers_without_effect_are_refused() -> None:
    options = tiny_options("mmdit", targets=["attn.qkv", "cross_attn.to_kv"])

    with pytest.raises(OptionError, match=r"cross_attn\.to_kv, which have no effect"):
        AudioxSubject(tiny_denoiser(MMDIT), options, BASE)


def test_convolutions_learn_where_they_are_named() -> None:
    options = tiny_options("mmdit", targets=["linear1", "ffn.w2"])

    learned = tiny_subject("mmdit", options).layers.learned()

    convolution = learned["transformer.layers.0.linear1"]
    assert convolution.down.shape[2] == 3
    assert convolution.up.shape[2] == 1


def test_precision_goes_by_the_option_and_the_device() -> None:
    assert training_precision(tiny_options(), CPU) == torch.float32
    assert training_precision(tiny_options(precision="bf16"), CPU) == torch.bfloat16
    assert training_precision(tiny_options(precision="fp32"), CPU) == torch.float32
