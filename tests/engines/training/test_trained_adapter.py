"""What training writes does to the model what it did while it was trained."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from prismdesk.engines.adapting.read import read_adapter
from prismdesk.engines.nets.adapter_stack import AdapterStack
from tests.engines.audiox.denoiser.tiny import (
    DIT,
    MMDIT,
    tiny_conditions,
    tiny_denoiser,
    tiny_latents,
)
from tests.engines.selva.generator.tiny import FRAMES, tiny_generator, tiny_latent
from tests.engines.selva.generator.tiny import tiny_conditions as selva_conditions
from tests.engines.training.tiny import tiny_options, tiny_subject

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from prismdesk.engines.nets.fusable import FusableNetwork

T = torch.tensor([0.3, 0.6])
ALL_KINDS_OF_LAYERS = ["attn.qkv", "linear1", "adaLN_modulation.1", "ffn.w2"]


def output(kind: str, network: FusableNetwork) -> Tensor:
    with torch.no_grad():
        if kind == "selva":
            told = network.prepare(selva_conditions(), latent_frames=FRAMES)  # type: ignore[operator]  # a generator
            found: Tensor = network.velocity(tiny_latent(), T, told)  # type: ignore[operator]  # as above
            return found
        arguments = DIT if kind == "dit" else MMDIT
        denoised: Tensor = network(tiny_latents(), T, tiny_conditions(arguments))
        return denoised


@pytest.mark.parametrize(
    ("kind", "start", "targets"),
    [
        ("selva", "pissa", ALL_KINDS_OF_LAYERS),
        ("mmdit", "pissa", ALL_KINDS_OF_LAYERS),
        ("mmdit", "standard", ALL_KINDS_OF_LAYERS),
        ("dit", "standard", []),
    ],
)
def test_merged_adapter_makes_what_the_trained_network_makes(
    tmp_path: Path, kind: str, start: str, targets: list[str]
) -> None:
    subject = tiny_subject(kind, tiny_options(kind, start=start, targets=targets))
    base = output(kind, subject.network)
    random = torch.Generator().manual_seed(2)
    for group in subject.groups():
        for parameter in group.parameters.values():
            parameter.data += 0.02 * torch.randn(parameter.shape, generator=random)
    subject.write(tmp_path / "adapter.safetensors", step=1)

    plain: FusableNetwork = tiny_generator()
    if kind != "selva":
        plain = tiny_denoiser(DIT if kind == "dit" else MMDIT)
    adapter = read_adapter(tmp_path / "adapter.safetensors").adapter
    AdapterStack(plain).set([(adapter, 1.0)])

    trained, merged = output(kind, subject.network), output(kind, plain)
    change = (trained - base).norm()
    assert change > 0.01 * base.norm()
    assert (merged - trained).norm() < 0.02 * change
