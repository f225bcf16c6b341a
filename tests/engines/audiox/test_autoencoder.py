from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from prismdesk.engines.audiox.autoencoder import encode_alike, oobleck_of
from prismdesk.engines.audiox.autoencoder_config import AutoencoderConfig, OobleckStackConfig
from prismdesk.engines.nets.oobleck_config import OobleckStack
from prismdesk.errors import Cancelled
from tests.engines.nets.small_oobleck import small_config, small_state

if TYPE_CHECKING:
    import torch

STACK = OobleckStackConfig(
    signal_channels=2, channels=4, c_mults=(1, 2), strides=(2, 4), latent_dim=6, final_tanh=False
)
CONFIG = AutoencoderConfig(
    encoder=STACK,
    decoder=replace(STACK, latent_dim=3, final_tanh=True),
    latent_dim=3,
    downsampling_ratio=8,
    io_channels=2,
    scale=1.5,
    soft_clip=True,
)
STATE = small_state(small_config())


def _changed(name: str) -> dict[str, torch.Tensor]:
    tensor = STATE[name].clone()
    tensor.flatten()[-1] += 1e-6
    return STATE | {name: tensor}


def test_network_is_built_with_what_the_configuration_states() -> None:
    config = oobleck_of(CONFIG)

    stack = OobleckStack(
        signal_channels=2, channels=4, c_mults=(1, 2), strides=(2, 4), latent_dim=6
    )
    assert config.encoder == stack
    assert config.decoder == replace(stack, latent_dim=3, final_tanh=True)
    assert (config.scale, config.soft_clip) == (1.5, True)


def test_equal_tensors_encode_alike() -> None:
    copied = {name: tensor.clone() for name, tensor in STATE.items()}

    assert encode_alike(CONFIG, STATE, CONFIG, copied)


def test_one_other_number_of_an_encoder_is_found() -> None:
    assert not encode_alike(CONFIG, STATE, CONFIG, _changed("encoder.layers.1.layers.3.alpha"))


def test_decoders_make_no_difference() -> None:
    without = {name: tensor for name, tensor in STATE.items() if name.startswith("encoder.")}

    assert encode_alike(CONFIG, STATE, CONFIG, _changed("decoder.layers.0.bias"))
    assert encode_alike(CONFIG, STATE, CONFIG, without)


@pytest.mark.parametrize(
    "other", [replace(CONFIG, scale=1.0), replace(CONFIG, encoder=replace(STACK, strides=(4, 2)))]
)
def test_other_sizes_or_another_scale_do_not_encode_alike(other: AutoencoderConfig) -> None:
    assert not encode_alike(CONFIG, STATE, other, STATE)


def test_missing_tensor_or_another_type_does_not_encode_alike() -> None:
    name = "encoder.layers.0.bias"
    lacking = {other: tensor for other, tensor in STATE.items() if other != name}

    assert not encode_alike(CONFIG, STATE, CONFIG, lacking)
    assert not encode_alike(CONFIG, STATE, CONFIG, STATE | {name: STATE[name].half()})


def test_comparing_stops_when_it_is_no_longer_wanted() -> None:
    with pytest.raises(Cancelled):
        encode_alike(CONFIG, STATE, CONFIG, STATE, cancelled=lambda: True)
