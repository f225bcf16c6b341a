"""The denoisers of AudioX, guided or not, and what they are trained on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from prismdesk.engines.audiox.conditioning.tokens import ConditioningInputs
from prismdesk.engines.audiox.config import read_denoiser
from prismdesk.engines.audiox.denoiser.checkpoint import denoiser_checkpoint
from prismdesk.engines.audiox.denoiser.guidance import GuidedDenoiser, negative_context
from prismdesk.engines.audiox.denoiser.v_denoiser import VDenoiser
from prismdesk.engines.audiox.v_loss import v_loss
from prismdesk.engines.loading.filling import fill

if TYPE_CHECKING:
    from prismdesk.engines.audiox.denoiser.network import DenoisingNetwork
    from tests.conformance.case_file import Case


def denoiser_of(case: Case, *, fused: bool = True) -> DenoisingNetwork:
    """Return the denoiser that a case describes, filled."""
    config = read_denoiser(case.config["diffusion"], where=case.name)
    state = {name: one for name, one in case.state().items() if name.startswith("model.")}
    return fill(denoiser_checkpoint(config, fused=fused), state, where=case.name)


def conditions_of(case: Case) -> ConditioningInputs:
    """Return the conditions among a case's inputs."""
    given = case.inputs
    return ConditioningInputs(
        cross_tokens=given.get("cross_attn_cond"),
        cross_mask=given.get("cross_attn_mask"),
        global_=given.get("global_cond"),
        input_concat=given.get("input_concat_cond"),
        prepend=given.get("prepend_cond"),
        prepend_mask=given.get("prepend_cond_mask"),
    )


def guided_denoiser_of(case: Case, length: int) -> GuidedDenoiser:
    """Return the guided velocity that a case describes."""
    negative = case.inputs.get("negative_cross_attn_cond")
    if negative is not None:
        negative = negative_context(negative, case.inputs.get("negative_cross_attn_mask"))
    return GuidedDenoiser.of(
        denoiser_of(case),
        conditions_of(case),
        length,
        cfg_scale=case.call.get("cfg_scale", 1.0),
        scale_phi=case.call.get("scale_phi", 0.0),
        negative=negative,
    )


def _run_denoiser(case: Case) -> dict[str, Tensor]:
    x = case.inputs["x"]
    velocity = guided_denoiser_of(case, x.shape[-1])
    if case.operation == "forward":
        return {"v": velocity(x, case.inputs["t"])}
    sigmas = case.inputs["sigma"].tolist()
    if len(set(sigmas)) == 1:
        return {"denoised": VDenoiser(velocity)(x, sigmas[0])}
    return {"denoised": _one_by_one(velocity, x, case.inputs["sigma"])}


def _one_by_one(velocity: GuidedDenoiser, x: Tensor, sigmas: Tensor) -> Tensor:
    """Denoise items at noise levels of their own; conditions belong to the whole batch."""
    each = [
        VDenoiser(velocity)(x, sigma)[index : index + 1]
        for index, sigma in enumerate(sigmas.tolist())
    ]
    return torch.cat(each)


def _run_train_loss(case: Case) -> dict[str, Tensor]:
    network = denoiser_of(case, fused=False).requires_grad_()
    inputs = case.inputs
    with torch.enable_grad():
        result = v_loss(
            network,
            inputs["x0"],
            inputs["noise"],
            inputs["t"],
            conditions_of(case),
            cond_drop=inputs.get("cond_drop"),
            padding_mask=inputs.get("padding_mask"),
        )
        result.loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
    outputs = {"loss": result.loss, "output": result.output, "target": result.target}
    for name in case.call.get("grads", []):
        outputs[f"grad.{name}"] = _gradient(network, name, case.filled[name])
    return {name: tensor.detach() for name, tensor in outputs.items()}


def _gradient(network: DenoisingNetwork, name: str, shape: tuple[int, ...]) -> Tensor:
    """Return the gradient of a published tensor; zeros for what has no influence."""
    own = dict(network.named_parameters())
    found, gradient = name.removeprefix("model.model."), torch.zeros(shape)
    if found in own:
        held = own[found].grad
        return gradient if held is None else held
    values = own.get(found.replace("to_kv", "to_value"))
    if values is not None and values.grad is not None:
        gradient[0::2] = values.grad
    return gradient


RUNNERS = {
    "audiox.dit": _run_denoiser,
    "audiox.mmdit": _run_denoiser,
    "audiox.train_loss": _run_train_loss,
}
