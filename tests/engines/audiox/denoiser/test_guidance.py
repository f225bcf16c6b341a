from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
import torch

from prismdesk.engines.audiox.conditioning.tokens import ConditioningInputs
from prismdesk.engines.audiox.denoiser.denoiser_error import DenoiserError
from prismdesk.engines.audiox.denoiser.dit_layers import CrossAttention, DitLayer
from prismdesk.engines.audiox.denoiser.guidance import (
    GuidedDenoiser,
    PlainGuidedDenoiser,
    negative_context,
    rescaled,
)
from prismdesk.engines.sampling.graphed import GraphedRun, run_plainly
from tests.conformance.checking import relative_error
from tests.engines.audiox.denoiser.tiny import (
    ALL,
    DIT,
    FRAMES,
    MMDIT,
    tiny_conditions,
    tiny_denoiser,
    tiny_latents,
)

if TYPE_CHECKING:
    from prismdesk.engines.audiox.denoiser.prepared import Prepared

BOTH = [DIT, MMDIT]


def _negative(arguments: dict[str, Any], groups: int = 1) -> torch.Tensor | None:
    return tiny_conditions(arguments, groups, seed=7).cross_tokens


@pytest.mark.parametrize("arguments", ALL.values(), ids=ALL)
@pytest.mark.parametrize("phi", [0.0, 0.6])
def test_one_batch_equals_two_whole_evaluations(arguments: dict[str, Any], phi: float) -> None:
    conditions, x = tiny_conditions(arguments), tiny_latents()
    shared = GuidedDenoiser.of(
        tiny_denoiser(arguments), conditions, FRAMES, cfg_scale=5.0, scale_phi=phi
    )
    for_each = tiny_conditions(arguments, groups=1)
    for_each = ConditioningInputs(
        cross_tokens=_twice(for_each.cross_tokens),
        global_=_twice(for_each.global_),
        input_concat=_twice(for_each.input_concat),
        prepend=_twice(for_each.prepend),
    )
    plain = PlainGuidedDenoiser(tiny_denoiser(arguments, fused=False), for_each, 5.0, phi)

    assert relative_error(shared(x, 0.4), plain(x, 0.4)) < 1e-5


def _twice(tensor: torch.Tensor | None) -> torch.Tensor | None:
    return None if tensor is None else torch.cat([tensor, tensor])


@pytest.mark.parametrize("arguments", BOTH, ids=["dit", "mmdit"])
def test_a_negative_context_takes_the_place_of_zeros(arguments: dict[str, Any]) -> None:
    network, x = tiny_denoiser(arguments), tiny_latents()
    conditions, negative = tiny_conditions(arguments), _negative(arguments)

    without = GuidedDenoiser.of(network, conditions, FRAMES, cfg_scale=5.0)
    quick = GuidedDenoiser.of(network, conditions, FRAMES, cfg_scale=5.0, negative=negative)
    plain = PlainGuidedDenoiser(
        tiny_denoiser(arguments, fused=False), conditions, 5.0, negative=negative
    )

    assert relative_error(quick(x, 0.4), plain(x, 0.4)) < 1e-5
    assert relative_error(quick(x, 0.4), without(x, 0.4)) > 1e-2


@pytest.mark.parametrize("arguments", BOTH, ids=["dit", "mmdit"])
def test_every_item_has_its_own_time_context_and_takes(arguments: dict[str, Any]) -> None:
    network, x = tiny_denoiser(arguments), tiny_latents(4)
    conditions, t = tiny_conditions(arguments, groups=2), torch.tensor([0.1, 0.3, 0.5, 0.9])
    negative = _negative(arguments)

    together = GuidedDenoiser.of(network, conditions, FRAMES, cfg_scale=3.0, negative=negative)(
        x, t
    )

    assert conditions.cross_tokens is not None
    for row in range(4):
        group = replace(conditions, cross_tokens=conditions.cross_tokens[row // 2, None])
        alone = GuidedDenoiser.of(network, group, FRAMES, cfg_scale=3.0, negative=negative)
        assert relative_error(together[row, None], alone(x[row, None], float(t[row]))) < 1e-5


def test_takes_that_do_not_divide_among_contexts_are_refused() -> None:
    velocity = GuidedDenoiser.of(tiny_denoiser(), tiny_conditions(groups=2), FRAMES)

    with pytest.raises(ValueError, match="3 takes don't share 2 groups"):
        velocity(tiny_latents(3), 0.5)


def test_the_unconditional_half_of_a_dit_skips_the_context(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows: list[int] = []
    attend = CrossAttention.forward

    def noted(self: CrossAttention, x: torch.Tensor, keys_values: torch.Tensor) -> torch.Tensor:
        rows.append(x.shape[0])
        return attend(self, x, keys_values)

    monkeypatch.setattr(CrossAttention, "forward", noted)

    GuidedDenoiser.of(tiny_denoiser(), tiny_conditions(), FRAMES, cfg_scale=3.0)(
        tiny_latents(2), 0.5
    )

    assert rows == [2, 2]


def test_keys_and_values_are_prepared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    keys_values = CrossAttention.keys_values

    def noted(self: CrossAttention, context: torch.Tensor) -> torch.Tensor:
        calls.append(context.shape[0])
        return keys_values(self, context)

    monkeypatch.setattr(CrossAttention, "keys_values", noted)
    velocity = GuidedDenoiser.of(tiny_denoiser(), tiny_conditions(), FRAMES, cfg_scale=3.0)

    for t in (0.9, 0.5, 0.1):
        velocity(tiny_latents(3), t)

    assert calls == [1, 1]


@pytest.mark.parametrize("cfg_scale", [1.0, 4.0])
def test_without_guidance_only_the_conditional_is_evaluated(cfg_scale: float) -> None:
    network = tiny_denoiser()
    halves: list[int] = []
    conditions = tiny_conditions() if cfg_scale == 1.0 else None
    velocity = network.velocity

    def noted(x: torch.Tensor, t: torch.Tensor, prepared: Prepared) -> torch.Tensor:
        halves.append(prepared.halves)
        return velocity(x, t, prepared)

    network.velocity = noted  # type: ignore[method-assign]  # to look on
    x = tiny_latents()

    guided = GuidedDenoiser.of(network, conditions, FRAMES, cfg_scale=cfg_scale, scale_phi=0.5)

    assert torch.equal(guided(x, 0.5), guided(x, torch.tensor([0.5])))
    assert halves == [1, 1]


def test_strength_is_that_of_the_difference() -> None:
    network, conditions, x = tiny_denoiser(), tiny_conditions(), tiny_latents()
    told = GuidedDenoiser.of(network, conditions, FRAMES)(x, 0.5)
    null = GuidedDenoiser.of(network, None, FRAMES)(x, 0.5)

    for scale in (0.0, 0.5, 7.0):
        v = GuidedDenoiser.of(network, conditions, FRAMES, cfg_scale=scale)(x, 0.5)
        assert torch.allclose(v, null + scale * (told - null), atol=1e-4)


def test_fully_rescaled_velocity_spreads_as_the_conditional_does() -> None:
    random = torch.Generator().manual_seed(0)
    v, told = torch.randn(2, 3, 8, 5, generator=random)

    assert torch.allclose(rescaled(v, told, 1.0).std(dim=1), told.std(dim=1), rtol=1e-4)
    assert torch.equal(rescaled(v, told, 0.0), v)
    assert rescaled(torch.zeros(1, 4, 2), told[:1, :4, :2], 0.7).isfinite().all()


def test_masked_tokens_of_a_negative_context_are_zeros() -> None:
    tokens = torch.ones(1, 3, 2)

    assert negative_context(tokens, None) is tokens
    assert negative_context(tokens, torch.tensor([[1, 0, 1]])).sum(-1).tolist() == [[2, 0, 2]]


@pytest.mark.parametrize("arguments", BOTH, ids=["dit", "mmdit"])
def test_constants_and_key_say_all_that_a_graph_depends_on(arguments: dict[str, Any]) -> None:
    network, x = tiny_denoiser(arguments), tiny_latents()
    calls: list[tuple[Any, ...]] = []

    def noted(function: Any, moving: Any, constant: Any, key: Any) -> torch.Tensor:
        calls.append((function, moving, constant, key))
        result = function(*moving, *constant)
        assert isinstance(result, torch.Tensor)
        return result

    def guided(seed: int, scale: float) -> GuidedDenoiser:
        conditions = tiny_conditions(arguments, seed=seed)
        return GuidedDenoiser.of(network, conditions, FRAMES, cfg_scale=scale, run=noted)

    guided(1, 3.0)(x, 0.5)
    second = guided(2, 5.0)(x, 0.7)
    (function, _, _, key), (_, moving, constant, other_key) = calls

    # The first one's function with what the second one was called with.
    assert key == other_key
    assert torch.equal(function(*moving, *constant), second)
    assert guided(1, 1.0)(x, 0.5).shape == x.shape
    assert calls[2][3] != key


@pytest.mark.parametrize("arguments", BOTH, ids=["dit", "mmdit"])
def test_bfloat16_stays_near_and_answers_in_float32(arguments: dict[str, Any]) -> None:
    x = tiny_latents()
    exact, rounded = (
        GuidedDenoiser.of(
            tiny_denoiser(arguments, dtype=dtype), tiny_conditions(arguments), FRAMES
        )(x, 0.5)
        for dtype in (torch.float32, torch.bfloat16)
    )

    assert rounded.dtype == torch.float32
    assert 1e-5 < relative_error(rounded, exact) < 3e-2


def test_layers_of_a_dit_without_context_have_no_attention_to_it() -> None:
    network = tiny_denoiser(DIT | {"cond_token_dim": 0})

    layers = [one for one in network.modules() if isinstance(one, DitLayer)]

    assert len(layers) == 2
    assert not any(one.has_context for one in layers)


@pytest.mark.parametrize("arguments", BOTH, ids=["dit", "mmdit"])
def test_a_negative_context_of_another_size_is_refused(arguments: dict[str, Any]) -> None:
    network, negative = tiny_denoiser(arguments), torch.zeros(1, 5, 7)

    with pytest.raises(DenoiserError, match="negative context of 5 tokens of 7 channels"):
        network.prepare_guided(tiny_conditions(arguments), FRAMES, negative)


@pytest.mark.gpu
@pytest.mark.parametrize("arguments", ALL.values(), ids=ALL)
def test_graph_follows_contexts_strengths_and_moves(arguments: dict[str, Any]) -> None:
    network, run, x = tiny_denoiser(arguments).cuda(), GraphedRun(), tiny_latents().cuda()

    def check(seed: int, scale: float, phi: float, t: float) -> torch.Tensor:
        conditions = tiny_conditions(arguments, seed=seed)
        graphed, plain = (
            GuidedDenoiser.of(network, conditions, FRAMES, cfg_scale=scale, scale_phi=phi, run=how)
            for how in (run, run_plainly)
        )
        answer = graphed(x, t)
        assert relative_error(answer, plain(x, t)) < 1e-4
        return answer

    settings = [(1, 4.5, 0.0, 0.2), (1, 4.5, 0.0, 0.7), (1, 2.0, 0.0, 0.7), (2, 2.0, 0.0, 0.7)]
    settings += [(2, 2.0, 0.5, 0.7), (2, 1.0, 0.0, 0.7)]
    answers = [check(*one) for one in settings]
    network.cpu().cuda()
    check(2, 2.0, 0.5, 0.7)

    for before, after in pairwise(answers):
        assert relative_error(after, before) > 1e-4
