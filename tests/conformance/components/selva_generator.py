"""The generator, its sampler, its loss and its adapters; and the lengths of its sequences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from prismdesk.engines.loading.filling import fill
from prismdesk.engines.nets.adapter_stack import AdapterStack
from prismdesk.engines.nets.low_rank import LowRank, adapter_of, scale_of
from prismdesk.engines.sampling.flow import sample_flow
from prismdesk.engines.selva.flow_loss import train_loss
from prismdesk.engines.selva.generator.checkpoint import generator_checkpoint
from prismdesk.engines.selva.generator.conditions import Conditions
from prismdesk.engines.selva.generator.config import GeneratorConfig
from prismdesk.engines.selva.generator.guidance import GuidedVelocity
from prismdesk.engines.selva.lengths import lengths_of

if TYPE_CHECKING:
    from prismdesk.engines.selva.generator.network import Generator
    from tests.conformance.case_file import Case

_ADAPTER_ENDS = (".lora_A", ".lora_B", ".linear.weight", ".linear.bias")


def _generator(case: Case) -> Generator:
    config = case.config
    state = case.state()
    adapter = {name: state.pop(name) for name in list(state) if name.endswith(_ADAPTER_ENDS)}
    generator = fill(
        generator_checkpoint(
            GeneratorConfig(
                latent_dim=config["latent_dim"],
                hidden_dim=config["hidden_dim"],
                depth=config["depth"],
                fused_depth=config["fused_depth"],
                num_heads=config["num_heads"],
                clip_dim=config["clip_dim"],
                sync_dim=config["sync_dim"],
                text_dim=config["text_dim"],
                text_tokens=config["text_seq_len"],
                is_v2=bool(config["v2"]),
            )
        ),
        state,
        where=case.name,
    )
    lora = case.call.get("lora")
    if lora is not None:
        AdapterStack(generator).set(
            [(adapter_of(adapter, _meta(lora), name=case.name), lora.get("strength", 1.0))]
        )
    return generator


def _meta(lora: dict[str, Any]) -> dict[str, Any]:
    return {
        "rank": lora["rank"],
        "alpha": lora.get("alpha", lora["rank"]),
        "use_rslora": lora.get("rslora", False),
    }


def _conditions(case: Case, batch: int, *names: str, text: Tensor | None = None) -> Conditions:
    """Return the case's conditions, of them only those named; the rest is empty."""
    given = {name: case.inputs[name] for name in names if name in case.inputs}
    clip_frames, sync_frames = _lengths(case)
    clip, sync = given.get("clip"), given.get("sync")
    return Conditions(
        clip=clip,
        sync=sync,
        text=given.get("text", text),
        batch=batch,
        clip_frames=clip_frames if clip is None else clip.shape[1],
        sync_frames=sync_frames if sync is None else sync.shape[1],
    )


def _lengths(case: Case) -> tuple[int, int]:
    """Return positions of the picture and of its synchronisation where the case has no features."""
    given = {name: case.inputs[name].shape[1] for name in ("clip", "sync") if name in case.inputs}
    clip_frames, sync_frames = case.config["clip_seq_len"], case.config["sync_seq_len"]
    if "duration" in case.call:
        lengths = lengths_of(case.call["duration"], case.call["sampling_rate"])
        clip_frames, sync_frames = lengths.clip_frames, lengths.sync_frames
    return given.get("clip", clip_frames), given.get("sync", sync_frames)


def _run_generator(case: Case) -> dict[str, Tensor]:
    operations = {
        "velocity": _velocity,
        "velocity_cfg": _guided_velocity,
        "sample": _sample,
        "normalize": _normalise,
        "train_loss": _train_loss,
    }
    return operations[case.operation](case, _generator(case))


def _velocity(case: Case, generator: Generator) -> dict[str, Tensor]:
    latent = case.inputs["latent"]
    prepared = generator.prepare(
        _conditions(case, latent.shape[0], "clip", "sync", "text"), latent_frames=latent.shape[1]
    )
    return {"velocity": generator.velocity(latent, case.inputs["t"], prepared)}


def _guided(case: Case, generator: Generator, latent: Tensor) -> GuidedVelocity:
    batch, frames = latent.shape[:2]
    return GuidedVelocity(
        generator,
        generator.prepare(_conditions(case, batch, "clip", "sync", "text"), latent_frames=frames),
        generator.prepare(
            _conditions(case, batch, text=case.inputs.get("negative_text")), latent_frames=frames
        ),
        case.call["cfg_strength"],
    )


def _guided_velocity(case: Case, generator: Generator) -> dict[str, Tensor]:
    latent = case.inputs["latent"]
    return {"velocity": _guided(case, generator, latent)(latent, case.call["t"])}


def _sample(case: Case, generator: Generator) -> dict[str, Tensor]:
    noise = case.inputs["noise"]
    latent = sample_flow(_guided(case, generator, noise), noise, steps=case.call["steps"])
    return {"latent": latent, "latent_unnormalized": generator.unnormalise(latent)}


def _normalise(case: Case, generator: Generator) -> dict[str, Tensor]:
    x = case.inputs["x"]
    return {"normalized": generator.normalise(x), "unnormalized": generator.unnormalise(x)}


def _train_loss(case: Case, generator: Generator) -> dict[str, Tensor]:
    inputs = case.inputs
    loss = train_loss(
        generator,
        inputs["x1"],
        inputs["noise"],
        inputs["t"],
        _conditions(case, inputs["x1"].shape[0], "clip", "sync", "text"),
        drop_video=inputs.get("drop_video"),
        drop_text=inputs.get("drop_text"),
    )
    return {"loss_per_item": loss.per_item, "loss": loss.mean}


def _run_lora_linear(case: Case) -> dict[str, Tensor]:
    config, state, x = case.config, case.state(), case.inputs["x"]
    layer = LowRank(
        down=state["lora_A"],
        up=state["lora_B"],
        scale=scale_of(
            config["rank"], config["alpha"], rank_stabilised=bool(config.get("rslora", False))
        ),
        base=state.get("linear.weight"),
        base_bias=state.get("linear.bias"),
    )
    strength = case.call.get("strength", 1.0)
    weight, bias = state["weight"], state.get("bias")
    weight = weight + strength * layer.difference(weight)
    change = None if bias is None else layer.bias_difference(bias)
    if bias is not None and change is not None:
        bias = bias + strength * change
    return {"weight": weight, "y": torch.nn.functional.linear(x, weight, bias)}


def _run_sequence(case: Case) -> dict[str, Tensor]:
    rate_hz = case.call["sampling_rate"]
    all_lengths = [lengths_of(seconds, rate_hz) for seconds in case.inputs["duration"].tolist()]
    columns = {
        "latent_len": [lengths.latent_frames for lengths in all_lengths],
        "clip_len": [lengths.clip_frames for lengths in all_lengths],
        "sync_len": [lengths.sync_frames for lengths in all_lengths],
        "sync_segments": [lengths.sync_segments for lengths in all_lengths],
        "audio_samples": [lengths.audio_samples for lengths in all_lengths],
    }
    return {name: torch.tensor(column) for name, column in columns.items()}


RUNNERS = {
    "selva.generator": _run_generator,
    "selva.lora_linear": _run_lora_linear,
    "selva.sequence": _run_sequence,
}
