from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import torch

from prismdesk.engines.audiox.conditioning.tokens import ConditioningInputs
from prismdesk.engines.audiox.denoiser.denoiser_error import DenoiserError
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
    from prismdesk.engines.audiox.denoiser.network import DenoisingNetwork

T = torch.tensor([0.2, 0.7])
BOTH = pytest.mark.parametrize("arguments", [DIT, MMDIT], ids=["dit", "mmdit"])


@torch.no_grad()
def _velocity(network: DenoisingNetwork, arguments: dict[str, Any], frames: int = FRAMES) -> Any:
    return network(tiny_latents(frames=frames), T, tiny_conditions(arguments))


@pytest.mark.parametrize("arguments", ALL.values(), ids=ALL)
def test_fused_and_plain_networks_agree(arguments: dict[str, Any]) -> None:
    quick = _velocity(tiny_denoiser(arguments), arguments)
    plain = _velocity(tiny_denoiser(arguments, fused=False), arguments)

    assert quick.shape == tiny_latents().shape
    assert relative_error(quick, plain) < 1e-5


@pytest.mark.parametrize("arguments", ALL.values(), ids=ALL)
def test_every_condition_is_heard(arguments: dict[str, Any]) -> None:
    network, x = tiny_denoiser(arguments), tiny_latents()
    conditions, other = tiny_conditions(arguments), tiny_conditions(arguments, seed=2)
    before = network(x, T, conditions)

    for name in ("cross_tokens", "global_", "input_concat", "prepend"):
        if getattr(conditions, name) is not None:
            parts = {
                one: getattr(other if one == name else conditions, one)
                for one in ("cross_tokens", "global_", "input_concat", "prepend")
            }
            changed = network(x, T, ConditioningInputs(**parts))
            assert relative_error(changed, before) > 1e-3, name


@BOTH
def test_unfusing_brings_every_bit_back(arguments: dict[str, Any]) -> None:
    network, plain = tiny_denoiser(arguments), tiny_denoiser(arguments, fused=False)

    network.unfuse()

    assert not network.is_fused
    for name, tensor in plain.state_dict().items():
        assert torch.equal(network.state_dict()[name], tensor), name
    assert torch.equal(_velocity(network, arguments), _velocity(plain, arguments))


@BOTH
def test_fusing_adds_no_memory(arguments: dict[str, Any]) -> None:
    def bytes_of(network: DenoisingNetwork) -> int:
        storages = {
            p.untyped_storage().data_ptr(): p.untyped_storage() for p in network.parameters()
        }
        return sum(storage.nbytes() for storage in storages.values())

    assert bytes_of(tiny_denoiser(arguments)) == bytes_of(tiny_denoiser(arguments, fused=False))


@BOTH
def test_memory_is_a_new_number_once_parameters_lie_elsewhere(arguments: dict[str, Any]) -> None:
    network, other = tiny_denoiser(arguments), tiny_denoiser(arguments)
    before, velocity = network.memory, _velocity(network, arguments)

    network.double().float()

    assert len({before, network.memory, other.memory}) == 3
    assert torch.equal(_velocity(network, arguments), velocity)


@pytest.mark.parametrize("frames", [1, 2, 37])
def test_a_dit_takes_any_length(frames: int) -> None:
    assert _velocity(tiny_denoiser(), DIT, frames).shape == (2, 4, frames)


def _refused(arguments: dict[str, Any], conditions: ConditioningInputs | None, length: int) -> str:
    with pytest.raises(DenoiserError) as caught:
        tiny_denoiser(arguments).prepare(conditions, length)
    return str(caught.value)


@pytest.mark.parametrize("frames", [1, FRAMES - 1, FRAMES + 1])
def test_an_mmdit_takes_one_length(frames: int) -> None:
    message = _refused(MMDIT, tiny_conditions(MMDIT), frames)

    assert message == (f"This model makes exactly {FRAMES} latent frames at a time, not {frames}.")


@pytest.mark.parametrize("frames", [0, 5])
def test_patches_take_whole_ones(frames: int) -> None:
    arguments = DIT | {"patch_size": 2}

    assert "multiples of 2" in _refused(arguments, tiny_conditions(arguments), frames)


ZEROS = torch.zeros(1, 3, 8)


@pytest.mark.parametrize(
    ("arguments", "conditions", "said"),
    [
        (DIT, ConditioningInputs(cross_tokens=ZEROS), "takes 64 as the width of its context"),
        (DIT, ConditioningInputs(prepend=ZEROS), "takes none as the width of its tokens in front"),
        (DIT, ConditioningInputs(global_=ZEROS[0]), "takes none as the width of its global"),
        (DIT, ConditioningInputs(input_concat=ZEROS), "given 3"),
        (DIT | {"input_concat_dim": 3}, None, "takes 3 .* given 0"),
        (MMDIT, None, "nothing without a context"),
        (MMDIT, ConditioningInputs(cross_tokens=ZEROS), "384 tokens of 768 channels.*3 of 8"),
        (MMDIT, ConditioningInputs(prepend=ZEROS), "takes no tokens in front"),
        (MMDIT, ConditioningInputs(global_=ZEROS[0]), "takes no global condition"),
    ],
)
def test_conditions_that_do_not_fit_are_refused_in_one_sentence(
    arguments: dict[str, Any], conditions: ConditioningInputs | None, said: str
) -> None:
    with pytest.raises(DenoiserError, match=said) as caught:
        tiny_denoiser(arguments).prepare(conditions, FRAMES)

    assert str(caught.value).count(".") == 1


def test_time_is_embedded_exactly_in_half_precision() -> None:
    network = tiny_denoiser(dtype=torch.bfloat16)

    assert network.dtype == torch.bfloat16
    assert network.timestep_features.weight.dtype == torch.float32
    assert network.to_timestep_embed(network.timestep_features(T)).dtype == torch.float32
