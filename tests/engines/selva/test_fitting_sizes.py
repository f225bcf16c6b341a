from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from prismdesk.engines.loading.state_file import CheckpointError
from prismdesk.engines.selva.fitting_sizes import check_sizes
from prismdesk.engines.weights.catalogue import models_for
from prismdesk.engines.weights.published import published_models


@pytest.mark.parametrize("model", models_for("selva"), ids=lambda model: model.id)
def test_published_networks_fit_each_other(model: Any) -> None:
    check_sizes(model)


@pytest.mark.parametrize(
    ("part", "name", "value", "told"),
    [
        ("generator", "clip_dim", 512, "clip.embed_dim"),
        ("generator", "latent_dim", 40, "vae.latent_dim"),
        ("sync", "embed_dim", 512, "generator.sync_dim"),
        ("vae", "mel_bands", 128, "vocoder.num_mels"),
        ("vocoder", "upsample_rates", [4, 4], "hop"),
    ],
)
def test_sizes_that_do_not_fit_are_named(part: str, name: str, value: object, told: str) -> None:
    model = published_models()[0]
    sizes = deepcopy(model.hyper_parameters)
    sizes[part][name] = value
    with pytest.raises(CheckpointError, match=told):
        check_sizes(replace(model, hyper_parameters=sizes))


def test_missing_sizes_and_other_rates_are_told() -> None:
    model = published_models()[0]
    sizes = deepcopy(model.hyper_parameters)
    del sizes["vae"]["mel_bands"]
    with pytest.raises(CheckpointError, match="mel_bands"):
        check_sizes(replace(model, hyper_parameters=sizes))
    with pytest.raises(CheckpointError, match="48000 Hz"):
        check_sizes(replace(model, native_rate_hz=48_000))
